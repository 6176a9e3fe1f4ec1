// Published values to four digits, and what must hold for every queue.
#include "services/staffing/domain/workload/erlang.h"

#include <cmath>
#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/staffing/domain/workload/need.h"

namespace kefu::staffing::domain::workload {
namespace {

using ::testing::DoubleNear;

constexpr double kDigits = 0.00005;  // four digits
constexpr StaffingModel kB = StaffingModel::kErlangB, kC = StaffingModel::kErlangC,
                        kA = StaffingModel::kErlangA;

// An independent evaluation: the stationary distribution summed term by term, with long doubles.
struct Summed {
  double wait = 0, abandoned = 0, mean_wait = 0;
};
Summed SumErlangA(double arrivals, double handle, double patience, int agents) {
  std::vector<long double> p = {1};
  for (int m = 1; m < agents + 200'000; ++m) {
    const long double rate = std::min(m, agents) / static_cast<long double>(handle) +
                             std::max(0, m - agents) / static_cast<long double>(patience);
    p.push_back(p.back() * arrivals / rate);
    if (p.back() > 1e300L) {
      for (long double& q : p) q *= 1e-300L;
    }
    if (m > agents && p.back() < 1e-30L * p[agents]) break;
  }
  long double all = 0, full = 0, waiting = 0;
  for (size_t m = 0; m < p.size(); ++m) {
    all += p[m];
    if (m >= static_cast<size_t>(agents)) {
      full += p[m];
      waiting += p[m] * (m - agents);
    }
  }
  const auto mean = static_cast<double>(waiting / all / arrivals);
  return {static_cast<double>(full / all), mean / patience, mean};
}

TEST(ErlangCTest, ALoadAsLargeAsTheAgentsIsNotStable) {
  for (const double handle : {180.0, 170.0, 330.0, 7.0}) {
    for (const int agents : {1, 3, 10, 100, 10'000}) {
      const Queue queue{.arrivals_per_second = agents / handle, .handle_seconds = handle};
      EXPECT_FALSE(Evaluate(queue, agents, 20).stable) << agents << " " << handle;
      EXPECT_TRUE(Evaluate(queue, agents + 1, 20).stable) << agents << " " << handle;
    }
  }
}

TEST(ErlangTest, PublishedValues) {
  EXPECT_THAT(ErlangB(1, 1), DoubleNear(0.5, kDigits));
  EXPECT_THAT(ErlangB(1, 2), DoubleNear(0.2, kDigits));
  // Tables of the blocking probability, e.g. ITU-D Teletraffic Engineering Handbook: 1 % at
  // n = 10 carries 4.461 erlangs, n = 100 carries 84.06.
  EXPECT_THAT(ErlangB(4.461, 10), DoubleNear(0.01, kDigits));
  EXPECT_THAT(ErlangB(84.06, 100), DoubleNear(0.01, kDigits));
  EXPECT_THAT(ErlangC(1, 2), DoubleNear(1.0 / 3, kDigits));  // two servers, half used
  EXPECT_EQ(ErlangC(2, 2), 1);
  EXPECT_EQ(ErlangB(0, 1), 0);
  EXPECT_EQ(ErlangB(3, 0), 1);
}

TEST(ErlangTest, AHundredCallsAHalfHour) {
  const Queue queue{.arrivals_per_second = 100.0 / 1'800, .handle_seconds = 180};
  const Need need = ComputeNeed(
      kC, queue, {.service_level_bps = 8'000, .answer_seconds = 20, .shrinkage_bps = 3'000});
  EXPECT_EQ(need.seats, 14);
  EXPECT_EQ(need.positions, 20);
  EXPECT_EQ(need.bound_by, BoundRule::kServiceLevel);
  EXPECT_THAT(need.figures.answered_within, DoubleNear(0.8884, kDigits));
  EXPECT_THAT(need.figures.wait_probability, DoubleNear(0.1741, kDigits));
  EXPECT_THAT(need.figures.occupancy, DoubleNear(0.7143, kDigits));
  EXPECT_THAT(need.figures.mean_wait_seconds, DoubleNear(0.174132 * 180 / 4, 0.001));
  const Queue larger{.arrivals_per_second = 250.0 / 3'600, .handle_seconds = 330};
  EXPECT_EQ(ComputeNeed(kC, larger, {.service_level_bps = 8'000, .answer_seconds = 30}).seats, 28);
}

TEST(ErlangTest, ErlangAAsItsDistributionSummedUp) {
  for (const double patience : {5.0, 60.0, 180.0, 900.0, 20'000.0}) {
    for (const auto& [load, agents] : {std::pair(0.4, 1),
                                       {3.0, 2},
                                       {9.5, 10},
                                       {10.0, 10},
                                       {14.0, 10},
                                       {95.0, 100},
                                       {130.0, 100},
                                       {480.0, 500}}) {
      const Queue queue{
          .arrivals_per_second = load / 180, .handle_seconds = 180, .patience_seconds = patience};
      const Summed summed = SumErlangA(load / 180, 180, patience, agents);
      const Figures figures = Evaluate(queue, agents, 20);
      EXPECT_NEAR(figures.wait_probability, summed.wait, 1e-9) << load << " " << patience;
      EXPECT_NEAR(figures.abandoned(), summed.abandoned, 1e-9) << load << " " << patience;
      EXPECT_NEAR(figures.mean_wait_seconds, summed.mean_wait, 1e-6) << load << " " << patience;
      // What is answered keeps the agents busy.
      EXPECT_NEAR(figures.occupancy, load * figures.answered / agents, 1e-9);
    }
  }
}

// P(V > t) has a closed form when nobody is turned away by impatience before t: check the share
// answered within t against its own integral from the wait alone, by many steps.
TEST(ErlangTest, AnsweredWithinGrowsFromNoWaitToAllAnswered) {
  const Queue queue{
      .arrivals_per_second = 12.0 / 180, .handle_seconds = 180, .patience_seconds = 120};
  const Figures now = Evaluate(queue, 12, 0);
  EXPECT_NEAR(now.answered_within, 1 - now.wait_probability, 1e-12);
  double before = now.answered_within;
  for (double t = 5; t < 300; t += 5) {
    const double within = Evaluate(queue, 12, t).answered_within;
    EXPECT_GT(within, before);
    before = within;
  }
  EXPECT_NEAR(Evaluate(queue, 12, 1e6).answered_within, now.answered, 1e-12);
}

TEST(ErlangTest, MonotoneInAgents) {
  std::mt19937 random(7);
  for (int i = 0; i < 200; ++i) {
    const double load = std::exp(std::uniform_real_distribution(-2.0, 5.0)(random));
    const double handle = std::uniform_real_distribution(20.0, 900.0)(random);
    const Queue queue{
        .arrivals_per_second = load / handle,
        .handle_seconds = handle,
        .patience_seconds = i % 3 == 0 ? 0 : std::uniform_real_distribution(10.0, 900.0)(random),
        .chats = static_cast<int32_t>(random() % 4 + 1),
        .slow_down = std::uniform_real_distribution(0.0, 0.6)(random)};
    Figures fewer = Evaluate(queue, 0, 30);
    for (int64_t agents = 1; agents < 2 * load + 5; ++agents) {
      const Figures more = Evaluate(queue, agents, 30);
      EXPECT_GE(more.answered_within, fewer.answered_within - 1e-12);
      EXPECT_LE(more.wait_probability, fewer.wait_probability + 1e-12);
      EXPECT_LE(more.mean_wait_seconds, fewer.mean_wait_seconds + 1e-9);
      EXPECT_LE(more.occupancy, fewer.occupancy + 1e-12);
      EXPECT_GE(more.answered, fewer.answered - 1e-12);
      EXPECT_TRUE(more.answered_within >= 0 && more.answered_within <= more.answered + 1e-12);
      fewer = more;
    }
  }
}

TEST(ErlangTest, AStandsBetweenLossAndC) {
  for (const double load : {0.5, 5.0, 50.0, 400.0}) {
    for (const double spare : {0.5, 1.0, 2.0}) {
      const auto agents = static_cast<int64_t>(std::ceil(load + spare * std::sqrt(load)));
      if (static_cast<double>(agents) <= load) continue;
      Queue queue{.arrivals_per_second = load / 240, .handle_seconds = 240};
      const Figures c = Evaluate(queue, agents, 20), b = EvaluateLoss(queue, agents);
      for (const double patience : {1.0, 30.0, 300.0, 3'000.0}) {
        queue.patience_seconds = patience;
        const Figures a = Evaluate(queue, agents, 20);
        EXPECT_LE(a.wait_probability, c.wait_probability);
        EXPECT_GE(a.wait_probability, b.wait_probability);
        EXPECT_LE(a.mean_wait_seconds, c.mean_wait_seconds);
        EXPECT_LE(a.abandoned(), 1 - b.answered);  // nobody gives up sooner than at once
        EXPECT_GT(a.abandoned(), 0);
      }
    }
  }
}

TEST(ErlangTest, EndlessPatienceIsCAndNoneIsB) {
  for (const auto& [load, agents] : {std::pair(0.7, 1), {10.0, 12}, {95.0, 100}, {970.0, 1'000}}) {
    Queue queue{.arrivals_per_second = load / 180, .handle_seconds = 180};
    const Figures c = Evaluate(queue, agents, 20);
    EXPECT_NEAR(c.wait_probability, ErlangC(load, agents), 1e-12);
    queue.patience_seconds = 1e10;
    const Figures patient = Evaluate(queue, agents, 20);
    EXPECT_NEAR(patient.wait_probability, c.wait_probability, 1e-6);
    EXPECT_NEAR(patient.answered_within, c.answered_within, 1e-6);
    EXPECT_NEAR(patient.mean_wait_seconds / c.mean_wait_seconds, 1, 1e-5);
    queue.patience_seconds = 1e-7;
    const Figures hasty = Evaluate(queue, agents, 20);
    EXPECT_NEAR(hasty.answered, EvaluateLoss(queue, agents).answered, 1e-6);
    EXPECT_NEAR(1 - hasty.answered, ErlangB(load, agents), 1e-6);
  }
}

TEST(ErlangTest, SeveralChatsWithoutSlowingDownAreAsManyAgents) {
  for (const int32_t chats : {2, 3, 5}) {
    const Queue one{.arrivals_per_second = 0.1, .handle_seconds = 300, .patience_seconds = 100};
    Queue several = one;
    several.chats = chats;
    for (int64_t agents : {4, 10, 14}) {
      const Figures a = Evaluate(one, agents * chats, 15), b = Evaluate(several, agents, 15);
      EXPECT_NEAR(a.answered_within, b.answered_within, 1e-12);
      EXPECT_NEAR(a.mean_wait_seconds, b.mean_wait_seconds, 1e-9);
      EXPECT_NEAR(a.occupancy, b.occupancy, 1e-12);
    }
    // As slow as one after the other: no chats gained when the house is full.
    several.slow_down = 1;
    EXPECT_LT(Evaluate(several, 30, 15).answered_within,
              Evaluate(one, 30 * chats, 15).answered_within);
  }
}

TEST(ErlangTest, LargeSystemsStayStable) {
  // The square-root rule (Halfin & Whitt 1981): with n = a + β√a the chance to wait tends to
  // [1 + β Φ(β)/φ(β)]^-1.
  for (const double load : {10'000.0, 100'000.0}) {
    for (const double beta : {0.5, 1.0, 2.0}) {
      const auto agents = static_cast<int64_t>(std::lround(load + beta * std::sqrt(load)));
      const double exact_beta = (static_cast<double>(agents) - load) / std::sqrt(load);
      const double density = std::exp(-exact_beta * exact_beta / 2) / std::sqrt(2 * M_PI);
      const double below = 0.5 * std::erfc(-exact_beta / std::sqrt(2));
      const double limit = 1 / (1 + exact_beta * below / density);
      EXPECT_NEAR(ErlangC(load, agents), limit, 0.01);
    }
  }
  const Queue queue{
      .arrivals_per_second = 10'000.0 / 300, .handle_seconds = 300, .patience_seconds = 200};
  const Summed summed = SumErlangA(10'000.0 / 300, 300, 200, 10'000);
  const Figures figures = Evaluate(queue, 10'000, 20);
  EXPECT_NEAR(figures.wait_probability, summed.wait, 1e-8);
  EXPECT_NEAR(figures.mean_wait_seconds, summed.mean_wait, 1e-7);
  // Far beyond: a third goes unanswered, whoever waits.
  const Queue flood{
      .arrivals_per_second = 15'000.0 / 300, .handle_seconds = 300, .patience_seconds = 1e6};
  const Figures drowned = Evaluate(flood, 10'000, 20);
  EXPECT_NEAR(drowned.abandoned(), 1.0 / 3, 1e-6);
  EXPECT_NEAR(drowned.wait_probability, 1, 1e-9);
  EXPECT_EQ(drowned.answered_within, 0);
  EXPECT_NEAR(drowned.occupancy, 1, 1e-9);
  const Need need = ComputeNeed(kA, queue, {.service_level_bps = 8'000, .answer_seconds = 20});
  EXPECT_GT(need.seats, 9'000);
  EXPECT_LT(need.seats, 10'300);
  EXPECT_GE(need.figures.answered_within, 0.8);
  EXPECT_LT(FiguresOf(kA, queue, need.seats - 1, 20).answered_within, 0.8);
}

TEST(ErlangTest, PatienceIsAllWaitingDividedByHangUps) {
  EXPECT_EQ(MeanPatience(1'200, 10), 120);
  EXPECT_EQ(MeanPatience(1'200, 0), std::nullopt);
  EXPECT_EQ(MeanPatience(0, 3), std::nullopt);
  // Exponential patience, cut off by exponential waits: the estimate finds it.
  std::mt19937 random(11);
  std::exponential_distribution<double> patience(1.0 / 90), offered(1.0 / 40);
  double waited = 0;
  int64_t left = 0;
  for (int i = 0; i < 200'000; ++i) {
    const double p = patience(random), v = offered(random);
    waited += std::min(p, v);
    left += p < v;
  }
  EXPECT_NEAR(*MeanPatience(waited, left), 90, 1.5);
}

TEST(NeedTest, TheFewestSeatsThatKeepEveryRule) {
  std::mt19937 random(3);
  for (int i = 0; i < 150; ++i) {
    const double handle = std::uniform_real_distribution(30.0, 600.0)(random);
    const Queue queue{
        .arrivals_per_second = std::uniform_real_distribution(0.0, 60.0)(random) / handle,
        .handle_seconds = handle,
        .patience_seconds = std::uniform_real_distribution(20.0, 400.0)(random),
        .chats = static_cast<int32_t>(random() % 3 + 1),
        .slow_down = 0.2};
    const Targets targets{
        .service_level_bps = static_cast<int32_t>(5'000 + random() % 4'900),
        .answer_seconds = static_cast<int32_t>(random() % 60),
        .max_occupancy_bps = i % 2 == 0 ? kAll : static_cast<int32_t>(6'000 + random() % 3'500),
        .max_abandoned_bps = i % 3 == 0 ? kAll : static_cast<int32_t>(100 + random() % 900),
        .shrinkage_bps = static_cast<int32_t>(random() % 5'000),
        .min_seats = static_cast<int32_t>(random() % 4)};
    const StaffingModel model = i % 4 == 0 ? kC : i % 4 == 1 ? kB : kA;
    const Need need = ComputeNeed(model, queue, targets);
    const auto keeps = [&](int64_t seats) {
      const Figures f = FiguresOf(model, queue, seats, targets.answer_seconds);
      return f.stable && f.answered_within >= targets.service_level_bps / 1e4 &&
             (targets.max_occupancy_bps == kAll ||
              f.occupancy <= targets.max_occupancy_bps / 1e4) &&
             (targets.max_abandoned_bps == kAll ||
              f.abandoned() <= targets.max_abandoned_bps / 1e4) &&
             seats >= targets.min_seats;
    };
    EXPECT_TRUE(keeps(need.seats)) << i;
    if (need.seats > 0) {
      EXPECT_FALSE(keeps(need.seats - 1)) << i;
    }
    EXPECT_GE(need.positions * static_cast<int64_t>(kAll - targets.shrinkage_bps),
              need.seats * static_cast<int64_t>(kAll));
    EXPECT_LT((need.positions - 1) * static_cast<int64_t>(kAll - targets.shrinkage_bps),
              std::max<int64_t>(1, need.seats * static_cast<int64_t>(kAll)));
  }
}

// What agents with several chats at once recorded leads back to the seats of the truth.
TEST(NeedTest, RecordedTimesOfSeveralChatsAreNotSlowedDownTwice) {
  const Targets targets{
      .service_level_bps = 9'000, .answer_seconds = 30, .max_occupancy_bps = 8'500};
  for (const double arrivals : {4.0, 40.0, 200.0, 1'000.0}) {
    for (const double slow_down : {0.1, 0.2, 0.5}) {
      const Queue truth{.arrivals_per_second = arrivals / 1'800,
                        .handle_seconds = 240,
                        .chats = 3,
                        .slow_down = slow_down};
      const Need need = ComputeNeed(StaffingModel::kErlangC, truth, targets);
      Queue recorded = truth;
      recorded.handle_seconds = SecondsInHand(truth, need.seats, need.figures);
      EXPECT_GE(recorded.handle_seconds, 240 - 1e-6);
      const int32_t doubled = ComputeNeed(StaffingModel::kErlangC, recorded, targets).seats;
      recorded.handle_seconds = SecondsAlone(StaffingModel::kErlangC, recorded, targets);
      const int32_t seats = ComputeNeed(StaffingModel::kErlangC, recorded, targets).seats;
      EXPECT_NEAR(seats, need.seats, 1) << arrivals << ' ' << slow_down;
      if (arrivals >= 200) {
        // Seats are whole: one of some thirty is a twentieth of the time.
        EXPECT_NEAR(recorded.handle_seconds, 240, 12) << arrivals << ' ' << slow_down;
        EXPECT_GT(doubled, 1.05 * need.seats) << arrivals << ' ' << slow_down;
      }
    }
  }
  const Queue one{.arrivals_per_second = 1, .handle_seconds = 240, .chats = 1, .slow_down = 0.2};
  EXPECT_EQ(SecondsAlone(StaffingModel::kErlangC, one, targets), 240);
}

TEST(NeedTest, SaysWhichRuleBinds) {
  const Queue queue{
      .arrivals_per_second = 100.0 / 1'800, .handle_seconds = 180, .patience_seconds = 60};
  const auto bound = [&](Targets targets) { return ComputeNeed(kA, queue, targets).bound_by; };
  EXPECT_EQ(bound({}), BoundRule::kServiceLevel);
  EXPECT_EQ(bound({.max_occupancy_bps = 5'000}), BoundRule::kOccupancy);
  EXPECT_EQ(bound({.service_level_bps = 5'000, .max_abandoned_bps = 10}), BoundRule::kAbandonment);
  EXPECT_EQ(bound({.min_seats = 40}), BoundRule::kMinimumSeats);
  const Need idle = ComputeNeed(kC, {.handle_seconds = 180}, {});
  EXPECT_EQ(idle.seats, 0);
  EXPECT_EQ(idle.bound_by, BoundRule::kUnspecified);
  EXPECT_EQ(idle.figures.answered_within, 1);
}

}  // namespace
}  // namespace kefu::staffing::domain::workload
