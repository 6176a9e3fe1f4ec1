// A listening gRPC server with health, reflection, limits, TLS and an orderly end.
#ifndef KEFU_COMMON_RPC_SERVER_H_
#define KEFU_COMMON_RPC_SERVER_H_

#include <concepts>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <grpcpp/impl/service_type.h>
#include <grpcpp/server.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/dispatcher.h"
#include "common/rpc/tls.h"

namespace kefu::rpc {

struct ServerOptions {
  std::string address = "127.0.0.1:0";  // host:port; [::1]:port; port 0 takes a free one
  TlsFiles tls;                         // without a certificate only loopback is accepted
  int max_receive_bytes = 4 << 20;
  int max_send_bytes = 16 << 20;
  int max_concurrent_streams = 256;                      // per connection
  absl::Duration keepalive_time = absl::Seconds(60);     // a silent connection is pinged
  absl::Duration keepalive_timeout = absl::Seconds(20);  // and closed without an answer
  absl::Duration min_client_ping_interval = absl::Seconds(10);
  // An old connection takes no new calls and its client looks the name up again: that is how calls
  // find replicas that were added later. Calls that run on it are not disturbed.
  absl::Duration max_connection_age = absl::Minutes(10);
  absl::Duration health_interval = absl::Seconds(1);
  bool reflection = true;
};

// OK when the process can serve, asked every health_interval on a thread of its own; the deadline
// is health_interval away (at least a second). The status is reported for "" and for every service.
using ReadyCheck = std::function<absl::Status(absl::Time deadline)>;

// A service whose class of calls only its own source file sees: the generated classes of a large
// contract take long to compile.
class HiddenService {
 public:
  HiddenService(const HiddenService&) = delete;
  grpc::Service* service() const { return service_.get(); }
  const std::string& full_name() const { return full_name_; }

 protected:
  // Calls: an rpc::Service.
  template <class Calls>
  explicit HiddenService(std::unique_ptr<Calls> calls)
      : service_(std::move(calls)), full_name_(Calls::full_name()) {}

 private:
  const std::unique_ptr<grpc::Service> service_;
  const std::string full_name_;
};

// A service and the name that its health is reported under.
struct NamedService {
  template <std::derived_from<grpc::Service> Impl>
  NamedService(Impl* impl) : service(impl), full_name(Impl::full_name()) {}  // NOLINT: implicit
  NamedService(const HiddenService* hidden)                                  // NOLINT: implicit
      : service(hidden->service()), full_name(hidden->full_name()) {}
  grpc::Service* service;
  std::string full_name;
};

// Thread-safe. Start, then Drain.
class Server {
 public:
  // Listens at once and serves `services`, which like the dispatcher must outlive the server.
  // INVALID_ARGUMENT / LISTEN_REFUSED: not an address, or no TLS beyond loopback; UNAVAILABLE /
  // LISTEN_FAILED: the port is taken, not allowed, or the host has no such address;
  // FAILED_PRECONDITION / TLS_FILES: a certificate or key cannot be read or does not fit.
  static absl::StatusOr<std::unique_ptr<Server>> Start(ServerOptions options,
                                                       Dispatcher& dispatcher,
                                                       std::vector<NamedService> services,
                                                       ReadyCheck ready);
  ~Server();  // Drain(now)
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const { return port_; }
  // "127.0.0.1:50051": where a client on this machine reaches it.
  const std::string& target() const { return target_; }
  // A channel within the process, without a socket. For tests and tools.
  std::shared_ptr<grpc::Channel> InProcessChannel();

  // NOT_SERVING -> no new calls (clients get GOAWAY) -> endless streams end -> calls in flight end
  // until the deadline, then they are cancelled -> returns when the last one is answered.
  // Idempotent.
  void Drain(absl::Time deadline);

 private:
  Server(ServerOptions options, Dispatcher& dispatcher, ReadyCheck ready);
  absl::Status Listen(const std::vector<NamedService>& services);
  void Probe();
  void SetServing(bool serving);

  const ServerOptions options_;
  Dispatcher& dispatcher_;
  const ReadyCheck ready_;
  std::vector<std::string> service_names_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
  std::string target_;
  std::mutex mu_;
  std::condition_variable stop_;
  bool draining_ = false;
  std::mutex drain_mu_;  // the second of two drains waits for the first
  bool drained_ = false;
  std::thread prober_;
};

}  // namespace kefu::rpc

#endif  // KEFU_COMMON_RPC_SERVER_H_
