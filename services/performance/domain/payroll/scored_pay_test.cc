// Scores in pay, and gates over several shops: worked examples.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "common/testing/status_matchers.h"
#include "services/performance/domain/payroll/examples.h"

namespace kefu::performance::domain::payroll {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// --- Score ---

AgentInput Scored(int32_t effect_bps) {
  AgentInput agent = Agent("a", 50'000);  // ¥15 of commission
  agent.score = 22;
  agent.scorecard = "points_30@0";
  agent.score_effect_bps = effect_bps;
  return agent;
}
PayPlan ScoredPlan(ScoreOn on) {
  PayPlan plan = Simple();
  plan.bonuses = {{BonusMetric::kNetSales, {{0, std::nullopt, 5'000}}}};
  plan.scorecard_id = "points_30";
  plan.score_on = on;
  return plan;
}

TEST(Score, ChangesBonusesAndByPolicyWhatIsEarned) {
  EXPECT_EQ(Total(Of(Simple(), Scored(-1'000)), LineKind::kScore), 0);  // the plan asks for none
  const PayPlan bonus = ScoredPlan(ScoreOn::kBonus), variable = ScoredPlan(ScoreOn::kVariable);
  Statement statement = Of(bonus, Scored(-1'000));
  EXPECT_EQ(Total(statement, LineKind::kScore), -500);
  EXPECT_EQ(statement.lines.back().reference, "points_30@0");
  EXPECT_THAT(statement.commission_minor, ElementsAre(1'500, 0));
  EXPECT_EQ(Of(bonus, Scored(-10'000)).total_minor, 401'500);  // no bonus that month
  EXPECT_EQ(Total(Of(bonus, Scored(2'000)), LineKind::kScore), 1'000);
  statement = Of(variable, Scored(-1'000));
  EXPECT_EQ(Total(statement, LineKind::kScore), -650);
  EXPECT_THAT(statement.commission_minor, ElementsAre(1'350, 0));
  statement = Of(variable, Scored(2'000));
  EXPECT_EQ(Total(statement, LineKind::kScore), 1'300);
  EXPECT_THAT(statement.commission_minor, ElementsAre(1'800, 0));
}

TEST(Score, OfAMonthThatCannotBeScoredOrIsNotDecidedKeepsItOpen) {
  const PayPlan plan = ScoredPlan(ScoreOn::kBonus);
  AgentInput agent = Scored(-1'000);
  EXPECT_THAT(Of(plan, agent).problems, IsEmpty());
  agent.score_pending = true;
  EXPECT_THAT(Of(plan, agent).problems, ElementsAre(Problem::kScorePending));
  PayPlan nothing = plan;  // that the score could change
  nothing.bonuses.clear();
  EXPECT_THAT(Of(nothing, agent).problems, IsEmpty());
  nothing.score_on = ScoreOn::kVariable;
  EXPECT_THAT(Of(nothing, agent).problems, ElementsAre(Problem::kScorePending));
  agent.score.reset();
  EXPECT_THAT(Of(plan, agent).problems, ElementsAre(Problem::kScoreMissing));
  agent.has_figures = agent.score_pending = false;
  EXPECT_THAT(Of(plan, agent).problems, IsEmpty());
}

// What it takes of earned pay and the fines share one cap.
TEST(Score, TakesOfEarnedPayWhatTheCapsAllowBeforeAnyFine) {
  PayPlan plan = ScoredPlan(ScoreOn::kVariable);
  plan.bonuses.clear();
  plan.base_minor = 0;
  AgentInput agent = Scored(-3'000);
  agent.days[0].sales_minor[kReturning] = 100'000;  // 3'500
  agent.conduct = {{"c1", "harm", kMonth, -900}};
  const auto score = [](const Statement& s) {
    return *std::ranges::find(s.lines, LineKind::kScore, &Line::kind);
  };
  Statement statement = Of(plan, agent);
  EXPECT_EQ(score(statement).amount_minor, -700);  // 20 % of 3'500, not 30 %
  EXPECT_EQ(score(statement).not_taken_minor, 350);
  EXPECT_EQ(Total(statement, LineKind::kConductFine), 0);
  EXPECT_EQ(statement.wage_minor, 3'500);
  EXPECT_EQ(statement.total_minor, 2'800);
  EXPECT_THAT(statement.commission_minor, ElementsAre(2'800, 0));
  agent.score_effect_bps = -1'000;
  statement = Of(plan, agent);
  EXPECT_EQ(score(statement).amount_minor, -350);
  EXPECT_EQ(Total(statement, LineKind::kConductFine), -350);
  plan.minimum_wage_minor = 3'400;
  statement = Of(plan, agent);
  EXPECT_EQ(score(statement).amount_minor, -100);
  EXPECT_EQ(Total(statement, LineKind::kConductFine), 0);
  // What other months take away does not change it.
  agent.entries = {{"e1", "advance", -1'000}};
  statement = Of(plan, agent);
  EXPECT_EQ(score(statement).amount_minor, -100);
  EXPECT_EQ(statement.carried_out_minor, 1'000);
  EXPECT_EQ(statement.total_minor, 3'400);
}

TEST(Score, RefundsOfBothBuyersTakeBackWhatWasGiven) {
  PayPlan plan = ScoredPlan(ScoreOn::kVariable);
  plan.bonuses.clear();
  AgentInput agent = Agent("a", 3'500, 3'500);  // 105 and 105
  agent.score = 22;
  agent.score_effect_bps = -1'000;
  const Statement statement = Of(plan, agent);
  EXPECT_EQ(Total(statement, LineKind::kScore), -21);
  EXPECT_EQ(statement.commission_minor[kReturning] + statement.commission_minor[kNew], 189);
}

// --- Gates over several shops ---

Figures Sold(int64_t customers, int64_t sales) {
  return {.sales_minor = sales,
          .consulted = customers,
          .converted = customers,
          .paid_customers = customers};
}

TEST(Gates, AreHeldAgainstTheMeansOfTheShopsWhereTheCustomersWere) {
  PayPlan plan = Simple();
  plan.gates = {{GateKind::kAverageOrderValue, std::nullopt}};
  const auto agent = [](std::string id, std::vector<Figures> by_shop) {
    AgentInput input = Agent(std::move(id), 0);
    input.month = {};
    for (const Figures& at : by_shop) input.month += at;
    input.by_shop = std::move(by_shop);
    return input;
  };
  // Means: 500 in the first, 50 in the second.
  const std::vector<AgentInput> agents{agent("dear", {Sold(2, 100'000), {}}),
                                       agent("cheap", {Figures{}, Sold(2, 10'000)}),
                                       agent("both", {Sold(1, 52'000), Sold(1, 3'000)}),
                                       agent("below", {Sold(1, 48'000), Sold(1, 6'999)})};
  const auto statements = Compute(plan, {kMonth, 0, agents});
  ASSERT_OK(statements);
  const auto gate = [&](size_t i) { return (*statements)[i].gates[0]; };
  EXPECT_TRUE(gate(0).passed);
  EXPECT_EQ(gate(0).mean, (Fraction{200'000, 4}));
  EXPECT_TRUE(gate(1).passed);
  EXPECT_TRUE(gate(2).passed);  // 550 for two, where 549.9975 are the means
  EXPECT_FALSE(gate(3).passed);
  EXPECT_EQ(gate(3).mean, (Fraction{54'999'750, 2'000}));
}

TEST(Gates, OfSeveralShopsRoundInTheAgentsFavour) {
  PayPlan plan = Simple();
  plan.gates = {{GateKind::kConversion, std::nullopt}, {GateKind::kBadReviews, std::nullopt}};
  const auto at = [](int64_t converted, int64_t bad) {
    return Figures{
        .consulted = 1, .converted = converted, .reviews = 1, .positive_reviews = 1 - bad};
  };
  std::vector<AgentInput> agents;
  // Two thirds are converted in each of three shops; the first agent has two of three.
  for (const std::array<int64_t, 3>& row :
       {std::array<int64_t, 3>{1, 1, 0}, {1, 0, 1}, {0, 1, 1}}) {
    AgentInput agent = Agent(std::to_string(agents.size()), 0);
    for (const int64_t one : row) agent.by_shop.push_back(at(one, 1 - one));
    agent.month = {.consulted = 3, .converted = 2, .reviews = 3, .positive_reviews = 2};
    agents.push_back(agent);
  }
  const auto statements = Compute(plan, {kMonth, 0, agents});
  ASSERT_OK(statements);
  for (const Statement& statement : *statements) {
    EXPECT_TRUE(statement.gates[0].passed);
    EXPECT_TRUE(statement.gates[1].passed);  // 1 < 3 × 0.334
  }
}

}  // namespace
}  // namespace kefu::performance::domain::payroll
