// kefu-bench-scale: how much longer calls take when a warehouse holds a hundred times the stock.
// Two kefu-warehouse processes on one server, one schema each: the reference network with all SKUs
// and rows, and the same network with a hundredth of both. A case's value is the mean time of a
// call on the large one, its baseline that on the small one, its ratio the growth. Both caches may
// hold all stock and are filled before; exact cases pass them by. Nodes of every tier are verified
// against their ledger before the first call and after the last.
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

// The cache is cut into parts by key, which do not fill up evenly.
constexpr int64_t kSpare = 2;

struct Options {
  StockPlan plan;
  int divisor = 100;
  int rounds = 5, callers = 4;
  double seconds = 5;
  int pool_gb = 4;
  int64_t cache_rows = 0;  // 0: all stock
};

struct Side {
  RunningService service;
  StockPlan plan;
};

absl::StatusOr<Side> MakeSide(Environment& environment, std::string_view suffix,
                              const StockPlan& plan, int64_t cache_rows) {
  ASSIGN_OR_RETURN(
      RunningService service,
      environment.StartService("warehouse", suffix, {"--cache-rows", std::to_string(cache_rows)}));
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

// A node of each tier: its whole chain, and its stock against it.
absl::Status Verify(const Side& side, const std::string& token) {
  const StockPlan& plan = side.plan;
  fmt::print(stderr, "verifying the ledger of a node of each tier\n");
  for (const int node : {0, plan.centres, plan.centres + plan.cities, plan.nodes() - 1}) {
    RETURN_IF_ERROR(VerifyBooks(side.service.target, token, NodeId(node)));
  }
  return absl::OkStatus();
}

absl::Status Bench(const Options& options) {
  StockPlan small_plan = options.plan;
  small_plan.skus /= options.divisor;
  small_plan.rows /= options.divisor;
  RETURN_IF_ERROR(CheckPlan(options.plan));
  RETURN_IF_ERROR(CheckPlan(small_plan));
  std::vector<std::string> flags = LargeDatabase(options.pool_gb, 256);
  flags.emplace_back("--innodb-sort-buffer-size=64M");
  ASSIGN_OR_RETURN(const auto environment, Environment::Start(flags));
  const int64_t cache_rows = options.cache_rows > 0
                                 ? options.cache_rows
                                 : kSpare * (options.plan.rows + options.plan.skus);
  ASSIGN_OR_RETURN(const Side small, MakeSide(*environment, "small", small_plan, cache_rows));
  ASSIGN_OR_RETURN(const Side large, MakeSide(*environment, "large", options.plan, cache_rows));
  const std::string token = environment->OwnerToken();
  for (const Side* side : {&small, &large}) RETURN_IF_ERROR(Verify(*side, token));
  const auto grow = [&](const std::string& name, const auto& caller_of) {
    return Grow(options, name, caller_of(large), caller_of(small));
  };
  const auto ask = [&](const std::string& name, Scope scope, bool exact) {
    return grow(name, [&](const Side& side) {
      return AvailabilityCaller(side.service.target, token, side.plan, scope, exact);
    });
  };
  for (const Side* side : {&small, &large}) {
    RETURN_IF_ERROR(AskOnce(side->service.target, token, side->plan));
  }
  RETURN_IF_ERROR(ask("availability_growth", Scope::kAll, false));
  RETURN_IF_ERROR(ask("availability_exact_growth", Scope::kAll, true));
  RETURN_IF_ERROR(ask("availability_network_growth", Scope::kNetwork, true));
  RETURN_IF_ERROR(ask("availability_region_growth", Scope::kRegion, true));
  RETURN_IF_ERROR(grow("allocation_growth", [&](const Side& side) {
    return AllocationCaller(side.service.target, token, side.plan);
  }));
  RETURN_IF_ERROR(grow("promise_growth", [&](const Side& side) {
    return PromiseCaller(side.service.target, token, side.plan);
  }));
  RETURN_IF_ERROR(Verify(large, token));
  return VerifyBooks(small.service.target, token, "");
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
  AddPool(app, options.pool_gb);
  app.add_option("--cache-rows", options.cache_rows,
                 "Rows that each service keeps in memory; 0: all of its stock")
      ->check(CLI::Range(int64_t{0}, int64_t{1'000'000'000}))
      ->capture_default_str();
  AddRounds(app, options.rounds);
  CLI11_PARSE(app, argc, argv);
  return ExitWith("scale", Bench(options));
}

}  // namespace
}  // namespace kefu::bench

int main(int argc, char** argv) { return kefu::bench::Main(argc, argv); }
