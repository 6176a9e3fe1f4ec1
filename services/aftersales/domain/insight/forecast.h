// How many deadlines will be broken in the hours to come. Pure, thread-safe.
//
// A clock that runs is broken as often as those of its kind were in the past that had used up as
// much of their time and were not met either: p = (B + ½) ÷ (B + M + 1), where B were broken and M
// were met after that share of their time (the empirical survival function, given survival so far;
// with Jeffreys' prior, which is ½ where there is no history). Cases that are not here yet are
// forecast by the same hours of the weeks before (seasonal naive).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "services/aftersales/domain/enums.h"

namespace kefu::aftersales::domain::insight {

// Shares of a clock's time are counted in whole hundredths, rounded down.
inline constexpr int kShares = 100;
// Of a clock that has run out.
inline constexpr int kRunOut = kShares;
// The same hours of so many weeks before stand for those to come.
inline constexpr int kForecastWeeks = 4;

// Clocks of one kind that have run out, and were met or broken.
struct ClockHistory {
  std::array<int64_t, kShares> met{};  // in time, by the share of it that was used up
  int64_t breached = 0;
  int64_t clocks() const;
};
using ClockHistories = std::map<ClockKind, ClockHistory>;

// Clocks that run, of one kind, by the step in which they run out and the share of their time that
// is used up.
struct RunningClocks {
  ClockKind kind = ClockKind::kUnspecified;
  int step = 0;
  int used = 0;  // 0 to kShares - 1, or kRunOut
  int64_t clocks = 0;
};
// Breaches at the hours of a step in the weeks before, of cases that came in after it began.
struct PastBreaches {
  ClockKind kind = ClockKind::kUnspecified;
  int step = 0;
  int64_t breaches = 0;  // of all weeks
};

// An average with its interval of 95 %: 1.96 standard deviations to each side, not below 0.
struct Expectation {
  double mean = 0, low = 0, high = 0;
};
struct ForecastRow {
  ClockKind kind = ClockKind::kUnspecified;
  int step = 0;
  int64_t running = 0;
  double of_running = 0, of_new = 0;
  Expectation expected;
};
struct Forecast {
  std::vector<ForecastRow> rows;  // every step of each kind that runs or has a history
  Expectation all;
};

// The chance that a clock is broken which has used up that share of its time.
double BreachChance(const ClockHistory& history, int used);

// Steps lie in [0, steps). `weeks` 0: nothing is known of cases that are not here yet.
Forecast ForecastBreaches(const ClockHistories& histories, std::span<const RunningClocks> running,
                          std::span<const PastBreaches> past, int weeks, int steps);

}  // namespace kefu::aftersales::domain::insight
