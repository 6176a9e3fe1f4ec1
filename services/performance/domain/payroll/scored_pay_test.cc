// Scores in pay, gates and awards over several shops: worked examples.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "common/testing/status_matchers.h"
#include "services/performance/domain/payroll/awards.h"
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
    input.month_by_shop = std::move(by_shop);
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

// DOMAIN 3.5: conversion at the mean passes, bad reviews must lie below it. The means are thirds.
TEST(Gates, OfSeveralShopsAreComparedExactly) {
  PayPlan plan = Simple();
  plan.gates = {{GateKind::kConversion, std::nullopt}, {GateKind::kBadReviews, std::nullopt}};
  const auto at = [](int64_t converted, int64_t bad) {
    return Figures{
        .consulted = 1, .converted = converted, .reviews = 1, .positive_reviews = 1 - bad};
  };
  std::vector<AgentInput> agents;
  // Two thirds are converted in each of three shops; everybody has two of three.
  for (const std::array<int64_t, 3>& row :
       {std::array<int64_t, 3>{1, 1, 0}, {1, 0, 1}, {0, 1, 1}}) {
    AgentInput agent = Agent(std::to_string(agents.size()), 0);
    for (const int64_t one : row) agent.month_by_shop.push_back(at(one, 1 - one));
    agent.month = {.consulted = 3, .converted = 2, .reviews = 3, .positive_reviews = 2};
    agents.push_back(agent);
  }
  auto statements = Compute(plan, {kMonth, 0, agents});
  ASSERT_OK(statements);
  for (const Statement& statement : *statements) {
    EXPECT_TRUE(statement.gates[0].passed);
    EXPECT_FALSE(statement.gates[1].passed);
    EXPECT_EQ(statement.gates[1].mean, (Fraction{1'000, 3'000}));
  }
  // One review that is not bad takes the first agent a fraction below the others.
  ++agents[0].month.reviews;
  ++agents[0].month.positive_reviews;
  ++agents[0].month_by_shop[0].reviews;
  ++agents[0].month_by_shop[0].positive_reviews;
  statements = Compute(plan, {kMonth, 0, agents});
  ASSERT_OK(statements);
  EXPECT_TRUE((*statements)[0].gates[1].passed);   // 1 of 4, by means 2 × 1/4 + 1/3 + 1/3
  EXPECT_FALSE((*statements)[2].gates[1].passed);  // 1 of 3, by means 1/4 + 1/3 + 1/3
}

// Denominators of many shops are more than 128 bits hold.
TEST(Gates, StayExactOverManyShops) {
  PayPlan plan = Simple();
  plan.gates = {{GateKind::kConversion, std::nullopt}};
  AgentInput one = Agent("one", 0), rest = Agent("rest", 0);
  one.month = rest.month = {};
  for (const int64_t prime :
       {1'000'003, 1'000'033, 1'000'037, 1'000'039, 1'000'081, 1'000'099, 1'000'117, 1'000'121}) {
    one.month_by_shop.push_back({.consulted = 1'000, .converted = 500});
    rest.month_by_shop.push_back({.consulted = prime - 1'000, .converted = (prime - 1'000) / 2});
    one.month += one.month_by_shop.back();
    rest.month += rest.month_by_shop.back();
  }
  const auto passes = [&] {
    const auto statements = Compute(plan, {kMonth, 0, {one, rest}});
    EXPECT_TRUE(statements.ok());
    return statements->front().gates[0].passed;
  };
  EXPECT_TRUE(passes());  // the others have half a customer less
  for (Figures& at : rest.month_by_shop) at.converted += 1;
  EXPECT_FALSE(passes());
}

// DOMAIN 3.5: awards by conversion, average order value and sales; who sells in a dear shop has not
// won by that.
TEST(Awards, OfSeveralShopsAreRankedByTheMeansOfTheShops) {
  const auto agent = [](std::string id, Figures dear, Figures cheap) {
    AgentInput input = Agent(std::move(id), 0);
    input.month = dear;
    input.month += cheap;
    input.quarter = input.month;
    input.month_by_shop = {dear, cheap};
    input.quarter_by_shop = {dear, cheap};
    return input;
  };
  const auto sold = [](int64_t consulted, int64_t buyers, int64_t sales) {
    return Figures{.sales_minor = sales,
                   .consulted = consulted,
                   .converted = buyers,
                   .paid_customers = buyers};
  };
  // ¥500 and half of the customers on the mean of the first, ¥50 and a tenth of the second.
  MonthInput input{
      absl::CivilDay(2024, 12, 1),
      0,
      {agent("dear", sold(100, 40, 2'200'000), {}), agent("dear2", sold(100, 60, 2'800'000), {}),
       agent("cheap", {}, sold(100, 14, 56'000)), agent("cheap2", {}, sold(100, 6, 44'000))}};
  const auto winner = [&](RankMetric metric, AwardPeriod period) {
    const Award award{.period = period, .metric = metric, .prizes_minor = {500}};
    const auto lines = AwardLines(Simple(), award, input);
    std::string ids;
    for (size_t i = 0; i < lines.size(); ++i) ids += lines[i] ? input.agents[i].agent_id : "";
    return ids;
  };
  for (const AwardPeriod period : {AwardPeriod::kMonth, AwardPeriod::kQuarter}) {
    EXPECT_EQ(winner(RankMetric::kConversion, period), "cheap");  // 1.4 of its mean against 1.2
    EXPECT_EQ(winner(RankMetric::kAverageOrderValue, period), "cheap2");  // 1.47 against 1.1
    EXPECT_EQ(winner(RankMetric::kSales, period), "dear2");
  }
  for (AgentInput& one : input.agents) {
    one.month_by_shop.clear();
    one.quarter_by_shop.clear();
  }
  // Of one shop the figures themselves.
  EXPECT_EQ(winner(RankMetric::kConversion, AwardPeriod::kQuarter), "dear2");
  EXPECT_EQ(winner(RankMetric::kAverageOrderValue, AwardPeriod::kQuarter), "dear");
}

}  // namespace
}  // namespace kefu::performance::domain::payroll
