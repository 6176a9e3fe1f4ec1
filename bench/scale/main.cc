// kefu-bench-scale: how much longer calls take when a warehouse holds a hundred times the stock.
// Two kefu-warehouse processes on one server, one schema each: the reference network with all SKUs
// and rows, and the same network with a hundredth of both. A case's value is the mean time of a
// call on the large one, its baseline that on the small one, its ratio the growth.
#include <cstdio>

#include "bench/harness/compare.h"
#include "bench/harness/environment.h"
#include "bench/harness/load.h"
#include "bench/scale/calls.h"
#include "bench/scale/stock.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"

namespace kefu::bench {
namespace {

struct Options {
  StockPlan plan;
  int divisor = 100;
  int rounds = 5, callers = 4;
  double seconds = 5;
  int pool_gb = 4;
};

struct Side {
  RunningService service;
  StockPlan plan;
};

absl::StatusOr<Side> MakeSide(Environment& environment, std::string_view suffix,
                              const StockPlan& plan) {
  ASSIGN_OR_RETURN(RunningService service, environment.StartService("warehouse", suffix));
  db::DatabaseOptions options = service.database;
  options.local_infile = true;
  options.max_operation = absl::Hours(1);
  ASSIGN_OR_RETURN(const auto database, db::Database::Open(options));
  RETURN_IF_ERROR(WriteStock(*database, plan));
  return Side{std::move(service), plan};
}

// Mean microseconds of a call.
Run Timed(const Options& options, const MakeCaller& callers) {
  return [&options, callers]() -> absl::StatusOr<Sample> {
    ASSIGN_OR_RETURN(Sample sample,
                     RunCallers(options.callers, absl::Seconds(options.seconds), callers));
    int64_t sum = 0;
    for (const int64_t us : sample.latencies_us) sum += us;
    sample.per_second = static_cast<double>(sum) / static_cast<double>(sample.latencies_us.size());
    return sample;
  };
}

absl::Status Grow(const Options& options, const std::string& name, const MakeCaller& large,
                  const MakeCaller& small) {
  return Compare(
      {.bench = "scale",
       .name = name,
       .callers = options.callers,
       .unit = "us/call",
       .baseline = fmt::format("the same calls on a 1/{} of the stock", options.divisor)},
      options.rounds, Timed(options, large), Timed(options, small));
}

absl::Status Bench(const Options& options) {
  StockPlan small_plan = options.plan;
  small_plan.skus /= options.divisor;
  small_plan.rows /= options.divisor;
  RETURN_IF_ERROR(CheckPlan(options.plan));
  RETURN_IF_ERROR(CheckPlan(small_plan));
  ASSIGN_OR_RETURN(
      const auto environment,
      Environment::Start({fmt::format("--innodb-buffer-pool-size={}G", options.pool_gb),
                          fmt::format("--innodb-log-file-size={}M", 256 * options.pool_gb),
                          "--local-infile=1"}));
  ASSIGN_OR_RETURN(const Side small, MakeSide(*environment, "small", small_plan));
  ASSIGN_OR_RETURN(const Side large, MakeSide(*environment, "large", options.plan));
  const std::string token = environment->OwnerToken();
  for (const bool exact : {false, true}) {
    const auto caller = [&](const Side& side) {
      return AvailabilityCaller(side.service.target, token, side.plan, exact);
    };
    RETURN_IF_ERROR(Grow(options, exact ? "availability_exact_growth" : "availability_growth",
                         caller(large), caller(small)));
  }
  return Grow(options, "promise_growth", PromiseCaller(large.service.target, token, large.plan),
              PromiseCaller(small.service.target, token, small.plan));
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("Time of calls on a large stock against the same on a small one.");
  app.add_option("--skus", options.plan.skus, "SKUs")->capture_default_str();
  app.add_option("--rows", options.plan.rows, "Rows of stock, and ledger entries")
      ->capture_default_str();
  app.add_option("--divisor", options.divisor, "How much smaller the small stock is")
      ->check(CLI::Range(2, 10'000))
      ->capture_default_str();
  app.add_option("--callers", options.callers, "Callers at once")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "Length of a run")->capture_default_str();
  app.add_option("--pool-gb", options.pool_gb, "Buffer pool of the database, GB")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  AddRounds(app, options.rounds);
  CLI11_PARSE(app, argc, argv);
  const absl::Status status = Bench(options);
  if (status.ok()) return 0;
  fmt::print(stderr, "kefu-bench-scale: {}\n", status.ToString());
  return 1;
}

}  // namespace
}  // namespace kefu::bench

int main(int argc, char** argv) { return kefu::bench::Main(argc, argv); }
