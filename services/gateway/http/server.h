// The gateway's HTTP/1.1 entrance: Connect calls, the feed as server-sent events, health, static
// files.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/gateway/connect/routes.h"

namespace kefu::gateway::http {

struct ServerOptions {
  std::string host = "127.0.0.1";
  int port = 0;     // 0 takes a free one
  int threads = 2;  // of the event loop; it never blocks
  size_t max_connections = 1024;
  size_t max_message_bytes = 4 << 20;               // of one request message, as gRPC's own limit
  absl::Duration idle_timeout = absl::Seconds(75);  // of a connection between requests
  absl::Duration default_deadline =
      absl::Seconds(30);   // of a unary call without Connect-Timeout-Ms
  std::string static_dir;  // the console's files; empty: none are served
};

class Server {
 public:
  // Listens and serves `routes`, which must outlive the server. UNAVAILABLE / LISTEN_FAILED: the
  // port is taken or not allowed.
  static absl::StatusOr<std::unique_ptr<Server>> Start(ServerOptions options,
                                                       const connect::Routes& routes);
  ~Server();

  int port() const;
  // What GET /healthz answers: 200 when true, else 503.
  void SetServing(bool serving);
  // No new connections; calls in flight end until the deadline, then they are cut. Idempotent.
  void Drain(absl::Time deadline);

 private:
  struct State;
  Server();
  std::shared_ptr<State> state_;
  std::vector<std::thread> threads_;
};

}  // namespace kefu::gateway::http
