#include "common/events/event_service.h"

#include <algorithm>
#include <optional>

#include "absl/time/clock.h"
#include "common/auth/principal.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "kefu/common/v1/audit.pb.h"

namespace kefu::events {
namespace {

using common::v1::WatchRequest;
using common::v1::WatchResponse;

// How soon a stream notices that its receiver is gone.
constexpr absl::Duration kCancelCheck = absl::Milliseconds(200);
// How often until_now looks whether the outbox has been emptied; a sequencer's pass takes about as
// long.
constexpr absl::Duration kDrainCheck = absl::Milliseconds(20);
constexpr int kMaxTypes = 64;  // more is no filter any more; bounds the statement

absl::Status Validate(const WatchRequest& request) {
  FieldViolations violations;
  violations.Check(request.after_position() >= 0, "after_position", "must not be negative");
  violations.Check(request.types_size() <= kMaxTypes, "types", "must be at most 64");
  return violations.ToStatus();
}

absl::StatusOr<FeedFilter> FilterFor(const auth::Principal& principal,
                                     const WatchRequest& request) {
  FeedFilter filter;
  filter.types.assign(request.types().begin(), request.types().end());
  filter.audit = principal.IsService() || principal.HasRole(auth::Role::kAuditor);
  if (principal.IsService()) return filter;
  if (principal.org_id.empty()) {
    return PermissionDenied("PERMISSION_DENIED", "the token names no organization");
  }
  if (!principal.shops.empty()) {
    return PermissionDenied("SHOP_NOT_ALLOWED",
                            "the feed covers the whole organization; the token only some shops");
  }
  filter.org_id = principal.org_id;
  return filter;
}

// One call's state: how far it has read, told its receiver, and must go.
class Stream {
 public:
  Stream(Feed& feed, const EventServiceOptions& options, const RequestContext& context,
         const WatchRequest& request, rpc::StreamWriter<WatchResponse>& writer, FeedFilter filter)
      : feed_(feed),
        options_(options),
        context_(context),
        writer_(writer),
        filter_(std::move(filter)),
        until_now_(request.until_now()),
        position_(request.after_position()) {}

  absl::Status Run() {
    if (until_now_) {
      ASSIGN_OR_RETURN(outbox_mark_, feed_.NewestOutboxId());
    }
    while (true) {
      if (feed_.stopped()) {
        return Unavailable("SHUTTING_DOWN", "the service is stopping", absl::Seconds(1));
      }
      if (context_.IsCancelled()) return Cancelled("the receiver is gone");
      if (until_now_ && !end_.has_value()) {
        RETURN_IF_ERROR(FindEnd());
      }
      ASSIGN_OR_RETURN(const FeedBatch batch,
                       feed_.Read(position_, options_.events_per_response, filter_));
      const bool moved = batch.position > position_;
      position_ = batch.position;
      const bool done = end_.has_value() && position_ >= *end_;
      const bool sign = done || absl::Now() - last_write_ >= options_.heartbeat;
      if (!batch.events.empty() || sign) {
        RETURN_IF_ERROR(Write(batch));
      }
      if (done) return absl::OkStatus();
      if (!moved) {
        RETURN_IF_ERROR(Wait());
      }
    }
  }

 private:
  // Events committed before the call may still wait in the outbox for their positions.
  absl::Status FindEnd() {
    if (outbox_mark_ > 0) {
      ASSIGN_OR_RETURN(const bool drained, feed_.OutboxDrainedUpTo(outbox_mark_));
      if (!drained) return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const FeedEnds ends, feed_.Ends());
    end_ = ends.head;
    return absl::OkStatus();
  }

  absl::Status Write(const FeedBatch& batch) {
    WatchResponse response;
    response.mutable_events()->Assign(batch.events.begin(), batch.events.end());
    response.set_position(batch.position);
    if (!writer_.Write(std::move(response))) return Cancelled("the receiver is gone");
    last_write_ = absl::Now();
    return absl::OkStatus();
  }

  // Waits for more in short steps and gives a sign of life when it is time.
  absl::Status Wait() {
    while (!feed_.stopped() && !context_.IsCancelled()) {
      const absl::Duration quiet = options_.heartbeat - (absl::Now() - last_write_);
      if (quiet <= absl::ZeroDuration()) {
        RETURN_IF_ERROR(Write({.events = {}, .position = position_}));
      }
      const absl::Duration step = until_now_ ? kDrainCheck : kCancelCheck;
      const int64_t head =
          feed_.WaitBeyond(position_, std::clamp(quiet, absl::Milliseconds(1), step));
      if (head > position_ || until_now_) return absl::OkStatus();
    }
    return absl::OkStatus();  // the caller's loop tells which
  }

  Feed& feed_;
  const EventServiceOptions& options_;
  const RequestContext& context_;
  rpc::StreamWriter<WatchResponse>& writer_;
  const FeedFilter filter_;
  const bool until_now_;
  int64_t position_;
  int64_t outbox_mark_ = 0;
  std::optional<int64_t> end_;
  absl::Time last_write_ = absl::Now();  // real time: the promise is made to a network
};

}  // namespace

EventServiceHandler::EventServiceHandler(Feed& feed, EventServiceOptions options)
    : feed_(feed), options_(options) {}

absl::Status EventServiceHandler::Watch(const RequestContext& context, const WatchRequest& request,
                                        rpc::StreamWriter<WatchResponse>& writer) {
  RETURN_IF_ERROR(Validate(request));
  ASSIGN_OR_RETURN(FeedFilter filter, FilterFor(context.principal, request));
  return Stream(feed_, options_, context, request, writer, std::move(filter)).Run();
}

}  // namespace kefu::events
