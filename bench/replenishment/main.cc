// kefu-bench-replenishment: plans from demand up to the end of a month by a kefu-warehouse process
// (ImportDemand, SetReplenishmentPolicy, PlanReplenishment over gRPC), then sells the next month
// day by day, against the rule "order last month's sales" placed on its first day. Both rules start
// with the same stock and have the same lead time; demand that finds no stock is lost. Prints a
// table to stderr and one JSON line per rule to stdout.
#include <grpcpp/grpcpp.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "absl/time/clock.h"
#include "bench/harness/compare.h"
#include "bench/harness/environment.h"
#include "bench/replenishment/backtest.h"
#include "common/convert/fields.h"
#include "common/rpc/client.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "kefu/warehouse/v1/replenishment.grpc.pb.h"
#include "kefu/warehouse/v1/warehouse_service.grpc.pb.h"

namespace kefu::bench {
namespace {

namespace v1 = warehouse::v1;
using Levels = std::map<std::string, Rule::Level>;

constexpr int kRowsPerMessage = 5'000;
constexpr int kDays = 30;
constexpr int kReplanDays = 7;

struct Options {
  std::string data;
  int lead_days = 3;
  int service_bps = 0;  // 0: the shipped levels of A, B, C
  int opening_days = 7;
  double campaign_uplift = 2;
  int categories = 60;  // made up
  bool check = false;
};

class Service {
 public:
  Service(const std::string& target, std::string token) {
    const auto channel = grpc::CreateChannel(target, grpc::InsecureChannelCredentials());
    warehouse_ = v1::WarehouseService::NewStub(channel);
    replenishment_ = v1::ReplenishmentService::NewStub(channel);
    call_.token = std::move(token);
    call_.timeout = absl::Minutes(10);
  }

  // Demand of the days, all categories.
  absl::StatusOr<int64_t> Import(const std::vector<Category>& categories, absl::CivilDay first,
                                 absl::CivilDay last) {
    grpc::ClientContext context;
    rpc::Prepare(call_, context);
    v1::ImportDemandResponse response;
    const auto writer = replenishment_->ImportDemand(&context, &response);
    v1::ImportDemandRequest message;
    message.set_series_kind(v1::SERIES_KIND_CATEGORY);
    for (const Category& category : categories) {
      for (const auto& [day, quantity] : category.sales) {
        if (day < first || day > last) continue;
        auto* row = message.add_rows();
        row->set_series_id(category.id);
        *row->mutable_date() = convert::ToProto(day);
        row->set_quantity(quantity);
        if (message.rows_size() < kRowsPerMessage) continue;
        writer->Write(message);
        message.Clear();
      }
    }
    writer->Write(message);
    writer->WritesDone();
    const grpc::Status status = writer->Finish();
    if (!status.ok()) return rpc::FromGrpc(status);
    if (response.error_count() > 0) {
      return absl::InternalError(fmt::format("{} rows refused, first: {}", response.error_count(),
                                             response.errors(0).description()));
    }
    return response.row_count();
  }

  // The shipped policy with this lead time.
  absl::Status SetPolicy(const Options& options) {
    ASSIGN_OR_RETURN(
        v1::ReplenishmentPolicy policy,
        rpc::Call(*replenishment_, &v1::ReplenishmentService::Stub::GetReplenishmentPolicy,
                  v1::GetReplenishmentPolicyRequest(), call_));
    policy.set_lead_time_mean_days(options.lead_days);
    policy.set_lead_time_standard_deviation_days(0);
    if (options.service_bps > 0) {
      policy.set_a_service_bps(options.service_bps);
      policy.set_b_service_bps(options.service_bps);
      policy.set_c_service_bps(options.service_bps);
    }
    v1::SetReplenishmentPolicyRequest request;
    *request.mutable_policy() = policy;
    return rpc::Call(*replenishment_, &v1::ReplenishmentService::Stub::SetReplenishmentPolicy,
                     request, call_)
        .status();
  }

  absl::StatusOr<Levels> Plan(absl::CivilDay as_of, const std::vector<v1::DemandEvent>& events) {
    v1::PlanReplenishmentRequest request;
    request.set_series_kind(v1::SERIES_KIND_CATEGORY);
    *request.mutable_as_of_date() = convert::ToProto(as_of);
    *request.mutable_events() = {events.begin(), events.end()};
    request.set_page_size(1'000);
    ASSIGN_OR_RETURN(
        const auto plan,
        rpc::Call(*warehouse_, &v1::WarehouseService::Stub::PlanReplenishment, request, call_));
    Levels levels;
    const auto take = [&](const auto& lines) {
      for (const auto& line : lines) {
        levels[line.series_id()] = {line.order_point(), line.order_up_to()};
      }
    };
    take(plan.lines());
    std::string token = plan.next_page_token();
    while (!token.empty()) {
      v1::ListReplenishmentLinesRequest next;
      next.set_plan_id(plan.plan().plan_id());
      next.set_page_size(1'000);
      next.set_page_token(token);
      ASSIGN_OR_RETURN(
          const auto page,
          rpc::Call(*replenishment_, &v1::ReplenishmentService::Stub::ListReplenishmentLines, next,
                    call_));
      take(page.lines());
      token = page.next_page_token();
    }
    return levels;
  }

 private:
  std::unique_ptr<v1::WarehouseService::Stub> warehouse_;
  std::unique_ptr<v1::ReplenishmentService::Stub> replenishment_;
  rpc::CallOptions call_;
};

// One rule by its name: what it would do with a category.
struct NamedRule {
  std::string name;
  std::function<Rule(const Category&)> rule;
};

Rule FromLevels(const std::vector<const Levels*>& by_day, const std::string& id) {
  Rule rule;
  for (const Levels* levels : by_day) {
    const auto level = levels->find(id);
    rule.levels.push_back(level == levels->end() ? Rule::Level{-1, 0} : level->second);
  }
  return rule;
}

Outcome Sell(const std::vector<Category>& categories, const NamedRule& rule, absl::CivilDay month,
             const Options& options, bool actual_opening) {
  Outcome total;
  const absl::CivilDay before = absl::CivilDay(absl::CivilMonth(month) - 1);
  for (const Category& category : categories) {
    const int64_t sold = SalesOf(category, before, month - 1);
    const int64_t opening = actual_opening ? std::max<int64_t>(0, category.opening_stock)
                                           : sold * options.opening_days / (month - before);
    total.Add(Simulate(category, month, kDays, opening, options.lead_days, rule.rule(category)));
  }
  return total;
}

void Report(const std::string& opening, const std::string& name, const Outcome& outcome) {
  const double stock = static_cast<double>(outcome.stock_days) / kDays;
  std::fprintf(stderr, "%-22s %-34s %9.4f %14.0f %14lld %14lld %7d\n", opening.c_str(),
               name.c_str(), outcome.fill_rate(), stock,
               static_cast<long long>(outcome.closing_stock),
               static_cast<long long>(outcome.ordered), outcome.orders);
  std::puts(nlohmann::ordered_json{{"bench", "replenishment"},
                                   {"opening_stock", opening},
                                   {"rule", name},
                                   {"demand", outcome.demand},
                                   {"served", outcome.served},
                                   {"fill_rate", outcome.fill_rate()},
                                   {"mean_stock", stock},
                                   {"closing_stock", outcome.closing_stock},
                                   {"ordered", outcome.ordered},
                                   {"orders", outcome.orders}}
                .dump()
                .c_str());
}

std::vector<v1::DemandEvent> Campaigns(const Options& options, absl::CivilDay month) {
  std::vector<v1::DemandEvent> events;
  // The shops' festival of June: its opening days and the days around the 18th.
  for (const auto& [first, last] : {std::pair{0, 2}, std::pair{14, 18}}) {
    v1::DemandEvent event;
    *event.mutable_first_date() = convert::ToProto(month + first);
    *event.mutable_last_date() = convert::ToProto(month + last);
    event.set_uplift(options.campaign_uplift);
    events.push_back(event);
  }
  return events;
}

// The rules to compare; the plans outlive them.
std::vector<NamedRule> Rules(const Options& options, absl::CivilDay month, const Levels& frozen,
                             const Levels& told, const std::vector<Levels>& weekly) {
  const absl::CivilDay before = absl::CivilDay(absl::CivilMonth(month) - 1);
  return {{"naive: last month's sales",
           [=](const Category& c) {
             return Rule{{}, SalesOf(c, before, month - 1)};
           }},
          {"plan, fixed for the month",
           [&](const Category& c) {
             return FromLevels(std::vector<const Levels*>(kDays, &frozen), c.id);
           }},
          {"plan, made anew each week",
           [&](const Category& c) {
             std::vector<const Levels*> by_day;
             for (int day = 0; day < kDays; ++day) by_day.push_back(&weekly[day / kReplanDays]);
             return FromLevels(by_day, c.id);
           }},
          {fmt::format("plan, weekly, campaign x{} told", options.campaign_uplift),
           [&](const Category& c) {
             // The plan that knows the campaign counts until it is over.
             std::vector<const Levels*> by_day;
             for (int day = 0; day < kDays; ++day) {
               const bool lifted = day <= 2 || (day >= 14 - options.lead_days && day <= 18);
               by_day.push_back(lifted ? &told : &weekly[day / kReplanDays]);
             }
             return FromLevels(by_day, c.id);
           }}};
}

absl::Status Run(const Options& options) {
  const absl::CivilDay month(2023, 6, 1);
  std::vector<Category> categories;
  if (options.data.empty()) {
    categories = MakeCategories(options.categories, month, 7);
  } else {
    ASSIGN_OR_RETURN(categories, LoadCategories(options.data, month));
  }
  ASSIGN_OR_RETURN(const auto environment, Environment::Start());
  ASSIGN_OR_RETURN(const RunningService process, environment->StartService("warehouse"));
  Service service(process.target, environment->OwnerToken());
  RETURN_IF_ERROR(service.SetPolicy(options));
  const absl::Time start = absl::Now();
  ASSIGN_OR_RETURN(const int64_t rows,
                   service.Import(categories, absl::CivilDay(2000, 1, 1), month - 1));
  const absl::Time imported = absl::Now();
  ASSIGN_OR_RETURN(const Levels frozen, service.Plan(month - 1, {}));
  const absl::Time planned = absl::Now();
  ASSIGN_OR_RETURN(const Levels told, service.Plan(month - 1, Campaigns(options, month)));
  std::vector<Levels> weekly = {frozen};
  for (int day = kReplanDays; day < kDays; day += kReplanDays) {
    RETURN_IF_ERROR(
        service.Import(categories, month + (day - kReplanDays), month + (day - 1)).status());
    ASSIGN_OR_RETURN(Levels levels, service.Plan(month + (day - 1), {}));
    weekly.push_back(std::move(levels));
  }
  std::fprintf(
      stderr,
      "%zu categories, %lld rows imported in %.1f s, planned in %.1f s; lead time %d days\n",
      categories.size(), static_cast<long long>(rows), absl::ToDoubleSeconds(imported - start),
      absl::ToDoubleSeconds(planned - imported), options.lead_days);
  const std::vector<NamedRule> rules = Rules(options, month, frozen, told, weekly);
  std::fprintf(stderr, "%-22s %-34s %9s %14s %14s %14s %7s\n", "opening stock", "rule", "fill rate",
               "mean stock", "closing stock", "ordered", "orders");
  std::vector<Outcome> lean;
  for (const bool actual : {false, true}) {
    const std::string opening =
        actual ? "as recorded" : fmt::format("{} days of last month", options.opening_days);
    for (const NamedRule& rule : rules) {
      const Outcome outcome = Sell(categories, rule, month, options, actual);
      Report(opening, rule.name, outcome);
      if (!actual) lean.push_back(outcome);
    }
  }
  // A fraction of the naive rule's stock, without giving its service away.
  if (options.check && (lean[1].fill_rate() < 0.90 || lean[3].fill_rate() < 0.97 ||
                        lean[1].stock_days * 3 > lean[0].stock_days)) {
    return absl::InternalError("the plan serves too little, or holds too much");
  }
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App program("A replenishment plan against last month's sales", "kefu-bench-replenishment");
  program.add_option("--data", options.data, "Folder of the warehouses' data; made up without")
      ->type_name("DIR");
  program.add_option("--lead-days", options.lead_days, "Days from order to arrival")
      ->check(CLI::Range(0, 60))
      ->capture_default_str();
  program.add_option("--service-bps", options.service_bps, "Service level of every class")
      ->check(CLI::Range(1, 9999));
  program.add_option("--opening-days", options.opening_days, "Opening stock in days of last month")
      ->check(CLI::Range(0, 90))
      ->capture_default_str();
  program.add_option("--uplift", options.campaign_uplift, "What a planner told of the campaign")
      ->capture_default_str();
  program.add_option("--categories", options.categories, "How many to make up")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  program.add_flag("--check", options.check, "Fail when the plan is worse than it must be");
  CLI11_PARSE(program, argc, argv);
  return ExitWith("replenishment", Run(options));
}

}  // namespace
}  // namespace kefu::bench

int main(int argc, char** argv) { return kefu::bench::Main(argc, argv); }
