// kefu-bench-reserve: reservations per second through a kefu-warehouse process. Unary calls on one
// hot SKU and spread over 1,000, and reads of availability, against a bare gRPC echo of messages of
// the same size; unary calls, batches and streams against the naive transaction in SQL on the same
// database. Every commit is on disk before it is answered. Client, service and database share the
// machine. --soak runs a mixed load for long and prints the service's memory.
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>

#include "absl/time/clock.h"
#include "bench/harness/compare.h"
#include "bench/harness/echo.h"
#include "bench/harness/environment.h"
#include "bench/harness/warehouse.h"
#include "bench/reserve/callers.h"
#include "bench/reserve/naive.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"

namespace kefu::bench {
namespace {

constexpr int kSkus = 1000;
constexpr int64_t kPieces = 10'000'000;  // of each: never sold out
constexpr int kSoakSteps = 20;           // lines that a soak prints

struct Options {
  double seconds = 2;
  int rounds = 5;
  std::vector<int> callers = {8, 32, 64};
  std::vector<std::string> cases = {"unary_hot_vs_echo",  "unary_spread_vs_echo",
                                    "unary_hot_vs_naive", "batch_vs_naive",
                                    "stream_vs_naive",    "availability_vs_echo"};
  bool request_ids = false;
  int soak_seconds = 0;
};

class Bench {
 public:
  static absl::StatusOr<std::unique_ptr<Bench>> Start(const Options& options) {
    std::unique_ptr<Bench> bench(new Bench(options));
    ASSIGN_OR_RETURN(bench->environment_, Environment::Start());
    ASSIGN_OR_RETURN(bench->warehouse_, Warehouse::Start(*bench->environment_, kSkus, kPieces));
    ASSIGN_OR_RETURN(bench->echo_, EchoProcess::Start());
    ASSIGN_OR_RETURN(bench->naive_, Naive::Start(bench->warehouse_->service().database,
                                                 *std::ranges::max_element(options.callers)));
    ASSIGN_OR_RETURN(bench->reserve_bytes_, ReserveBytes(*bench->warehouse_, bench->Hot()));
    ASSIGN_OR_RETURN(bench->question_bytes_, bench->warehouse_->WarmCache());
    fmt::print(stderr, "messages of {} bytes on average for Reserve, {} for GetAvailability\n",
               bench->reserve_bytes_, bench->question_bytes_);
    return bench;
  }

  absl::Status Measure() const {
    for (const std::string& name : options_.cases) {
      for (const int callers : options_.callers) RETURN_IF_ERROR(MeasureOne(name, callers));
    }
    return absl::OkStatus();
  }

  absl::Status Soak() const {
    const int callers = options_.callers.back();
    const int step = std::max(1, options_.soak_seconds / kSoakSteps);
    for (int seconds = 0; seconds < options_.soak_seconds; seconds += step) {
      const Run run = ReserveAndSettle(*warehouse_, callers, absl::Seconds(step), Spread());
      ASSIGN_OR_RETURN(const Sample sample, run());
      const nlohmann::ordered_json line = {{"bench", "reserve"},
                                           {"case", "soak"},
                                           {"callers", callers},
                                           {"seconds", seconds + step},
                                           {"commands_per_second", std::round(sample.per_second)},
                                           {"resident_kb", ResidentKb()}};
      fmt::print("{}\n", line.dump());
      if (std::fflush(stdout) != 0) return absl::UnavailableError("stdout cannot be written");
    }
    return absl::OkStatus();
  }

 private:
  explicit Bench(const Options& options)
      : options_(options), time_(absl::Seconds(options.seconds)) {}

  ReserveOptions Hot() const { return {.request_ids = options_.request_ids}; }
  ReserveOptions Spread() const { return {.spread = true, .request_ids = options_.request_ids}; }

  absl::Status MeasureOne(const std::string& name, int callers) const {
    const bool naive = name.ends_with("_vs_naive");
    const Case what{.bench = "reserve",
                    .name = name,
                    .callers = callers,
                    .unit = naive ? "reservations/s" : "calls/s",
                    .baseline = naive ? "insert + conditional update in SQL" : "bare gRPC echo"};
    const size_t bytes = name == "availability_vs_echo" ? question_bytes_ : reserve_bytes_;
    return Compare(what, options_.rounds, Watched(Ours(name, callers)),
                   naive ? Watched(naive_->Reserve(callers, time_))
                         : Watched(echo_->Ask(bytes, callers, time_)));
  }

  Run Ours(const std::string& name, int callers) const {
    if (name == "unary_spread_vs_echo")
      return ReserveOneByOne(*warehouse_, callers, time_, Spread());
    if (name == "batch_vs_naive") return ReserveInBatches(*warehouse_, callers, time_, Hot());
    if (name == "stream_vs_naive") return ReserveByStream(*warehouse_, callers, time_, Hot());
    if (name == "availability_vs_echo") return warehouse_->AskAvailability(callers, time_);
    return ReserveOneByOne(*warehouse_, callers, time_, Hot());
  }

  // The run, telling on stderr what each operation cost in time of the processors: unlike the rate
  // it does not depend on who else uses the machine.
  Run Watched(Run run) const {
    return [this, run = std::move(run)]() -> absl::StatusOr<Sample> {
      const auto pids = {getpid(), warehouse_->service().process->pid(),
                         environment_->database_pid(), echo_->pid()};
      std::vector<double> spent;
      for (const pid_t pid : pids) spent.push_back(-CpuMicros(pid));
      const absl::Time begun = absl::Now();
      absl::StatusOr<Sample> sample = run();
      if (!sample.ok()) return sample;
      const double operations =
          sample->per_second * absl::ToDoubleSeconds(absl::Now() - begun) + 1e-9;
      size_t i = 0;
      for (const pid_t pid : pids) spent[i++] += CpuMicros(pid);
      fmt::print(stderr,
                 "    us each: client {:.1f}, service {:.1f}, database {:.1f}, echo {:.1f}\n",
                 spent[0] / operations, spent[1] / operations, spent[2] / operations,
                 spent[3] / operations);
      return sample;
    };
  }

  // User and system time of a process so far.
  static double CpuMicros(pid_t pid) {
    std::ifstream file(fmt::format("/proc/{}/stat", pid));
    std::string text((std::istreambuf_iterator<char>(file)), {});
    std::istringstream fields(text.substr(std::min(text.size(), text.rfind(')') + 1)));
    std::string skipped;
    for (int i = 3; i < 14; ++i) fields >> skipped;  // proc(5): utime and stime are fields 14, 15
    double user = 0, system = 0;
    fields >> user >> system;
    return (user + system) * 1e6 / static_cast<double>(sysconf(_SC_CLK_TCK));
  }

  int64_t ResidentKb() const {
    std::ifstream status(fmt::format("/proc/{}/status", warehouse_->service().process->pid()));
    for (std::string word; status >> word;) {
      if (word != "VmRSS:") continue;
      int64_t kb = 0;
      status >> kb;
      return kb;
    }
    return 0;
  }

  const Options options_;
  const absl::Duration time_;
  std::unique_ptr<Environment> environment_;
  std::unique_ptr<Warehouse> warehouse_;
  std::unique_ptr<EchoProcess> echo_;
  std::unique_ptr<Naive> naive_;
  size_t reserve_bytes_ = 0, question_bytes_ = 0;
};

absl::Status RunAll(const Options& options) {
  ASSIGN_OR_RETURN(const auto bench, Bench::Start(options));
  return options.soak_seconds > 0 ? bench->Soak() : bench->Measure();
}

int Main(int argc, char** argv) {
  Options options;
  bool echo_server = false;
  CLI::App app("Reservations per second through a service against a bare gRPC echo and naive SQL.");
  app.add_option("--seconds", options.seconds, "Length of one run")
      ->check(CLI::Range(0.01, 3600.0))
      ->capture_default_str();
  app.add_option("--callers", options.callers, "Callers at once, several with commas between")
      ->delimiter(',')
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  app.add_option("--cases", options.cases, "Which, several with commas between")
      ->delimiter(',')
      ->check(CLI::IsMember(options.cases))
      ->capture_default_str();
  app.add_flag("--request-ids", options.request_ids, "Every command carries a request_id");
  app.add_option("--soak", options.soak_seconds, "Run so many seconds and print resident memory")
      ->check(CLI::Range(1, 864'000));
  AddRounds(app, options.rounds);
  AddEchoServer(app, echo_server);
  CLI11_PARSE(app, argc, argv);
  if (echo_server) return RunEchoServer();
  return ExitWith("reserve", RunAll(options));
}

}  // namespace
}  // namespace kefu::bench

int main(int argc, char** argv) { return kefu::bench::Main(argc, argv); }
