#include "common/rpc/dispatcher.h"
#include "common/status/error.h"

namespace kefu::rpc::internal {

StreamState::StreamState(Dispatcher& dispatcher, const Method& method,
                         grpc::CallbackServerContext* server_context, bool endless)
    : dispatcher(dispatcher) {
  begun = dispatcher.Begin(method, server_context, /*is_stream=*/true, call);
  call.context.cancelled = [this] { return stopped_for_handler_.load(std::memory_order_acquire); };
  if (!endless) return;
  drain_subscription_ = dispatcher.OnDrain([this] {
    std::lock_guard lock(mu);
    drained_ = !stopped;
    StopLocked();
  });
}

StreamState::~StreamState() {
  if (drain_subscription_ != 0) dispatcher.Unsubscribe(drain_subscription_);
}

void StreamState::Cancel() {
  std::lock_guard lock(mu);
  StopLocked();
}

void StreamState::StopLocked() {
  stopped = true;
  stopped_for_handler_.store(true, std::memory_order_release);
  changed.notify_all();
}

grpc::Status StreamState::End(absl::Status status) {
  bool drained;
  {
    std::lock_guard lock(mu);
    drained = drained_;
  }
  // A feed that the drain cut off did not end: the client must know that there is more.
  return dispatcher.End(call, drained ? DrainingError() : status);
}

absl::Status StreamState::BrokenStatus() const {
  if (call.server_context->IsCancelled() || call.context.IsCancelled()) {
    if (absl::Now() >= call.context.deadline)
      return DeadlineExceeded("the deadline passed while the stream ran");
    return Cancelled("the client ended the call");
  }
  return absl::OkStatus();
}

}  // namespace kefu::rpc::internal
