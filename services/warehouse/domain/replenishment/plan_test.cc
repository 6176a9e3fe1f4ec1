#include "services/warehouse/domain/replenishment/plan.h"

#include <cmath>
#include <random>

#include "gtest/gtest.h"
#include "services/warehouse/domain/replenishment/distributions.h"

namespace kefu::warehouse::domain::replenishment {
namespace {

PlanItem Item(double level, double noise, int days = 180) {
  std::mt19937 random(1);
  PlanItem item{.series_id = "s", .unit_cost = 1000, .lead_time_mean = 3, .lead_time_sd = 0};
  for (int t = 0; t < days; ++t) {
    item.demand.push_back(std::max(0.0, level + std::normal_distribution(0.0, noise)(random)));
  }
  return item;
}

TEST(PlanTest, OrderPointCoversLeadTimeReviewAndError) {
  PlanSettings settings;
  settings.measure = ServiceMeasure::kCycleService;
  PlanItem item = Item(100, 10);
  const Learnt learnt = Learn(item, settings, {});
  EXPECT_NEAR(learnt.exposed_demand, 400, 15);
  EXPECT_NEAR(learnt.exposed_sd, 20, 8);  // √4 · 10
  PlanLine line = Decide(item, learnt, 'A', settings);
  EXPECT_NEAR(line.safety_stock, learnt.exposed_sd * NormalQuantile(0.98), 1e-9);
  EXPECT_EQ(line.order_point, std::ceil(learnt.exposed_demand + line.safety_stock));
  // EOQ: √(2 · 5000 · 100 / (0.25 · 1000 / 365)).
  EXPECT_NEAR(line.lot_quantity, std::sqrt(2 * 5000 * learnt.daily_demand / (250.0 / 365)), 1e-6);
  EXPECT_EQ(line.suggested, line.order_up_to);
  item.available = line.order_point + 1;
  EXPECT_EQ(Decide(item, learnt, 'A', settings).suggested, 0);
  item.available = line.order_point - 30;
  item.on_order = 20;
  item.pack_size = 12;
  line = Decide(item, learnt, 'A', settings);
  EXPECT_EQ(line.suggested % 12, 0);
  EXPECT_GE(line.suggested, line.order_up_to - line.order_point + 10);
  // A longer and less certain lead time asks for more.
  item.lead_time_mean = 6;
  item.lead_time_sd = 2;
  EXPECT_GT(Learn(item, settings, {}).exposed_sd, learnt.exposed_sd + 100);
}

TEST(PlanTest, RulesAndClasses) {
  PlanSettings settings;
  const PlanItem item = Item(100, 30);
  const Learnt learnt = Learn(item, settings, {});
  EXPECT_GT(Decide(item, learnt, 'A', settings).safety_stock,
            Decide(item, learnt, 'C', settings).safety_stock);
  settings.rule = PlanRule::kOrderUpTo;
  const PlanLine up_to = Decide(item, learnt, 'B', settings);
  EXPECT_EQ(up_to.order_point, up_to.order_up_to);
  EXPECT_NEAR(up_to.lot_quantity, learnt.daily_demand, 1e-9);
  settings.rule = PlanRule::kDynamicLot;
  const PlanLine lot = Decide(item, learnt, 'B', settings);
  EXPECT_GT(lot.lot_quantity, learnt.daily_demand);
  EXPECT_LE(lot.lot_quantity, learnt.daily_demand * settings.max_cover_days + 1e-6);
}

TEST(PlanTest, LiftsArePlannedAndNotLearnt) {
  PlanSettings settings;
  PlanItem item = Item(100, 5);
  const Learnt plain = Learn(item, settings, {});
  Lifts lifts;
  lifts.past.assign(item.demand.size(), 1);
  for (size_t t = 100; t < 110; ++t) {
    item.demand[t] *= 5;
    lifts.past[t] = 5;
  }
  lifts.future = {3, 3, 3, 3};
  const Learnt lifted = Learn(item, settings, lifts);
  EXPECT_NEAR(lifted.exposed_demand, 3 * plain.exposed_demand, 3);
}

TEST(PlanTest, NothingKnownOrdersNothing) {
  const PlanSettings settings;
  PlanItem item{.series_id = "s", .unit_cost = 1, .lead_time_mean = 3};
  EXPECT_EQ(Decide(item, Learn(item, settings, {}), 'C', settings).suggested, 0);
  item.demand = {0, 0, NAN};
  EXPECT_EQ(Decide(item, Learn(item, settings, {}), 'C', settings).suggested, 0);
  item.demand = {3};
  EXPECT_GT(Decide(item, Learn(item, settings, {}), 'C', settings).suggested, 0);
}

}  // namespace
}  // namespace kefu::warehouse::domain::replenishment
