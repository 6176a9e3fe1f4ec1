// gRPC calls by descriptor, as coroutines: bytes in, bytes out, no code per method.
#pragma once

#include <grpcpp/generic/generic_stub.h>

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/rpc/client.h"

namespace kefu::gateway::connect {

// One unary call; resumes on the coroutine's executor.
boost::asio::awaitable<absl::StatusOr<std::string>> CallUnary(grpc::GenericStub& stub,
                                                              std::string method,
                                                              std::string request,
                                                              const rpc::CallOptions& options);

// One streaming call of any kind. Every method is awaited before the next of its direction; reading
// and writing may overlap. The object lives until the call has ended, whatever happens to the
// coroutine.
class StreamCall : public std::enable_shared_from_this<StreamCall> {
 public:
  static std::shared_ptr<StreamCall> Start(grpc::GenericStub& stub, const std::string& method,
                                           const rpc::CallOptions& options);

  // False: the call has ended; Finish tells why.
  boost::asio::awaitable<bool> Write(std::string message);
  boost::asio::awaitable<void> WritesDone();
  // Nothing: the stream has ended.
  boost::asio::awaitable<std::optional<std::string>> Read();
  boost::asio::awaitable<absl::Status> Finish();
  // Ends the call early; Finish still reports. Idempotent, any thread.
  void Cancel();

 private:
  class Reactor;
  StreamCall() = default;
  std::shared_ptr<Reactor> reactor_;
};

}  // namespace kefu::gateway::connect
