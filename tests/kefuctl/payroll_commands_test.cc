// kefuctl payroll through the gateway's own HTTP server.
#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>

#include <optional>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/payroll/commands.h"
#include "common/rpc/grpc_status.h"
#include "common/status/error.h"
#include "kefu/performance/v1/payroll.grpc.pb.h"
#include "kefu/performance/v1/performance_service.grpc.pb.h"
#include "tests/kefuctl/test_gateway.h"

namespace kefu::payroll {
namespace {

namespace pay = performance::v1;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::ordered_json;

template <class Message>
Message Parse(const char* text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

const pay::Statement& Sample() {
  static const auto& statement = *new pay::Statement(Parse<pay::Statement>(R"pb(
    shop_id: "s1"
    year: 2024
    month: 11
    agent_id: "a1"
    state: PAY_STATE_OPEN
    lines {
      line_number: 1
      kind: PAY_LINE_KIND_BASE
      amount { currency_code: "CNY" minor_units: 400000 }
      basis { currency_code: "CNY" minor_units: 400000 }
      quantity: 30
      first_date { year: 2024 month: 11 day: 1 }
      last_date { year: 2024 month: 11 day: 30 }
    }
    lines {
      line_number: 2
      kind: PAY_LINE_KIND_COMMISSION
      amount { currency_code: "CNY" minor_units: 150000 }
      basis { currency_code: "CNY" minor_units: 5000000 }
      rate_bps: 300
      first_date { year: 2024 month: 11 day: 1 }
      last_date { year: 2024 month: 11 day: 30 }
    }
    lines {
      line_number: 3
      kind: PAY_LINE_KIND_CONDUCT_FINE
      amount { currency_code: "CNY" minor_units: -110000 }
      not_taken { currency_code: "CNY" minor_units: 5000 }
      reference: "k1"
      first_date { year: 2024 month: 11 day: 3 }
      last_date { year: 2024 month: 11 day: 3 }
    }
    total { currency_code: "CNY" minor_units: 440000 }
    gates {
      kind: PAY_GATE_KIND_CONVERSION
      passed: true
      value { numerator: 1 denominator: 3 }
      threshold { numerator: 1 denominator: 4 }
    }
    gates {
      kind: PAY_GATE_KIND_AVERAGE_ORDER_VALUE
      value { numerator: 4000000 denominator: 80 }
      threshold { numerator: 5000050 denominator: 100 }
    })pb"));
  return statement;
}

const pay::PayPlan& SamplePlan() {
  static const auto& plan = *new pay::PayPlan(Parse<pay::PayPlan>(R"pb(
    shop_id: "s1"
    version: 3
    display_name: "autumn"
    effective_from { year: 2024 month: 11 day: 1 }
    currency_code: "CNY"
    base_pay { currency_code: "CNY" minor_units: 400000 }
    tenure {
      first_step_months: 3
      step_months: 6
      step { currency_code: "CNY" minor_units: 10000 }
    }
    commission {
      bands {
        from { currency_code: "CNY" }
        to { currency_code: "CNY" minor_units: 5000000 }
        rate_bps: 300
      }
      bands {
        from { currency_code: "CNY" minor_units: 5000000 }
        rate_bps: 500
      }
      coefficients { grade_id: "P2" coefficient_bps: 11000 }
    }
    gates {
      kind: PAY_GATE_KIND_MINIMUM_SALES
      minimum { currency_code: "CNY" minor_units: 1000000 }
    }
    gates { kind: PAY_GATE_KIND_CONVERSION }
    awards {
      period: AWARD_PERIOD_QUARTER
      metric: AWARD_METRIC_SALES
      prizes { currency_code: "CNY" minor_units: 30000 }
    }
    bonuses {
      metric: BONUS_METRIC_SATISFACTION
      bands {
        from: 450
        to: 480
        amount { currency_code: "CNY" minor_units: 20000 }
      }
    }
    corrected_months: 6)pb"));
  return plan;
}

// Three statements, one a page.
class FakePerformance final : public pay::PerformanceService::Service {
  grpc::Status ComputePayroll(grpc::ServerContext*, const pay::ComputePayrollRequest* request,
                              pay::ComputePayrollResponse* response) override {
    if (request->shop_id() == "brl") {
      return rpc::ToGrpc(FailedPrecondition("PAY_PLAN_CURRENCY", "plan", "is in CNY"));
    }
    const int number = request->page_token().empty() ? 1 : std::stoi(request->page_token());
    pay::PayPeriod& period = *response->mutable_period();
    period.set_shop_id(request->shop_id());
    period.set_year(request->year());
    period.set_month(request->month());
    period.set_state(pay::PAY_STATE_OPEN);
    period.set_pay_plan_id(request->pay_plan_id().empty() ? "shipped:growth"
                                                          : request->pay_plan_id());
    period.set_statement_count(3);
    period.set_statements_hash(std::string(64, 'a'));
    period.mutable_total()->set_currency_code("CNY");
    *period.add_left_out() = Parse<pay::PayLeftOut>(R"pb(
      year: 2023
      month: 9
      reason: PAY_LEFT_OUT_REASON_TOO_OLD
      agent_count: 2
      unpaid { currency_code: "CNY" minor_units: 1234 }
      not_taken_back { currency_code: "CNY" })pb");
    *period.add_left_out() = Parse<pay::PayLeftOut>(R"pb(
      year: 2023
      month: 8
      reason: PAY_LEFT_OUT_REASON_OLDER_RULES
      agent_count: 3
      sales { currency_code: "CNY" minor_units: 500 })pb");
    *period.add_unclosed_parts() =
        Parse<pay::PayUnclosedParts>("year: 2023 month: 10 shop_id: 's2' agent_count: 4");
    pay::Statement& statement = *response->add_statements();
    statement = Sample();
    statement.set_agent_id("a" + std::to_string(number));
    if (number < 3) response->set_next_page_token(std::to_string(number + 1));
    return grpc::Status::OK;
  }
  grpc::Status SimulatePayroll(grpc::ServerContext*, const pay::SimulatePayrollRequest* request,
                               pay::SimulatePayrollResponse* response) override {
    simulated = *request;
    *response = Parse<pay::SimulatePayrollResponse>(R"pb(
      people {
        agent_id: "a1"
        before { currency_code: "CNY" minor_units: 100000 }
        after { currency_code: "CNY" minor_units: 123400 }
        difference { currency_code: "CNY" minor_units: 23400 }
      }
      before { currency_code: "CNY" minor_units: 100000 }
      after { currency_code: "CNY" minor_units: 123400 }
      difference { currency_code: "CNY" minor_units: 23400 }
      winner_count: 1
      gini_before_bps: 1234
      gini_after_bps: 10000)pb");
    return grpc::Status::OK;
  }
  grpc::Status ClosePeriod(grpc::ServerContext*, const pay::ClosePeriodRequest* request,
                           pay::PayPeriod* response) override {
    closed = *request;
    response->set_shop_id(request->shop_id());
    response->set_state(pay::PAY_STATE_CLOSED);
    response->set_period_hash(std::string(64, 'b'));
    response->mutable_total()->set_currency_code("CNY");
    return grpc::Status::OK;
  }

 public:
  pay::SimulatePayrollRequest simulated;
  std::optional<pay::ClosePeriodRequest> closed;
};

class FakePayroll final : public pay::PayrollService::Service {
  grpc::Status GetStatement(grpc::ServerContext*, const pay::GetStatementRequest*,
                            pay::Statement* response) override {
    *response = Sample();
    return grpc::Status::OK;
  }
  grpc::Status ExplainStatementLine(grpc::ServerContext*,
                                    const pay::ExplainStatementLineRequest* request,
                                    pay::ExplainStatementLineResponse* response) override {
    *response->mutable_line() = Sample().lines(request->line_number() - 1);
    pay::PaySource& source = *response->add_sources();
    source.set_kind(pay::PAY_SOURCE_KIND_ORDER);
    source.set_source_id(request->page_token().empty() ? "order-1" : "order-2");
    source.mutable_amount()->set_currency_code("CNY");
    source.mutable_amount()->set_minor_units(75'000);
    if (request->page_token().empty()) response->set_next_page_token("more");
    return grpc::Status::OK;
  }
  grpc::Status ListPeriods(grpc::ServerContext*, const pay::ListPeriodsRequest* request,
                           pay::ListPeriodsResponse* response) override {
    pay::PayPeriod& period = *response->add_periods();
    period.set_year(2024);
    period.set_month(request->page_token().empty() ? 10 : 11);
    period.mutable_total()->set_currency_code("CNY");
    period.set_period_hash(std::string(64, 'c'));
    if (request->page_token().empty()) response->set_next_page_token("more");
    return grpc::Status::OK;
  }
  grpc::Status ListPayPlans(grpc::ServerContext*, const pay::ListPayPlansRequest* request,
                            pay::ListPayPlansResponse* response) override {
    if (request->shop_id() == "none") return grpc::Status::OK;
    *response->add_plans() = SamplePlan();
    response->mutable_plans(0)->set_pay_plan_id(request->page_token().empty() ? "p1" : "p2");
    if (request->page_token().empty() && !request->shipped()) {
      response->set_next_page_token("more");
    }
    return grpc::Status::OK;
  }
  grpc::Status GetPayPlan(grpc::ServerContext*, const pay::GetPayPlanRequest* request,
                          pay::PayPlan* response) override {
    *response = SamplePlan();
    response->set_pay_plan_id(request->pay_plan_id());
    return grpc::Status::OK;
  }
  grpc::Status VerifyPeriod(grpc::ServerContext*, const pay::VerifyPeriodRequest* request,
                            pay::VerifyPeriodResponse* response) override {
    response->set_stored_hash(std::string(64, 'c'));
    response->set_intact(request->month() == 10);
    if (!response->intact()) response->add_findings("the month stands as open");
    return grpc::Status::OK;
  }
};

class PayrollCommandsTest : public ::testing::Test {
 protected:
  PayrollCommandsTest() { staffing_.others = {"none", "brl"}; }

  std::string Run(const std::string& command_line, bool json = false) {
    return runner_.Run(command_line, json);
  }

  FakePerformance performance_;
  FakePayroll payroll_;
  kefuctl::OneShop staffing_;
  kefuctl::CommandRunner runner_{AddPayrollCommands,
                                 {{"kefu.performance.v1.PerformanceService", &performance_},
                                  {"kefu.performance.v1.PayrollService", &payroll_},
                                  {"kefu.staffing.v1.StaffingService", &staffing_}}};
  const absl::Status& status_ = runner_.status();
};

constexpr char kMonth[] = " --shop s1 --month 2024-11";

TEST_F(PayrollCommandsTest, AMonthIsReadToItsLastPage) {
  const std::string shown = Run(std::string("payroll compute") + kMonth);
  ASSERT_TRUE(status_.ok()) << status_;
  EXPECT_THAT(shown, HasSubstr("s1 2024-11  open  plan shipped:growth  total CNY 0.00"));
  EXPECT_THAT(shown,
              HasSubstr("2023-09 is too old to be corrected; agents 2, unpaid CNY 12.34, not "
                        "taken back CNY 0.00"));
  EXPECT_THAT(shown,
              HasSubstr("2023-08 was closed by older rules, and facts have changed since; now "
                        "agents 3, sales CNY 5.00"));
  EXPECT_THAT(shown, HasSubstr("of 2023-10 parts of 4 agents lie at shop s2"));
  EXPECT_THAT(
      shown,
      HasSubstr("a3     CNY 4,000.00  CNY 1,500.00      CNY 0.00  CNY -1,100.00  CNY 4,400.00"));
  const Json json = Json::parse(Run(std::string("payroll compute") + kMonth, /*json=*/true));
  EXPECT_EQ(json["statements"].size(), 3);
  EXPECT_EQ(json["statements"][2]["agent_id"], "a3");
  EXPECT_FALSE(json.contains("next_page_token"));
  EXPECT_THAT(Run("payroll compute --month 2024-11 --plan shipped:mature"),
              HasSubstr("all shops 2024-11  open  plan shipped:mature"));
}

TEST_F(PayrollCommandsTest, AStatementInBothLanguages) {
  const std::string command = std::string("payroll statement --agent a1") + kMonth;
  const std::string shown = Run(command);
  ASSERT_TRUE(status_.ok()) << status_;
  EXPECT_THAT(shown, HasSubstr("a1 2024-11  open  total CNY 4,400.00"));
  EXPECT_THAT(shown, HasSubstr("3.00%   CNY 1,500.00"));
  EXPECT_THAT(shown, HasSubstr("k1, not taken CNY 50.00"));
  EXPECT_THAT(shown, HasSubstr("33.33%"));
  EXPECT_THAT(shown, HasSubstr("CNY 500.01  not met"));
  kefuctl::SetLanguage(kefuctl::Language::kChinese);
  const std::string chinese = Run(command);
  EXPECT_THAT(chinese, HasSubstr("未关账  应发 CNY 4,400.00"));
  EXPECT_THAT(chinese, HasSubstr("提成"));
  EXPECT_THAT(chinese, HasSubstr("依法未扣 CNY 50.00"));
  EXPECT_THAT(chinese, HasSubstr("未达标"));
  const Json json = Json::parse(Run(command, /*json=*/true));
  EXPECT_EQ(json["lines"][1]["kind"], "PAY_LINE_KIND_COMMISSION");
}

TEST_F(PayrollCommandsTest, ALineLeadsToItsRows) {
  const std::string command = std::string("payroll statement --agent a1 --line 2") + kMonth;
  const std::string shown = Run(command);
  ASSERT_TRUE(status_.ok()) << status_;
  EXPECT_THAT(shown, HasSubstr("order-1"));
  EXPECT_THAT(shown, HasSubstr("order-2"));
  const Json json = Json::parse(Run(command, /*json=*/true));
  EXPECT_EQ(json["sources"].size(), 2);
}

TEST_F(PayrollCommandsTest, AnotherPlanIsTried) {
  const std::string command =
      std::string(
          "payroll simulate --plan shipped:startup --against shipped:shop-share --months 3") +
      kMonth;
  const std::string shown = Run(command);
  ASSERT_TRUE(status_.ok()) << status_;
  EXPECT_THAT(shown, HasSubstr("CNY 1,234.00  CNY 234.00"));
  EXPECT_THAT(shown, HasSubstr("winners 1   losers 0   unchanged 0\nGini 0.1234 → 1.0000"));
  EXPECT_EQ(performance_.simulated.baseline_pay_plan_id(), "shipped:shop-share");
  EXPECT_EQ(performance_.simulated.month_count(), 3);
  EXPECT_EQ(Json::parse(Run(command, /*json=*/true))["winner_count"], 1);
}

TEST_F(PayrollCommandsTest, WhatWasReadIsWhatIsClosed) {
  EXPECT_THAT(Run(std::string("payroll compute") + kMonth),
              HasSubstr("hash to close it by " + std::string(12, 'a')));
  for (const char* wrong : {"", " --hash aaaa", " --hash bbbbbbbbbbbb"}) {
    Run(std::string("payroll close") + kMonth + wrong);
    EXPECT_THAT(std::string(status_.message()), HasSubstr("--hash " + std::string(12, 'a')));
    EXPECT_FALSE(performance_.closed.has_value());
  }
  const std::string by_hash = " --hash " + std::string(12, 'a');
  EXPECT_THAT(Run(std::string("payroll close") + kMonth + by_hash), HasSubstr("closed"));
  ASSERT_TRUE(status_.ok()) << status_;
  EXPECT_EQ(performance_.closed->expected_hash(), std::string(64, 'a'));
  EXPECT_EQ(performance_.closed->month(), 11);
  // Months with the same statements, as those without any, are closed by calls of their own.
  const std::string first = performance_.closed->request_id();
  EXPECT_EQ(first.size(), 38u);
  Run("payroll close --shop s1 --month 2024-12" + by_hash);
  ASSERT_TRUE(status_.ok()) << status_;
  EXPECT_NE(performance_.closed->request_id(), first);
}

TEST_F(PayrollCommandsTest, ClosedMonthsAreListedAndVerified) {
  const std::string listed = Run("payroll periods --shop s1");
  ASSERT_TRUE(status_.ok()) << status_;
  EXPECT_THAT(listed, HasSubstr("2024-10"));
  EXPECT_THAT(listed, HasSubstr("2024-11"));
  EXPECT_THAT(listed, HasSubstr(std::string(12, 'c')));
  EXPECT_EQ(Json::parse(Run("payroll periods", /*json=*/true))["periods"].size(), 2);
  EXPECT_THAT(Run("payroll verify --shop s1 --month 2024-10"), HasSubstr("intact ccc"));
  EXPECT_TRUE(status_.ok());
  Run("payroll verify --shop s1 --month 2024-11");
  EXPECT_FALSE(status_.ok());
  EXPECT_THAT(std::string(status_.message()), HasSubstr("the month stands as open"));
}

TEST_F(PayrollCommandsTest, PlansAreListedAndShownWithTheirRules) {
  const std::string listed = Run("payroll plans --shop s1");
  ASSERT_TRUE(status_.ok()) << status_;
  EXPECT_THAT(listed, HasSubstr("p1    s1          3  2024-11-01  autumn  CNY 4,000.00  "
                                "3.00% – 5.00%      2                 6"));
  EXPECT_THAT(listed, HasSubstr("p2 "));
  EXPECT_EQ(Json::parse(Run("payroll plans", /*json=*/true))["plans"].size(), 2);
  EXPECT_THAT(Run("payroll plans --shipped"), Not(HasSubstr("p2 ")));
  EXPECT_EQ(Run("payroll plans --shop none"), "");
  EXPECT_TRUE(status_.ok());
  const std::string rules = Run("payroll plans --plan p7");
  ASSERT_TRUE(status_.ok()) << status_;
  EXPECT_THAT(rules, HasSubstr("p7    s1"));
  for (const char* row : {"tenure                from 3 months, every 6         CNY 100.00",
                          "≥ CNY 50,000.00                     5.00%", "the shop's mean",
                          "satisfaction 4.50 – 4.80", "110.00%"}) {
    EXPECT_THAT(rules, HasSubstr(row));
  }
  kefuctl::SetLanguage(kefuctl::Language::kChinese);
  EXPECT_THAT(Run("payroll plans --plan p7"), HasSubstr("季度销售额第1名"));
  EXPECT_EQ(Json::parse(Run("payroll plans --plan p7", /*json=*/true))["corrected_months"], 6);
}

TEST_F(PayrollCommandsTest, WrongInputIsToldBeforeAnythingIsAsked) {
  Run("payroll compute --shop s1 --month 2024-13");
  EXPECT_THAT(std::string(status_.message()), HasSubstr("2024-13"));
  Run("payroll simulate --shop s1 --month 2024-11");
  EXPECT_TRUE(absl::IsInvalidArgument(status_));
  Run("payroll compute --shop brl --month 2024-11");
  EXPECT_THAT(std::string(status_.message()), HasSubstr("created by PayrollService.CreatePayPlan"));
}

// The shop by its id on the platform, and people by their names.
TEST_F(PayrollCommandsTest, ShopsAndPeopleGoByTheirNames) {
  staffing_.agents["a1"] = "Amy Li";
  EXPECT_THAT(Run("payroll compute --shop jd-1 --month 2024-11"),
              ::testing::AllOf(HasSubstr("s1 2024-11"), HasSubstr("Amy Li (a1)")));
  EXPECT_TRUE(status_.ok()) << status_;
  EXPECT_THAT(Run("payroll statement --shop jd-1 --month 2024-11 --agent a1"),
              HasSubstr("Amy Li (a1) 2024-11"));
  Run("payroll compute --shop nobodys --month 2024-11");
  EXPECT_TRUE(absl::IsNotFound(status_)) << status_;
  EXPECT_THAT(std::string(status_.message()), HasSubstr("kefuctl shops lists them"));
}

}  // namespace
}  // namespace kefu::payroll
