// Plans, statements, their explanation, and simulations through the service.
#include <algorithm>

#include "common/testing/every_call.h"
#include "kefu/performance/v1/scorecards.grpc.pb.h"
#include "services/performance/tests/payroll/payroll_fixture.h"

namespace kefu::performance {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class StatementsTest : public PayrollTest {};

TEST_F(StatementsTest, TheShippedPlanOfTheStageHoldsWithoutAnother) {
  strangers_ = {"a"};
  ASSERT_OK(Sell("o1", "a", 100'000));
  ASSERT_OK_AND_ASSIGN(const auto startup, StatementOf("a"));
  EXPECT_EQ(startup.pay_plan_id(), "shipped:startup");
  EXPECT_EQ(startup.total().minor_units(), 400'000 + 3'000 + 10'000);  // and first in results
  EXPECT_FALSE(startup.employment_known());
  Tell<kefu::staffing::v1::ShopChanged>(
      "shop { shop_id: 's' time_zone: 'Asia/Shanghai' currency_code: 'CNY' stage: "
      "SHOP_STAGE_MATURE }");
  ASSERT_OK_AND_ASSIGN(const auto mature, StatementOf("a"));
  EXPECT_EQ(mature.pay_plan_id(), "shipped:mature");
}

TEST_F(StatementsTest, ThePlanInForceIsTheLatestOfTheShopThenOfTheOrganization) {
  ASSERT_OK(Sell("o1", "a", 60'000));
  ASSERT_OK(
      Pay(&PayStub::CreatePayPlan, fmt::format("plan {{ {} {} }}", SimplePlan(), kFromNovember)));
  EXPECT_EQ(StatementOf("a")->total().minor_units(), 300'000 + 1'500 + 500);
  ASSERT_OK_AND_ASSIGN(const auto later,
                       Plan(SimplePlan("effective_from { year: 2024 month: 12 day: 1 }")));
  ASSERT_OK_AND_ASSIGN(const auto draft, Plan(SimplePlan()));  // holds in no month
  EXPECT_EQ(draft.version(), 2);
  ASSERT_OK_AND_ASSIGN(const auto now, StatementOf("a"));
  EXPECT_NE(now.pay_plan_id(), later.pay_plan_id());
  ASSERT_OK_AND_ASSIGN(const auto plan, Plan(SimplePlan(kFromNovember, "", 1)));
  ASSERT_OK_AND_ASSIGN(const auto own, StatementOf("a"));
  EXPECT_EQ(own.pay_plan_id(), plan.pay_plan_id());
  EXPECT_EQ(own.total().minor_units(), 2'001);
  // Another one by name.
  ASSERT_OK_AND_ASSIGN(
      const auto asked,
      Call(&Stub::ComputePayroll, std::string(kNovember) + " pay_plan_id: 'shipped:growth'"));
  EXPECT_EQ(asked.period().pay_plan_id(), "shipped:growth");
  EXPECT_THAT(Call(&Stub::ComputePayroll, std::string(kNovember) + " pay_plan_id: 'none'").status(),
              HasReason("NOT_FOUND"));
}

TEST_F(StatementsTest, EveryLineLeadsToItsRows) {
  Tell<kefu::staffing::v1::AgentChanged>(
      "agent { agent_id: 'a' hire_date { year: 2024 month: 1 day: 1 } }");
  Tell<kefu::staffing::v1::TierChanged>(
      "change { tier_change_id: 't1' agent_id: 'a' tier_id: 'regular' grade_id: 'P1'"
      " effective_date { year: 2024 month: 1 day: 1 } }");
  Tell<kefu::staffing::v1::TierChanged>(
      "change { tier_change_id: 't2' agent_id: 'a' tier_id: 'regular' grade_id: 'P2'"
      " effective_date { year: 2024 month: 11 day: 13 } }");
  ASSERT_OK(Plan(SimplePlan(
      fmt::format("{} tenure {{ first_step_months: 3 step_months: 3 step {} }}", kFromNovember,
                  Fen(10'000)),
      "new_buyer_factor_bps: 12000 coefficients { grade_id: 'P1' coefficient_bps: 10000 }"
      " coefficients { grade_id: 'P2' coefficient_bps: 11000 }")));
  ASSERT_OK(Sell("o1", "a", 33'333, 0));
  ASSERT_OK(Sell("o2", "a", 33'334, 1, /*new_buyer=*/true));
  ASSERT_OK(Sell("o3", "a", 33'333, 3));
  ASSERT_OK(Sell("o4", "b", 10'000, 3));
  ASSERT_OK(PayBack("f1", "o3", 3'333, 4));
  ASSERT_OK(Ask(*facts_, &v1::FactService::Stub::GetEmployment, "shop_id: 's' agent_id: 'a'"));
  ASSERT_OK_AND_ASSIGN(const auto statement, StatementOf("a"));
  EXPECT_TRUE(statement.employment_known());
  EXPECT_EQ(Amount(statement, v1::PAY_LINE_KIND_TENURE), 30'000);  // ten months
  EXPECT_EQ(Amount(statement, v1::PAY_LINE_KIND_COMMISSION), 1'500 + 2'333);
  EXPECT_GT(Amount(statement, v1::PAY_LINE_KIND_BUYER_FACTOR), 0);
  EXPECT_GT(Amount(statement, v1::PAY_LINE_KIND_COEFFICIENT), 0);
  EXPECT_EQ(statement.returning_buyers().sales().minor_units(), 63'333);
  CheckTraced("a");
  const auto rows = SourcesOf("a", 3);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].source_id(), "o1");
  EXPECT_EQ(rows[2].basis().minor_units(), 30'000);
  EXPECT_THAT(
      Pay(&PayStub::ExplainStatementLine, std::string(kNovember) + "agent_id: 'a' line_number: 99")
          .status(),
      HasReason("NOT_FOUND"));
}

TEST_F(StatementsTest, ConductAndAttendanceHaveTheirLines) {
  ASSERT_OK(
      Plan(SimplePlan(fmt::format("{} attendance {{ late_fine {} }} caps {{ minimum_wage {} }}"
                                  " conduct_fines: true",
                                  kFromNovember, Fen(1'000), Fen(200'000)))));
  ASSERT_OK(Sell("o1", "a", 10'000));
  v1::ImportConductRequest conduct;
  *conduct.add_rows()->mutable_conduct() = Parse<v1::ConductEvent>(
      "conduct_id: 'k1' agent_id: 'a' day { year: 2024 month: 11 day: 3 } kind: 'harm'"
      " decided_by: 'sup' money { currency_code: 'CNY' minor_units: -90000 }");
  *conduct.add_rows()->mutable_conduct() = Parse<v1::ConductEvent>(
      "conduct_id: 'k2' agent_id: 'a' day { year: 2024 month: 11 day: 4 } kind: 'harm'"
      " state: CONDUCT_STATE_OVERTURNED money { currency_code: 'CNY' minor_units: -5 }");
  ASSERT_OK(Facts(&v1::FactService::Stub::ImportConduct, conduct));
  v1::ImportAttendanceRequest attendance;
  *attendance.add_rows()->mutable_attendance() = Parse<v1::Attendance>(
      "agent_id: 'a' day { year: 2024 month: 11 day: 1 } span: ATTENDANCE_SPAN_MONTH"
      " scheduled_minutes: 9600 absence_count: 1 absence_minutes: 480 late_count: 2");
  ASSERT_OK(Facts(&v1::FactService::Stub::ImportAttendance, attendance));
  ASSERT_OK_AND_ASSIGN(const auto statement, StatementOf("a"));
  EXPECT_EQ(Amount(statement, v1::PAY_LINE_KIND_UNPAID_TIME), -15'000);
  EXPECT_EQ(statement.wage().minor_units(), 285'300);
  // 20 % of 2,853.00 is less than the fines.
  EXPECT_EQ(Amount(statement, v1::PAY_LINE_KIND_CONDUCT_FINE) +
                Amount(statement, v1::PAY_LINE_KIND_ATTENDANCE_FINE),
            -57'060);
  int64_t not_taken = 0;
  for (const auto& line : statement.lines()) not_taken += line.not_taken().minor_units();
  EXPECT_EQ(not_taken, 92'000 - 57'060);
  CheckTraced("a");
}

// Scheme 2: 30 points, one warning and one deduction, the first by rank, at most two deductions.
TEST_F(StatementsTest, PointsChangeVariablePay) {
  ASSERT_OK(Plan(SimplePlan(
      fmt::format("{} scorecard_id: 'points_30' score_on: SCORE_ON_VARIABLE", kFromNovember))));
  ASSERT_OK(Sell("o1", "a", 50'000));
  ASSERT_OK(Sell("o2", "b", 40'000));
  v1::ImportConductRequest conduct;
  for (const int day : {3, 4}) {
    *conduct.add_rows()->mutable_conduct() = Parse<v1::ConductEvent>(
        fmt::format("conduct_id: 'k{0}' agent_id: 'a' day {{ year: 2024 month: 11 day: {0} }}"
                    " kind: 'attitude_complaint' decided_by: 'sup'",
                    day));
  }
  ASSERT_OK(Facts(&v1::FactService::Stub::ImportConduct, conduct));
  ASSERT_OK_AND_ASSIGN(const auto first, StatementOf("a"));
  const auto line = std::ranges::find(first.lines(), v1::PAY_LINE_KIND_SCORE, &v1::PayLine::kind);
  ASSERT_NE(line, first.lines().end());
  EXPECT_EQ(line->reference(), "points_30@0");
  EXPECT_EQ(line->quantity(), 30 - 1 + 5 + 3);
  EXPECT_EQ(line->rate_bps(), 1'200);  // 12 points above 25
  EXPECT_EQ(line->basis().minor_units(), 1'500);
  EXPECT_EQ(line->amount().minor_units(), 180);
  CheckTraced("a");
  ASSERT_OK_AND_ASSIGN(const auto second, StatementOf("b"));
  EXPECT_EQ(Amount(second, v1::PAY_LINE_KIND_SCORE), 1'200 * (30 + 3 + 3 - 25) / 100);
  // Two grave errors more, now three deductions: 30 - 1 - 20 + 5 = 14 points.
  v1::ImportConductRequest grave;
  for (const int day : {5, 6}) {
    *grave.add_rows()->mutable_conduct() = Parse<v1::ConductEvent>(
        fmt::format("conduct_id: 'g{0}' agent_id: 'a' day {{ year: 2024 month: 11 day: {0} }}"
                    " kind: 'grave_error' decided_by: 'sup'",
                    day));
  }
  ASSERT_OK(Facts(&v1::FactService::Stub::ImportConduct, grave));
  ASSERT_OK_AND_ASSIGN(const auto fallen, StatementOf("a"));
  EXPECT_EQ(Amount(fallen, v1::PAY_LINE_KIND_SCORE), -1'500);  // no bonus that month
}

TEST_F(StatementsTest, AMonthIsClosedWhenEveryScoreIsComplete) {
  EXPECT_THAT(Plan(SimplePlan("scorecard_id: 'nobodys'")).status(), HasReason("NOT_FOUND"));
  ASSERT_OK(Plan(SimplePlan(fmt::format(
      "{} scorecard_id: 'after_sales_130' score_on: SCORE_ON_VARIABLE", kFromNovember))));
  ASSERT_OK(Sell("o1", "a", 50'000));
  ASSERT_OK_AND_ASSIGN(const auto open, StatementOf("a"));
  EXPECT_THAT(open.problems(), ElementsAre(v1::PAY_PROBLEM_SCORE_MISSING));
  EXPECT_THAT(Close().status(), HasReason("PAY_INCOMPLETE"));
  v1::ImportAttendanceRequest attendance;
  *attendance.add_rows()->mutable_attendance() = Parse<v1::Attendance>(
      "agent_id: 'a' day { year: 2024 month: 11 day: 1 } span: ATTENDANCE_SPAN_MONTH"
      " scheduled_minutes: 9600 late_count: 1");
  ASSERT_OK(Facts(&v1::FactService::Stub::ImportAttendance, attendance));
  const auto cards = v1::ScorecardService::NewStub(host_.channel());
  for (const std::string item : {"quality", "timely_disputes", "cooperation", "execution"}) {
    ASSERT_OK(
        Ask(*cards, &v1::ScorecardService::Stub::GradeAgent,
            fmt::format("shop_id: 's' grade {{ agent_id: 'a' scorecard_id: 'after_sales_130'"
                        " month {{ year: 2024 month: 11 day: 1 }} item_id: '{}' grade: 'fair' }}",
                        item)));
  }
  // 40 of grades, 15 of attendance, 30 of deductions not made: 85 of 130.
  ASSERT_OK_AND_ASSIGN(const auto failed, StatementOf("a"));
  EXPECT_THAT(failed.problems(), ElementsAre());
  EXPECT_EQ(Amount(failed, v1::PAY_LINE_KIND_SCORE), -1'500);  // below 91: no bonus
  ASSERT_OK(Close());
}

TEST_F(StatementsTest, FinesAreShownUntilPolicyTakesThemAndSomebodyHasDecided) {
  ASSERT_OK(Plan(SimplePlan(kFromNovember)));
  ASSERT_OK(Sell("o1", "a", 10'000));
  const auto record = [&](const std::string& id, const std::string& more) {
    v1::ImportConductRequest conduct;
    *conduct.add_rows()->mutable_conduct() = Parse<v1::ConductEvent>(
        fmt::format("conduct_id: '{}' agent_id: 'a' day {{ year: 2024 month: 11 day: 3 }} kind: "
                    "'harm' money {{ currency_code: 'CNY' minor_units: -1000 }} {}",
                    id, more));
    return Facts(&v1::FactService::Stub::ImportConduct, conduct);
  };
  ASSERT_OK(record("k1", "decided_by: 'sup'"));
  ASSERT_OK(record("k2", ""));
  ASSERT_OK(record("k3", "decided_by: 'sup' state: CONDUCT_STATE_APPEALED"));
  const auto fines = [&] {
    std::map<std::string, std::pair<int64_t, int64_t>> taken;  // and not taken, by event
    const auto statement = StatementOf("a");
    for (const v1::PayLine& line : statement->lines()) {
      if (line.kind() != v1::PAY_LINE_KIND_CONDUCT_FINE) continue;
      taken[line.reference()] = {-line.amount().minor_units(), line.not_taken().minor_units()};
    }
    return taken;
  };
  using Fines = std::map<std::string, std::pair<int64_t, int64_t>>;
  EXPECT_EQ(fines(), (Fines{{"k1", {0, 1'000}}, {"k2", {0, 1'000}}, {"k3", {0, 1'000}}}));
  ASSERT_OK(Plan(SimplePlan(fmt::format("{} conduct_fines: true", kFromNovember))));
  EXPECT_EQ(fines(), (Fines{{"k1", {1'000, 0}}, {"k2", {0, 1'000}}, {"k3", {0, 1'000}}}));
  CheckTraced("a");
}

// DOMAIN 2.6: ¥100 for each member of the group, where the scheme's fines are on; what an event
// costs of itself is not doubled.
TEST_F(StatementsTest, ASchemesFinesReachPayWhereTheyAreOn) {
  ASSERT_OK(Sell("o1", "a", 10'000));
  ASSERT_OK(Sell("o2", "b", 10'000));
  for (const std::string agent : {"a", "b"}) {
    Tell<kefu::staffing::v1::TeamMembershipsChanged>(
        fmt::format("agent_id: '{}' memberships {{ team_id: 'night' start_date {{ year: 2024 month:"
                    " 1 day: 1 }} }}",
                    agent));
  }
  v1::ImportConductRequest conduct;
  *conduct.add_rows()->mutable_conduct() = Parse<v1::ConductEvent>(
      "conduct_id: 'k1' agent_id: 'a' team_id: 'night' day { year: 2024 month: 11 day: 12 }"
      " kind: 'own_shop_problem_ignored' decided_by: 'sup'");
  *conduct.add_rows()->mutable_conduct() = Parse<v1::ConductEvent>(
      "conduct_id: 'k2' agent_id: 'a' day { year: 2024 month: 11 day: 13 }"
      " kind: 'problem_not_followed_up' decided_by: 'sup'"
      " money { currency_code: 'CNY' minor_units: -2500 }");
  ASSERT_OK(Facts(&v1::FactService::Stub::ImportConduct, conduct));
  ASSERT_OK(Plan(SimplePlan(fmt::format("{} scorecard_id: 'vouchers'", kFromNovember))));
  EXPECT_EQ(Amount(*StatementOf("a"), v1::PAY_LINE_KIND_CONDUCT_FINE), 0);  // off by default
  const auto cards = v1::ScorecardService::NewStub(host_.channel());
  ASSERT_OK_AND_ASSIGN(auto card, Ask(*cards, &v1::ScorecardService::Stub::GetScorecardVersion,
                                      "shop_id: 's' scorecard_id: 'vouchers'"));
  card.set_fines_on(true);
  card.clear_version();
  v1::CreateScorecardRequest request;
  request.set_shop_id("s");
  *request.mutable_scorecard() = card;
  ASSERT_OK(rpc::Call(*cards, &v1::ScorecardService::Stub::CreateScorecard, request, As("org-a")));
  EXPECT_EQ(Amount(*StatementOf("a"), v1::PAY_LINE_KIND_CONDUCT_FINE), -10'000 - 2'500);
  EXPECT_EQ(Amount(*StatementOf("b"), v1::PAY_LINE_KIND_CONDUCT_FINE), -10'000);
  CheckTraced("a");
  CheckTraced("b");
}

TEST_F(StatementsTest, WhomStaffingHasNotToldOfKeepsAMonthWithBasePayOpen) {
  strangers_ = {"a", "x"};
  ASSERT_OK(Sell("o1", "a", 100'000));
  EXPECT_THAT(StatementOf("a")->problems(), ElementsAre(v1::PAY_PROBLEM_EMPLOYMENT_UNKNOWN));
  EXPECT_THAT(Close().status(), HasReason("PAY_INCOMPLETE"));
  Hire("a");
  EXPECT_THAT(StatementOf("a")->problems(), ElementsAre());
  // x sold in October and is gone: a refund in November is no work, and earns no base.
  ASSERT_OK(Sell("o2", "x", 10'000, -20));
  ASSERT_OK(PayBack("f", "o2", 10'000, 2));
  ASSERT_OK_AND_ASSIGN(const auto gone, StatementOf("x"));
  EXPECT_EQ(Amount(gone, v1::PAY_LINE_KIND_BASE), 0);
  EXPECT_EQ(gone.total().minor_units(), 0);
  EXPECT_THAT(gone.problems(), ElementsAre());
}

TEST_F(StatementsTest, ShopsPayBaseTogetherOnce) {
  ASSERT_OK(Call(&Stub::ConfigureShop,
                 "settings { shop_id: 's2' time_zone: 'Asia/Shanghai' currency_code: 'CNY' }"));
  for (const char* agent : {"a", "b", "idle"}) Hire(agent);
  ASSERT_OK(Plan(SimplePlan(kFromNovember)));
  ASSERT_OK(Pay(&PayStub::CreatePayPlan,
                fmt::format("plan {{ shop_id: 's2' {} }}", SimplePlan(kFromNovember))));
  ASSERT_OK(Sell("o0", "idle", 10'000, -20));  // in October, in s
  for (const char* order : {"o1", "o2"}) ASSERT_OK(Sell(order, "a", 10'000));
  ASSERT_OK(Sell("o3", "b", 10'000));
  v1::ImportConversationsRequest elsewhere;
  elsewhere.mutable_header()->set_shop_id("s2");
  *elsewhere.add_rows()->mutable_conversation() =
      Parse<v1::Conversation>(Talk("c", "u", 36'000, "a"));
  ASSERT_OK(
      Stream(&Stub::ImportConversations, {elsewhere}, As("org-a"), /*with_header=*/false).status());
  const std::string other = "shop_id: 's2' year: 2024 month: 11 ";
  ASSERT_OK_AND_ASSIGN(const auto here, StatementOf("a"));
  EXPECT_EQ(Amount(here, v1::PAY_LINE_KIND_BASE), 200'000);  // two of three customers
  EXPECT_EQ(here.lines(0).note(), "2/3");
  EXPECT_EQ(Amount(*StatementOf("a", other), v1::PAY_LINE_KIND_BASE), 100'000);
  EXPECT_EQ(Amount(*StatementOf("b"), v1::PAY_LINE_KIND_BASE), 300'000);
  EXPECT_THAT(StatementOf("b", other).status(), HasReason("NOT_FOUND"));
  // On leave: paid where the last work was.
  EXPECT_EQ(Amount(*StatementOf("idle"), v1::PAY_LINE_KIND_BASE), 300'000);
  EXPECT_THAT(StatementOf("idle", other).status(), HasReason("NOT_FOUND"));
  ASSERT_OK_AND_ASSIGN(const auto all, Call(&Stub::ComputePayroll, "year: 2024 month: 11"));
  EXPECT_EQ(all.statements_size(), 3);
}

TEST_F(StatementsTest, OvertimeHasItsLineAndRows) {
  ASSERT_OK(Plan(
      SimplePlan(fmt::format("{} attendance {{ overtime_hour {} }}", kFromNovember, Fen(2'000)))));
  ASSERT_OK(Sell("o1", "a", 10'000));
  v1::ImportAttendanceRequest attendance;
  for (const int day : {1, 2}) {
    *attendance.add_rows()->mutable_attendance() = Parse<v1::Attendance>(
        fmt::format("agent_id: 'a' day {{ year: 2024 month: 11 day: {} }} span: "
                    "ATTENDANCE_SPAN_DAY scheduled_minutes: 480 overtime_minutes: {} "
                    "rest_day_overtime_minutes: {}",
                    day, 60 * day, 30 * (day - 1)));
  }
  ASSERT_OK(Facts(&v1::FactService::Stub::ImportAttendance, attendance));
  ASSERT_OK_AND_ASSIGN(const auto statement, StatementOf("a"));
  EXPECT_EQ(statement.lines(1).reference(), "workday");
  EXPECT_EQ(statement.lines(1).amount().minor_units(), 7'500);  // 150 minutes at 1.5
  EXPECT_EQ(SourcesOf("a", 2).size(), 2u);
  EXPECT_EQ(statement.lines(2).amount().minor_units(), 2'000);  // 30 minutes at 2
  EXPECT_EQ(SourcesOf("a", 3).size(), 1u);
  CheckTraced("a");
  ASSERT_OK(Close());
  EXPECT_TRUE(Verified().intact());
}

// Personnel sends an agent's month to every shop that the agent serves.
TEST_F(StatementsTest, ARecordThatTwoShopsWereToldCountsOnce) {
  ASSERT_OK(Call(&Stub::ConfigureShop,
                 "settings { shop_id: 's2' time_zone: 'Asia/Shanghai' currency_code: 'CNY' }"));
  const std::string plan = SimplePlan(fmt::format(
      "{} attendance {{ late_fine {} overtime_hour {} }}", kFromNovember, Fen(1'000), Fen(2'000)));
  ASSERT_OK(Pay(&PayStub::CreatePayPlan, fmt::format("plan {{ {} }}", plan)));
  ASSERT_OK(Sell("o1", "a", 10'000));
  ASSERT_OK(Sell("o2", "b", 10'000));
  v1::ImportAttendanceRequest month, days;
  *month.add_rows()->mutable_attendance() = Parse<v1::Attendance>(
      "agent_id: 'a' day { year: 2024 month: 11 day: 1 } span: ATTENDANCE_SPAN_MONTH"
      " scheduled_minutes: 9600 absence_minutes: 960 late_count: 2 overtime_minutes: 60");
  v1::ImportAttendanceRequest here = month;
  // b's month leaves out its days, whichever shop was told them.
  *here.add_rows()->mutable_attendance() = Parse<v1::Attendance>(
      "agent_id: 'b' day { year: 2024 month: 11 day: 1 } span: ATTENDANCE_SPAN_MONTH"
      " scheduled_minutes: 4800 overtime_minutes: 60");
  *days.add_rows()->mutable_attendance() = Parse<v1::Attendance>(
      "agent_id: 'b' day { year: 2024 month: 11 day: 5 } span: ATTENDANCE_SPAN_DAY"
      " scheduled_minutes: 480 overtime_minutes: 120");
  // Days that the month leaves out stay out, wherever the month counts.
  *days.add_rows()->mutable_attendance() = Parse<v1::Attendance>(
      "agent_id: 'a' day { year: 2024 month: 11 day: 5 } span: ATTENDANCE_SPAN_DAY"
      " scheduled_minutes: 480 overtime_minutes: 120");
  ASSERT_OK(Facts(&v1::FactService::Stub::ImportAttendance, here));
  ASSERT_OK(Facts(&v1::FactService::Stub::ImportAttendance, month, "s2"));
  ASSERT_OK(Facts(&v1::FactService::Stub::ImportAttendance, days, "s2"));
  const std::string all = "year: 2024 month: 11 ";
  ASSERT_OK_AND_ASSIGN(const auto a, StatementOf("a", all));
  EXPECT_EQ(Amount(a, v1::PAY_LINE_KIND_UNPAID_TIME), -30'000);
  EXPECT_EQ(Amount(a, v1::PAY_LINE_KIND_OVERTIME), 3'000);
  EXPECT_EQ(Amount(a, v1::PAY_LINE_KIND_ATTENDANCE_FINE), -2'000);
  EXPECT_EQ(Amount(*StatementOf("b", all), v1::PAY_LINE_KIND_OVERTIME), 3'000);
  CheckTraced("a", all);
  CheckTraced("b", all);
  // Where each shop pays its part, all of it is of the shop where a works.
  EXPECT_EQ(Amount(*StatementOf("a"), v1::PAY_LINE_KIND_OVERTIME), 3'000);
  EXPECT_EQ(Amount(*StatementOf("a"), v1::PAY_LINE_KIND_UNPAID_TIME), -30'000);
  const std::string other = "shop_id: 's2' year: 2024 month: 11 ";
  EXPECT_THAT(StatementOf("a", other).status(), HasReason("NOT_FOUND"));
}

TEST_F(StatementsTest, TenureCountsAcrossRehiring) {
  ASSERT_OK(Plan(SimplePlan(fmt::format(
      "{} tenure {{ first_step_months: 3 step_months: 3 step {} }}", kFromNovember, Fen(10'000)))));
  ASSERT_OK(Sell("o1", "a", 10'000));
  Tell<kefu::staffing::v1::AgentChanged>(
      "agent { agent_id: 'a' hire_date { year: 2024 month: 1 day: 1 }"
      " leave_date { year: 2024 month: 6 day: 30 } }");
  Tell<kefu::staffing::v1::AgentChanged>(
      "agent { agent_id: 'a' hire_date { year: 2024 month: 10 day: 1 } }");
  // Half a year and a month.
  EXPECT_EQ(Amount(*StatementOf("a"), v1::PAY_LINE_KIND_TENURE), 20'000);
}

TEST_F(StatementsTest, TheOrganizationPaysOnceForAllItsShops) {
  ASSERT_OK(Call(&Stub::ConfigureShop,
                 "settings { shop_id: 's2' time_zone: 'Asia/Shanghai' currency_code: 'CNY' }"));
  ASSERT_OK(Sell("o1", "a", 20'000));
  ASSERT_OK_AND_ASSIGN(const auto month, Call(&Stub::ComputePayroll, "year: 2024 month: 11"));
  EXPECT_EQ(month.statements_size(), 1);
  EXPECT_EQ(month.statements(0).total().minor_units(), 400'600 + 10'000 + 30'000);  // ten months
  ASSERT_OK(Call(&Stub::ConfigureShop,
                 "settings { shop_id: 's3' time_zone: 'UTC' currency_code: 'EUR' }"));
  EXPECT_THAT(Call(&Stub::ComputePayroll, "year: 2024 month: 11").status(),
              HasReason("PAY_SHOPS_DIFFER"));
  EXPECT_THAT(Call(&Stub::ComputePayroll, "shop_id: 's3' year: 2024 month: 11").status(),
              HasReason("PAY_PLAN_CURRENCY"));
  const auto confined = As("org-a", {"s"});
  EXPECT_THAT(rpc::Call(*stub_, &Stub::ComputePayroll,
                        Parse<v1::ComputePayrollRequest>("year: 2024 month: 11"), confined)
                  .status(),
              HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_OK(rpc::Call(*stub_, &Stub::ComputePayroll, Parse<v1::ComputePayrollRequest>(kNovember),
                      confined));
}

TEST_F(StatementsTest, AgentsOfABaseArePaidByTheirBase) {
  strangers_ = {"b"};
  ASSERT_OK(Sell("o1", "a", 20'000));
  ASSERT_OK(Sell("o2", "b", 20'000));
  Tell<kefu::staffing::v1::AgentChanged>("agent { agent_id: 'b' base_id: 'base' }");
  ASSERT_OK_AND_ASSIGN(const auto month, Call(&Stub::ComputePayroll, kNovember));
  ASSERT_EQ(month.statements_size(), 1);
  EXPECT_EQ(month.statements(0).agent_id(), "a");
}

TEST_F(StatementsTest, PagesOfAMonthAreOfOneMonth) {
  for (const char* agent : {"a", "b", "c"}) ASSERT_OK(Sell(agent, agent, 10'000));
  const auto page = [&](const std::string& token) {
    return Call(&Stub::ComputePayroll,
                fmt::format("{} page_size: 2 page_token: '{}'", kNovember, token));
  };
  ASSERT_OK_AND_ASSIGN(const auto first, page(""));
  EXPECT_EQ(first.statements_size(), 2);
  EXPECT_EQ(first.period().statement_count(), 3);
  ASSERT_OK_AND_ASSIGN(const auto second, page(first.next_page_token()));
  ASSERT_EQ(second.statements_size(), 1);
  EXPECT_EQ(second.statements(0).agent_id(), "c");
  ASSERT_OK(Sell("later", "a", 10'000));
  EXPECT_THAT(page(first.next_page_token()).status(), HasReason("BAD_PAGE_TOKEN"));
}

TEST_F(StatementsTest, AnotherPlanIsComparedPersonByPerson) {
  strangers_ = {"a", "b"};
  ASSERT_OK(Sell("o1", "a", 1'000'000));
  ASSERT_OK(Sell("o2", "b", 10'000));
  // Base and a share of the whole shop's sales against commission of one's own.
  ASSERT_OK_AND_ASSIGN(
      const auto compared,
      Call(&Stub::SimulatePayroll, std::string(kNovember) +
                                       "pay_plan_id: 'shipped:startup'"
                                       " baseline_pay_plan_id: 'shipped:shop-share'"));
  ASSERT_EQ(compared.people_size(), 2);
  EXPECT_EQ(compared.people(0).agent_id(), "a");
  EXPECT_EQ(compared.people(0).before().minor_units(), 410'000 + 5'050);
  EXPECT_EQ(compared.people(0).after().minor_units(), 410'000 + 30'000);
  EXPECT_EQ(compared.people(1).difference().minor_units(), 300 - 5'050);
  EXPECT_EQ(compared.difference().minor_units(), 30'300 - 10'100);
  EXPECT_EQ(compared.winner_count(), 1);
  EXPECT_EQ(compared.loser_count(), 1);
  EXPECT_EQ(compared.gini_before_bps(), 61);  // 10,000 ÷ (2 × 820,100)
  EXPECT_EQ(compared.gini_after_bps(), 236);  // 39,700 ÷ (2 × 840,300)
  // A plan of the caller's, and its faults all at once.
  EXPECT_OK(Call(&Stub::SimulatePayroll,
                 fmt::format("{} month_count: 3 plan {{ {} }}", kNovember, SimplePlan())));
  EXPECT_THAT(Call(&Stub::SimulatePayroll, std::string(kNovember) + "month_count: 25").status(),
              HasReason("INVALID_FIELDS"));
}

// November is closed by a definition that another takes the place of.
TEST_F(StatementsTest, ASimulationBringsUpTheDefinitionOfTheClosedMonth) {
  ASSERT_OK(Plan(SimplePlan(kFromNovember, "", 0)));
  Hire("a");
  ASSERT_OK(Conversations({Talk("c1", "u1", 36'000, "a")}).status());
  ASSERT_OK(Orders({Sale("o1", "u1", kDaySeconds + 36'000, 30'000)}).status());
  ASSERT_OK(Close());
  ASSERT_OK(Ask(*facts_, &v1::FactService::Stub::PublishMetricDefinition,
                "definition { definition_id: 'default' attribution_days: 0 positive_score: 4"
                " answer_seconds: 30 round_seconds: 180 service_hours { end_minute: 1440 } }"));
  ASSERT_OK(Sell("late", "a", 10'000, 5));
  ASSERT_OK_AND_ASSIGN(
      const auto compared,
      Call(&Stub::SimulatePayroll,
           fmt::format("{} plan {{ display_name: 'none' currency_code: 'CNY' }}", kNovember)));
  EXPECT_EQ(compared.before().minor_units(), 900 + 300);
}

TEST_F(StatementsTest, WhatASimulationCannotComputeItSays) {
  strangers_ = {"stranger"};
  ASSERT_OK(Sell("o1", "a", 10'000));
  ASSERT_OK(Sell("o2", "stranger", 10'000));
  ASSERT_OK_AND_ASSIGN(
      const auto compared,
      Call(&Stub::SimulatePayroll,
           fmt::format("{} plan {{ {} }}", kNovember,
                       "display_name: 'n' currency_code: 'CNY' scorecard_id: 'after_sales_130'")));
  EXPECT_EQ(compared.problem_count(), 2);
  for (const v1::SimulatedPerson& person : compared.people()) {
    if (person.agent_id() == "a") {
      EXPECT_THAT(person.problems(), ElementsAre(v1::PAY_PROBLEM_SCORE_MISSING));
    } else {
      EXPECT_THAT(person.problems(),
                  ElementsAre(v1::PAY_PROBLEM_SCORE_MISSING, v1::PAY_PROBLEM_EMPLOYMENT_UNKNOWN));
    }
  }
}

TEST_F(StatementsTest, AnImpossiblePlanIsRefusedWithAllItsFaults) {
  const auto refused = Plan(
      "display_name: '' currency_code: 'CNY' effective_from { year: 2024 month: 11 day: 5 }"
      " base_pay { currency_code: 'EUR' minor_units: -1 }"
      " commission { bands { from { currency_code: 'CNY' } to { currency_code: 'CNY' minor_units: "
      "10 }"
      "  rate_bps: -1 } bands { from { currency_code: 'CNY' minor_units: 5 } rate_bps: 10001 }"
      "  coefficients { grade_id: 'P9' coefficient_bps: 1 } }"
      " gates { kind: PAY_GATE_KIND_MINIMUM_SALES } gates { }"
      " caps { max_taken_bps: 2001 } corrected_months: 25 placed_back_months: 25");
  EXPECT_THAT(refused.status(), HasReason("INVALID_FIELDS"));
  const auto details = GetDetail<google::rpc::BadRequest>(refused.status());
  ASSERT_TRUE(details);
  std::vector<std::string> fields;
  for (const auto& violation : details->field_violations()) fields.push_back(violation.field());
  EXPECT_THAT(fields, UnorderedElementsAre(
                          "plan.display_name", "plan.base_pay.currency_code", "plan.effective_from",
                          "plan.base_pay", "plan.commission.bands[1].from",
                          "plan.commission.bands[0].rate_bps", "plan.commission.bands[1].rate_bps",
                          "plan.commission.coefficients[0].grade_id", "plan.gates[0].minimum",
                          "plan.gates[1].kind", "plan.caps.max_taken_bps", "plan.corrected_months",
                          "plan.placed_back_months"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM pay_plan"), 0);
  EXPECT_THAT(Plan("display_name: 'n' currency_code: 'EUR'").status(), HasReason("INVALID_FIELDS"));
}

}  // namespace
}  // namespace kefu::performance
