// Pay: what holds for any plan and any figures.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <map>
#include <random>

#include "common/testing/status_matchers.h"
#include "services/performance/domain/payroll/commission.h"

namespace kefu::performance::domain::payroll {
namespace {

int64_t Total(const Statement& statement, LineKind kind) {
  int64_t sum = 0;
  for (const Line& line : statement.lines) sum += line.kind == kind ? line.amount_minor : 0;
  return sum;
}

class Dice {
 public:
  explicit Dice(uint32_t seed) : random_(seed) {}
  int64_t Below(int64_t n) { return static_cast<int64_t>(random_() % static_cast<uint64_t>(n)); }
  bool Once(int in) { return Below(in) == 0; }

 private:
  std::mt19937_64 random_;
};

PayPlan RandomPlan(Dice& dice) {
  PayPlan plan;
  plan.currency = "CNY";
  plan.base_minor = dice.Below(800'000);
  if (dice.Once(2)) {
    plan.tenure =
        TenureLadder{static_cast<int32_t>(dice.Below(12)), 1 + static_cast<int32_t>(dice.Below(6)),
                     dice.Below(20'000), static_cast<int32_t>(dice.Below(4))};
  }
  plan.commission.mode = dice.Once(2) ? BandMode::kGraded : BandMode::kWhole;
  int64_t from = 0;
  for (int64_t i = dice.Below(6); i > 0; --i) {
    const int64_t to = from + 1 + dice.Below(4'000'000);
    plan.commission.bands.push_back({from, to, static_cast<int32_t>(dice.Below(1'000))});
    from = to;
  }
  if (!plan.commission.bands.empty()) plan.commission.bands.back().to_minor.reset();
  plan.commission.new_buyer_factor_bps = static_cast<int32_t>(dice.Below(20'000));
  plan.commission.returning_buyer_factor_bps = static_cast<int32_t>(dice.Below(20'000));
  if (dice.Once(2)) {
    plan.commission.coefficients = {{"P1", static_cast<int32_t>(dice.Below(20'000))},
                                    {"P2", static_cast<int32_t>(dice.Below(20'000))}};
  }
  if (dice.Once(3)) plan.gates.push_back({GateKind::kMinimumSales, dice.Below(3'000'000)});
  if (dice.Once(4)) plan.gates.push_back({GateKind::kConversion, {}});
  if (dice.Once(4)) plan.gates.push_back({GateKind::kAverageOrderValue, {}});
  if (dice.Once(4)) plan.gates.push_back({GateKind::kBadReviews, {}});
  for (int64_t i = dice.Below(4); i > 0; --i) {
    plan.awards.push_back({static_cast<AwardPeriod>(1 + dice.Below(3)),
                           static_cast<RankMetric>(1 + dice.Below(4)),
                           {dice.Below(100'000), dice.Below(50'000)},
                           dice.Once(2) ? Ties::kShare : Ties::kEach});
  }
  if (dice.Once(2)) plan.scorecard_id = "points_30";
  plan.score_on = dice.Once(2) ? ScoreOn::kBonus : ScoreOn::kVariable;
  if (dice.Once(2)) {
    plan.bonuses.push_back(
        {static_cast<BonusMetric>(1 + dice.Below(plan.scorecard_id.empty() ? 4 : 5)),
         {{0, 5'000, dice.Below(50'000)}, {5'000, {}, dice.Below(50'000)}}});
  }
  plan.shop_share_bps = dice.Once(3) ? static_cast<int32_t>(dice.Below(500)) : 0;
  plan.attendance = {dice.Once(2), dice.Below(10'000), dice.Below(10'000), dice.Below(50'000),
                     dice.Below(5'000)};
  plan.unknown_employment = static_cast<UnknownEmployment>(1 + dice.Below(3));
  plan.max_taken_bps = static_cast<int32_t>(dice.Below(kMaxTakenBps + 1));
  plan.minimum_wage_minor = dice.Once(2) ? dice.Below(400'000) : 0;
  return plan;
}

Figures RandomFigures(Dice& dice) {
  Figures f{.sales_minor = dice.Below(9'000'000), .refunds_minor = dice.Below(100'000)};
  f.consulted = dice.Below(500);
  f.assisted = dice.Below(f.consulted + 1);
  f.converted = dice.Below(f.consulted - f.assisted + 1);
  f.paid_customers = dice.Below(200);
  f.reviews = dice.Below(50);
  f.positive_reviews = dice.Below(f.reviews + 1);
  f.ratings = dice.Below(50);
  f.rating_points = f.ratings * (1 + dice.Below(5));
  return f;
}

AgentInput RandomAgent(Dice& dice, std::string id, absl::CivilDay month) {
  AgentInput agent{.agent_id = std::move(id)};
  agent.employed_days = static_cast<int32_t>(dice.Below(32));
  if (dice.Once(2)) agent.service_months = static_cast<int32_t>(dice.Below(50));
  if (dice.Once(2)) {
    agent.parts = {{dice.Below(30), dice.Below(3), dice.Below(30)},
                   {static_cast<size_t>(dice.Below(3))}};
  } else {
    agent.parts = AllHere();
  }
  agent.month = RandomFigures(dice);
  agent.quarter = RandomFigures(dice);
  agent.year = RandomFigures(dice);
  agent.has_figures = !dice.Once(5);
  for (int64_t i = dice.Below(4); i > 0; --i) {
    GradeDays days{.first = month, .last = month + 9};
    days.grade_id = std::array{"", "P1", "P2", "P9"}[dice.Below(4)];
    days.sales_minor = {dice.Below(5'000'000), dice.Below(5'000'000)};
    days.refunds_minor = {dice.Below(400'000), dice.Below(400'000)};
    agent.days.push_back(days);
  }
  for (int64_t i = dice.Below(3); i > 0; --i) {
    agent.earlier_sales.push_back({absl::CivilDay(absl::CivilMonth(month) - i),
                                   static_cast<Buyer>(dice.Below(2)), dice.Below(900'000),
                                   dice.Below(900'000), dice.Below(900'000), dice.Below(50'000)});
  }
  agent.scheduled_minutes = dice.Below(12'000);
  agent.unpaid_minutes = dice.Below(6'000);
  agent.overtime = {dice.Below(6'000), dice.Below(600), dice.Below(600)};
  agent.employment_known = dice.Once(2);
  agent.late_count = dice.Below(5);
  agent.early_count = dice.Below(5);
  agent.absence_count = dice.Below(3);
  for (int64_t i = dice.Below(4); i > 0; --i) {
    agent.conduct.push_back({"c", "k", month, dice.Below(400'000) - 300'000, !dice.Once(3)});
  }
  if (dice.Once(2)) agent.score = dice.Below(150);
  agent.scorecard = "points_30@0";
  agent.score_effect_bps = static_cast<int32_t>(dice.Below(15'000)) - 10'000;
  if (dice.Once(3)) agent.late_changes = {{month - 30, dice.Below(200'000) - 100'000}};
  if (dice.Once(3)) agent.left_out = {{month - 900, dice.Below(200'000) - 100'000}};
  if (dice.Once(3)) agent.entries = {{"e", "", dice.Below(200'000) - 100'000}};
  if (dice.Once(3)) agent.carried_in_minor = dice.Below(300'000);
  return agent;
}

// Half up, away from zero, by whole numbers of its own.
int64_t Rounded(int64_t numerator, int64_t denominator) {
  const int64_t sign = numerator < 0 ? -1 : 1;
  return sign * ((2 * sign * numerator + denominator) / (2 * denominator));
}

// Commission before factors: fen by fen of what the bands hold, rounded once.
int64_t ExpectedBands(const PayPlan& plan, int64_t sales) {
  int64_t exact = 0;
  for (const Band& band : plan.commission.bands) {
    const int64_t end = band.to_minor.value_or(std::numeric_limits<int64_t>::max());
    if (sales < band.from_minor) continue;
    if (plan.commission.mode == BandMode::kWhole) {
      exact += sales < end ? sales * band.rate_bps : 0;
    } else {
      exact += (std::min(sales, end) - band.from_minor) * band.rate_bps;
    }
  }
  return Rounded(exact, kWholeBps);
}

// What follows from plan and figures by the words of the contract, without the code that computes
// pay: the amounts of every kind of line that does not hang on the other agents.
std::map<LineKind, int64_t> Expected(const PayPlan& plan, const AgentInput& agent,
                                     const Statement& statement, int days_of_month) {
  std::map<LineKind, int64_t> sums;
  const auto by_days = [&](int64_t minor) {
    return PartHere(agent.parts, Rounded(minor * agent.employed_days, days_of_month));
  };
  if (agent.employment_known || plan.unknown_employment != UnknownEmployment::kNoBase) {
    sums[LineKind::kBase] = by_days(plan.base_minor);
    if (plan.tenure && agent.service_months) {
      int64_t steps = 0;
      for (int32_t month = plan.tenure->first_step_months; month <= *agent.service_months;
           month += plan.tenure->step_months) {
        steps += plan.tenure->max_steps == 0 || steps < plan.tenure->max_steps ? 1 : 0;
      }
      sums[LineKind::kTenure] = by_days(steps * plan.tenure->step_minor);
    }
  }
  if (plan.attendance.unpaid_time && agent.scheduled_minutes > 0) {
    sums[LineKind::kUnpaidTime] =
        -Rounded((sums[LineKind::kBase] + sums[LineKind::kTenure]) *
                     std::min(agent.unpaid_minutes, agent.scheduled_minutes),
                 agent.scheduled_minutes);
  }
  for (size_t day = 0; day < kOvertimeDays; ++day) {
    sums[LineKind::kOvertime] +=
        PartHere(agent.parts, Rounded(plan.attendance.overtime_hour_minor * agent.overtime[day] *
                                          plan.attendance.overtime_bps[day],
                                      int64_t{60} * kWholeBps));
  }
  int64_t sales = 0;
  for (const GradeDays& days : agent.days) {
    for (size_t b = 0; b < kBuyers; ++b) {
      sales += std::max<int64_t>(0, days.sales_minor[b] - days.refunds_minor[b]);
    }
  }
  bool gates = true;
  for (const GateResult& gate : statement.gates) gates = gates && gate.passed;
  sums[LineKind::kCommission] = gates ? ExpectedBands(plan, sales) : 0;
  for (const ConductMoney& conduct : agent.conduct) {
    sums[LineKind::kConductReward] += std::max<int64_t>(0, conduct.amount_minor);
  }
  for (const LateChange& change : agent.late_changes) {
    sums[LineKind::kCorrection] += change.amount_minor;
  }
  for (const Entry& entry : agent.entries) sums[LineKind::kEntry] += entry.amount_minor;
  sums[LineKind::kCarriedIn] = -agent.carried_in_minor;
  sums[LineKind::kLeftOut] = 0;
  return sums;
}

// What must hold for any statement of any plan.
void CheckStatement(const PayPlan& plan, const AgentInput& agent, const Statement& statement,
                    int days_of_month, const std::string& at) {
  int64_t sum = 0, fines = 0, not_taken = 0;
  for (const Line& line : statement.lines) {
    sum += line.amount_minor;
    not_taken += line.not_taken_minor;
    if (line.kind == LineKind::kConductFine || line.kind == LineKind::kAttendanceFine) {
      fines -= line.amount_minor;
      EXPECT_LE(line.amount_minor, 0) << at;
      EXPECT_GE(line.not_taken_minor, 0) << at;
    }
  }
  EXPECT_EQ(sum, statement.total_minor) << at;
  for (const auto& [kind, expected] : Expected(plan, agent, statement, days_of_month)) {
    EXPECT_EQ(Total(statement, kind), expected) << at << " " << NameOf(kind);
  }
  // Of the own month's wage the score takes up to the cap, and fines what it leaves of the wage's.
  const int64_t by_score = statement.wage_minor - fines - statement.total_minor;
  const int64_t foreign = Total(statement, LineKind::kCorrection) +
                          Total(statement, LineKind::kEntry) +
                          Total(statement, LineKind::kCarriedIn) + statement.carried_out_minor;
  EXPECT_GE(by_score, 0) << at;
  EXPECT_LE(by_score * kWholeBps,
            std::max<int64_t>(0, statement.wage_minor - foreign) * plan.max_taken_bps)
      << at;
  if (fines > 0) {
    EXPECT_LE((fines + by_score) * kWholeBps, statement.wage_minor * plan.max_taken_bps) << at;
  }
  const int64_t floor =
      PartHere(agent.parts, Rounded(plan.minimum_wage_minor * agent.employed_days, days_of_month));
  if (fines + by_score > 0) {
    EXPECT_GE(statement.total_minor, floor) << at;
  }
  if (statement.carried_out_minor > 0) {
    EXPECT_LE(statement.wage_minor - by_score, floor) << at;
  }
  // Commission by buyer is what the lines come to.
  const int64_t commission = Total(statement, LineKind::kCommission) +
                             Total(statement, LineKind::kBuyerFactor) +
                             Total(statement, LineKind::kCoefficient);
  const int64_t score = Total(statement, LineKind::kScore);
  const int64_t others =
      Total(statement, LineKind::kBonus) + Total(statement, LineKind::kShopShare);
  const int64_t rates = statement.commission_minor[0] + statement.commission_minor[1];
  if (score == 0 || plan.score_on == ScoreOn::kBonus) {
    EXPECT_EQ(rates, commission) << at;
  } else if (others == 0 && Total(statement, LineKind::kAward) == 0) {
    EXPECT_EQ(rates, commission + score) << at;  // it is all of commission
  }
  EXPECT_GE(commission, 0) << at;
}

TEST(PayProperty, TheLinesAddUpToTheTotalForAnyPlan) {
  for (uint32_t seed = 1; seed <= 2'000; ++seed) {
    Dice dice(seed);
    const PayPlan plan = RandomPlan(dice);
    ASSERT_TRUE(Check(plan, ShippedGrades()).empty()) << "seed " << seed;
    MonthInput input{.month = absl::CivilDay(2024, 1 + dice.Below(12), 1),
                     .shop_net_sales_minor = dice.Below(90'000'000)};
    const int days =
        static_cast<int>(absl::CivilDay(absl::CivilMonth(input.month) + 1) - input.month);
    for (int64_t i = 0, n = dice.Below(8); i < n; ++i) {
      input.agents.push_back(RandomAgent(dice, std::to_string(i), input.month));
      input.agents.back().employed_days = std::min(input.agents.back().employed_days, days);
    }
    const auto statements = Compute(plan, input);
    ASSERT_OK(statements);
    ASSERT_EQ(statements->size(), input.agents.size());
    int64_t shares = 0, shared_days = 0;
    for (size_t i = 0; i < statements->size(); ++i) {
      CheckStatement(plan, input.agents[i], (*statements)[i], days, "seed " + std::to_string(seed));
      shares += Total((*statements)[i], LineKind::kShopShare);
      shared_days += input.agents[i].employed_days * WeightOf(input.agents[i].parts).here;
    }
    if (plan.shop_share_bps > 0 && shared_days > 0) {
      // The whole share of the shop's sales, to the fen.
      EXPECT_EQ(shares, (input.shop_net_sales_minor * plan.shop_share_bps * 2 + kWholeBps) /
                            (2 * kWholeBps));
    }
    EXPECT_EQ(*Compute(plan, input), *statements);
  }
}

// Whichever shops there are: what is the person's is paid once, to the fen.
TEST(PayProperty, ThePartsOfAllShopsAreTheWhole) {
  int checked = 0;
  for (uint32_t seed = 1; seed <= 500; ++seed) {
    Dice dice(seed);
    PayPlan plan = RandomPlan(dice);
    plan.max_taken_bps = kMaxTakenBps;
    AgentInput agent = RandomAgent(dice, "a", absl::CivilDay(2024, 11, 1));
    agent.employed_days = std::min(agent.employed_days, 30);
    agent.parts = {{dice.Below(30), dice.Below(3), dice.Below(30)}, {}};
    if (WeightOf(agent.parts).all == 0) continue;
    ++checked;
    const auto of = [&](const ShopParts& parts) {
      agent.parts = parts;
      const auto statements = Compute(plan, {absl::CivilDay(2024, 11, 1), 0, {agent}});
      std::map<LineKind, int64_t> sums;
      for (const Line& line : statements->front().lines) {
        sums[line.kind] += line.amount_minor - line.not_taken_minor;
      }
      return sums;
    };
    const ShopParts parts = agent.parts;
    std::map<LineKind, int64_t> shops, whole = of(AllHere());
    for (const size_t here : {0, 1, 2}) {
      for (const auto& [kind, amount] : of({parts.weights, {here}})) shops[kind] += amount;
    }
    for (const LineKind kind :
         {LineKind::kBase, LineKind::kTenure, LineKind::kOvertime, LineKind::kAttendanceFine}) {
      EXPECT_EQ(shops[kind], whole[kind]) << "seed " << seed << " " << NameOf(kind);
    }
    EXPECT_NEAR(shops[LineKind::kUnpaidTime], whole[LineKind::kUnpaidTime], 3) << "seed " << seed;
  }
  EXPECT_GT(checked, 400);
}

TEST(PayProperty, MoreSalesNeverEarnLessCommissionWhenRatesRise) {
  CommissionRule rule;
  rule.bands = {{0, 50'000, 300}, {50'000, 100'000, 400}, {100'000, std::nullopt, 500}};
  int64_t before = 0;
  for (int64_t sales = 0; sales < 120'000; sales += 7) {
    int64_t commission = 0;
    for (const Line& line : BandLines(rule, sales)) commission += line.amount_minor;
    ASSERT_GE(commission, before) << sales;
    before = commission;
  }
}

}  // namespace
}  // namespace kefu::performance::domain::payroll
