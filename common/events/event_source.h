// Where a consumer gets another service's events from.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/context/request_context.h"
#include "common/events/event_service.h"
#include "kefu/common/v1/event.pb.h"

namespace grpc {
class ChannelInterface;
}

namespace kefu::events {

class EventSource {
 public:
  virtual ~EventSource() = default;
  // Streams from a position and calls `on_response` in this thread for each response, until it
  // returns false (→ OK), the stream ends (its status) or Cancel is called (→ CANCELLED). One call
  // at a time.
  virtual absl::Status Watch(
      int64_t after, const std::vector<std::string>& types,
      const std::function<bool(const common::v1::WatchResponse&)>& on_response) = 0;
  // Ends a running Watch and every later one at once. Thread-safe.
  virtual void Cancel() = 0;
};

struct GrpcEventSourceOptions {
  // Gives the bearer token for a new stream; empty: none is sent.
  std::function<std::string()> token = {};
  // A stream is ended and resumed after this: it bounds the damage of a peer that hangs without
  // closing, and lets the token be renewed and the load be balanced again.
  absl::Duration stream_lifetime = absl::Minutes(2);
};

// The feed of another process by its EventService.
std::unique_ptr<EventSource> MakeGrpcEventSource(std::shared_ptr<grpc::ChannelInterface> channel,
                                                 GrpcEventSourceOptions options);

// The feed of this process, seen with the rights of `context` (its `cancelled` is replaced).
std::unique_ptr<EventSource> MakeLocalEventSource(EventServiceHandler& handler,
                                                  RequestContext context);

}  // namespace kefu::events
