// The Watch handler of kefu.common.v1.EventService, without gRPC.
#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/context/request_context.h"
#include "common/events/feed.h"
#include "common/rpc/stream.h"
#include "kefu/common/v1/event.pb.h"

namespace kefu::events {

struct EventServiceOptions {
  // The contract promises a sign of life every 15 s at least.
  absl::Duration heartbeat = absl::Seconds(10);
  int events_per_response = 500;
};

// Thread-safe; each call runs in its caller's thread until the stream ends.
class EventServiceHandler {
 public:
  explicit EventServiceHandler(Feed& feed, EventServiceOptions options = {});

  // Streams events as the contract says. A principal with role kService sees every organization,
  // others their own; WriteRecorded events are seen by kService and kAuditor only. Events say
  // nothing of shops, so a principal that is confined to some is refused with PERMISSION_DENIED /
  // SHOP_NOT_ALLOWED. OK when until_now is reached, INVALID_ARGUMENT / INVALID_FIELDS for a
  // negative position or over 64 types, OUT_OF_RANGE / EVENTS_TRIMMED or POSITION_AHEAD, CANCELLED
  // when the receiver is gone, UNAVAILABLE / SHUTTING_DOWN when the process stops; a database that
  // is away ends the stream with its UNAVAILABLE, and the client resumes from its position.
  absl::Status Watch(const RequestContext& context, const common::v1::WatchRequest& request,
                     rpc::StreamWriter<common::v1::WatchResponse>& writer);

 private:
  Feed& feed_;
  const EventServiceOptions options_;
};

}  // namespace kefu::events
