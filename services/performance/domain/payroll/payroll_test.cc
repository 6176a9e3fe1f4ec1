// Pay: worked examples as tables.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/performance/domain/payroll/awards.h"
#include "services/performance/domain/payroll/commission.h"
#include "services/performance/domain/payroll/examples.h"

namespace kefu::performance::domain::payroll {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> Problems(const PayPlan& plan) {
  std::vector<std::string> all;
  for (const PlanProblem& problem : Check(plan, ShippedGrades())) {
    all.push_back(problem.field + ": " + problem.description);
  }
  return all;
}

// --- Commission ---

TEST(Commission, BandsAtTheirBorders) {
  struct Row {
    int64_t sales, graded, whole;
  };
  for (const Row& row : std::vector<Row>{{0, 0, 0},
                                         {49'999, 1'500, 1'500},
                                         {50'000, 1'500, 2'000},  // at the border: the next band's
                                         {50'001, 1'500, 2'000},
                                         {50'050, 1'502, 2'002},
                                         {99'999, 3'500, 4'000},
                                         {100'000, 3'500, 5'000},
                                         {100'100, 3'505, 5'005}}) {
    PayPlan plan = Simple();
    EXPECT_EQ(Total(Of(plan, Agent("a", row.sales)), LineKind::kCommission), row.graded)
        << row.sales;
    plan.commission.mode = BandMode::kWhole;
    EXPECT_EQ(Total(Of(plan, Agent("a", row.sales)), LineKind::kCommission), row.whole)
        << row.sales;
  }
}

TEST(Commission, EachBandHasItsLine) {
  const Statement statement = Of(Simple(), Agent("a", 120'000));
  ASSERT_EQ(statement.lines.size(), 4u);
  EXPECT_EQ(statement.lines[1].basis_minor, 50'000);
  EXPECT_EQ(statement.lines[1].amount_minor, 1'500);
  EXPECT_EQ(statement.lines[2].amount_minor, 2'000);
  EXPECT_EQ(statement.lines[3].basis_minor, 20'000);
  EXPECT_EQ(statement.lines[3].rate_bps, 500);
  EXPECT_EQ(statement.total_minor, 400'000 + 1'500 + 2'000 + 1'000);
}

TEST(Commission, RefundsOfTheMonthAreNoSales) {
  AgentInput agent = Agent("a", 60'000);
  agent.days[0].refunds_minor = {10'000, 0};
  EXPECT_EQ(Total(Of(Simple(), agent), LineKind::kCommission), 1'500);
}

TEST(Commission, NewAndReturningBuyersHaveTheirRates) {
  PayPlan plan = Simple();
  plan.commission.new_buyer_factor_bps = 12'000;
  const Statement statement = Of(plan, Agent("a", 30'000, 10'000));
  EXPECT_EQ(Total(statement, LineKind::kCommission), 1'200);  // 3 % of 400.00
  EXPECT_EQ(Total(statement, LineKind::kBuyerFactor), 60);    // a fifth of 3 % of 100.00
  EXPECT_THAT(statement.commission_minor, ElementsAre(900, 360));
  EXPECT_THAT(statement.commissioned_sales_minor, ElementsAre(30'000, 10'000));
}

TEST(Commission, TheGradeOfEachDayCounts) {
  PayPlan plan = Simple();
  plan.commission.coefficients = {{"P1", 10'000}, {"P2", 11'000}};
  AgentInput agent = Agent("a", 0);
  agent.days = {{.first = kMonth, .last = kMonth + 9, .grade_id = "P1", .sales_minor = {30'000, 0}},
                {.first = kMonth + 10, .last = kEnd, .grade_id = "P2", .sales_minor = {10'000, 0}}};
  Statement statement = Of(plan, agent);
  EXPECT_EQ(Total(statement, LineKind::kCommission), 1'200);
  EXPECT_EQ(Total(statement, LineKind::kCoefficient), 30);  // a tenth of P2's 3.00
  EXPECT_THAT(statement.problems, IsEmpty());
  agent.days[1].grade_id = "P9";
  statement = Of(plan, agent);
  EXPECT_THAT(statement.problems, ElementsAre(Problem::kGradeUnknown));
  EXPECT_EQ(Total(statement, LineKind::kCoefficient), 0);
}

// --- Gates ---

TEST(Gates, ExactlyAtTheMeanPassesAndBadReviewsMustLieBelow) {
  PayPlan plan = Simple();
  plan.gates = {{GateKind::kMinimumSales, 50'000},
                {GateKind::kConversion, {}},
                {GateKind::kAverageOrderValue, {}},
                {GateKind::kBadReviews, {}}};
  AgentInput a = Agent("a", 50'000), b = Agent("b", 50'000);
  a.month.reviews = b.month.reviews = 10;
  a.month.positive_reviews = b.month.positive_reviews = 9;
  const auto judge = [&] {
    auto statements = Compute(plan, {kMonth, 0, {a, b}});
    EXPECT_TRUE(statements.ok());
    std::vector<bool> passed;
    for (const GateResult& gate : statements->front().gates) passed.push_back(gate.passed);
    return passed;
  };
  EXPECT_THAT(judge(), ElementsAre(true, true, true, false));  // both at the mean
  b.month.positive_reviews = 8;
  EXPECT_THAT(judge(), ElementsAre(true, true, true, true));
  b.month.converted = 11;  // the mean is above a's
  EXPECT_THAT(judge(), ElementsAre(true, false, true, true));
  b.month.sales_minor += 1;  // a fen over all
  EXPECT_THAT(judge(), ElementsAre(true, false, false, true));
  a.days[0].sales_minor[0] = 49'999;
  EXPECT_THAT(judge(), ElementsAre(false, false, false, true));
  a.month.positive_reviews = 10;  // none bad
  b.month.positive_reviews = 10;
  EXPECT_TRUE(judge()[3]);
}

TEST(Gates, OneThatFailsLeavesNoCommissionAndSaysSo) {
  PayPlan plan = Simple();
  plan.gates = {{GateKind::kMinimumSales, 50'001}};
  const Statement statement = Of(plan, Agent("a", 50'000));
  EXPECT_EQ(statement.total_minor, 400'000);
  EXPECT_THAT(statement.commission_minor, ElementsAre(0, 0));
  ASSERT_EQ(statement.gates.size(), 1u);
  EXPECT_EQ(statement.gates[0].value.numerator, 50'000);
  EXPECT_EQ(statement.gates[0].mean.numerator, 50'001);
  EXPECT_EQ(statement.lines.back().basis_minor, 50'000);
}

TEST(Gates, WhoeverHasNoFigureMeetsNoMeanAndMovesNone) {
  PayPlan plan = Simple();
  plan.gates = {{GateKind::kConversion, {}}, {GateKind::kAverageOrderValue, {}}};
  AgentInput silent = Agent("b", 0);
  silent.month = {.sales_minor = 900};
  auto statements = Compute(plan, {kMonth, 0, {Agent("a", 50'000), silent}});
  ASSERT_OK(statements);
  EXPECT_TRUE((*statements)[0].gates[0].passed && (*statements)[0].gates[1].passed);
  EXPECT_FALSE((*statements)[1].gates[0].passed || (*statements)[1].gates[1].passed);
}

// --- Base, tenure, attendance ---

TEST(Tenure, StepsByWholeMonthsOfService) {
  PayPlan plan = Simple();
  plan.tenure = TenureLadder{.step_minor = 10'000};
  const auto paid = [&](int32_t months) {
    AgentInput agent = Agent("a", 0);
    agent.service_months = months;
    return Total(Of(plan, agent), LineKind::kTenure);
  };
  EXPECT_EQ(paid(2), 0);
  EXPECT_EQ(paid(3), 10'000);
  EXPECT_EQ(paid(5), 10'000);
  EXPECT_EQ(paid(6), 20'000);
  EXPECT_EQ(paid(12), 40'000);
  plan.tenure->max_steps = 3;
  EXPECT_EQ(paid(12), 30'000);
}

TEST(Base, APartOfAMonthEarnsItsDays) {
  AgentInput agent = Agent("a", 0);
  agent.employed_days = 10;
  EXPECT_EQ(Of(Simple(), agent).total_minor, 133'333);
}

TEST(Attendance, UnpaidTimeEarnsNoBaseAndNeedsASchedule) {
  AgentInput agent = Agent("a", 0);
  agent.unpaid_minutes = 480;
  EXPECT_THAT(Of(Simple(), agent).problems, ElementsAre(Problem::kScheduleMissing));
  agent.scheduled_minutes = 22 * 480;
  EXPECT_EQ(Total(Of(Simple(), agent), LineKind::kUnpaidTime), -18'182);  // a day of 22
  agent.unpaid_minutes = 100 * 480;
  EXPECT_EQ(Of(Simple(), agent).total_minor, 0);
}

TEST(Attendance, OvertimeIsPaidByTheHour) {
  AgentInput agent = Agent("a", 0);
  agent.overtime = {95, 60, 1};
  EXPECT_EQ(Of(Simple(), agent).total_minor, 400'000);
  PayPlan plan = Simple();
  plan.attendance.overtime_hour_minor = 2'299;
  const Statement statement = Of(plan, agent);
  // 95 minutes at 1.5, an hour at 2, a minute at 3.
  ASSERT_EQ(statement.lines.size(), 4u);
  EXPECT_EQ(statement.lines[1].amount_minor, 5'460);  // 5,460.125
  EXPECT_EQ(statement.lines[2].amount_minor, 4'598);
  EXPECT_EQ(statement.lines[3].amount_minor, 115);  // 114.95
  EXPECT_EQ(statement.wage_minor, 400'000 + 5'460 + 4'598 + 115);
}

TEST(Base, ShopsPayItTogetherOnce) {
  PayPlan plan = Simple();
  plan.base_minor = 400'001;
  plan.tenure = TenureLadder{.step_minor = 10'000};
  AgentInput agent = Agent("a", 0);
  agent.service_months = 6;
  agent.parts.weights = {100, 0, 200, 33};
  int64_t base = 0, tenure = 0;
  for (const size_t here : {0, 1, 2, 3}) {
    agent.parts.here = {here};
    const Statement statement = Of(plan, agent);
    base += Total(statement, LineKind::kBase);
    tenure += Total(statement, LineKind::kTenure);
    if (here == 1) {
      EXPECT_EQ(statement.total_minor, 0);
    }
    if (here == 2) {
      EXPECT_EQ(statement.lines[0].note, "200/333");
    }
  }
  EXPECT_EQ(base, 400'001);
  EXPECT_EQ(tenure, 20'000);
  agent.parts.here = {0, 2, 3};  // an organization pays several of them
  EXPECT_EQ(Total(Of(plan, agent), LineKind::kBase), 400'001);
}

TEST(ShopShare, GoesByTheDaysThatArePaidHere) {
  PayPlan plan = Simple();
  plan.shop_share_bps = 10'000;
  std::vector<AgentInput> agents{Agent("a", 0), Agent("b", 0), Agent("c", 0)};
  agents[1].parts = {{1, 2}, {0}};
  agents[2].parts = {{0, 5}, {0}};  // a refund, no work
  const auto statements = Compute(plan, {kMonth, 100'000, agents});
  ASSERT_OK(statements);
  EXPECT_EQ(Total((*statements)[0], LineKind::kShopShare), 75'000);
  EXPECT_EQ(Total((*statements)[1], LineKind::kShopShare), 25'000);
  EXPECT_EQ(Total((*statements)[2], LineKind::kShopShare), 0);
}

TEST(Base, OfWhomNobodyHasToldKeepsAMonthOpenOrIsByPolicy) {
  PayPlan plan = Simple();
  AgentInput agent = Agent("a", 50'000);
  agent.employment_known = false;
  EXPECT_THAT(Of(plan, agent).problems, ElementsAre(Problem::kEmploymentUnknown));
  EXPECT_EQ(Of(plan, agent).total_minor, 401'500);
  plan.unknown_employment = UnknownEmployment::kNoBase;
  EXPECT_THAT(Of(plan, agent).problems, IsEmpty());
  EXPECT_EQ(Of(plan, agent).total_minor, 1'500);
  plan.unknown_employment = UnknownEmployment::kWholeMonth;
  EXPECT_THAT(Of(plan, agent).problems, IsEmpty());
  EXPECT_EQ(Of(plan, agent).total_minor, 401'500);
  plan.unknown_employment = UnknownEmployment::kRefused;
  plan.base_minor = 0;  // nothing hangs on it
  EXPECT_THAT(Of(plan, agent).problems, IsEmpty());
}

// --- Caps ---

TEST(Caps, NoMoreThanAFifthOfTheWageIsTaken) {
  struct Row {
    int64_t fine, minimum_wage, taken;
  };
  for (const Row& row : std::vector<Row>{{80'000, 0, 80'000},  // exactly 20 % of 4,000.00
                                         {80'001, 0, 80'000},
                                         {79'999, 0, 79'999},
                                         {80'000, 330'000, 70'000},  // the minimum wage stands
                                         {80'000, 400'000, 0},
                                         {80'000, 400'001, 0}}) {
    PayPlan plan = Simple();
    plan.minimum_wage_minor = row.minimum_wage;
    AgentInput agent = Agent("a", 0);
    agent.conduct = {{"c1", "harm", kMonth + 3, -row.fine}};
    const Statement statement = Of(plan, agent);
    EXPECT_EQ(FinesTaken(statement), row.taken) << row.fine;
    EXPECT_EQ(statement.lines.back().not_taken_minor, row.fine - row.taken);
    EXPECT_EQ(statement.total_minor, 400'000 - row.taken);
  }
}

TEST(Caps, WhatPolicyDoesNotTakeIsShown) {
  AgentInput agent = Agent("a", 0);
  agent.conduct = {{"c1", "harm", kMonth, -60'000, false}, {"c2", "harm", kMonth, -1'000, true}};
  const Statement statement = Of(Simple(), agent);
  EXPECT_EQ(FinesTaken(statement), 1'000);
  ASSERT_EQ(statement.lines.size(), 3u);
  EXPECT_EQ(statement.lines[1].reference, "c1");
  EXPECT_EQ(statement.lines[1].amount_minor, 0);
  EXPECT_EQ(statement.lines[1].not_taken_minor, 60'000);
}

TEST(Caps, FinesShareWhatMayBeTaken) {
  PayPlan plan = Simple();
  plan.attendance.late_fine_minor = 10'000;
  AgentInput agent = Agent("a", 0);
  agent.late_count = 4;
  agent.conduct = {{"c1", "harm", kMonth, -60'000}, {"c2", "praise", kMonth, 10'000}};
  const Statement statement = Of(plan, agent);
  EXPECT_EQ(statement.wage_minor, 410'000);
  EXPECT_EQ(FinesTaken(statement), 82'000);
  EXPECT_EQ(Total(statement, LineKind::kConductFine), -49'200);
  EXPECT_EQ(Total(statement, LineKind::kAttendanceFine), -32'800);
}

// --- Refunds, corrections, what is carried ---

TEST(Refunds, OfEarlierMonthsAreTakenBackAtThatMonthsRate) {
  AgentInput agent = Agent("a", 0);
  agent.earlier_sales = {{.month = absl::CivilDay(2024, 10, 1),
                          .refunds_minor = 20'000,
                          .sales_minor = 120'000,
                          .commission_minor = 4'500}};
  Statement statement = Of(Simple(), agent);
  EXPECT_EQ(Total(statement, LineKind::kRefund), -750);
  EXPECT_EQ(statement.lines.back().rate_bps, 375);
  EXPECT_EQ(statement.lines.back().first, absl::CivilDay(2024, 10, 1));
  agent.earlier_sales[0].refunds_minor = 130'000;  // never more than was paid
  EXPECT_EQ(Total(Of(Simple(), agent), LineKind::kRefund), -4'500);
}

TEST(Refunds, WhatIsLeftOutIsToldAndNotPaid) {
  AgentInput agent = Agent("a", 0);
  agent.left_out = {{absl::CivilDay(2023, 9, 1), 900}, {absl::CivilDay(2023, 10, 1), -300}};
  const Statement statement = Of(Simple(), agent);
  EXPECT_EQ(statement.total_minor, 400'000);
  EXPECT_EQ(OwnEarnings(statement), 400'000);
  ASSERT_GE(statement.lines.size(), 3u);
  const Line& line = statement.lines[statement.lines.size() - 2];
  EXPECT_EQ(line.kind, LineKind::kLeftOut);
  EXPECT_EQ(line.basis_minor, 900);
  EXPECT_EQ(line.last, absl::CivilDay(2023, 9, 30));
  EXPECT_EQ(statement.lines.back().basis_minor, -300);
}

// However a month's sales are paid back, their commission is taken back once.
TEST(Refunds, TakeBackACommissionOnce) {
  AgentInput agent = Agent("a", 0);
  agent.earlier_sales = {{.month = absl::CivilDay(2024, 10, 1),
                          .refunds_minor = 3'333,
                          .sales_minor = 10'000,
                          .commission_minor = 350}};
  EarlierSale& sale = agent.earlier_sales[0];
  int64_t taken = 0;
  for (int month = 0; month < 5; ++month) {  // 16,665 of 10,000
    taken -= Total(Of(Simple(), agent), LineKind::kRefund);
    sale.refunded_before_minor += sale.refunds_minor;
  }
  EXPECT_EQ(taken, 350);
}

TEST(Refunds, WhatWouldCutTheMinimumWageWaits) {
  PayPlan plan = Simple();
  plan.base_minor = 280'000;
  plan.minimum_wage_minor = 274'000;
  AgentInput agent = Agent("a", 0);
  agent.late_changes = {{absl::CivilDay(2024, 10, 1), -10'000}};
  agent.conduct = {{"c", "harm", kMonth, -100}};
  Statement statement = Of(plan, agent);
  EXPECT_EQ(statement.carried_out_minor, 4'000);
  EXPECT_EQ(statement.total_minor, 274'000);
  EXPECT_EQ(FinesTaken(statement), 0);
  agent.late_changes.clear();
  agent.conduct.clear();
  agent.carried_in_minor = 4'000;
  EXPECT_EQ(Of(plan, agent).total_minor, 276'000);
  EXPECT_EQ(Of(plan, agent).carried_out_minor, 0);
}

// --- Awards and bonuses ---

MonthInput Three(int64_t a, int64_t b, int64_t c) {
  return {kMonth, 0, {Agent("a", a), Agent("b", b), Agent("c", c)}};
}

std::vector<int64_t> Won(const Award& award, const MonthInput& input,
                         const PayPlan& plan = Simple()) {
  std::vector<int64_t> won;
  for (const auto& line : AwardLines(plan, award, input)) {
    won.push_back(line ? line->amount_minor : 0);
  }
  return won;
}

TEST(Awards, ByRankWithTies) {
  Award award{.prizes_minor = {1'000, 501, 200}};
  EXPECT_THAT(Won(award, Three(30, 20, 10)), ElementsAre(1'000, 501, 200));
  EXPECT_THAT(Won(award, Three(30, 30, 10)), ElementsAre(751, 750, 200));
  EXPECT_THAT(Won(award, Three(10, 30, 30)), ElementsAre(200, 751, 750));
  EXPECT_THAT(Won(award, Three(30, 30, 30)), ElementsAre(567, 567, 567));
  EXPECT_THAT(Won(award, Three(30, 0, 0)), ElementsAre(1'000, 0, 0));
  award.ties = Ties::kEach;
  EXPECT_THAT(Won(award, Three(30, 30, 10)), ElementsAre(1'000, 1'000, 200));
  award.ties = Ties::kShare;
  award.basic_task_minor = 20;
  EXPECT_THAT(Won(award, Three(10, 20, 30)), ElementsAre(0, 501, 1'000));
  award.metric = RankMetric::kConversion;
  award.basic_task_minor.reset();
  MonthInput input = Three(30, 20, 10);
  input.agents[2].month.converted = 40;
  EXPECT_THAT(Won(award, input), ElementsAre(351, 350, 1'000));
}

TEST(Awards, OfAQuarterNeedItsMonthsMinimum) {
  PayPlan plan = Simple();
  plan.gates = {{GateKind::kMinimumSales, 10'000}};
  const Award award{.period = AwardPeriod::kQuarter, .prizes_minor = {500}};
  MonthInput input = Three(0, 0, 0);
  input.month = absl::CivilDay(2024, 12, 1);
  input.agents[0].quarter.sales_minor = 29'999;
  EXPECT_THAT(Won(award, input, plan), ElementsAre(0, 0, 0));
  input.agents[0].quarter.sales_minor = 30'000;
  EXPECT_THAT(Won(award, input, plan), ElementsAre(500, 0, 0));
  EXPECT_EQ(AwardLines(plan, award, input)[0]->first, absl::CivilDay(2024, 10, 1));
  EXPECT_EQ(AwardLines(plan, award, input)[0]->last, absl::CivilDay(2024, 12, 31));
  EXPECT_TRUE(PaidIn(AwardPeriod::kQuarter, input.month));
  EXPECT_TRUE(PaidIn(AwardPeriod::kYear, input.month));
  EXPECT_FALSE(PaidIn(AwardPeriod::kYear, absl::CivilDay(2024, 9, 1)));
  EXPECT_FALSE(PaidIn(AwardPeriod::kQuarter, kMonth));
}

TEST(Bonus, FixedAmountsByBand) {
  const FixedBonus bonus{BonusMetric::kPositiveReviews,
                         {{9'000, 9'500, 200}, {9'500, std::nullopt, 400}}};
  AgentInput agent = Agent("a", 0);
  EXPECT_FALSE(BonusLine(bonus, agent, 0));  // no reviews
  agent.month.reviews = 20;
  for (const auto& [positive, amount] :
       {std::pair{17, 0}, std::pair{18, 200}, std::pair{19, 400}, std::pair{20, 400}}) {
    agent.month.positive_reviews = positive;
    const auto line = BonusLine(bonus, agent, 0);
    EXPECT_EQ(line ? line->amount_minor : 0, amount) << positive;
  }
}

TEST(ShopShare, IsDividedByDaysToTheFen) {
  PayPlan plan = Simple();
  plan.commission.bands.clear();
  plan.shop_share_bps = 100;
  MonthInput input = Three(0, 0, 0);
  input.shop_net_sales_minor = 100'000;
  input.agents[2].employed_days = 15;
  auto statements = Compute(plan, input);
  ASSERT_OK(statements);
  std::vector<int64_t> shares;
  for (const Statement& s : *statements) shares.push_back(Total(s, LineKind::kShopShare));
  EXPECT_THAT(shares, ElementsAre(400, 400, 200));
}

// --- Plans ---

TEST(Plans, TheShippedOnesAreSound) {
  for (const PayPlan& plan : ShippedPlans()) EXPECT_THAT(Problems(plan), IsEmpty()) << plan.id;
  EXPECT_EQ(PlanOfStage("GROWTH").id, "shipped:growth");
  EXPECT_EQ(PlanOfStage("MATURE").id, "shipped:mature");
  EXPECT_EQ(PlanOfStage("").id, "shipped:startup");
  EXPECT_EQ(FindShippedPlan("shipped:none"), nullptr);
}

// DOMAIN 3.5: a new shop gives more for new buyers, a mature one for those who come back.
TEST(Plans, BuyersCountByTheStageOfTheShop) {
  const auto commission = [](std::string_view plan) {
    PayPlan shipped = *FindShippedPlan(plan);
    shipped.gates.clear();
    return Of(shipped, Agent("a", 100'000, 100'000)).commission_minor;
  };
  EXPECT_THAT(commission("shipped:startup"), ElementsAre(3'000, 3'600));
  EXPECT_THAT(commission("shipped:mature"), ElementsAre(1'200, 1'000));
}

// DOMAIN 3.5: base pay has steps by tenure and ¥100 for the first in results, whatever else a plan
// pays.
// DOMAIN 3.4: growing shops tie the appraisal to the commission, mature ones to the bonus.
TEST(Plans, TheShippedOfAGrowingShopScoresItsCommission) {
  const auto scored = [](const char* plan) {
    PayPlan shipped = *FindShippedPlan(plan);
    shipped.gates.clear();
    AgentInput agent = Agent("a", 15'000'000);
    agent.days[0].grade_id = "P1";
    agent.score = 95;
    agent.score_effect_bps = 1'000;
    const Statement statement = Of(shipped, agent);
    return std::pair{Total(statement, LineKind::kCommission), Total(statement, LineKind::kScore)};
  };
  const auto [growth, by_growth] = scored("shipped:growth");
  EXPECT_EQ(growth, 600'000);
  EXPECT_EQ(by_growth, 61'000);  // with the first in sales
  const auto [mature, by_mature] = scored("shipped:mature");
  EXPECT_GT(mature, 0);
  EXPECT_EQ(by_mature, 1'000);
}
TEST(Plans, TheShippedOnesHaveTheWholeBase) {
  for (const PayPlan& plan : ShippedPlans()) {
    MonthInput input = Three(30, 20, 10);
    for (AgentInput& agent : input.agents) agent.service_months = 6;
    auto statements = Compute(plan, input);
    ASSERT_OK(statements);
    EXPECT_EQ(Total(statements->front(), LineKind::kTenure), 20'000) << plan.id;
    const bool task = MinimumSales(plan).has_value();  // the basic task comes first
    EXPECT_EQ(Total(statements->front(), LineKind::kAward), task ? 0 : 10'000) << plan.id;
    EXPECT_EQ(Total(statements->back(), LineKind::kAward), 0) << plan.id;
  }
}

TEST(Plans, AllFaultsAtOnce) {
  PayPlan plan = Simple();
  plan.effective_from = absl::CivilDay(2024, 11, 2);
  plan.base_minor = -1;
  plan.commission.bands = {{1, 50, 300}, {40, 60, -1}, {70, std::nullopt, 10'001}, {80, 80, 0}};
  plan.commission.coefficients = {{"P9", 10'000}, {"P1", -1}, {"P1", 1}};
  plan.gates = {
      {GateKind::kMinimumSales, {}}, {GateKind::kConversion, 5}, {GateKind::kUnspecified}};
  plan.awards = {{}};
  plan.bonuses = {{BonusMetric::kScore, {{20, 25, -1}, {26, std::nullopt, 1}}}};
  plan.max_taken_bps = 2'001;
  plan.corrected_months = 25;
  plan.placed_back_months = 0;
  EXPECT_THAT(
      Problems(plan),
      ElementsAre(
          "effective_from: must be the first of a month", "base_pay: must not be negative",
          "commission.bands[0].from: must be 0",
          "commission.bands[1].from: overlaps the band before, which ends at 50",
          "commission.bands[2].to: may be absent in the last band only",
          "commission.bands[2].from: leaves a gap after the band before, which ends at 60",
          "commission.bands[3].to: must be above from",
          "commission.bands[3].to: must be absent in the last band: sales above it would "
          "earn nothing",
          "commission.bands[1].rate_bps: must not be negative",
          "commission.bands[2].rate_bps: must not be above 10000 (100 %)",
          "commission.coefficients[0].grade_id: 'P9' is not a known grade",
          "commission.coefficients[1].coefficient_bps: must be 0 to 100000",
          "commission.coefficients[2].grade_id: is named twice", "gates[0].minimum: must be set",
          "gates[1].minimum: belongs to MINIMUM_SALES only", "gates[2].kind: must be set",
          "awards[0].prizes: needs at least one", "bonuses[0].metric: SCORE needs a scorecard_id",
          "bonuses[0].bands[1].from: leaves a gap after the band before, which ends at 25",
          "bonuses[0].bands[0].amount: must not be negative",
          HasSubstr("caps.max_taken_bps: must be 0 to 2000"), "corrected_months: must be 1 to 24",
          "placed_back_months: must be 1 to 24"));
  plan = Simple();
  plan.commission.bands = {{0, std::nullopt, 9'000}};
  plan.commission.new_buyer_factor_bps = 12'000;
  EXPECT_THAT(Problems(plan), Contains(HasSubstr("above 100 % with the buyers' factor")));
  // With the highest coefficient too: nobody earns more than the whole sale.
  plan = Simple();
  plan.commission.bands = {{0, std::nullopt, 5'000}};
  plan.commission.coefficients = {{"P1", 10'000}, {"P2", 20'000}};
  EXPECT_THAT(Problems(plan), IsEmpty());
  plan.commission.coefficients[1].bps = 20'001;
  EXPECT_THAT(Problems(plan),
              ElementsAre(HasSubstr("commission.bands[0].rate_bps: is above 100 %")));
  plan = Simple();
  for (const int32_t months : {0, -1, 25}) {
    plan.corrected_months = months;
    EXPECT_THAT(Problems(plan), ElementsAre("corrected_months: must be 1 to 24")) << months;
    plan = Simple();
    plan.placed_back_months = months;
    EXPECT_THAT(Problems(plan), ElementsAre("placed_back_months: must be 1 to 24")) << months;
    plan = Simple();
  }
}

TEST(Pay, FiguresThatWouldNotStayExactAreRefused) {
  AgentInput agent = Agent("a", 0);
  agent.days[0].sales_minor = {kMaxMinor, 1};
  EXPECT_EQ(Compute(Simple(), {kMonth, 0, {agent}}).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(Compute(Simple(), {kMonth, kMaxMinor + 1, {}}).status().code(),
            absl::StatusCode::kOutOfRange);
}

}  // namespace
}  // namespace kefu::performance::domain::payroll
