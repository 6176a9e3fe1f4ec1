#include "services/aftersales/domain/insight/bad_lots.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::aftersales::domain::insight {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;

const absl::CivilDay kToday(2026, 6, 30);

BadLotPolicy Policy(int false_discovery_bps = 100) {
  return {.version = 1,
          .period_days = 120,
          .horizon_days = 40,
          .false_discovery_bps = false_discovery_bps,
          .least_cases = 5,
          .kinds = {}};
}

struct Known {
  std::vector<Exposed> series;
  Exposed others;
  size_t first;
  double statistic, p_value;
};

// Computed apart from this code, in exact fractions: every way to place the complaints on the days
// and on the others has its multinomial chance, and those ways count whose statistic is at least
// that of the data.
TEST(ChangeScanTest, PValuesAreThoseOfCountingEveryCase) {
  const std::vector<Known> known = {
      {{{10, 0}, {10, 1}, {10, 1}, {10, 5}}, {60, 3}, 0, 5.108256237659907, 0.0045818308},
      {{{3, 0}, {7, 2}, {2, 3}}, {20, 4}, 0, 2.9763697788914554, 0.030696926638484},
      {{{10, 1}, {10, 0}, {10, 4}, {10, 3}}, {0, 0}, 0, 2.531016154428068, 0.036865234375},
      {{{10, 3}, {10, 0}, {10, 1}, {10, 4}}, {40, 4}, 2, 1.7478472881777702, 0.05951053276658058},
      {{{5, 6}}, {45, 2}, 0, 9.527550432329459, 2.341e-05},
      {{{12.5, 0}, {7.25, 1}, {0, 0}, {3.5, 2}, {1.75, 2}},
       {50, 5},
       0,
       4.3423476346475605,
       0.009112954846964385}};
  for (const Known& one : known) {
    const auto scan = ScanForRise(one.series, one.others, one.first);
    ASSERT_TRUE(scan) << one.statistic;
    EXPECT_NEAR(scan->statistic, one.statistic, 1e-9);
    EXPECT_NEAR(scan->p_value / one.p_value, 1, 1e-9) << one.statistic;
  }
}

TEST(ChangeScanTest, SaysWhatTheWindowIs) {
  const std::vector<Exposed> series = {{100, 1}, {100, 1}, {100, 8}, {100, 9}};
  const auto scan = ScanForRise(series, {600, 6});
  ASSERT_TRUE(scan);
  EXPECT_EQ(scan->begin, 2);
  EXPECT_EQ(scan->inside, 17);
  EXPECT_EQ(scan->total, 25);
  EXPECT_DOUBLE_EQ(scan->expected, 5);
  EXPECT_DOUBLE_EQ(*scan->ratio, (17.0 / 200) / (8.0 / 800));
  // 17 of 25 by Clopper and Pearson: 0.4650 to 0.8505; odds times 800 ÷ 200.
  EXPECT_NEAR(scan->ratio_low, 0.4650 / 0.5350 * 4, 0.01);
  EXPECT_NEAR(*scan->ratio_high, 0.8505 / 0.1495 * 4, 0.05);
  EXPECT_LE(scan->earliest, 2);
  EXPECT_EQ(scan->latest, 2);
}

TEST(ChangeScanTest, NothingRaisedIsNothing) {
  EXPECT_FALSE(ScanForRise({}, {10, 3}));
  EXPECT_FALSE(ScanForRise(std::vector<Exposed>{{10, 0}}, {10, 0}));
  EXPECT_FALSE(ScanForRise(std::vector<Exposed>{{10, 1}}, {10, 3}));
  EXPECT_FALSE(ScanForRise(std::vector<Exposed>{{10, 5}}, {0, 0}));  // nothing to compare with
  EXPECT_FALSE(ScanForRise(std::vector<Exposed>{{10, 5}}, {10, 0}, 1));
  const auto only_inside = ScanForRise(std::vector<Exposed>{{10, 5}}, {10, 0});
  ASSERT_TRUE(only_inside);
  EXPECT_NEAR(only_inside->p_value, 1.0 / 32, 1e-12);
  EXPECT_FALSE(only_inside->ratio);
  EXPECT_FALSE(only_inside->ratio_high);
}

TEST(ChangeScanTest, HoldsWithManyComplaints) {
  std::vector<Exposed> series;
  for (int i = 0; i < 180; ++i) series.push_back({1000, i < 90 ? 20 : 24});
  const auto scan = ScanForRise(series, {500'000, 10'000});
  ASSERT_TRUE(scan);
  EXPECT_EQ(scan->begin, 90);
  EXPECT_LT(scan->p_value, 1e-9);
  EXPECT_GE(scan->p_value, kLeastPValue);
}

TEST(DelaysTest, AreEstimatedWithoutWaitingForTheYoungest) {
  // Ten complaints a day of shipment: four on day 0, three on day 1, two on day 2, one on day 3,
  // shipped on each of the last hundred days. A histogram of what is known would say more than
  // forty per cent for day 0.
  constexpr std::array<int, 4> kByDelay = {4, 3, 2, 1};
  std::vector<DelayCount> counts;
  for (int age = 0; age < 100; ++age) {
    for (int delay = 0; delay < 4 && delay <= age; ++delay) {
      counts.push_back({delay, age, 1000 * kByDelay[delay]});
    }
  }
  const DelayDistribution delays(counts, 5);
  EXPECT_THAT(delays.shares(), ElementsAre(DoubleNear(0.4, 1e-4), DoubleNear(0.7, 1e-4),
                                           DoubleNear(0.9, 1e-4), 1, 1, 1));
  EXPECT_EQ(delays.By(-1), 0);
  EXPECT_EQ(delays.By(100), 1);
  EXPECT_EQ(DelayDistribution({}, 3).By(0), 1);
}

// A world of SKUs in houses and lots: three lots a house follow each other, and ship until today.
struct World {
  int skus = 10, nodes = 2;
  double pieces_a_day = 40;
  double rate = 0.01;      // of a piece to be complained about
  double mean_delay = 10;  // days
  // The lot that goes bad: of SKU 0, house 0, from that day of its lot on.
  double worse = 1;
  int bad_lot = 1, bad_from = 0;
};
constexpr int kLotDays = 40, kLots = 3;

class Simulation {
 public:
  Simulation(const World& world, uint64_t seed) : world_(world), random_(seed) {
    for (int sku = 0; sku < world.skus; ++sku) {
      for (int node = 0; node < world.nodes; ++node) {
        for (int lot = 0; lot < kLots; ++lot) Ship(sku, node, lot);
      }
    }
    std::vector<DelayCount> counts;
    for (const auto& [at, complaints] : delays_) {
      counts.push_back({at.first, at.second, complaints});
    }
    estimated_.emplace(counts, Policy().horizon_days);
  }

  std::vector<BadLot> Find(const BadLotPolicy& policy) const { return Find(policy, *estimated_); }
  std::vector<BadLot> Find(const BadLotPolicy& policy, const DelayDistribution& delays) const {
    return FindBadLots(series_, static_cast<int64_t>(series_.size()), delays, kToday, policy);
  }
  const std::vector<Series>& series() const { return series_; }
  const DelayDistribution& delays() const { return *estimated_; }
  static absl::CivilDay FirstDay(int lot) { return kToday - kLotDays * (kLots - lot) + 1; }

 private:
  void Ship(int sku, int node, int lot) {
    Series& series = series_.emplace_back(Series{
        {fmt::format("sku-{}", sku), fmt::format("node-{}", node), fmt::format("lot-{}", lot)},
        {}});
    for (int i = 0; i < kLotDays; ++i) {
      SeriesDay day{.day = FirstDay(lot) + i,
                    .pieces = std::poisson_distribution<int64_t>(world_.pieces_a_day)(random_)};
      const bool bad = sku == 0 && node == 0 && lot == world_.bad_lot && i >= world_.bad_from;
      const double rate = world_.rate * (bad ? world_.worse : 1);
      const int age = static_cast<int>(kToday - day.day);
      const auto all = std::binomial_distribution<int64_t>(day.pieces, rate)(random_);
      for (int64_t k = 0; k < all; ++k) {
        const int delay = std::geometric_distribution<int>(1 / (1 + world_.mean_delay))(random_);
        if (delay > std::min(age, Policy().horizon_days)) continue;
        ++day.complaints;
        ++delays_[{delay, age}];
      }
      if (day.pieces > 0) series.days.push_back(day);
    }
  }

  const World world_;
  std::mt19937_64 random_;
  std::vector<Series> series_;
  std::map<std::pair<int, int>, int64_t> delays_;
  std::optional<DelayDistribution> estimated_;
};

// The most of `trials` that chance brings with probability `chance` in all but one of 10,000 runs;
// the normal approximation is close enough here.
double Most(int trials, double chance) {
  return trials * chance + 3.72 * std::sqrt(trials * chance * (1 - chance)) + 1;
}

TEST(BadLotTest, FalseAlarmsAreNoMoreThanAskedFor) {
  constexpr int kWorlds = 150;
  constexpr double kDiscovery = 0.1;
  int alarmed = 0, small = 0, tests = 0;
  for (int seed = 0; seed < kWorlds; ++seed) {
    const Simulation world({}, seed);
    // Without any bad lot every alarm is false: the share of worlds with one is the rate.
    alarmed += world.Find(Policy(1000)).empty() ? 0 : 1;
    BadLotPolicy each = Policy(10'000);
    each.least_cases = 0;
    for (const BadLot& lot : world.Find(each)) small += lot.scan.p_value <= 0.05 ? 1 : 0;
    tests += static_cast<int>(world.series().size());
  }
  fmt::print("worlds without a bad lot that alarm: {} of {}; p <= 0.05: {} of {} series\n", alarmed,
             kWorlds, small, tests);
  EXPECT_LE(alarmed, Most(kWorlds, kDiscovery));
  EXPECT_GT(alarmed, 0);  // or the test is so careful that it finds nothing
  EXPECT_LE(small, Most(tests, 0.05));
}

TEST(BadLotTest, ALotThatIsFourTimesAsBadIsFoundWithTheDayItBegan) {
  constexpr int kWorlds = 100;
  int found = 0, covered = 0, wrong = 0;
  double ratios = 0;
  std::vector<int64_t> off;
  for (int seed = 0; seed < kWorlds; ++seed) {
    const Simulation world({.worse = 4, .bad_lot = 1, .bad_from = 15}, 1000 + seed);
    const absl::CivilDay began = Simulation::FirstDay(1) + 15;
    for (const BadLot& lot : world.Find(Policy())) {
      if (lot.key != SeriesKey{"sku-0", "node-0", "lot-1"}) {
        ++wrong;
        continue;
      }
      ++found;
      off.push_back(std::abs(lot.since - began));
      covered += lot.earliest <= began && began <= lot.latest ? 1 : 0;
      ratios += *lot.scan.ratio;
    }
  }
  std::ranges::sort(off);
  fmt::print(
      "found {} of {}, {} others; began within {} days in half, {} in 90 %; {} covered; mean ratio "
      "{:.2f}\n",
      found, kWorlds, wrong, off[off.size() / 2], off[off.size() * 9 / 10], covered,
      ratios / found);
  EXPECT_GE(found, kWorlds * 95 / 100);
  EXPECT_LE(wrong, Most(kWorlds, 0.01));
  EXPECT_LE(off[off.size() / 2], 2);
  EXPECT_LE(off[off.size() * 9 / 10], 6);
  EXPECT_GE(covered, found * 85 / 100);
  EXPECT_NEAR(ratios / found, 4, 0.8);
}

TEST(BadLotTest, AYoungBadLotIsFoundThoughFewHaveComplainedYet) {
  constexpr int kWorlds = 50;
  int found = 0, without = 0;
  for (int seed = 0; seed < kWorlds; ++seed) {
    const Simulation world({.worse = 4, .bad_lot = 2, .bad_from = 20}, 5000 + seed);
    const auto ours = [&](const DelayDistribution& delays) {
      return std::ranges::count_if(world.Find(Policy(), delays), [](const BadLot& lot) {
        return lot.key == SeriesKey{"sku-0", "node-0", "lot-2"};
      });
    };
    found += static_cast<int>(ours(world.delays()));
    without += static_cast<int>(ours(DelayDistribution({}, Policy().horizon_days)));
  }
  fmt::print("young: found {} of {}; {} if every complaint came at once\n", found, kWorlds,
             without);
  EXPECT_GE(found, kWorlds * 60 / 100);
  EXPECT_GT(found, without);
}

// If young shipments counted in full, old lots would look bad beside them.
TEST(BadLotTest, OldLotsAreNotTakenForBadBecauseTheyHadMoreTime) {
  constexpr int kWorlds = 20;
  int weighted = 0, in_full = 0;
  for (int seed = 0; seed < kWorlds; ++seed) {
    const Simulation world({.skus = 5, .pieces_a_day = 1000, .mean_delay = 20}, 9000 + seed);
    weighted += world.Find(Policy()).empty() ? 0 : 1;
    in_full += world.Find(Policy(), DelayDistribution({}, Policy().horizon_days)).empty() ? 0 : 1;
  }
  fmt::print("alarms by time to complain: {} weighted, {} in full\n", weighted, in_full);
  EXPECT_LE(weighted, Most(kWorlds, 0.01));
  EXPECT_GT(in_full, kWorlds / 2);
}

TEST(BadLotTest, SaysTheSameOfTheSameRowsAndLooksBehindWhatWasJudged) {
  const World world{.worse = 4, .bad_lot = 1, .bad_from = 15};
  const std::vector<BadLot> first = Simulation(world, 7).Find(Policy());
  const std::vector<BadLot> second = Simulation(world, 7).Find(Policy());
  ASSERT_EQ(first.size(), 1u);
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(first[0].scan.p_value, second[0].scan.p_value);
  EXPECT_EQ(first[0].since, second[0].since);
  EXPECT_EQ(first[0].last, Simulation::FirstDay(2) - 1);
  std::vector<Series> judged = Simulation(world, 7).series();
  for (Series& series : judged) series.judged_to = first[0].last;
  const DelayDistribution delays({}, 40);
  EXPECT_TRUE(
      FindBadLots(
          judged, static_cast<int64_t>(judged.size()), delays, kToday,
          {.period_days = 120, .horizon_days = 40, .false_discovery_bps = 1, .least_cases = 5})
          .empty());
  // A least number of cases that the window lacks.
  BadLotPolicy careful = Policy();
  careful.least_cases = static_cast<int32_t>(first[0].scan.inside) + 1;
  EXPECT_TRUE(Simulation(world, 7).Find(careful).empty());
}

}  // namespace
}  // namespace kefu::aftersales::domain::insight
