// The handbook's numbers (DOMAIN 2.6, 3.4, 3.5) as the shipped plans pay them.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/performance/domain/judgement/score.h"
#include "services/performance/domain/payroll/examples.h"

namespace kefu::performance::domain::payroll {
namespace {

constexpr int64_t kYuan = 100;

PayPlan ShippedWithoutGates(std::string_view id) {
  PayPlan plan = *FindShippedPlan(id);
  plan.gates.clear();
  return plan;
}

// "Graded rates (3 % to 5 % of sales by band)": to ¥50,000, to ¥100,000 and above.
TEST(WorkedExamples, CommissionAtTheBordersOfTheBands) {
  struct Row {
    int64_t sales, growth, mature;
  };
  for (const Row& row : std::vector<Row>{{0, 0, 0},
                                         {49'999, 149'997, 49'999},
                                         {50'000, 150'000, 50'000},
                                         {50'001, 150'004, 50'002},
                                         {100'000, 350'000, 150'000},
                                         {100'001, 350'005, 150'002},
                                         {120'000, 450'000, 190'000}}) {
    EXPECT_EQ(Total(Of(ShippedWithoutGates("shipped:growth"), Agent("a", row.sales * kYuan)),
                    LineKind::kCommission),
              row.growth)
        << row.sales;
    EXPECT_EQ(Total(Of(ShippedWithoutGates("shipped:mature"), Agent("a", row.sales * kYuan)),
                    LineKind::kCommission),
              row.mature)
        << row.sales;
  }
}

// "Times the P coefficient": of ¥1,500.
TEST(WorkedExamples, CommissionTimesTheCoefficientOfTheGrade) {
  for (const auto& [grade, commission] :
       std::vector<std::pair<std::string, int64_t>>{{"", 150'000},
                                                    {"P1", 150'000},
                                                    {"P2", 165'000},
                                                    {"P3", 180'000},
                                                    {"P4", 195'000},
                                                    {"gold_agent", 210'000},
                                                    {"trainer", 225'000}}) {
    AgentInput agent = Agent("a", 50'000 * kYuan);
    agent.days[0].grade_id = grade;
    const Statement statement = Of(ShippedWithoutGates("shipped:growth"), agent);
    EXPECT_EQ(Total(statement, LineKind::kCommission) + Total(statement, LineKind::kCoefficient),
              commission)
        << grade;
  }
}

// "Steps by tenure: after the first 3 months +¥100 every 3 months."
TEST(WorkedExamples, TenureByTheMonth) {
  for (const PayPlan& plan : ShippedPlans()) {
    for (const auto& [months, yuan] : std::vector<std::pair<int32_t, int64_t>>{
             {0, 0}, {2, 0}, {3, 100}, {5, 100}, {6, 200}, {8, 200}, {9, 300}, {36, 1'200}}) {
      AgentInput agent = Agent("a", 0);
      agent.service_months = months;
      EXPECT_EQ(Total(Of(plan, agent), LineKind::kTenure), yuan * kYuan) << plan.id << months;
    }
  }
}

// "First in results +¥100"; "quarterly: for those who met the basic task, awards by conversion,
// average order value and total sales. Annual likewise."
TEST(WorkedExamples, AwardsOfMonthQuarterAndYear) {
  struct Row {
    int month;
    int64_t quarter_sales, year_sales, awards;
  };
  for (const Row& row : std::vector<Row>{{11, 30'000, 120'000, 100},
                                         {9, 30'000, 120'000, 100 + 3 * 300},
                                         {9, 29'999, 120'000, 100},
                                         {12, 30'000, 120'000, 100 + 3 * 300 + 3 * 1'000},
                                         {12, 30'000, 119'999, 100 + 3 * 300},
                                         {12, 29'999, 120'000, 100 + 3 * 1'000}}) {
    AgentInput first = Agent("a", 10'000 * kYuan), second = Agent("b", 9'999 * kYuan);
    const auto figures = [](int64_t sales, int64_t buyers) {
      return Figures{
          .sales_minor = sales, .consulted = 100, .converted = buyers, .paid_customers = 10};
    };
    first.quarter = figures(row.quarter_sales * kYuan, 12);
    first.year = figures(row.year_sales * kYuan, 12);
    second.quarter = second.year = figures(100, 9);  // without the basic task
    const auto statements = Compute(*FindShippedPlan("shipped:growth"),
                                    {absl::CivilDay(2024, row.month, 1), 0, {first, second}});
    ASSERT_OK(statements);
    EXPECT_EQ(Total(statements->front(), LineKind::kAward), row.awards * kYuan) << row.month;
    EXPECT_EQ(Total(statements->back(), LineKind::kAward), 0);
  }
}

// "Gates first (a minimum of sales; …)": ¥10,000 of the shipped plans.
TEST(WorkedExamples, TheMinimumOfSalesIsReachedExactly) {
  const PayPlan& plan = *FindShippedPlan("shipped:growth");
  for (const auto& [sales, commission] :
       {std::pair{10'000 * kYuan, 300 * kYuan}, std::pair{10'000 * kYuan - 1, int64_t{0}}}) {
    EXPECT_EQ(Total(Of(plan, Agent("a", sales)), LineKind::kCommission), commission) << sales;
  }
}

Score ScoredBySchemeTwo(const std::map<std::string, int>& conduct) {
  MonthFacts facts;
  facts.month = absl::CivilMonth(kMonth);
  facts.currency = "CNY";
  for (const auto& [kind, times] : conduct) {
    for (int i = 0; i < times; ++i) {
      ConductEvent& event = facts.conduct.emplace_back();
      event.id = fmt::format("{}{}", kind, i);
      event.agent_id = "a";
      event.day = kMonth + i;
      event.kind = kind;
      event.decided_by = "sup";
    }
  }
  return ScoreAgent(*FindShippedScorecard("points_30"), facts, "a");
}

// Scheme 2's bonus effect (DOMAIN 7: [25, 30+], [20, 25), [15, 20), below 15) on a bonus of ¥50.
TEST(WorkedExamples, ThePointsOfSchemeTwoInPay) {
  struct Row {
    std::map<std::string, int> conduct;
    int64_t points, effect;
  };
  for (const Row& row : std::vector<Row>{
           {{}, 33, 400},  // at most two deductions: +3; each point above 25 adds 1 %
           {{{"grave_error", 1}, {"price_cut", 2}, {"attitude_complaint", 2}, {"praise", 3}},
            26,
            50},
           {{{"grave_error", 1},
             {"price_cut", 2},
             {"attitude_complaint", 2},
             {"praise", 1},
             {"grave_problem_reported", 1}},
            25,
            0},
           {{{"grave_error", 1},
             {"price_cut", 2},
             {"attitude_complaint", 2},
             {"dispute_shirked", 2},
             {"praise", 1},
             {"grave_problem_reported", 1}},
            24,
            -500},
           {{{"grave_error", 1}, {"price_cut", 2}, {"attitude_complaint", 2}, {"praise", 1}},
            20,
            -500},
           {{{"grave_error", 1},
             {"price_cut", 2},
             {"attitude_complaint", 2},
             {"dispute_shirked", 2},
             {"praise", 1}},
            19,
            -1'500},
           {{{"grave_error", 1},
             {"price_cut", 2},
             {"attitude_complaint", 2},
             {"dispute_shirked", 2},
             {"missing_order_note", 2}},
            15,
            -1'500},
           {{{"grave_error", 1},
             {"price_cut", 3},
             {"attitude_complaint", 2},
             {"dispute_shirked", 2}},
            14,
            -5'000}}) {
    const Score score = ScoredBySchemeTwo(row.conduct);
    EXPECT_EQ(WholePoints(score.points), row.points);
    PayPlan plan = Simple();
    plan.bonuses = {{BonusMetric::kNetSales, {{0, std::nullopt, 5'000}}}};
    plan.scorecard_id = "points_30";
    AgentInput agent = Agent("a", 50'000);
    agent.score = WholePoints(score.points);
    agent.score_effect_bps = score.bonus_effect_bps;
    const Statement statement = Of(plan, agent);
    EXPECT_EQ(Total(statement, LineKind::kScore), row.effect) << row.points;
    EXPECT_EQ(statement.total_minor, 400'000 + 1'500 + 5'000 + row.effect);
  }
}

// "The old plan, base + share of the whole shop's sales, against coefficients": 1 % of ¥100,000
// shared by two, against 3 % of what each has sold.
TEST(WorkedExamples, TheOldPlanAgainstCoefficients) {
  std::vector<AgentInput> agents{Agent("a", 90'000 * kYuan), Agent("b", 10'000 * kYuan)};
  for (AgentInput& agent : agents) agent.days[0].grade_id = "P2";
  const MonthInput month{kMonth, 100'000 * kYuan, agents};
  const auto before = Compute(*FindShippedPlan("shipped:shop-share"), month);
  const auto after = Compute(*FindShippedPlan("shipped:startup"), month);
  ASSERT_OK(before);
  ASSERT_OK(after);
  EXPECT_EQ((*before)[0].total_minor, (4'000 + 100 + 500) * kYuan);  // and first in sales
  EXPECT_EQ((*before)[1].total_minor, (4'000 + 500) * kYuan);
  EXPECT_EQ((*after)[0].total_minor, (4'000 + 100 + 2'970) * kYuan);
  EXPECT_EQ((*after)[1].total_minor, (4'000 + 330) * kYuan);
}

}  // namespace
}  // namespace kefu::performance::domain::payroll
