// kefu-bench-cases: cases through a kefu-aftersales process, open, review, close, as transactions a
// second against the bare SQL of the same rows in a schema of its own; and the next 1,000 deadlines
// among a million open cases, found as the clock job and as ListCases find them. Every commit is on
// disk before it is answered. Client, service and database share the machine.
#include <grpcpp/grpcpp.h>
#include <signal.h>

#include <algorithm>

#include "absl/time/clock.h"
#include "bench/cases/bare.h"
#include "bench/cases/million.h"
#include "bench/harness/compare.h"
#include "bench/harness/echo.h"
#include "bench/harness/environment.h"
#include "bench/harness/load.h"
#include "common/rpc/client.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "kefu/aftersales/v1/aftersales_service.grpc.pb.h"

namespace kefu::bench {
namespace {

namespace v1 = aftersales::v1;
using Stub = v1::AftersalesService::Stub;

struct Options {
  double seconds = 3;
  int rounds = 5;
  int64_t cases = 1'000'000;
  std::vector<int> callers = {8, 16};
  int pool_gb = 2;
};

class Bench {
 public:
  static absl::StatusOr<std::unique_ptr<Bench>> Start(const Options& options) {
    std::unique_ptr<Bench> bench(new Bench(options));
    ASSIGN_OR_RETURN(bench->environment_, Environment::Start(LargeDatabase(options.pool_gb, 256)));
    ASSIGN_OR_RETURN(bench->service_, bench->environment_->StartService("aftersales"));
    // The same tables with nobody behind them.
    ASSIGN_OR_RETURN(RunningService bare, bench->environment_->StartService("aftersales", "bare"));
    bare.process->Signal(SIGTERM);
    bare.process->Wait();
    bench->call_.token = bench->environment_->OwnerToken();
    const auto stub = v1::AftersalesService::NewStub(Channels(bench->service_.target, 1).front());
    RETURN_IF_ERROR(bench->TakeItsWay(*stub));
    ASSIGN_OR_RETURN(bench->bare_, BareSql::Start(bench->service_.database, bare.database,
                                                  *std::ranges::max_element(options.callers)));
    return bench;
  }

  absl::Status Measure() {
    for (const int callers : options_.callers) {
      RETURN_IF_ERROR(Compare({.bench = "cases",
                               .name = "case_flow_vs_sql",
                               .callers = callers,
                               .unit = "transactions/s",
                               .baseline = "the same rows in SQL"},
                              options_.rounds, Flow(callers), bare_->Flow(callers, time_)));
    }
    ASSIGN_OR_RETURN(const auto million, Million::Fill(service_.database, options_.cases));
    const auto next_due = [&](std::string name, Run run) {
      return Compare({.bench = "cases",
                      .name = std::move(name),
                      .callers = 1,
                      .unit = "looks/s",
                      .baseline = "their ids by SQL"},
                     options_.rounds, run, million->Bare(time_));
    };
    RETURN_IF_ERROR(next_due("next_1000_due_claimed", million->Claim(time_)));
    RETURN_IF_ERROR(next_due("next_1000_due_listed", million->List(time_)));
    return absl::OkStatus();
  }

 private:
  explicit Bench(const Options& options)
      : options_(options), time_(absl::Seconds(options.seconds)) {}

  // One case: three transactions.
  absl::Status TakeItsWay(Stub& stub) const {
    v1::OpenCaseRequest open;
    v1::Case& asked = *open.mutable_case_();
    asked.set_shop_id("shop-1");
    asked.set_kind(v1::CASE_KIND_SERVICE_COMPLAINT);
    asked.set_channel(v1::CASE_CHANNEL_CHAT);
    asked.set_customer_id("customer-1");
    asked.set_problem("客服态度不好");
    ASSIGN_OR_RETURN(const v1::Case opened, rpc::Call(stub, &Stub::OpenCase, open, call_));
    v1::ReviewCaseRequest review;
    review.set_case_id(opened.case_id());
    review.set_result(v1::REVIEW_RESULT_REJECTED);
    review.set_note("查无此事");
    RETURN_IF_ERROR(rpc::Call(stub, &Stub::ReviewCase, review, call_).status());
    v1::CloseCaseRequest close;
    close.set_case_id(opened.case_id());
    return rpc::Call(stub, &Stub::CloseCase, close, call_).status();
  }

  Run Flow(int callers) const {
    auto channels = Channels(service_.target, callers);
    return [this, channels, callers]() -> absl::StatusOr<Sample> {
      ASSIGN_OR_RETURN(Sample sample,
                       RunCallers(callers, time_, [&](int n) -> std::function<absl::Status()> {
                         auto stub = std::shared_ptr<Stub>(
                             v1::AftersalesService::NewStub(channels[n / kCallersPerChannel]));
                         return [this, stub] { return TakeItsWay(*stub); };
                       }));
      sample.per_second *= kSteps;
      return sample;
    };
  }

  const Options options_;
  const absl::Duration time_;
  std::unique_ptr<Environment> environment_;
  RunningService service_;
  rpc::CallOptions call_;
  std::unique_ptr<BareSql> bare_;
};

absl::Status RunAll(const Options& options) {
  ASSIGN_OR_RETURN(const auto bench, Bench::Start(options));
  return bench->Measure();
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app(
      "Cases per second against bare SQL, and the next deadlines of a million open cases.");
  app.add_option("--seconds", options.seconds, "Length of one run")
      ->check(CLI::Range(0.01, 3600.0))
      ->capture_default_str();
  app.add_option("--open-cases", options.cases, "Open cases among which the next due are found")
      ->check(CLI::Range(2 * kNextDue, 100'000'000))
      ->capture_default_str();
  app.add_option("--callers", options.callers, "Callers at once, several with commas between")
      ->delimiter(',')
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  AddPool(app, options.pool_gb);
  AddRounds(app, options.rounds);
  CLI11_PARSE(app, argc, argv);
  return ExitWith("cases", RunAll(options));
}

}  // namespace
}  // namespace kefu::bench

int main(int argc, char** argv) { return kefu::bench::Main(argc, argv); }
