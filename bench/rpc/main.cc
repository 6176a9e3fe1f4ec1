// kefu-bench-rpc: calls per second of a unary read through a service (kefu-warehouse
// GetAvailability, answered from its cache) against a bare gRPC echo of messages of the same size.
// Both servers are processes of their own; tokens, metrics, deadlines and trace ids are on in the
// service. The callers and their connections are the same for both; those of the service send a
// token.
#include <cstdio>

#include "bench/harness/compare.h"
#include "bench/harness/echo.h"
#include "bench/harness/environment.h"
#include "bench/harness/warehouse.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"

namespace kefu::bench {
namespace {

constexpr int kSkus = 50;
constexpr int64_t kPieces = 1000;

struct Options {
  double seconds = 2;
  int rounds = 5;
  std::vector<int> callers = {1, 8, 32};
};

absl::Status Bench(const Options& options) {
  ASSIGN_OR_RETURN(const auto environment, Environment::Start());
  ASSIGN_OR_RETURN(const auto warehouse, Warehouse::Start(*environment, kSkus, kPieces));
  ASSIGN_OR_RETURN(const size_t bytes, warehouse->WarmCache());
  ASSIGN_OR_RETURN(const auto echo, EchoProcess::Start());
  fmt::print(stderr, "messages of {} bytes on average\n", bytes);
  const absl::Duration time = absl::Seconds(options.seconds);
  for (const int callers : options.callers) {
    RETURN_IF_ERROR(Compare({.bench = "rpc",
                             .name = "unary_vs_echo",
                             .callers = callers,
                             .unit = "calls/s",
                             .baseline = "bare gRPC echo"},
                            options.rounds, warehouse->AskAvailability(callers, time),
                            echo->Ask(bytes, callers, time)));
  }
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  Options options;
  bool echo_server = false;
  CLI::App app("Calls per second of a read through a service against a bare gRPC echo.");
  app.add_option("--seconds", options.seconds, "Length of one run")
      ->check(CLI::Range(0.01, 3600.0))
      ->capture_default_str();
  app.add_option("--callers", options.callers, "Callers at once, several with commas between")
      ->delimiter(',')
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  AddRounds(app, options.rounds);
  AddEchoServer(app, echo_server);
  CLI11_PARSE(app, argc, argv);
  if (echo_server) return RunEchoServer();
  return ExitWith("rpc", Bench(options));
}

}  // namespace
}  // namespace kefu::bench

int main(int argc, char** argv) { return kefu::bench::Main(argc, argv); }
