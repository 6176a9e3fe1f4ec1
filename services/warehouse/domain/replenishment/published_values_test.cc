// Values printed in the literature, to 4 digits and more. FoSCT is Snyder & Shen, Fundamentals of
// Supply Chain Theory, 2nd ed. (2019); SPT is Silver, Pyke & Thomas (2017).
#include <cmath>

#include "common/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "services/warehouse/domain/replenishment/echelons.h"
#include "services/warehouse/domain/replenishment/lot_sizing.h"
#include "services/warehouse/domain/replenishment/newsvendor.h"
#include "services/warehouse/domain/replenishment/order_quantity.h"
#include "services/warehouse/domain/replenishment/reorder_policy.h"
#include "services/warehouse/domain/replenishment/safety_stock.h"

namespace kefu::warehouse::domain::replenishment {
namespace {

// Within half a unit of the 7th digit.
void ExpectClose(double actual, double expected, const char* what) {
  EXPECT_NEAR(actual, expected, std::abs(expected) * 5e-7 + 1e-9) << what;
}

TEST(PublishedTest, LossFunctions) {
  ExpectClose(StandardLoss(1.3), 0.04552796208651397, "FoSCT C.22");
  ExpectClose(StandardLoss(-1.3), 1.345527962086514, "FoSCT C.23");
  ExpectClose(StandardSecondLoss(1.3), 0.01880706693657111, "FoSCT C.27");
  ExpectClose(NormalLoss(18.6, 15, 3).shortage, 0.1683073521514889, "FoSCT C.31");
  ExpectClose(NormalLoss(18.6, 15, 3).surplus, 3.7683073521514903, "FoSCT C.32");
  ExpectClose(NormalSecondLoss(18.6, 15, 3).shortage, 0.21486028212500707, "FoSCT C.33");
  ExpectClose(NormalSecondLoss(18.6, 15, 3).surplus, 10.765139717874998, "FoSCT C.34");
  ExpectClose(LossOf(LogNormal{2, 0.3}, 10).shortage, 0.28364973888106326, "FoSCT 4.102");
  ExpectClose(LossOf(Gamma{2, 3}, 4).shortage, 2.635971381157268, "Zipkin p. 457");
  ExpectClose(LossOf(Uniform{2, 8}, 4).shortage, 4.0 / 3, "uniform");
  ExpectClose(LossOf(Uniform{2, 8}, 4).surplus, 1.0 / 3, "uniform");
}

TEST(PublishedTest, EconomicOrderQuantity) {
  const EoqInput candy{.fixed_cost = 8, .holding_cost = 0.225, .demand_rate = 1300};
  auto eoq = *Eoq(candy);
  ExpectClose(eoq.quantity, 304.0467800264368, "FoSCT Example 3.1");
  ExpectClose(eoq.cost, 68.410525505948272, "FoSCT Example 3.1");
  eoq = *Eoq({.fixed_cost = 2250, .holding_cost = 275, .demand_rate = 500 * 365});
  ExpectClose(eoq.quantity, 1728.109844993551, "FoSCT Problem 3.1");
  ExpectClose(eoq.cost, 475230.2073732266, "FoSCT Problem 3.1");
  auto eoqb = *EoqWithBackorders(candy, 5, std::nullopt);
  ExpectClose(eoqb.quantity, 310.8125551589646, "FoSCT Example 3.8");
  ExpectClose(eoqb.stockout_fraction, 0.043062200956938, "FoSCT Example 3.8");
  ExpectClose(eoqb.cost, 66.921363550973254, "FoSCT Example 3.8");
  eoqb = *EoqWithBackorders(
      {.fixed_cost = 40, .holding_cost = 165 * 0.17 + 12, .demand_rate = 40 * 52}, 60,
      std::nullopt);
  ExpectClose(eoqb.quantity, 83.235448128898042, "FoSCT Problem 3.2(b)");
  ExpectClose(eoqb.cost, 1999.148244415212, "FoSCT Problem 3.2(b)");
  auto epq = *EconomicProductionQuantity(candy, 2000);
  ExpectClose(epq.quantity, 513.9328595516969, "FoSCT Example 3.1 with μ = 2000");
  ExpectClose(epq.cost, 40.472212689696120, "FoSCT Example 3.1 with μ = 2000");
  epq =
      *EconomicProductionQuantity({.fixed_cost = 4, .holding_cost = 0.08, .demand_rate = 80}, 110);
  ExpectClose(epq.quantity, 171.2697677155351, "FoSCT Problem 3.22");
  ExpectClose(epq.cost, 3.736794931975310, "FoSCT Problem 3.22");
}

TEST(PublishedTest, QuantityDiscounts) {
  DiscountInput candy{.fixed_cost = 8,
                      .holding_rate = 0.3,
                      .demand_rate = 1300,
                      .bands = {{0, 0.75}, {400, 0.72}, {800, 0.68}}};
  auto all = *EoqWithDiscounts(candy);
  ExpectClose(all.best.quantity, 800, "FoSCT section 3.4.1");
  ExpectClose(all.best.cost, 978.6, "FoSCT section 3.4.1");
  ExpectClose(all.bands[1].cost, 1005.2, "FoSCT section 3.4.1");
  candy.incremental = true;
  auto incremental = *EoqWithDiscounts(candy);
  ExpectClose(incremental.best.quantity, 304.0467800264368, "FoSCT section 3.4.2");
  EXPECT_NEAR(incremental.bands[0].cost, 1043.4105, 5e-4);
  EXPECT_NEAR(incremental.bands[1].candidate, 490.653, 5e-4);
  EXPECT_NEAR(incremental.bands[1].cost, 1043.7811, 5e-4);
  EXPECT_NEAR(incremental.bands[2].candidate, 814.0916, 5e-4);
  EXPECT_NEAR(incremental.bands[2].cost, 1056.6747, 5e-4);
}

TEST(PublishedTest, JointReplenishment) {
  const auto joint = *JointOrders(600, {{120, 160, 1}, {840, 20, 1}, {300, 50, 1}});
  ExpectClose(joint.cycle_time, 3.103164454170876, "Silver's heuristic");
  ExpectClose(joint.cost, 837.8544026261366, "Silver's heuristic");
  EXPECT_EQ(joint.multiples, (std::vector<int>{1, 3, 1}));
}

Newsvendor Solve(double h, double p, Demand demand, std::optional<double> quantity = std::nullopt,
                 double lead_time = 0) {
  return *SolveNewsvendor({.holding_cost = h,
                           .stockout_cost = p,
                           .demand = std::move(demand),
                           .lead_time = lead_time,
                           .quantity = quantity});
}

TEST(PublishedTest, NewsvendorNormal) {
  const Normal candy{50, 8};
  ExpectClose(Solve(0.18, 0.7, candy).quantity, 56.603955927433887, "FoSCT Example 4.3");
  ExpectClose(Solve(0.18, 0.7, candy).cost, 1.997605193176645, "FoSCT Example 4.3");
  ExpectClose(Solve(0.18, 0.7, candy, 40).cost, 7.356131552870388, "FoSCT Example 4.3");
  ExpectClose(Solve(43, 79, Normal{900, 60}).quantity, 922.7214038234755, "FoSCT Problem 4.1");
  ExpectClose(Solve(43, 79, Normal{900, 60}).cost, 2718.196781782411, "FoSCT Problem 4.1");
  ExpectClose(Solve(43, 79, Normal{900, 60}, 1040).cost, 6044.298415188692, "FoSCT Problem 4.1");
  ExpectClose(Solve(0.18, 0.7, candy, {}, 4).quantity, 264.7668943741548, "FoSCT Example 4.4");
  ExpectClose(Solve(0.18, 0.7, candy, {}, 4).cost, 4.466781004149578, "FoSCT Example 4.4");
  ExpectClose(Solve(0.18, 0.7, candy, 180, 4).cost, 49.000164748034095, "FoSCT Example 4.4");
  const auto priced = *SolvePricedNewsvendor(
      {.selling_price = 1, .purchase_price = 0.3, .salvage_value = 0.12, .demand = candy});
  ExpectClose(priced.quantity, 56.60395592743389, "FoSCT Example 4.3, explicit");
  ExpectClose(*priced.profit, 33.00239480682335, "FoSCT Example 4.3, explicit");
}

TEST(PublishedTest, NewsvendorOtherDemand) {
  EXPECT_EQ(Solve(1, 4, Poisson{6}).quantity, 8);
  ExpectClose(Solve(1, 4, Poisson{6}).cost, 3.570106945770946, "FoSCT Example 4.7, K = 0");
  ExpectClose(Solve(1, 4, Poisson{6}, 5).cost, 6.590296024616344, "FoSCT Example 4.7, K = 0");
  EXPECT_EQ(Solve(200, 270, Poisson{18}).quantity, 19);
  ExpectClose(Solve(200, 270, Poisson{18}).cost, 786.0884409351115, "FoSCT Problem 4.8(a)");
  ExpectClose(Solve(200, 270, Poisson{18}, 13).cost, 1445.751062891969, "FoSCT Problem 4.8(a)");
  ExpectClose(Solve(1, 0.1765, LogNormal{6, 0.3}).quantity, 295.6266448071368, "Problem 4.8(b)");
  ExpectClose(Solve(1, 0.1765, LogNormal{6, 0.3}).cost, 29.442543582135290, "Problem 4.8(b)");
  ExpectClose(Solve(1, 0.1765, LogNormal{6, 0.3}, 350).cost, 34.588836685654854, "Problem 4.8(b)");
  const Discrete pmf{
      {{1, 0.25}, {2, 0.05}, {3, 0.1}, {4, 0.2}, {5, 0.15}, {6, 0.1}, {7, 0.1}, {8, 0.05}}};
  EXPECT_EQ(Solve(500'000, 1'000'000, pmf).quantity, 5);
  ExpectClose(Solve(500'000, 1'000'000, pmf).cost, 1'225'000, "FoSCT Problem 4.7(b)");
  ExpectClose(Solve(500'000, 1'000'000, pmf, 3).cost, 1'725'000, "FoSCT Problem 4.7(b)");
}

const RqInput kCandy{.holding_cost = 0.225,
                     .stockout_cost = 7.5,
                     .fixed_cost = 8,
                     .demand_mean = 1300,
                     .demand_sd = 150,
                     .lead_time = 1.0 / 12};
const RqInput kProblem51{3.1, 45, 50, 800, 40, 4.0 / 365};
const RqInput kProblem53{1.5 / 7, 40, 85, 192, 17.4, 3};

TEST(PublishedTest, RqCostAndReorderPoint) {
  ExpectClose(EvaluateRq(kCandy, false, 126.8, 328.5)->cost, 78.071162509282942, "Example 5.1");
  ExpectClose(EvaluateRq(kCandy, false, 100, 250)->cost, 87.346478028174985, "Example 5.1");
  ExpectClose(EvaluateRq(kProblem51, false, -1.9859, 166.95)->cost, 484.2110418415538, "5.1");
  ExpectClose(EvaluateRq(kProblem51, false, 100, 250)->cost, 830.3219178082192, "Problem 5.1");
  ExpectClose(*BestReorderPoint(kCandy, 318), 127.7880348669655, "Example 5.2");
  ExpectClose(*BestReorderPoint(kCandy, 150), 147.1949581740714, "Example 5.2");
  ExpectClose(*BestReorderPoint(kCandy, 750), 99.853773396165280, "Example 5.2");
  ExpectClose(*BestReorderPoint(kProblem51, 318), -11.727678833180178, "Problem 5.1");
  ExpectClose(*BestReorderPoint(kProblem53, 750), 598.4126476551643, "Problem 5.3");
}

TEST(PublishedTest, RqApproximations) {
  struct Row {
    const RqInput& input;
    RqMethod method;
    double r, q;
  };
  const Row rows[] = {
      {kCandy, RqMethod::kExpectedLevel, 213.9704421358024, 318.5901810768729},
      {kProblem51, RqMethod::kExpectedLevel, 17.972649360167715, 162.1231617283653},
      {kProblem53, RqMethod::kExpectedLevel, 644.8385303830128, 400.7559793125993},
      {kCandy, RqMethod::kEoqBackorders, 128.6378144242710, 308.5737801203754},
      {kProblem51, RqMethod::kEoqBackorders, -1.929822185100239, 166.0850065197970},
      {kProblem53, RqMethod::kEoqBackorders, 609.0252058220594, 391.3259510944808},
      {kCandy, RqMethod::kEoqSafetyStock, 190.3369965715624, 304.0467800264368},
      {kProblem51, RqMethod::kEoqSafetyStock, 15.125515371852014, 160.6438657804998},
      {kProblem53, RqMethod::kEoqSafetyStock, 652.9638947041127, 390.2819493648150},
      {kCandy, RqMethod::kLossFunction, 126.8670642878315, 328.4491413581765},
      {kProblem51, RqMethod::kLossFunction, -1.985868645048718, 166.9501022040942},
      {kProblem53, RqMethod::kLossFunction, 608.5445118000358, 403.8060023373138}};
  for (const Row& row : rows) {
    ASSERT_OK_AND_ASSIGN(const RqPolicy policy, SolveRq(row.input, row.method));
    EXPECT_NEAR(policy.reorder_point, row.r, 5e-5) << policy.formula.name;
    EXPECT_NEAR(policy.quantity, row.q, 5e-5) << policy.formula.name;
  }
  ExpectClose(SolveRq(kCandy, RqMethod::kExpectedLevel)->approximate_cost, 95.451140222851961,
              "Example 5.2");
  ExpectClose(SolveRq(kProblem51, RqMethod::kExpectedLevel)->approximate_cost, 531.1189321826714,
              "Problem 5.1(a)");
  // Example 5.1 prints the optimum, to the digits given, as r = 126.8, Q = 328.5, cost 78.07.
  const RqPolicy exact = *SolveRq(kCandy, RqMethod::kExact);
  EXPECT_NEAR(exact.reorder_point, 126.8, 0.1);
  EXPECT_NEAR(exact.quantity, 328.5, 0.1);
  EXPECT_NEAR(exact.cost, 78.07, 0.005);
  EXPECT_LE(exact.cost, EvaluateRq(kCandy, false, 126.8, 328.5)->cost);
}

TEST(PublishedTest, RqPoisson) {
  const RqInput example{.holding_cost = 20,
                        .stockout_cost = 150,
                        .fixed_cost = 100,
                        .demand_mean = 1.5,
                        .lead_time = 2};
  const RqPolicy best = *SolveRq(example, RqMethod::kPoissonExact);
  EXPECT_EQ(best.reorder_point, 3);
  EXPECT_EQ(best.quantity, 5);
  ExpectClose(best.cost, 107.9235806331498, "FoSCT Example 5.8");
  ExpectClose(EvaluateRq(example, true, 8, 12)->cost, 242.5281637662021, "FoSCT Example 5.8");
  const RqInput problem{
      .holding_cost = 4, .stockout_cost = 28, .fixed_cost = 4, .demand_mean = 12, .lead_time = 0.5};
  const RqPolicy other = *SolveRq(problem, RqMethod::kPoissonExact);
  EXPECT_EQ(other.reorder_point, 6);
  EXPECT_EQ(other.quantity, 7);
  ExpectClose(other.cost, 28.241312842169155, "FoSCT Problem 5.2");
  ExpectClose(EvaluateRq(problem, true, 3, 9)->cost, 34.264154469469503, "FoSCT Problem 5.2");
}

SsInput Ss(double h, double p, double fixed, double mean) {
  return {.holding_cost = h, .stockout_cost = p, .fixed_cost = fixed, .demand = Poisson{mean}};
}

TEST(PublishedTest, SsPolicies) {
  SsPolicy best = *SolveSs(Ss(1, 4, 5, 6));
  EXPECT_EQ(best.reorder_point, 4);
  EXPECT_EQ(best.order_up_to, 10);
  ExpectClose(best.cost, 8.034111561471644, "FoSCT Example 4.7");
  ExpectClose(EvaluateSs(Ss(1, 4, 5, 6), 6, 18)->cost, 10.193798671644046, "FoSCT Example 4.7");
  best = *SolveSs(Ss(40, 125, 150, 4));
  EXPECT_EQ(best.reorder_point, 2);
  EXPECT_EQ(best.order_up_to, 7);
  ExpectClose(best.cost, 223.5748295669688, "FoSCT Problem 4.31");
  ExpectClose(EvaluateSs(Ss(40, 125, 150, 4), 4, 10)->cost, 262.2755613772775, "Problem 4.31");
  const SsPolicy power = *PowerApproximation({.holding_cost = 0.18,
                                              .stockout_cost = 0.7,
                                              .fixed_cost = 2.5,
                                              .demand_mean = 50,
                                              .demand_sd = 8});
  ExpectClose(power.reorder_point, 40.194616956474071, "FoSCT Example 4.8");
  ExpectClose(power.order_up_to, 74.290170109805786, "FoSCT Example 4.8");
  const SsPolicy power2 = *PowerApproximation({2, 36, 60, 190, 48});
  ExpectClose(power2.reorder_point, 226.6137928222839, "FoSCT Problem 4.32");
  ExpectClose(power2.order_up_to, 324.3797868133974, "FoSCT Problem 4.32");
}

// The table of Zheng & Federgruen (1991): h = 1, p = 9, K = 64, Poisson demand.
TEST(PublishedTest, ZhengFedergruenTable) {
  struct Row {
    double mean, s, up, cost;
  };
  const Row rows[] = {
      {10, 6, 40, 35.022},   {15, 10, 49, 42.698},  {20, 14, 62, 49.173},  {25, 19, 56, 54.262},
      {30, 23, 66, 57.819},  {35, 28, 77, 61.215},  {40, 33, 87, 64.512},  {45, 37, 97, 67.776},
      {50, 42, 108, 70.975}, {55, 47, 118, 74.149}, {60, 52, 129, 77.306}, {65, 56, 75, 78.518},
      {70, 62, 81, 79.037},  {75, 67, 86, 79.554},  {21, 15, 65, 50.406},  {22, 16, 68, 51.632},
      {23, 17, 52, 52.757},  {24, 18, 54, 53.518},  {51, 43, 110, 71.611}, {52, 44, 112, 72.246},
      {59, 51, 126, 76.679}, {61, 52, 131, 77.929}, {63, 54, 73, 78.287},  {64, 55, 74, 78.402}};
  for (const Row& row : rows) {
    ASSERT_OK_AND_ASSIGN(const SsPolicy best, SolveSs(Ss(1, 9, 64, row.mean)));
    EXPECT_EQ(best.reorder_point, row.s) << row.mean;
    EXPECT_EQ(best.order_up_to, row.up) << row.mean;
    EXPECT_NEAR(best.cost, row.cost, 5.1e-4) << row.mean;
  }
}

TEST(PublishedTest, WagnerWhitin) {
  LotPlan plan = *PlanLots({{90, 120, 80, 70}, {500}, {2}, {}}, LotRule::kWagnerWhitin);
  EXPECT_EQ(plan.quantities, (std::vector<double>{210, 0, 150, 0}));
  EXPECT_EQ(plan.next_order_period, (std::vector<int>{3, 5, 5, 5}));
  ExpectClose(plan.cost, 1380, "FoSCT Example 3.9");
  plan = *PlanLots({{150, 100, 80, 200}, {120}, {0.8}, {}}, LotRule::kWagnerWhitin);
  EXPECT_EQ(plan.quantities, (std::vector<double>{150, 180, 0, 200}));
  ExpectClose(plan.cost, 424, "FoSCT Problem 3.27");
  plan = *PlanLots({{730, 580, 445, 650, 880}, {100}, {0.1}, {}}, LotRule::kWagnerWhitin);
  EXPECT_EQ(plan.quantities, (std::vector<double>{1310, 0, 1095, 0, 880}));
  ExpectClose(plan.cost, 423, "FoSCT Problem 3.29");
  plan = *PlanLots({{200, 200, 200, 200, 200}, {100}, {0.1}, {}}, LotRule::kWagnerWhitin);
  EXPECT_EQ(plan.quantities, (std::vector<double>{400, 0, 600, 0, 0}));
  ExpectClose(plan.cost, 280, "equal demand");
  // The twelve months of SPT, section 5.3: A = 54, h = 0.40.
  const LotInput year{{10, 62, 12, 130, 154, 129, 88, 52, 124, 160, 238, 41}, {54}, {0.4}, {}};
  ExpectClose(PlanLots(year, LotRule::kWagnerWhitin)->cost, 501.2, "SPT section 5.5");
  ExpectClose(PlanLots(year, LotRule::kSilverMeal)->cost, 501.2, "SPT section 5.6");
  // Wagner & Whitin (1958), Table 1: the first published example, 864.
  const LotInput first{{69, 29, 36, 61, 61, 26, 34, 67, 45, 67, 79, 56},
                       {85, 102, 102, 101, 98, 114, 105, 86, 119, 110, 98, 114},
                       {1},
                       {}};
  ExpectClose(PlanLots(first, LotRule::kWagnerWhitin)->cost, 864, "Wagner & Whitin (1958)");
}

TEST(PublishedTest, GuaranteedServiceOnATree) {
  const std::vector<Stage> example = {
      {.id = "1",
       .processing_time = 2,
       .holding_cost = 1,
       .safety_factor = 1,
       .inbound_service_time = 1},
      {.id = "2",
       .processing_time = 1,
       .holding_cost = 3,
       .safety_factor = 1,
       .outbound_service_time = 0,
       .demand_sd = 1},
      {.id = "3", .processing_time = 1, .holding_cost = 2, .safety_factor = 1},
      {.id = "4",
       .processing_time = 1,
       .holding_cost = 3,
       .safety_factor = 1,
       .outbound_service_time = 1,
       .demand_sd = 1}};
  ASSERT_OK_AND_ASSIGN(const EchelonPlan plan,
                       OptimizeServiceTimes(example, {{"1", "3"}, {"3", "2"}, {"3", "4"}}));
  ExpectClose(plan.cost, 2 * std::sqrt(2) + std::sqrt(6) + 3, "FoSCT Example 6.5");
  const int times[] = {0, 0, 0, 1};
  for (int i = 0; i < 4; ++i) EXPECT_EQ(plan.stages[i].service_time, times[i]) << i;
}

// The digital camera of Graves & Willems (2000), FoSCT Figure 6.14, at several promises.
TEST(PublishedTest, GuaranteedServiceOfTheCamera) {
  const struct {
    int promise;
    double cost;
  } rows[] = {
      {2, 18.8240044725922}, {5, 12.4686888061037}, {8, 3.25788236403285}, {12, 0.232617430735335}};
  for (const auto& row : rows) {
    std::vector<Stage> camera;
    const auto add = [&](const char* id, int time, double cost) {
      camera.push_back({.id = id, .processing_time = time, .holding_cost = cost});
    };
    add("raw", 2, 0.01);
    add("wafers", 3, 0.03);
    add("package", 2, 0.04);
    add("imager base", 4, 0.06);
    add("imager", 2, 0.12);
    add("ship", 3, 0.13);
    add("camera", 6, 0.20);
    add("board", 4, 0.08);
    add("other", 3, 0.04);
    add("build", 2, 0.50);
    camera.back().outbound_service_time = row.promise;
    camera.back().demand_sd = 10;
    camera.back().safety_factor = NormalQuantile(0.95);
    ASSERT_OK_AND_ASSIGN(const EchelonPlan plan,
                         OptimizeServiceTimes(camera, {{"raw", "wafers"},
                                                       {"wafers", "package"},
                                                       {"package", "imager"},
                                                       {"imager base", "imager"},
                                                       {"imager", "ship"},
                                                       {"camera", "build"},
                                                       {"ship", "build"},
                                                       {"board", "build"},
                                                       {"other", "build"}}));
    ExpectClose(plan.cost, row.cost, "FoSCT Figure 6.14");
  }
}

TEST(PublishedTest, GuaranteedServiceOfProblems) {
  const std::vector<Stage> serial = {
      {.id = "glaze",
       .processing_time = 2,
       .holding_cost = 4,
       .safety_factor = 4,
       .outbound_service_time = 0,
       .demand_mean = 45,
       .demand_sd = 10},
      {.id = "fire", .processing_time = 1, .holding_cost = 3},
      {.id = "form", .processing_time = 1, .holding_cost = 2, .inbound_service_time = 1}};
  const EchelonPlan plan = *OptimizeServiceTimes(serial, {{"form", "fire"}, {"fire", "glaze"}});
  ExpectClose(plan.cost, 160 * std::sqrt(5), "FoSCT Problem 6.7");
  EXPECT_EQ(plan.stages[0].inbound_time, 3);
  EXPECT_EQ(plan.stages[2].service_time, 2);

  const double rate = 0.2 / 365;
  std::vector<Stage> tree = {{.id = "1",
                              .processing_time = 7,
                              .holding_cost = 220 * rate,
                              .safety_factor = 4,
                              .outbound_service_time = 3,
                              .demand_mean = 22,
                              .demand_sd = 4.1},
                             {.id = "2",
                              .processing_time = 7,
                              .holding_cost = 140 * rate,
                              .safety_factor = 4,
                              .outbound_service_time = 3,
                              .demand_mean = 15.3,
                              .demand_sd = 6.2},
                             {.id = "3", .processing_time = 21, .holding_cost = 90 * rate},
                             {.id = "4", .processing_time = 3, .holding_cost = 5 * rate},
                             {.id = "5", .processing_time = 8, .holding_cost = 20 * rate},
                             {.id = "6", .processing_time = 2, .holding_cost = 7.5 * rate}};
  const std::vector<StageLink> links = {{"6", "5"}, {"4", "3"}, {"5", "3"}, {"3", "1"}, {"3", "2"}};
  ExpectClose(OptimizeServiceTimes(tree, links)->cost, 15.649530249501, "FoSCT Problem 6.9");
  tree[0].outbound_service_time = 0;
  tree[1].outbound_service_time = 7;
  ExpectClose(OptimizeServiceTimes(tree, links)->cost, 13.121240238718, "FoSCT Problem 6.9");
  tree[0].outbound_service_time = 21;
  tree[1].outbound_service_time = 5;
  ExpectClose(OptimizeServiceTimes(tree, links)->cost, 10.5811190103555, "FoSCT Problem 6.9");
}

TEST(PublishedTest, SerialSystem) {
  const SerialPlan plan = *OptimizeSerial({.stages = {{3, 1}, {2, 1}, {2, 2}},
                                           .stockout_cost = 37.12,
                                           .demand_mean = 5,
                                           .demand_sd = 1});
  EXPECT_NEAR(plan.base_stock[0], 6.49, 0.005);  // FoSCT Example 6.1
  EXPECT_NEAR(plan.base_stock[1], 12.02, 0.005);
  EXPECT_NEAR(plan.base_stock[2], 22.71, 0.01);
  // The book prints 47.65 from a coarse grid; quadrature gives 47.660.
  EXPECT_NEAR(plan.cost, 47.65, 0.015);
  EXPECT_NEAR(plan.cost, 47.660, 0.0015);
  ExpectClose(plan.newsvendor[0], 6.490880975286938, "FoSCT Example 6.3, Shang & Song");
  ExpectClose(plan.newsvendor[1], 12.027434723327854, "FoSCT Example 6.3, Shang & Song");
  ExpectClose(plan.newsvendor[2], 22.634032391786285, "FoSCT Example 6.3, Shang & Song");
}

}  // namespace
}  // namespace kefu::warehouse::domain::replenishment
