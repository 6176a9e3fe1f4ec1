// Plans a roster: lines of the agents by shortest paths, days by mixed-integer programmes, and a
// bound that tells how far from the best it can be at most.
//
// 1. Each agent in turn takes the line of least cost against what the others leave uncovered; again
//    and again until that stops helping (coordinate descent over whole lines).
// 2. Each day in turn is planned anew for all agents at once by CBC (a large neighbourhood), with
//    rounds of 1 between.
// 3. At the same time, in a second thread, prices of the half hours give the lower bound.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "services/staffing/domain/roster/cost.h"
#include "services/staffing/domain/roster/model.h"

namespace kefu::staffing::optimise {

struct Progress {
  int64_t cost_minor = 0;   // of the best roster so far
  int64_t bound_minor = 0;  // no roster costs less
  absl::Duration elapsed;
};

struct PlanOptions {
  absl::Duration time = absl::Seconds(45);
  // Set: so many programmes of days, ten times as many steps of the bound, and time is ignored;
  // the result depends on problem and seed alone.
  std::optional<int> days;
  uint64_t seed = 1;
  double good_gap = 0.005;  // stops when (cost − bound) ÷ cost is at most this
  // Called in the planning thread several times a second or after each day's programme; false
  // stops.
  std::function<bool(const Progress&)> on_progress;
};

struct Plan {
  std::vector<roster::Shift> shifts;  // with the history; sorted
  roster::Outcome outcome;
  int64_t bound_minor = 0;
  int32_t gap_bps = 0;  // (cost − bound) ÷ cost, rounded up
  absl::Duration elapsed;
  int programmes = 0;    // of days that CBC solved
  bool stopped = false;  // by on_progress
};

// The problem is one that CheckProblem has no fault with. The roster keeps every labour rule and
// all that is fixed; what it cannot cover is in the outcome. Blocks for about the given time; two
// threads. Thread-safe.
Plan PlanRoster(const roster::Problem& problem, const PlanOptions& options);

struct Change {
  int agent = 0;
  int day = 0;
  int before = -1, after = -1;  // a template, or -1
};

struct Replan {
  std::vector<roster::Shift> shifts;  // with the history; sorted
  std::vector<Change> changes;        // by day, agent; those that leave forces are among them
  roster::Outcome before, after;      // what the old plan cost, and the new one costs
  absl::Duration elapsed;
};

// After absences: `problem` has them as leave, `shifts` is the roster as it was. On each day that
// lost a shift the need is restored as far as `most_changes` (those that leave forces count) let;
// of the ways to do so the one with the fewest changed shifts, and of these the cheapest, is taken.
// What is fixed stays. Blocks for about `time` at most.
Replan ReplanRoster(const roster::Problem& problem, const std::vector<roster::Shift>& shifts,
                    int most_changes, absl::Duration time);

}  // namespace kefu::staffing::optimise
