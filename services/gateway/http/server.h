// The gateway's HTTP/1.1 entrance: Connect calls, the feed as server-sent events, files of
// evidence, health, static files.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/ids/id_generator.h"
#include "services/gateway/connect/routes.h"

namespace kefu::gateway::evidence {
class Desk;
}  // namespace kefu::gateway::evidence

namespace kefu::gateway::http {

struct ServerOptions {
  std::string host = "127.0.0.1";
  int port = 0;                        // 0 takes a free one
  int threads = 2;                     // of the event loop; it never blocks
  size_t max_connections = 1024;       // above it a connection is closed as soon as it opens
  size_t max_message_bytes = 4 << 20;  // of one request message, as gRPC's own limit
  // A connection closes when this passes between two requests, before a header or the body of a
  // unary call is whole, without a byte of a stream, or while an answer cannot be sent.
  absl::Duration idle_timeout = absl::Seconds(75);
  absl::Duration default_deadline =
      absl::Seconds(30);               // of a unary call without Connect-Timeout-Ms
  std::string static_dir;              // the console's files; empty: none are served
  evidence::Desk* evidence = nullptr;  // outlives the server; null: files of evidence are refused
};

// Thread-safe, Drain excepted. A client that goes away ends its call, and so does one that closes
// its sending side.
class Server {
 public:
  // Listens and serves `routes`, which like `ids` must outlive the server; `ids` gives the
  // request_id of writes that bring none, since the channels repeat calls that got no answer.
  // UNAVAILABLE / LISTEN_FAILED: the port is taken or not allowed. INVALID_ARGUMENT /
  // LISTEN_REFUSED: not an address.
  static absl::StatusOr<std::unique_ptr<Server>> Start(ServerOptions options,
                                                       const connect::Routes& routes,
                                                       IdGenerator& ids);
  ~Server();  // Drain(now)
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const { return port_; }
  // What GET /healthz answers: 200 when true, else 503.
  void SetServing(bool serving);
  // No new connections; waiting connections close and feeds end at once; calls in flight end until
  // the deadline, then they are cut. Returns when the last connection is gone. Idempotent.
  void Drain(absl::Time deadline);

 private:
  struct State;
  Server(ServerOptions options, const connect::Routes& routes, IdGenerator& ids);
  std::unique_ptr<State> state_;
  int port_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace kefu::gateway::http
