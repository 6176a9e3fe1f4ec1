// What the rpc layer reports about calls; the process wires metrics and logs to it.
#ifndef KEFU_COMMON_RPC_CALL_OBSERVER_H_
#define KEFU_COMMON_RPC_CALL_OBSERVER_H_

#include <cstdint>
#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace kefu {
struct RequestContext;
}  // namespace kefu

namespace kefu::rpc {

// One finished call. The references are valid during the callback only.
struct CallRecord {
  const RequestContext& context;  // principal empty when the call was not authenticated
  const absl::Status& status;
  absl::Duration latency;     // arrival to answer
  absl::Duration queue_time;  // zero for inline calls
};

// Called once per finished call, from any thread, on the call's path: must be cheap and
// thread-safe.
class MethodObserver {
 public:
  virtual ~MethodObserver() = default;
  virtual void OnCallDone(const CallRecord& call) = 0;
};

// Thread-safe. Outlives the dispatcher it is given to.
class CallObserver {
 public:
  virtual ~CallObserver() = default;

  // Called once per method when a service is made, so that an observer resolves its metric handles
  // once. full_name: "/pkg.Service/Method", valid for the life of the returned observer.
  virtual std::unique_ptr<MethodObserver> ForMethod(std::string_view full_name) = 0;

  // Calls waiting for a worker, after each change.
  virtual void OnQueueDepth(int64_t waiting) = 0;

  // Streams that hold a thread, after each change.
  virtual void OnOpenStreams(int64_t open) = 0;
};

}  // namespace kefu::rpc

#endif  // KEFU_COMMON_RPC_CALL_OBSERVER_H_
