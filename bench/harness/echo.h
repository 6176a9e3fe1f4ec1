// The bare gRPC echo that services are measured against.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "bench/harness/compare.h"
#include "common/app/child_process.h"

namespace kefu::bench {

inline constexpr int kCallersPerChannel = 4;

// Plain channels with connections of their own, one for every kCallersPerChannel callers.
std::vector<std::shared_ptr<grpc::Channel>> Channels(const std::string& target, int callers);

// Declares the flag by which a benchmark is told to be the echo's server; when `on` is set, main
// returns RunEchoServer().
void AddEchoServer(CLI::App& app, bool& on);

// Serves EchoService by gRPC's callback API and nothing else on a free port of 127.0.0.1, prints
// "echo listens on HOST:PORT" to stdout, and goes on until it is killed. Returns an exit code when
// it cannot listen.
int RunEchoServer();

// The echo's server as a process of its own: this program once more.
class EchoProcess {
 public:
  static absl::StatusOr<std::unique_ptr<EchoProcess>> Start();
  pid_t pid() const { return process_.pid(); }
  // Callers that send and get back that many bytes.
  Run Ask(size_t bytes, int callers, absl::Duration time) const;

 private:
  EchoProcess() : process_({"/proc/self/exe", "--echo-server"}) {}
  testing::ChildProcess process_;
  std::string target_;
};

}  // namespace kefu::bench
