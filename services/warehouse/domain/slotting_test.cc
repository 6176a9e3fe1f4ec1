#include "services/warehouse/domain/slotting.h"

#include <algorithm>
#include <numeric>
#include <random>
#include <set>

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::warehouse::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

SlotBin Bin(int n, int64_t distance, std::string aisle = "") {
  return {.location = fmt::format("b{:03}", n), .aisle = std::move(aisle), .distance_cm = distance};
}
SlotItem Item(int n, int64_t picks, size_t bin = kNoBin) {
  return {.sku_id = fmt::format("s{:03}", n), .picks = picks, .pieces = 10, .bin = bin};
}

int64_t CostOf(std::span<const SlotItem> items, std::span<const SlotBin> bins,
               std::span<const size_t> assignment) {
  int64_t cost = 0;
  for (size_t i = 0; i < items.size(); ++i) {
    if (assignment[i] != kNoBin) cost += items[i].picks * bins[assignment[i]].distance_cm;
  }
  return cost;
}

// Each bin at most once, and only what fits.
void CheckValid(std::span<const SlotItem> items, std::span<const SlotBin> bins,
                std::span<const size_t> assignment) {
  std::set<size_t> used;
  for (size_t i = 0; i < items.size(); ++i) {
    if (assignment[i] == kNoBin) continue;
    ASSERT_TRUE(used.insert(assignment[i]).second);
    ASSERT_TRUE(Fits(items[i], bins[assignment[i]]));
  }
}

TEST(SlottingTest, ClassesByThePolicysCutPoints) {
  const auto classes = [](std::vector<int64_t> picks) {
    std::string text;
    for (const PickClass each : ClassesByPicks({}, picks)) text += "?ABC"[static_cast<int>(each)];
    return text;
  };
  EXPECT_EQ(classes({80, 15, 5}), "ABC");  // exactly at the cut the class ends
  EXPECT_EQ(classes({5, 79, 16}), "CAA");
  EXPECT_EQ(classes({100}), "A");
  EXPECT_EQ(classes({0, 0}), "CC");
  EXPECT_EQ(classes({50, 30, 10, 5, 4, 1, 0}), "AABBCCC");
  EXPECT_EQ(classes({}), "");
}

TEST(SlottingTest, TheMostPickedLiesNearest) {
  const std::vector<SlotBin> bins = {Bin(0, 300), Bin(1, 100), Bin(2, 200)};
  const std::vector<SlotItem> items = {Item(0, 5), Item(1, 50), Item(2, 20), Item(3, 1)};
  EXPECT_THAT(AssignByDistance(items, bins), ElementsAre(0, 1, 2, kNoBin));
}

TEST(SlottingTest, WhatGainsNothingStays) {
  const std::vector<SlotBin> bins = {Bin(0, 100), Bin(1, 100), Bin(2, 200)};
  const std::vector<SlotItem> items = {Item(0, 5, 1), Item(1, 5, 0), Item(2, 0, 2)};
  const Slotting plan = PlanSlotting({}, 1, items, bins, {}, 50);
  EXPECT_THAT(plan.moves, IsEmpty());
  EXPECT_EQ(plan.before, plan.after);
}

TEST(SlottingTest, WhatDoesNotFitLiesElsewhere) {
  std::vector<SlotBin> bins = {Bin(0, 100), Bin(1, 200), Bin(2, 300), Bin(3, 400)};
  bins[0].capacity_cm3 = 10;
  bins[1].closed = true;
  bins[2].temperature_zone = "chilled";
  bins[3].size_classes = 0b10;
  std::vector<SlotItem> items = {Item(0, 100), Item(1, 50), Item(2, 10)};
  items[0].volume_cm3 = 11;
  items[0].size_class = 0b10;
  items[1].temperature_zone = "chilled";
  items[2].size_class = 0b100;
  EXPECT_THAT(AssignByDistance(items, bins), ElementsAre(3, 2, 0));
}

TEST(SlottingTest, MovesAreRankedAndLimited) {
  std::vector<SlotBin> bins;
  std::vector<SlotItem> items;
  for (int i = 0; i < 6; ++i) bins.push_back(Bin(i, 100 * (i + 1)));
  // 1000 picks lie in the last bin, 10 in the first; in between two that should change as well.
  const int64_t picks[] = {10, 20, 300, 290, 5, 1000};
  for (int i = 0; i < 6; ++i) items.push_back(Item(i, picks[i], static_cast<size_t>(i)));
  const Slotting two = PlanSlotting({}, 1, items, bins, {}, 2);
  ASSERT_EQ(two.moves.size(), 2U);
  EXPECT_EQ(two.moves[0].item, 0U);
  EXPECT_EQ(two.moves[1].item, 5U);
  EXPECT_EQ(two.moves[0].group_saved, 2 * (1000 - 10) * 500);
  EXPECT_EQ(two.after, two.before - two.moves[0].group_saved);
  const Slotting all = PlanSlotting({}, 1, items, bins, {}, -1);
  EXPECT_EQ(all.after, all.walking_best);
  EXPECT_EQ(all.proposed, all.best);
  EXPECT_LT(all.after, two.after);
  // Done once, nothing is left to do.
  std::vector<SlotItem> after = items;
  for (size_t i = 0; i < after.size(); ++i) after[i].bin = all.best[i];
  EXPECT_THAT(PlanSlotting({}, 1, after, bins, {}, -1).moves, IsEmpty());
}

TEST(SlottingTest, WhoMakesRoomBelongsToTheGroup) {
  const std::vector<SlotBin> bins = {Bin(0, 100), Bin(1, 500), Bin(2, 900)};
  const std::vector<SlotItem> items = {Item(0, 10, 0), Item(1, 3000, 2)};
  const Slotting plan = PlanSlotting({}, 1, items, bins, {}, -1);
  EXPECT_THAT(plan.proposed, ElementsAre(1, 0));
  ASSERT_EQ(plan.moves.size(), 2U);
  EXPECT_EQ(plan.moves[0].group, plan.moves[1].group);
  EXPECT_EQ(plan.moves[0].group_saved, plan.before - plan.after);
}

TEST(SlottingTest, WhatIsOrderedTogetherComesTogether) {
  // Two aisles of equal distances; 0 and 1 are always ordered together.
  const std::vector<SlotBin> bins = {Bin(0, 100, "x"), Bin(1, 100, "y"), Bin(2, 110, "x"),
                                     Bin(3, 110, "y")};
  const std::vector<SlotItem> items = {Item(0, 100, 0), Item(1, 100, 1), Item(2, 99, 2),
                                       Item(3, 99, 3)};
  const std::vector<ItemPair> pairs = {{0, 1, 100}};
  SlottingPolicy policy{.affinity_period_days = 1};
  const Slotting plan = PlanSlotting(policy, 1, items, bins, pairs, -1);
  EXPECT_EQ(bins[plan.best[0]].aisle, bins[plan.best[1]].aisle);
  EXPECT_GT(plan.affinity_saved, 0);
  EXPECT_LT(plan.after, plan.before);
  policy.affinity_rounds = 0;
  EXPECT_THAT(PlanSlotting(policy, 1, items, bins, pairs, -1).moves, IsEmpty());
}

TEST(SlottingTest, FiguresADayAreRoundedHalfUp) {
  const std::vector<SlotItem> items = {Item(0, 1)};
  const std::vector<SlotBin> bins = {Bin(0, 1)};
  const Walking walking({}, 4, items, bins, {});
  EXPECT_EQ(walking.PerDay(9), 2);
  EXPECT_EQ(walking.PerDay(10), 3);
  EXPECT_EQ(walking.PerDay(-10), -3);
  EXPECT_EQ(walking.PerDay(0), 0);
}

// --- Against brute force ---

TEST(SlottingPropertyTest, TheDistancePartIsOptimal) {
  std::mt19937_64 random(5);
  const auto pick = [&](int64_t from, int64_t to) {
    return std::uniform_int_distribution<int64_t>(from, to)(random);
  };
  for (int round = 0; round < 300; ++round) {
    const int count = static_cast<int>(pick(1, 7));
    std::vector<SlotBin> bins;
    std::vector<SlotItem> items;
    for (int b = 0; b < count; ++b) {
      bins.push_back(Bin(b, pick(0, 9)));
      if (round % 2 == 0) continue;
      if (pick(0, 2) == 0) bins.back().capacity_cm3 = pick(1, 10);
      if (pick(0, 2) == 0) bins.back().size_classes = static_cast<unsigned>(pick(1, 3)) * 2;
      if (pick(0, 3) == 0) bins.back().temperature_zone = "cold";
      bins.back().closed = pick(0, 7) == 0;
    }
    for (int i = 0; i < static_cast<int>(pick(1, count)); ++i) {
      items.push_back(Item(i, pick(0, 9)));
      if (round % 2 == 0) continue;
      items.back().volume_cm3 = pick(0, 10);
      items.back().size_class = 1U << pick(1, 2);
      if (pick(0, 3) == 0) items.back().temperature_zone = "cold";
    }
    int64_t farthest = 0;
    for (const SlotBin& bin : bins) farthest = std::max(farthest, bin.distance_cm);
    // All ways to give every item a bin or none.
    int64_t best = INT64_MAX;
    std::vector<bool> used(bins.size());
    const auto search = [&](auto&& self, size_t i, int64_t cost) -> void {
      if (i == items.size()) {
        best = std::min(best, cost);
        return;
      }
      self(self, i + 1, cost + items[i].picks * farthest);
      for (size_t b = 0; b < bins.size(); ++b) {
        if (used[b] || !Fits(items[i], bins[b])) continue;
        used[b] = true;
        self(self, i + 1, cost + items[i].picks * bins[b].distance_cm);
        used[b] = false;
      }
    };
    search(search, 0, 0);
    const std::vector<size_t> found = AssignByDistance(items, bins);
    CheckValid(items, bins, found);
    int64_t cost = CostOf(items, bins, found);
    for (size_t i = 0; i < items.size(); ++i)
      cost += found[i] == kNoBin ? items[i].picks * farthest : 0;
    ASSERT_EQ(cost, best) << round;
  }
}

TEST(SlottingPropertyTest, NothingEverGetsWorse) {
  std::mt19937_64 random(9);
  const auto pick = [&](int64_t from, int64_t to) {
    return std::uniform_int_distribution<int64_t>(from, to)(random);
  };
  int improved = 0;
  for (int round = 0; round < 200; ++round) {
    const size_t count = static_cast<size_t>(pick(2, 40));
    std::vector<SlotBin> bins;
    for (size_t b = 0; b < count + 5; ++b) {
      bins.push_back(Bin(static_cast<int>(b), pick(1, 5000), fmt::format("a{}", pick(0, 3))));
    }
    std::vector<size_t> order(bins.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::shuffle(order.begin(), order.end(), random);
    std::vector<SlotItem> items;
    for (size_t i = 0; i < count; ++i) {
      items.push_back(
          Item(static_cast<int>(i), pick(0, 1000), pick(0, 9) == 0 ? kNoBin : order[i]));
    }
    std::vector<ItemPair> pairs;
    for (int p = 0; p < pick(0, 60); ++p) {
      pairs.push_back({static_cast<size_t>(pick(0, static_cast<int64_t>(count) - 1)),
                       static_cast<size_t>(pick(0, static_cast<int64_t>(count) - 1)),
                       pick(1, 500)});
    }
    const SlottingPolicy policy{.affinity_period_days = 30};
    const Walking walking(policy, 30, items, bins, pairs);
    std::vector<size_t> assignment = AssignByDistance(items, bins);
    const int64_t sorted = walking.Total(assignment);
    const int64_t saved = ImproveByAffinity(policy, walking, items, bins, assignment);
    CheckValid(items, bins, assignment);
    ASSERT_GE(saved, 0);
    ASSERT_EQ(walking.Total(assignment), sorted - saved);  // the differences add up
    improved += saved > 0;
    const int limit = static_cast<int>(pick(0, 10));
    const Slotting few = PlanSlotting(policy, 30, items, bins, pairs, limit);
    CheckValid(items, bins, few.proposed);
    ASSERT_LE(few.moves.size(), static_cast<size_t>(limit));
    ASSERT_LE(few.after, few.before);
    ASSERT_LE(few.walking_best, few.after);
    const Slotting all = PlanSlotting(policy, 30, items, bins, pairs, -1);
    ASSERT_EQ(all.proposed, all.best);
    ASSERT_EQ(all.after, all.walking_best);
    int64_t groups = 0;
    std::set<int> seen;
    for (const SlotMove& move : all.moves) {
      if (seen.insert(move.group).second) groups += move.group_saved;
    }
    ASSERT_EQ(all.before - all.after, groups);
  }
  EXPECT_GT(improved, 20);
}

TEST(SlottingPropertyTest, ManyGoodsWithConstraints) {
  std::mt19937_64 random(13);
  const auto pick = [&](int64_t from, int64_t to) {
    return std::uniform_int_distribution<int64_t>(from, to)(random);
  };
  std::vector<SlotBin> bins;
  std::vector<SlotItem> items;
  for (int b = 0; b < 3000; ++b) {
    bins.push_back(Bin(b, pick(100, 20'000), fmt::format("a{}", b % 40)));
    bins.back().capacity_cm3 = pick(0, 1) * pick(500, 1000);
  }
  for (int i = 0; i < 2500; ++i) {
    items.push_back(Item(i, pick(0, 10'000), static_cast<size_t>(i)));
    items.back().volume_cm3 = pick(1, 1000);
    if (!Fits(items.back(), bins[static_cast<size_t>(i)])) items.back().volume_cm3 = 0;
  }
  const Slotting plan = PlanSlotting({}, 30, items, bins, {}, 100);
  CheckValid(items, bins, plan.best);
  EXPECT_LE(plan.moves.size(), 100U);
  EXPECT_LT(plan.walking_best, plan.after);
  EXPECT_LT(plan.after, plan.before);
}

}  // namespace
}  // namespace kefu::warehouse::domain
