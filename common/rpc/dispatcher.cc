#include "common/rpc/dispatcher.h"

#include <strings.h>

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "common/rpc/acting.h"
#include "common/rpc/grpc_status.h"
#include "common/rpc/trace_context.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace kefu::rpc {
namespace {

// What a refused client should wait: about the time in which a full queue empties.
constexpr absl::Duration kQueueRetryDelay = absl::Milliseconds(250);
constexpr absl::Duration kStreamRetryDelay = absl::Seconds(1);
// BCP 47 tags are short; anything longer is not a language.
constexpr size_t kMaxLanguage = 35;
constexpr std::string_view kBearer = "bearer ";

std::string_view View(grpc::string_ref ref) { return {ref.data(), ref.size()}; }

std::string_view FirstLanguage(std::string_view header) {
  const std::string_view first = header.substr(0, header.find_first_of(",; "));
  return first.size() <= kMaxLanguage ? first : std::string_view{};
}

// The metadata that concerns us, in one pass.
struct Metadata {
  std::string_view authorization, traceparent, language, acting_org;

  explicit Metadata(const grpc::ServerContextBase& context) {
    for (const auto& [key, value] : context.client_metadata()) {
      const std::string_view name = View(key);
      if (name == "authorization") {
        authorization = View(value);
      } else if (name == "traceparent") {
        traceparent = View(value);
      } else if (name == "accept-language") {
        language = View(value);
      } else if (name == kActingOrgMetadata) {
        acting_org = View(value);
      }
    }
  }

  std::string_view BearerToken() const {
    if (authorization.size() <= kBearer.size() ||
        strncasecmp(authorization.data(), kBearer.data(), kBearer.size()) != 0)
      return {};
    return authorization.substr(kBearer.size());
  }
};

// Lets a kefu process speak for the organization that it names; nobody else may.
absl::Status ActFor(std::string_view org_id, auth::Principal& principal) {
  constexpr size_t kMaxId = 64;
  if (org_id.empty()) return absl::OkStatus();
  if (!principal.IsService() || !principal.org_id.empty() || org_id.size() > kMaxId) {
    return PermissionDenied("ACTING_NOT_ALLOWED",
                            fmt::format("only a kefu process may send {}", kActingOrgMetadata));
  }
  principal.org_id = std::string(org_id);
  return absl::OkStatus();
}

absl::Time ClientDeadline(const grpc::ServerContextBase& context) {
  const auto deadline = context.deadline();
  return deadline == std::chrono::system_clock::time_point::max() ? absl::InfiniteFuture()
                                                                  : absl::FromChrono(deadline);
}

// What a bug looks like to the client: no text that was not meant for it.
bool MustHide(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDataLoss:
      return ReasonOf(status).empty();
    default:
      return false;
  }
}

}  // namespace

namespace internal {

absl::Status DrainingError() {
  return Unavailable("SERVER_DRAINING", "the server is shutting down; another one may answer",
                     absl::Seconds(1));
}

bool IsOutcomeUnknown(const absl::Status& status) {
  return absl::IsUnavailable(status) && ReasonOf(status) == "COMMIT_OUTCOME_UNKNOWN";
}

// A negative pushback tells gRPC's retry policy not to try again (gRFC A6).
void ForbidRetry(grpc::CallbackServerContext& server_context) {
  server_context.AddTrailingMetadata("grpc-retry-pushback-ms", "-1");
}

}  // namespace internal

Method::Method(Dispatcher& dispatcher, std::string_view service, std::string_view method)
    : full_name_(fmt::format("/{}/{}", service, method)),
      permission_(dispatcher.options_.permission_of(full_name_)),
      observer_(dispatcher.options_.observer ? dispatcher.options_.observer->ForMethod(full_name_)
                                             : nullptr) {}

Dispatcher::Dispatcher(DispatcherOptions options)
    : options_(std::move(options)),
      workers_(options_.workers, options_.queue_capacity,
               [this](int64_t depth) {
                 if (options_.observer) options_.observer->OnQueueDepth(depth);
               }),
      streams_(options_.max_streams, [this](int64_t open) {
        if (options_.observer) options_.observer->OnOpenStreams(open);
      }) {}

Dispatcher::~Dispatcher() { Stop(); }

absl::Status Dispatcher::Begin(const Method& method, grpc::CallbackServerContext* server_context,
                               bool is_stream, RunningCall& call) {
  call.method = &method;
  call.server_context = server_context;
  call.arrived = absl::Now();
  RequestContext& context = call.context;
  const Metadata metadata(*server_context);
  context.method = method.full_name_;
  context.now = options_.clock->Now();
  context.deadline = ClientDeadline(*server_context);
  if (!is_stream)
    context.deadline = std::min(context.deadline, call.arrived + options_.default_deadline);
  context.language = FirstLanguage(metadata.language);
  TraceIds ids = StartSpan(metadata.traceparent);
  context.trace_id = std::move(ids.trace_id);
  context.span_id = std::move(ids.span_id);
  context.request_log_id = context.span_id;
  context.cancelled = [server_context] { return server_context->IsCancelled(); };

  context.bearer_token = metadata.BearerToken();
  ASSIGN_OR_RETURN(context.principal, options_.verifier->Verify(context.bearer_token, context.now));
  RETURN_IF_ERROR(ActFor(metadata.acting_org, context.principal));
  if (!method.permission_ ||
      !auth::PermissionTable::Get().Allows(context.principal, *method.permission_)) {
    return PermissionDenied("PERMISSION_DENIED",
                            fmt::format("the caller's roles do not allow {}", method.full_name_));
  }
  return CheckAlive(call);
}

grpc::Status Dispatcher::End(const RunningCall& call, const absl::Status& status) {
  if (call.method->observer_) {
    call.method->observer_->OnCallDone(
        {call.context, status, absl::Now() - call.arrived, call.queue_time});
  }
  if (status.ok()) return {};
  return ToGrpc(MustHide(status) ? Internal(std::string(status.message())) : status);
}

absl::Status Dispatcher::CheckAlive(const RunningCall& call) {
  if (absl::Now() >= call.context.deadline)
    return DeadlineExceeded("the deadline passed before the call was begun");
  if (call.context.IsCancelled()) return Cancelled("the caller has gone away");
  return absl::OkStatus();
}

absl::Status Dispatcher::SubmitUnary(std::unique_ptr<Task>& task) {
  if (workers_.Submit(task)) return absl::OkStatus();
  if (draining()) return internal::DrainingError();
  return ResourceExhausted("QUEUE_FULL", "too many calls wait for a worker", kQueueRetryDelay);
}

absl::Status Dispatcher::SubmitStream(std::unique_ptr<Task>& task) {
  if (streams_.Submit(task)) return absl::OkStatus();
  if (draining()) return internal::DrainingError();
  return ResourceExhausted("TOO_MANY_STREAMS", "too many streams are open", kStreamRetryDelay);
}

void Dispatcher::BeginDrain() {
  std::lock_guard lock(drain_mu_);
  if (draining_.exchange(true)) return;
  for (const auto& [id, wake] : drain_wakers_) wake();
}

int64_t Dispatcher::OnDrain(std::function<void()> wake) {
  std::lock_guard lock(drain_mu_);
  if (draining()) wake();
  drain_wakers_.emplace_back(next_subscription_, std::move(wake));
  return next_subscription_++;
}

void Dispatcher::Unsubscribe(int64_t subscription) {
  std::lock_guard lock(drain_mu_);
  std::erase_if(drain_wakers_, [&](const auto& entry) { return entry.first == subscription; });
}

void Dispatcher::Stop() {
  BeginDrain();
  workers_.Stop();
  streams_.Stop();
}

}  // namespace kefu::rpc
