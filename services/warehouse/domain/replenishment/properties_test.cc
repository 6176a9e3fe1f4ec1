// What must hold of the formulas beyond printed values: limits, faults, simulation.
#include <cmath>
#include <random>

#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/warehouse/domain/replenishment/campaign.h"
#include "services/warehouse/domain/replenishment/classify.h"
#include "services/warehouse/domain/replenishment/echelons.h"
#include "services/warehouse/domain/replenishment/forecast.h"
#include "services/warehouse/domain/replenishment/lot_sizing.h"
#include "services/warehouse/domain/replenishment/newsvendor.h"
#include "services/warehouse/domain/replenishment/order_quantity.h"
#include "services/warehouse/domain/replenishment/reorder_policy.h"
#include "services/warehouse/domain/replenishment/safety_stock.h"

namespace kefu::warehouse::domain::replenishment {
namespace {

using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::ElementsAre;

// Every violation of a status.
std::string Faults(const absl::Status& status) {
  const auto detail = GetDetail<google::rpc::BadRequest>(status);
  if (!detail) return "";
  std::string all;
  for (const auto& violation : detail->field_violations()) all += violation.field() + " ";
  return all;
}

TEST(DistributionsTest, LossIsStableFarOut) {
  // L(z) → φ(z)/z² and L2(z) → φ(z)/z³.
  for (const double z : {10.0, 20.0, 30.0}) {
    EXPECT_NEAR(StandardLoss(z) * z * z / NormalPdf(z), 1, 4 / (z * z));
    EXPECT_NEAR(StandardSecondLoss(z) * z * z * z / NormalPdf(z), 1, 8 / (z * z));
  }
  for (const double loss : {1e-12, 1e-6, 0.01, 0.3989, 1.0, 50.0, 1e6}) {
    EXPECT_NEAR(StandardLoss(InverseStandardLoss(loss)) / loss, 1, 1e-9) << loss;
  }
  EXPECT_NEAR(PoissonLoss(60, 10).shortage / 1.27e-27, 1, 0.01);  // closed form cancels here
  EXPECT_GT(PoissonLoss(60, 10).shortage, 0);
}

TEST(DistributionsTest, LossesAgreeWithSums) {
  for (const double mean : {0.3, 5.0, 400.0}) {
    for (const double x : {0.0, std::floor(mean), std::floor(mean + 3 * std::sqrt(mean)) + 1}) {
      double sum = 0, pmf = std::exp(-mean);
      for (int k = 0; k < 2000; ++k) {
        if (k > x) sum += (k - x) * pmf;
        pmf *= mean / (k + 1);
      }
      EXPECT_NEAR(PoissonLoss(x, mean).shortage, sum, 1e-9 * std::max(1.0, mean));
      EXPECT_NEAR(PoissonLoss(x, mean).surplus, sum + x - mean, 1e-7);
    }
  }
}

TEST(OrderQuantityTest, AllFaultsAtOnce) {
  EXPECT_EQ(Faults(Eoq({.fixed_cost = -8, .holding_cost = 0, .demand_rate = NAN}).status()),
            "fixed_cost holding_cost demand_rate ");
  EXPECT_EQ(Faults(EoqWithBackorders({.holding_cost = 1}, -1, 0.5).status()),
            "backorders.stockout_cost backorders.stockout_fraction ");
  EXPECT_EQ(Faults(EconomicProductionQuantity({8, 1, 1300, 0, {}}, 1300).status()),
            "production.production_rate ");
  EXPECT_EQ(Faults(EoqWithDiscounts({8, 0, 10, 0, {{5, 1}, {5, 2}}, false}).status()),
            "discounts.holding_rate discounts.price_bands[0].from_quantity "
            "discounts.price_bands[1].from_quantity "
            "discounts.price_bands[1].unit_price ");
}

TEST(OrderQuantityTest, LeadTimeLongerThanACycle) {
  const OrderQuantity eoq = *Eoq({8, 0.225, 1300, 0.5, {}});
  EXPECT_DOUBLE_EQ(eoq.reorder_point, 650);
  EXPECT_NEAR(eoq.on_hand_trigger, 650 - 2 * eoq.quantity, 1e-9);
}

TEST(OrderQuantityTest, DiscountsAreBestOfAGrid) {
  std::mt19937 random(5);
  for (int run = 0; run < 200; ++run) {
    const auto number = [&](double low, double high) {
      return std::uniform_real_distribution(low, high)(random);
    };
    DiscountInput in{.fixed_cost = number(1, 50),
                     .holding_rate = number(0.05, 0.5),
                     .demand_rate = number(10, 2000),
                     .bands = {{0, 10}, {number(50, 200), number(8, 10)}, {number(201, 900), 7.5}},
                     .incremental = run % 2 == 1};
    const DiscountQuantity found = *EoqWithDiscounts(in);
    for (double q = 1; q < 3000; q += 7) {
      double purchase = 0;
      for (size_t i = 0; i < in.bands.size(); ++i) {
        if (q < in.bands[i].from_quantity) continue;
        const double end = i + 1 < in.bands.size() ? in.bands[i + 1].from_quantity : INFINITY;
        purchase = in.incremental ? purchase + in.bands[i].unit_price *
                                                   (std::min(q, end) - in.bands[i].from_quantity)
                                  : in.bands[i].unit_price * q;
      }
      const double cost =
          in.demand_rate * (in.fixed_cost + purchase) / q + in.holding_rate * purchase / 2;
      ASSERT_GE(cost, found.best.cost - 1e-6) << run << " " << q;
    }
  }
}

TEST(NewsvendorTest, FaultsAndLimits) {
  EXPECT_EQ(
      Faults(SolveNewsvendor({.holding_cost = 0, .stockout_cost = -1, .demand = Normal{5, -1}})
                 .status()),
      "holding_cost stockout_cost demand.normal.standard_deviation ");
  EXPECT_EQ(Faults(SolveNewsvendor({1, 1, Discrete{{{1, 0.5}, {2, 0.4}}}, 0, 1, 0, {}}).status()),
            "demand.discrete.pmf ");
  EXPECT_EQ(
      SolveNewsvendor({.holding_cost = 1, .stockout_cost = 9, .demand = Normal{7, 0}})->quantity,
      7);
  // Single-period (s, S): at s, ordering and not ordering cost the same.
  const Newsvendor ss = *SolveNewsvendor(
      {.holding_cost = 1, .stockout_cost = 4, .demand = Normal{50, 8}, .fixed_cost = 10});
  const double at_s = SolveNewsvendor({.holding_cost = 1,
                                       .stockout_cost = 4,
                                       .demand = Normal{50, 8},
                                       .quantity = *ss.order_below})
                          ->cost;
  EXPECT_NEAR(at_s, ss.cost + 10, 1e-9);
  EXPECT_LT(*ss.order_below, ss.quantity);
}

// A horizon of one period without terminal cost is the newsvendor; a long one tends to the myopic
// base stock.
TEST(NewsvendorTest, HorizonAgreesWithNewsvendor) {
  const Horizon one = *SolveHorizon({.periods = {{1, 4, 0, 0, Poisson{6}}}});
  EXPECT_EQ(one.levels[0].order_up_to, 8);
  EXPECT_NEAR(one.cost, 3.570106945770946, 1e-9);
  HorizonInput ten;
  for (int t = 0; t < 10; ++t) ten.periods.push_back({1, 4, 0, 0, Poisson{6}});
  const Horizon many = *SolveHorizon(ten);
  for (const auto& level : many.levels) EXPECT_EQ(level.order_up_to, 8);
  EXPECT_NEAR(many.cost, 35.70106945770946, 1e-7);
  // With a fixed cost the early levels are those of the infinite horizon (FoSCT Example 4.7).
  for (auto& period : ten.periods) period.fixed_cost = 5;
  const Horizon fixed = *SolveHorizon(ten);
  EXPECT_EQ(fixed.levels[0].reorder_point, 4);
  EXPECT_EQ(fixed.levels[0].order_up_to, 10);
}

TEST(ReorderPolicyTest, ExactBeatsNeighboursAndApproximations) {
  const RqInput in{.holding_cost = 2,
                   .stockout_cost = 25,
                   .fixed_cost = 40,
                   .demand_mean = 600,
                   .demand_sd = 90,
                   .lead_time = 0.3};
  const RqPolicy best = *SolveRq(in, RqMethod::kExact);
  for (const double dr : {-2.0, 0.0, 2.0}) {
    for (const double dq : {-4.0, 0.0, 4.0}) {
      EXPECT_GE(EvaluateRq(in, false, best.reorder_point + dr, best.quantity + dq)->cost,
                best.cost - 1e-9);
    }
  }
  for (const RqMethod method :
       {RqMethod::kEoqBackorders, RqMethod::kEoqSafetyStock, RqMethod::kLossFunction}) {
    EXPECT_GE(SolveRq(in, method)->cost, best.cost - 1e-9);
  }
  // Zheng (1992): the EOQB heuristic costs at most 1/8 more.
  EXPECT_LE(SolveRq(in, RqMethod::kEoqBackorders)->cost, best.cost * 1.125);
}

TEST(ReorderPolicyTest, Faults) {
  EXPECT_EQ(Faults(SolveRq({}, RqMethod::kExact).status()),
            "holding_cost stockout_cost fixed_cost demand_mean ");
  EXPECT_EQ(Faults(SolveRq({.holding_cost = 5,
                            .stockout_cost = 0.01,
                            .fixed_cost = 10,
                            .demand_mean = 10,
                            .demand_sd = 1,
                            .lead_time = 1},
                           RqMethod::kExpectedLevel)
                       .status()),
            "stockout_cost ");
  EXPECT_EQ(Faults(SolveSs({1, 4, 5, Normal{5, 1}, 0}).status()), "demand ");
  EXPECT_EQ(Faults(PowerApproximation({}).status()),
            "holding_cost stockout_cost fixed_cost demand_mean demand_standard_deviation ");
}

TEST(SafetyStockTest, Measures) {
  // z(0.95) σ; lead time 4 ± 1 weeks, demand 100 ± 20: σ = √(4·400 + 10000·1).
  SafetyStockInput in{
      .demand_mean = 100, .demand_sd = 20, .lead_time_mean = 4, .lead_time_sd = 1, .target = 0.95};
  SafetyStock stock = *ComputeSafetyStock(in);
  EXPECT_NEAR(stock.exposed_sd, std::sqrt(11'600), 1e-9);
  EXPECT_NEAR(stock.safety_stock, 1.6448536269514722 * std::sqrt(11'600), 1e-9);
  EXPECT_NEAR(stock.order_point, 400 + stock.safety_stock, 1e-9);
  in.measure = ServiceMeasure::kFillRate;
  in.order_quantity = 200;
  stock = *ComputeSafetyStock(in);
  EXPECT_NEAR(stock.fill_rate, 0.95, 1e-12);
  in.exact = true;
  EXPECT_NEAR(ComputeSafetyStock(in)->fill_rate, 0.95, 1e-12);
  EXPECT_LT(ComputeSafetyStock(in)->safety_stock, stock.safety_stock + 1e-9);
  EXPECT_EQ(Faults(ComputeSafetyStock({.demand_mean = -1, .target = 1}).status()),
            "demand_mean target ");
}

TEST(LotSizingTest, OptimalIsNeverWorse) {
  std::mt19937 random(11);
  for (int run = 0; run < 200; ++run) {
    LotInput in{{}, {50}, {0.4}, {}};
    for (int t = 0; t < 24; ++t) in.demand.push_back(random() % 4 == 0 ? 0 : random() % 120);
    const double best = PlanLots(in, LotRule::kWagnerWhitin)->cost;
    for (const LotRule rule : {LotRule::kSilverMeal, LotRule::kLeastUnitCost,
                               LotRule::kPartPeriodBalancing, LotRule::kLotForLot}) {
      const LotPlan plan = *PlanLots(in, rule);
      EXPECT_GE(plan.cost, best - 1e-9);
      double stock = 0;
      for (size_t t = 0; t < in.demand.size(); ++t) {
        stock += plan.quantities[t] - in.demand[t];
        ASSERT_GE(stock, -1e-9);
      }
      EXPECT_NEAR(stock, 0, 1e-9);
    }
  }
  EXPECT_EQ(Faults(PlanLots({{-1}, {1, 2}, {}, {}}, LotRule::kWagnerWhitin).status()),
            "demand[0] fixed_cost holding_cost ");
}

TEST(ClassifyTest, AbcXyz) {
  const auto items = *Classify(
      {{"small", 5, {1, 0, 0, 0}}, {"big", 80, {20, 20, 20, 20}}, {"middle", 15, {5, 2, 5, 3}}},
      {});
  EXPECT_EQ(items[0].id, "big");
  EXPECT_EQ(items[0].abc, 'A');
  EXPECT_EQ(items[0].xyz, 'X');
  EXPECT_EQ(items[1].abc, 'B');
  EXPECT_EQ(items[2].abc, 'C');
  EXPECT_EQ(items[2].xyz, 'Z');
  EXPECT_EQ(Faults(Classify({}, {.a_share = 0.9, .b_share = 0.5}).status()), "cuts.b_share items ");
}

TEST(EchelonsTest, Faults) {
  const Stage a{.id = "a", .processing_time = 1, .outbound_service_time = 0};
  const Stage b{.id = "b", .processing_time = -1};
  EXPECT_EQ(Faults(OptimizeServiceTimes({a, a, b}, {{"a", "x"}}).status()),
            "stages[2].processing_time stages[1].stage_id links[0].to_stage_id ");
  EXPECT_EQ(
      Faults(
          OptimizeServiceTimes({a, {.id = "b"}, {.id = "c"}}, {{"a", "b"}, {"b", "a"}}).status()),
      "links ");
  EXPECT_EQ(Faults(OptimizeServiceTimes({{.id = "a"}}, {}).status()),
            "stages[0].outbound_service_time ");
}

// Against every combination of service times, on random trees.
TEST(EchelonsTest, BestOfAllOnSmallTrees) {
  std::mt19937 random(3);
  for (int run = 0; run < 60; ++run) {
    const int n = 4;
    std::vector<Stage> stages;
    std::vector<StageLink> links;
    for (int k = 0; k < n; ++k) {
      stages.push_back({.id = std::to_string(k),
                        .processing_time = static_cast<int>(random() % 3),
                        .holding_cost = 1.0 + random() % 5,
                        .safety_factor = 1,
                        .outbound_service_time = static_cast<int>(random() % 2),
                        .demand_sd = 1.0 + random() % 3});
      if (k > 0) {
        const int other = random() % k;
        const bool down = random() % 2 == 0;
        links.push_back({std::to_string(down ? other : k), std::to_string(down ? k : other)});
      }
    }
    ASSERT_OK_AND_ASSIGN(const EchelonPlan plan, OptimizeServiceTimes(stages, links));
    double best = INFINITY;
    int service[n];
    for (int code = 0; code < 16; ++code) {  // S of each is 0 or 1 here
      double cost = 0;
      for (int k = 0; k < n; ++k) service[k] = (code >> k) & 1;
      for (int k = 0; k < n; ++k) {
        int inbound = 0;
        for (const auto& link : links) {
          if (link.to == stages[k].id) inbound = std::max(inbound, service[std::stoi(link.from)]);
        }
        const int net = inbound + stages[k].processing_time - service[k];
        if (net < 0 || service[k] > stages[k].outbound_service_time) cost = INFINITY;
        cost += stages[k].holding_cost * plan.stages[k].demand_sd * std::sqrt(std::max(net, 0));
      }
      best = std::min(best, cost);
    }
    EXPECT_NEAR(plan.cost, best, 1e-9) << run;
  }
}

TEST(ForecastTest, Methods) {
  const ForecastParameters p{.alpha = 0.5, .beta = 0.5, .gamma = 0.5, .window = 2, .season = 2};
  const Series line = {2, 4, 6, 8, 10, 12};
  EXPECT_EQ(MakeForecast(line, ForecastMethod::kNaive, p, 1)->mean[0], 12);
  EXPECT_THAT(MakeForecast(line, ForecastMethod::kSeasonalNaive, p, 3)->mean,
              ElementsAre(10, 12, 10));
  EXPECT_EQ(MakeForecast(line, ForecastMethod::kMovingAverage, p, 1)->mean[0], 11);
  EXPECT_THAT(MakeForecast(line, ForecastMethod::kHolt, p, 2)->mean, ElementsAre(14, 16));
  EXPECT_DOUBLE_EQ(MakeForecast({4, 8}, ForecastMethod::kSmoothing, p, 1)->mean[0], 6);
  // A season without noise is found by every seasonal method.
  const Series season = {10, 20, 10, 20, 10, 20};
  for (const auto method : {ForecastMethod::kHoltWintersAdd, ForecastMethod::kHoltWintersMultiply,
                            ForecastMethod::kSeasonalMean}) {
    EXPECT_THAT(MakeForecast(season, method, p, 2)->mean,
                ElementsAre(DoubleNear(10, 1e-9), DoubleNear(20, 1e-9)));
  }
}

// Croston by hand: demands 6 at t=2, 4 at t=5: z = 6 → 5, q = 2 → 2.5.
TEST(ForecastTest, Intermittent) {
  const ForecastParameters p{.alpha = 0.5, .beta = 0.5};
  const Series series = {0, 6, 0, 0, 4};
  EXPECT_DOUBLE_EQ(MakeForecast(series, ForecastMethod::kCroston, p, 1)->mean[0], 5 / 2.5);
  EXPECT_DOUBLE_EQ(MakeForecast(series, ForecastMethod::kSba, p, 1)->mean[0], 0.75 * 5 / 2.5);
  // TSB: the chance 1/2 → 1/4 → 1/8 → 9/16.
  EXPECT_DOUBLE_EQ(MakeForecast(series, ForecastMethod::kTsb, p, 1)->mean[0], 5 * 9.0 / 16);
  // No demand ever: nothing is forecast. The chance of TSB fades, Croston's rate stays.
  EXPECT_EQ(MakeForecast({0, 0, 0}, ForecastMethod::kCroston, p, 1)->mean[0], 0);
  EXPECT_LT(MakeForecast({5, 0, 0, 0, 0, 0, 0}, ForecastMethod::kTsb, p, 1)->mean[0], 0.1);
}

TEST(ForecastTest, GapsTeachNothing) {
  const ForecastParameters p{.alpha = 0.5, .season = 2};
  const Series gap = {10, 20, NAN, NAN, NAN, 20, 10, 20};
  for (int m = 0; m < kForecastMethods; ++m) {
    const auto forecast = MakeForecast(gap, static_cast<ForecastMethod>(m), p, 4);
    for (const double f : forecast->mean) EXPECT_TRUE(std::isfinite(f)) << m;
  }
  EXPECT_THAT(MakeForecast(gap, ForecastMethod::kSeasonalNaive, p, 2)->mean, ElementsAre(10, 20));
}

TEST(ForecastTest, ChoiceFindsTheSeason) {
  std::mt19937 random(7);
  Series weekly;
  for (int t = 0; t < 200; ++t) {
    weekly.push_back(100 * (t % 7 >= 5 ? 2.0 : 0.6) + random() % 10);
  }
  const Chosen chosen = *ChooseForecast(weekly, {}, {.horizon = 3, .origins = 20, .step = 3});
  EXPECT_TRUE(chosen.best.method == ForecastMethod::kHoltWintersAdd ||
              chosen.best.method == ForecastMethod::kHoltWintersMultiply ||
              chosen.best.method == ForecastMethod::kSeasonalMean)
      << FormulaOf(chosen.best.method).name;
  EXPECT_LT(chosen.best.accuracy.wape, 0.05);
  EXPECT_EQ(chosen.best.accuracy.origins, 20);
  EXPECT_EQ(chosen.tried.size(), kForecastMethods);
  // The mean absolute error of a constant by hand.
  const Accuracy flat = *Backtest({1, 1, 1, 1, 3}, ForecastMethod::kNaive, {.season = 1},
                                  {.horizon = 1, .origins = 2, .step = 1});
  EXPECT_DOUBLE_EQ(flat.mae, 1);
  EXPECT_DOUBLE_EQ(flat.bias, 1);
  EXPECT_DOUBLE_EQ(flat.wape, 0.5);
}

TEST(ForecastTest, Faults) {
  EXPECT_EQ(
      Faults(MakeForecast({-1}, ForecastMethod::kNaive, {.alpha = 0, .window = 0}, 0).status()),
      "series[0] parameters.alpha parameters.window horizon ");
}

TEST(CampaignTest, BuysCapsAndMoves) {
  CampaignInput in{.channels = {{"live", 600, 120, 10}, {"shop", 400, 80, 10}},
                   .nodes = {{"n1", 500, 100, 0, 900, 0}, {"n2", 500, 100, 0, 100, 0}},
                   .unit_margin = 10,
                   .unit_overage = 2,
                   .pack_size = 6};
  const CampaignAdvice advice = *GuardCampaign(in);
  // z(10/12) over √(100² + 100²).
  EXPECT_NEAR(advice.target_stock, 1000 + 0.9674215661 * std::sqrt(20'000), 1e-6);
  EXPECT_EQ(advice.buy_quantity, 138);  // 136.8 in packs of 6
  EXPECT_EQ(advice.caps[0].cap + advice.caps[1].cap, 1138);
  // Equal margins: equal chances.
  EXPECT_NEAR(advice.caps[0].in_stock_probability, advice.caps[1].in_stock_probability, 0.01);
  ASSERT_EQ(advice.transfers.size(), 1);
  EXPECT_EQ(advice.transfers[0].from_node_id, "n1");
  EXPECT_EQ(advice.transfers[0].quantity, 303);  // n1 keeps 596.7
  EXPECT_EQ(advice.alert, CampaignAlert::kRunsHot);
}

TEST(CampaignTest, HotAndCold) {
  CampaignInput in{.nodes = {{"n", 1000, 300, 900, 500, 0}},
                   .unit_margin = 10,
                   .unit_overage = 2,
                   .elapsed = 0.5};
  EXPECT_EQ(GuardCampaign(in)->alert, CampaignAlert::kRunsHot);
  in.nodes[0] = {"n", 1000, 300, 100, 900, 0};
  EXPECT_EQ(GuardCampaign(in)->alert, CampaignAlert::kRunsCold);
  in.nodes[0] = {"n", 1000, 300, 500, 620, 0};
  EXPECT_EQ(GuardCampaign(in)->alert, CampaignAlert::kSteady);
  EXPECT_EQ(Faults(GuardCampaign({.unit_margin = 0, .pack_size = 1.5}).status()),
            "nodes unit_margin unit_overage pack_size ");
}

TEST(CampaignTest, Rounding) {
  EXPECT_EQ(RoundOrder(0, 10, 6), 0);
  EXPECT_EQ(RoundOrder(1, 10, 6), 12);
  EXPECT_EQ(RoundOrder(12, 0, 6), 12);
  EXPECT_EQ(RoundOrder(12.1, 0, 6), 18);
}

}  // namespace
}  // namespace kefu::warehouse::domain::replenishment
