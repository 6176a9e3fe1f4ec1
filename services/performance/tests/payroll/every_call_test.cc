// What holds for every call of PayrollService, and for the payroll calls of PerformanceService,
// alike.
#include "common/testing/every_call.h"
#include "services/performance/tests/payroll/payroll_fixture.h"

namespace kefu::performance {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;

const std::vector<CallRow>& Rows() {
  static const auto& rows = *new std::vector<CallRow>{
      {"CreatePayPlan", "plan { shop_id: 's' display_name: 'n~' currency_code: 'CNY' }",
       Other::kUnrelated},
      {"GetPayPlan", "pay_plan_id: '$PLAN'", Other::kNotFound},
      {"ListPayPlans", "", Other::kEmpty},
      {"GetStatement", "shop_id: 's' year: 2024 month: 11 agent_id: 'a'", Other::kUnrelated},
      {"ListStatements", "shop_id: 's'", Other::kUnrelated},
      {"ExplainStatementLine", "shop_id: 's' year: 2024 month: 11 agent_id: 'a' line_number: 1",
       Other::kUnrelated},
      {"AddPayEntry",
       "entry { shop_id: 's' agent_id: 'a' reason: 'r~' amount { currency_code: 'CNY' minor_units: "
       "1"
       " } }",
       Other::kUnrelated},
      {"ListPayEntries", "shop_id: 's'", Other::kUnrelated},
      {"ListPeriods", "shop_id: 's'", Other::kUnrelated},
      {"VerifyPeriod", "shop_id: 's' year: 2024 month: 10", Other::kUnrelated},
  };
  return rows;
}
const std::vector<CallRow>& PerformanceRows() {
  static const auto& rows = *new std::vector<CallRow>{
      {"ComputePayroll", "shop_id: 's' year: 2024 month: 11", Other::kUnrelated},
      {"SimulatePayroll", "shop_id: 's' year: 2024 month: 11 pay_plan_id: 'shipped:growth'",
       Other::kUnrelated},
      {"ClosePeriod", "shop_id: 's' year: 2024 month: 11 # ~\n", Other::kUnrelated},
  };
  return rows;
}

class EveryPayCallTest : public PayrollTest {
 protected:
  // October closed, November open.
  void FreshWorld() {
    Db().Clear();
    hired_.clear();
    ASSERT_OK(Call(&Stub::ConfigureShop,
                   "settings { shop_id: 's' time_zone: 'Asia/Shanghai' currency_code: 'CNY' }"));
    ASSERT_OK(Sell("old", "a", 10'000, -20));
    ASSERT_OK(Sell("new", "a", 10'000));
    ASSERT_OK_AND_ASSIGN(const auto plan,
                         Plan(SimplePlan("effective_from { year: 2024 month: 10 day: 1 }")));
    plan_ = plan.pay_plan_id();
    ASSERT_OK(Close("shop_id: 's' year: 2024 month: 10 "));
  }
  std::string Fill(std::string text) const {
    if (const size_t at = text.find("$PLAN"); at != std::string::npos) text.replace(at, 5, plan_);
    return text;
  }

  // Both services' calls.
  template <class F>
  void Each(F check) {
    for (const CallRow& row : Rows()) check(calls_rpc_, row);
    for (const CallRow& row : PerformanceRows()) check(performance_rpc_, row);
  }

  std::string plan_;
  const EveryCall calls_rpc_{"kefu.performance.v1.PayrollService", host_.channel(),
                             [this](std::string text) { return Fill(std::move(text)); }};
  const EveryCall performance_rpc_{"kefu.performance.v1.PerformanceService", host_.channel(),
                                   [this](std::string text) { return Fill(std::move(text)); }};
};

TEST_F(EveryPayCallTest, TheTableNamesEveryMethod) { calls_rpc_.CheckTable(Rows()); }

TEST_F(EveryPayCallTest, SucceedsForItsOrganizationAndTellsOfWrites) {
  FreshWorld();
  const std::string events = "SELECT COUNT(*) FROM outbox WHERE type LIKE 'kefu.performance.%'";
  Each([&](const EveryCall& calls, const CallRow& row) {
    const int64_t before = Db().Count(events);
    EXPECT_OK(calls.Do(row, As("org-a"))) << row.method;
    EXPECT_EQ(Db().Count(events) > before, row.is_write()) << row.method;
  });
}

TEST_F(EveryPayCallTest, AnotherOrganizationSeesNothing) {
  FreshWorld();
  Each([&](const EveryCall& calls, const CallRow& row) {
    if (row.other != Other::kUnrelated) return calls.CheckStranger(row, As("org-b"));
    // Its own organization has no such shop.
    EXPECT_THAT(calls.Do(row, As("org-b")).status(), HasReason("SHOP_NOT_CONFIGURED"))
        << row.method;
  });
}

TEST_F(EveryPayCallTest, RefusesAnEmptyRequestWithItsFaults) {
  Each([&](const EveryCall& calls, const CallRow& row) {
    // These list the organization's, or begin with it.
    if (row.method.starts_with("List") || row.method == "CreatePayPlan") return;
    calls.CheckEmptyRequest(row, As("org-a"));
  });
}

TEST_F(EveryPayCallTest, IsForThoseWhoAnswerForPay) {
  FreshWorld();
  Each([&](const EveryCall& calls, const CallRow& row) {
    for (const auth::Role role : {auth::Role::kAgent, auth::Role::kTeamLead,
                                  auth::Role::kSupervisor, auth::Role::kWarehouseOperator}) {
      EXPECT_THAT(calls.Do(row, host_.As("org-a", {role})).status(), HasReason("PERMISSION_DENIED"))
          << row.method;
    }
    EXPECT_THAT(calls
                    .Do(row, host_.AsBase("base", {auth::Role::kBaseManager},
                                          {{"org-a", "s", "contract", kDay - 10, kDay + 100}}))
                    .status(),
                HasReason("PERMISSION_DENIED"))
        << row.method;
  });
}

TEST_F(EveryPayCallTest, AWriteIsReplayedAndItsIdNotReused) {
  int number = 0;
  Each([&](const EveryCall& calls, const CallRow& row) {
    if (!row.is_write()) return;
    FreshWorld();
    const std::string id = fmt::format("id-{}", ++number);
    calls.CheckReplay(row, id, As("org-a"), Db(), clock_);
    const CallRow& other = Rows()[row.method == "CreatePayPlan" ? 6 : 0];
    EXPECT_THAT(calls_rpc_.Do(other, *calls_rpc_.Request(other, "3", id), As("org-a")).status(),
                HasReason("REQUEST_ID_REUSED"))
        << row.method;
  });
}

TEST_F(EveryPayCallTest, PageSizesAndTokensAreChecked) {
  FreshWorld();
  Each([&](const EveryCall& calls, const CallRow& row) { calls.CheckPages(row, As("org-a")); });
}

}  // namespace
}  // namespace kefu::performance
