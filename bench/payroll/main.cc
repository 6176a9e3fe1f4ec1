// kefu-bench-payroll: what a month of pay costs in a shop of 1,000 agents with a year of closed
// months, all of which late facts may still change. One kefu-performance process on a server that
// puts every commit on disk.
//   payroll_month
//       all statements of the open month through gRPC, against base pay, unpaid time, overtime and
//       commission alone of the same months by GROUP BY over plain tables, in which sales have
//       their agents; what both tell of these must agree
//   statement
//       one agent's statement of the open month, against the same GROUP BY
//   close_month
//       closing the open month, against the same GROUP BY; it is verified afterwards
//   simulate_year
//       the year under the plan of old, against the GROUP BY once for each month and plan
#include <cstdio>
#include <numeric>

#include "absl/time/clock.h"
#include "bench/harness/compare.h"
#include "bench/harness/environment.h"
#include "bench/payroll/plain.h"
#include "bench/payroll/service.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"

namespace kefu::bench {
namespace {

namespace v1 = performance::v1;

struct Options {
  YearPlan plan;
  int calls = 10, pool_gb = 2;
};

class Bench {
 public:
  explicit Bench(const Options& options)
      : options_(options), open_(kFirstMonth + (options.plan.months - 1)) {}

  absl::Status Run() {
    ASSIGN_OR_RETURN(const auto environment,
                     Environment::Start(LargeDatabase(options_.pool_gb, 512)));
    ASSIGN_OR_RETURN(service_, PayService::Start(*environment));
    db::DatabaseOptions database_options = service_->database();
    database_options.local_infile = true;
    database_options.max_operation = absl::Hours(1);
    ASSIGN_OR_RETURN(const auto database, db::Database::Open(database_options));
    plain_ = std::make_unique<PlainPay>(*database);
    RETURN_IF_ERROR(plain_->Create());
    RETURN_IF_ERROR(service_->Configure(options_.plan));
    RETURN_IF_ERROR(Year());
    RETURN_IF_ERROR(Plain());
    RETURN_IF_ERROR(Payrolls());
    RETURN_IF_ERROR(Statements());
    RETURN_IF_ERROR(Closing());
    return Simulations();
  }

 private:
  // Closes every month but the last, as time goes by.
  absl::Status Year() {
    for (int month = 0; month < options_.plan.months; ++month) {
      const MonthOfFacts facts = MakeMonth(options_.plan, month);
      const absl::Time start = absl::Now();
      RETURN_IF_ERROR(service_->Import(facts));
      RETURN_IF_ERROR(plain_->Load(facts));
      const absl::Time imported = absl::Now();
      if (month + 1 < options_.plan.months) RETURN_IF_ERROR(service_->Close(kFirstMonth + month));
      fmt::print(stderr, "  month {}: imported in {:.1f} s, closed in {:.2f} s\n", month + 1,
                 absl::ToDoubleSeconds(imported - start),
                 absl::ToDoubleSeconds(absl::Now() - imported));
    }
    return absl::OkStatus();
  }

  absl::Status Plain() {
    for (int run = 0; run < kLeastRounds; ++run) {
      const absl::Time start = absl::Now();
      ASSIGN_OR_RETURN(paid_, plain_->Month(kFirstMonth, open_));
      plain_time_ += (absl::Now() - start) / kLeastRounds;
    }
    return absl::OkStatus();
  }

  absl::Status CheckSame(const std::vector<v1::Statement>& statements) const {
    std::map<std::string, int64_t> paid;
    int64_t bytes = 0;
    for (const v1::Statement& statement : statements) {
      bytes += static_cast<int64_t>(statement.ByteSizeLong());
      for (const v1::PayLine& line : statement.lines()) {
        if (line.kind() != v1::PAY_LINE_KIND_BASE && line.kind() != v1::PAY_LINE_KIND_UNPAID_TIME &&
            line.kind() != v1::PAY_LINE_KIND_OVERTIME &&
            line.kind() != v1::PAY_LINE_KIND_COMMISSION) {
          continue;
        }
        paid[statement.agent_id()] += line.amount().minor_units();
      }
    }
    fmt::print(stderr, "  {} statements of {} bytes\n", statements.size(), bytes);
    return paid == paid_ ? absl::OkStatus() : absl::InternalError("SQL pays something else");
  }

  // Times of one call after another, after one to warm up.
  template <class Call>
  absl::Status Measure(const std::string& name, int calls, int baseline_times, const Call& call) {
    RETURN_IF_ERROR(call(0));
    std::vector<int64_t> times;
    for (int i = 1; i <= calls; ++i) {
      const absl::Time start = absl::Now();
      RETURN_IF_ERROR(call(i));
      times.push_back(absl::ToInt64Microseconds(absl::Now() - start));
    }
    return PrintTimes(name, times, baseline_times);
  }

  absl::Status PrintTimes(const std::string& name, const std::vector<int64_t>& times,
                          int baseline_times) const {
    const auto sum = static_cast<double>(std::reduce(times.begin(), times.end()));
    return Print({.bench = "payroll",
                  .name = name,
                  .unit = "calls/hour",
                  .baseline = "GROUP BY of wages and commission alone over plain tables"},
                 static_cast<double>(times.size()) * 3.6e9 / sum, times,
                 1 / absl::ToDoubleHours(plain_time_ * baseline_times));
  }

  absl::Status Payrolls() {
    return Measure("payroll_month", options_.calls, 1, [&](int) -> absl::Status {
      ASSIGN_OR_RETURN(const auto statements, service_->Payroll(open_));
      return CheckSame(statements);
    });
  }

  absl::Status Statements() {
    return Measure("statement", options_.calls, 1, [&](int call) {
      return service_->Statement(open_, AgentId(call * 7 % options_.plan.agents)).status();
    });
  }

  absl::Status Closing() {
    const absl::Time start = absl::Now();
    RETURN_IF_ERROR(service_->Close(open_));
    const int64_t time = absl::ToInt64Microseconds(absl::Now() - start);
    RETURN_IF_ERROR(service_->Verify(open_));
    return PrintTimes("close_month", {time}, 1);
  }

  absl::Status Simulations() {
    const int months = options_.plan.months - 1;
    return Measure("simulate_year", 1, 2 * months, [&](int) -> absl::Status {
      ASSIGN_OR_RETURN(const auto answer, service_->Simulate(kFirstMonth, months));
      if (answer.people_size() == options_.plan.agents) return absl::OkStatus();
      return absl::InternalError("a simulation without everybody");
    });
  }

  const Options options_;
  const absl::CivilMonth open_;
  std::unique_ptr<PayService> service_;
  std::unique_ptr<PlainPay> plain_;
  std::map<std::string, int64_t> paid_;  // by SQL in the open month
  absl::Duration plain_time_;
};

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("A month of pay with a year of closed months behind it, against plain SQL.");
  app.add_option("--agents", options.plan.agents, "Agents who are paid")
      ->check(CLI::Range(1, 9999))
      ->capture_default_str();
  app.add_option("--months", options.plan.months, "Months from 2025-07, the last one open")
      ->check(CLI::Range(2, 13))
      ->capture_default_str();
  app.add_option("--customers", options.plan.customers, "Customers of each agent and month")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  app.add_option("--seed", options.plan.seed, "Other numbers make another year")
      ->capture_default_str();
  app.add_option("--calls", options.calls, "Questions for the month, and for a statement")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  AddPool(app, options.pool_gb);
  CLI11_PARSE(app, argc, argv);
  return ExitWith("payroll", Bench(options).Run());
}

}  // namespace
}  // namespace kefu::bench

int main(int argc, char** argv) { return kefu::bench::Main(argc, argv); }
