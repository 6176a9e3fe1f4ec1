// gRPC calls by descriptor, for coroutines: bytes in, bytes out, no code per method.
#pragma once

#include <grpcpp/generic/generic_stub.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/rpc/client.h"
#include "services/gateway/connect/calls_in_flight.h"
#include "services/gateway/connect/routes.h"

namespace kefu::gateway::connect {

// One unary call. Errors are those of FromPeer.
class UnaryCall : public std::enable_shared_from_this<UnaryCall> {
 public:
  // Once. Resumes on the coroutine's executor when the call has ended, also after Cancel.
  boost::asio::awaitable<absl::StatusOr<std::string>> Run(const Route& route,
                                                          const std::string& request,
                                                          const rpc::CallOptions& options,
                                                          CallsInFlight::Place place);
  // Any thread, before, during and after Run; idempotent.
  void Cancel() { context_.TryCancel(); }

 private:
  grpc::ClientContext context_;
  grpc::ByteBuffer request_, response_;
};

// One streaming call of any kind; reading and writing may overlap. Whoever starts one must either
// await Finish or drop the object, which ends the call.
class StreamCall {
 public:
  // Callbacks and resumptions of this call come on `executor`.
  static std::shared_ptr<StreamCall> Start(const Route& route, const rpc::CallOptions& options,
                                           boost::asio::any_io_executor executor,
                                           CallsInFlight::Place place);
  ~StreamCall();
  StreamCall(const StreamCall&) = delete;
  StreamCall& operator=(const StreamCall&) = delete;

  // False: the call has ended; Finish tells why. One at a time.
  boost::asio::awaitable<bool> Write(const std::string& message);
  boost::asio::awaitable<void> WritesDone();
  // Calls `done` once, with nothing when the stream has ended. One at a time; not after Finish.
  void StartRead(std::function<void(std::optional<std::string>)> done);
  // The end of the call, after every other callback. Awaits no more than the call itself: cancel a
  // stream that is not read to its end first. Once.
  boost::asio::awaitable<absl::Status> Finish();
  // Makes reads and writes fail and the call end soon. Any thread, any time; idempotent.
  void Cancel();

 private:
  class Reactor;
  StreamCall() = default;
  std::shared_ptr<Reactor> reactor_;
  boost::asio::any_io_executor executor_;
};

}  // namespace kefu::gateway::connect
