// Contracts with a base, and what performance tells of it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "common/convert/fields.h"
#include "kefu/performance/v1/events.pb.h"
#include "kefu/performance/v1/weeks.pb.h"
#include "kefu/staffing/v1/contracts.grpc.pb.h"
#include "services/staffing/handlers/performance_events.h"
#include "services/staffing/tests/fixture.h"

namespace kefu::staffing {

using performance::v1::MonthReported;
using performance::v1::ReportRow;
using performance::v1::WeekReported;

// Two agents of base-1 and one of the merchant's own; the day is 2026-02-20, and January is told.
class ContractTest : public StaffingTest {
 protected:
  explicit ContractTest(int pool_size = 8)
      : StaffingTest(pool_size), contracts_(v1::ContractService::NewStub(host_.channel())) {}
  void SetUp() override {
    clock_.Set(testing::FakeClock().Now());
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    for (const char* name : {"$B1", "$B2"}) {
      ASSERT_OK_AND_ASSIGN(const v1::Agent agent,
                           Call(&v1::StaffingService::Stub::CreateAgent,
                                R"pb(agent {
                                       display_name: "基地小王"
                                       employment: EMPLOYMENT_BASE
                                       base_id: "base-1"
                                       hire_date { year: 2025 month: 6 day: 1 }
                                     })pb"));
      world_[name] = agent.agent_id();
    }
    clock_.Advance(absl::Hours(24) * 36);
  }

  rpc::CallOptions OfAService() {
    auth::Principal principal;
    principal.subject = "kefu-test";
    principal.roles = {auth::Role::kService};
    return {.token = host_.tokens().Sign(std::move(principal), absl::Hours(24) * 400)};
  }
  rpc::CallOptions Owner(std::string_view org = "org-a") {
    return {.token = host_.tokens().Token(org, {auth::Role::kOwner}, {}, "tester",
                                          absl::Hours(24) * 400)};
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Do(grpc::Status (v1::ContractService::Stub::*method)(
                                  grpc::ClientContext*, const Request&, Response*),
                              const std::string& text, std::string_view org = "org-a") {
    return rpc::Call(*contracts_, method, Parse<Request>(Fill(text)), Owner(org));
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Ask(grpc::Status (v1::StaffingService::Stub::*method)(
                                   grpc::ClientContext*, const Request&, Response*),
                               const std::string& text, std::string_view org = "org-a") {
    return Call(method, text, Owner(org));
  }

  static std::string Period(std::string_view first = "year: 2026 month: 1 day: 1",
                            std::string_view last = "year: 2026 month: 12 day: 31") {
    return fmt::format(" period {{ start_date {{ {} }} end_date {{ {} }} }} ", first, last);
  }
  static constexpr char kSeats[] = " price { model: PRICE_MODEL_SEATS_AND_COMMISSION seats: 2 } ";
  static constexpr char kReplyRate[] =
      R"( levels { metric_id: "reply_rate" bound: SERVICE_BOUND_AT_LEAST limit_millionths: 900000
                   penalty { amount { currency_code: "CNY" minor_units: 10000 } bps: 500 } } )";
  static std::string Base(const std::string& more) {
    return R"(contract { kind: CONTRACT_KIND_BASE base_id: "base-1" display_name: "合肥基地"
                         shop_ids: "$SHOP1" )" +
           more + " }";
  }
  absl::StatusOr<v1::Contract> Make(const std::string& more) {
    auto contract = Ask(&v1::StaffingService::Stub::CreateContract, Base(more));
    if (contract.ok()) world_["$CONTRACT"] = contract->contract_id();
    return contract;
  }

  // A shop's month or week as performance tells it: per agent (replied, consulted, sales, refunds),
  // of months all on one day.
  struct AgentFigures {
    std::string agent;
    int64_t replied, consulted, sales, refunds;
    int day = 1;
  };
  static void Put(ReportRow& row, const AgentFigures& figures) {
    const auto add = [&](const char* id, performance::v1::MetricUnit unit, int64_t numerator,
                         int64_t denominator) {
      auto* value = row.add_values();
      value->set_metric_id(id);
      value->set_unit(unit);
      value->set_numerator(numerator);
      value->set_denominator(denominator);
    };
    add("reply_rate", performance::v1::METRIC_UNIT_RATIO, figures.replied, figures.consulted);
    add("satisfaction", performance::v1::METRIC_UNIT_MEAN, figures.replied * 4, figures.replied);
    add("sales", performance::v1::METRIC_UNIT_MONEY, figures.sales, 0);
    add("refunds", performance::v1::METRIC_UNIT_MONEY, figures.refunds, 0);
  }
  // Satisfaction is told by the month alone.
  static void PutDay(MonthReported& to, const AgentFigures& figures) {
    if (to.day_metric_ids().empty()) {
      for (const char* id : {"reply_rate", "sales", "refunds"}) to.add_day_metric_ids(id);
    }
    auto& day = *to.mutable_agents()->rbegin()->add_days();
    const absl::CivilDay month = kefu::convert::FromProto(to.period().start_date());
    *day.mutable_day() = kefu::convert::ToProto(month + (figures.day - 1));
    for (const int64_t each : {figures.replied, figures.sales, figures.refunds}) {
      day.add_numerators(each);
    }
    for (const int64_t each : {figures.consulted, int64_t{0}, int64_t{0}}) {
      day.add_denominators(each);
    }
  }
  template <class Event, class Add>
  void Tell(const std::string& shop, absl::CivilDay first, absl::CivilDay last,
            const std::vector<AgentFigures>& agents, int version, bool is_last, Add add) {
    Event reported;
    reported.set_report_id(fmt::format("report-{}", version));
    reported.set_shop_id(Fill(shop));
    reported.set_version(version);
    *reported.mutable_period()->mutable_start_date() = kefu::convert::ToProto(first);
    *reported.mutable_period()->mutable_end_date() = kefu::convert::ToProto(last);
    AgentFigures total{};
    for (const AgentFigures& each : agents) {
      ReportRow& row = add(reported);
      row.set_row_id(Fill(each.agent));
      Put(row, each);
      if constexpr (std::is_same_v<Event, MonthReported>) PutDay(reported, each);
      total = {"", total.replied + each.replied, total.consulted + each.consulted,
               total.sales + each.sales, total.refunds + each.refunds};
    }
    Put(*reported.mutable_shop(), total);
    reported.set_last(is_last);
    common::v1::Event event;
    event.set_org_id("org-a");
    *event.mutable_create_time() = kefu::convert::ToProto(clock_.Now());
    event.mutable_payload()->PackFrom(reported);
    ASSERT_OK(database_->RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) {
      return ApplyPerformanceEvent({*database_, ids_, [] {}}, t, event);
    }));
  }
  void Report(const std::string& shop, const std::vector<AgentFigures>& agents, int version = 1,
              int month = 1, bool is_last = true) {
    Tell<MonthReported>(
        shop, absl::CivilDay(2026, month, 1), absl::CivilDay(2026, month + 1, 1) - 1, agents,
        version, is_last,
        [](MonthReported& to) -> ReportRow& { return *to.add_agents()->mutable_month(); });
  }
  void ReportWeek(absl::CivilDay monday, const std::vector<AgentFigures>& agents, int version = 1) {
    Tell<WeekReported>("$SHOP1", monday, monday + 6, agents, version, /*is_last=*/true,
                       [](WeekReported& to) -> ReportRow& { return *to.add_agents(); });
  }
  // Own staff answers well, the base's agents 85 of 100.
  void ReportJanuary(int version = 1) {
    Report("$SHOP1",
           {{"$AGENT", 100, 100, 900'000'00, 0},
            {"$B1", 45, 50, 30'000'00, 1'000'00},
            {"$B2", 40, 50, 20'000'50, 0}},
           version);
  }
  static constexpr char kJanuary[] =
      R"(contract_id: "$CONTRACT" month { year: 2026 month: 1 day: 15 })";

  std::unique_ptr<v1::ContractService::Stub> contracts_;
};

}  // namespace kefu::staffing
