// Where a formula holds, the simulation agrees with it; elsewhere it behaves as one expects.
#include "services/staffing/domain/workload/simulation.h"

#include <cmath>

#include "gtest/gtest.h"

namespace kefu::staffing::domain::workload {
namespace {

// A warm-up hour and then hours that count; the house starts empty.
Scenario Steady(const Queue& queue, int32_t seats, double seconds) {
  Scenario scenario{.chats = queue.chats, .slow_down = queue.slow_down, .replications = 40};
  std::optional<Duration> patience;
  if (queue.patience_seconds > 0) patience = Duration{.mean_seconds = queue.patience_seconds};
  for (const double length : {20 * queue.handle_seconds, seconds}) {
    scenario.intervals.push_back({.seconds = length,
                                  .arrivals = queue.arrivals_per_second * length,
                                  .seats = seats,
                                  .handle = {.mean_seconds = queue.handle_seconds},
                                  .patience = patience});
  }
  return scenario;
}

// Three half widths: what a true value misses once in some ten thousand trials.
void ExpectAgrees(const Queue& queue, int32_t seats) {
  const Figures formula = Evaluate(queue, seats, 20);
  const SimulatedInterval seen = Simulate(Steady(queue, seats, 200'000)).intervals[1];
  EXPECT_NEAR(seen.answered_within.mean, formula.answered_within,
              1.5 * seen.answered_within.half_width);
  EXPECT_NEAR(seen.abandoned.mean, formula.abandoned(), 1.5 * seen.abandoned.half_width + 1e-9);
  EXPECT_NEAR(seen.mean_wait_seconds.mean, formula.mean_wait_seconds,
              1.5 * seen.mean_wait_seconds.half_width);
  EXPECT_NEAR(seen.occupancy, formula.occupancy, 0.01);
  EXPECT_LT(seen.answered_within.half_width, 0.02);
}

TEST(SimulationTest, AgreesWithErlangC) {
  ExpectAgrees({.arrivals_per_second = 100.0 / 1'800, .handle_seconds = 180}, 14);
}
TEST(SimulationTest, AgreesWithErlangA) {
  for (const int32_t seats : {7, 10, 13}) {
    ExpectAgrees(
        {.arrivals_per_second = 100.0 / 1'800, .handle_seconds = 180, .patience_seconds = 90},
        seats);
  }
}
TEST(SimulationTest, AgreesWithChats) {
  for (const int32_t seats : {4, 6}) {
    ExpectAgrees({.arrivals_per_second = 100.0 / 1'800,
                  .handle_seconds = 180,
                  .patience_seconds = 90,
                  .chats = 3},
                 seats);
  }
}

// The formula spreads chats evenly at every moment; agents keep theirs, so the two differ a little.
TEST(SimulationTest, TheFormulaForChatsThatSlowDownIsClose) {
  const Queue queue{.arrivals_per_second = 200.0 / 1'800,
                    .handle_seconds = 180,
                    .patience_seconds = 90,
                    .chats = 3,
                    .slow_down = 0.3};
  for (const int32_t seats : {9, 11, 13}) {
    const Figures formula = Evaluate(queue, seats, 20);
    const SimulatedInterval seen = Simulate(Steady(queue, seats, 100'000)).intervals[1];
    EXPECT_NEAR(seen.answered_within.mean, formula.answered_within, 0.03) << seats;
    EXPECT_NEAR(seen.abandoned.mean, formula.abandoned(), 0.02) << seats;
  }
}

TEST(SimulationTest, TheSameSeedGivesTheSameAndAnotherGivesAnother) {
  Scenario scenario = Steady({.arrivals_per_second = 0.05, .handle_seconds = 180}, 11, 20'000);
  const Simulation first = Simulate(scenario), again = Simulate(scenario);
  EXPECT_EQ(first.all.mean_wait_seconds.mean, again.all.mean_wait_seconds.mean);
  EXPECT_EQ(first.all.arrivals, again.all.arrivals);
  scenario.seed = 2;
  EXPECT_NE(first.all.mean_wait_seconds.mean, Simulate(scenario).all.mean_wait_seconds.mean);
}

TEST(SimulationTest, AQueueIsHandedOn) {
  const auto interval = [](double arrivals, int32_t seats) {
    return Interval{.arrivals = arrivals, .seats = seats, .handle = {.mean_seconds = 180}};
  };
  // The second interval is well staffed for itself, but inherits a queue.
  Scenario scenario{.intervals = {interval(150, 8), interval(60, 9)}};
  const double after_rush = Simulate(scenario).intervals[1].mean_wait_seconds.mean;
  scenario.intervals[0].seats = 20;
  const double after_calm = Simulate(scenario).intervals[1].mean_wait_seconds.mean;
  EXPECT_GT(after_rush, after_calm + 60);
}

TEST(SimulationTest, NobodyIsLostOrCountedTwice) {
  const Duration patience{.shape = DurationShape::kFixed, .mean_seconds = 60};
  Scenario scenario{.chats = 2, .slow_down = 0.5};
  for (const int32_t seats : {3, 0, 5, 1}) {
    scenario.intervals.push_back(
        {.arrivals = 80, .seats = seats, .handle = {.mean_seconds = 120}, .patience = patience});
  }
  const Simulation seen = Simulate(scenario);
  double arrivals = 0;
  for (const SimulatedInterval& interval : seen.intervals) {
    arrivals += interval.arrivals;
    EXPECT_GE(interval.answered_within.mean, 0);
    EXPECT_LE(interval.answered_within.mean + interval.abandoned.mean, 1 + 1e-12);
    EXPECT_LE(interval.mean_wait_seconds.mean, 60);  // nobody waits longer than the patience
  }
  EXPECT_NEAR(arrivals, seen.all.arrivals, 1e-9);
  EXPECT_NEAR(arrivals, 320, 15);
  // With nobody at work only those who come just before the next interval are answered.
  EXPECT_GT(seen.intervals[1].abandoned.mean, 0.9);
}

// With equal means, waits grow with the variation of handle times (Pollaczek & Khinchine).
TEST(SimulationTest, VariationOfHandleTimesMakesWaits) {
  const auto wait = [](Duration handle) {
    Scenario scenario{.replications = 40};
    for (const double length : {4'000.0, 100'000.0}) {
      scenario.intervals.push_back({length, length / 250, 1, handle});
    }
    return Simulate(scenario).intervals[1].mean_wait_seconds;
  };
  // M/G/1 with ρ = 0.8: W = ρ/(1-ρ) · s · (1 + c²)/2.
  const Estimate fixed = wait({DurationShape::kFixed, 200, 0});
  EXPECT_NEAR(fixed.mean, 4 * 200 * 0.5, 1.5 * fixed.half_width);
  const Estimate wide = wait({DurationShape::kLogNormal, 200, 1.2});
  EXPECT_NEAR(wide.mean, 4 * 200 * (1 + 1.44) / 2, 1.5 * wide.half_width);
}

TEST(SimulationTest, SeatsAreRaisedUntilTheDayHolds) {
  const Duration patience{
      .shape = DurationShape::kLogNormal, .mean_seconds = 120, .variation = 0.5};
  Scenario scenario;
  for (const double arrivals : {40.0, 120.0, 60.0, 0.0}) {
    scenario.intervals.push_back(
        {.arrivals = arrivals, .seats = 2, .handle = {.mean_seconds = 180}, .patience = patience});
  }
  Simulation last;
  EXPECT_TRUE(RaiseSeats(scenario, {.service_level_bps = 8'000, .answer_seconds = 20}, 60, last));
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_GE(last.intervals[i].answered_within.mean, 0.8);
    EXPECT_GT(scenario.intervals[i].seats, 2);
    EXPECT_LT(scenario.intervals[i].seats, 25);
  }
  EXPECT_EQ(scenario.intervals[3].seats, 2) << "nobody comes";
  scenario.intervals[1].seats = 1;
  EXPECT_FALSE(RaiseSeats(scenario, {.service_level_bps = 9'900}, 1, last));
}

}  // namespace
}  // namespace kefu::staffing::domain::workload
