// A contact centre played through contact by contact, for what formulas leave out: intervals that
// hand their queue on, seats that change, chats that slow each other down one by one, and patience
// and handle times of any shape. Pure: the same scenario gives the same answer, on every machine.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "services/staffing/domain/workload/need.h"
#include "services/staffing/domain/workload/workload_enums.h"

namespace kefu::staffing::domain::workload {

// How a time varies.
struct Duration {
  DurationShape shape = DurationShape::kExponential;
  double mean_seconds = 0;
  double variation = 1;  // standard deviation ÷ mean; of kLogNormal only
};

// A stretch of time with one arrival rate; arrivals are Poisson.
struct Interval {
  double seconds = 1'800;
  double arrivals = 0;  // mean
  int32_t seats = 0;
  Duration handle;                   // of a contact that is its agent's only one
  std::optional<Duration> patience;  // nothing: nobody leaves
  bool fixed = false;                // its seats are not RaiseSeats's to change
};

struct Scenario {
  std::vector<Interval> intervals;
  int32_t chats = 1;  // as in Queue
  double slow_down = 0;
  double answer_seconds = 20;
  uint64_t seed = 1;
  int32_t replications = 30;  // ≥ 2
};

// A mean over replications and half of its 95 % confidence interval (Student's t).
struct Estimate {
  double mean = 0;
  double half_width = 0;
};

// Of the contacts that arrive in an interval, wherever they are answered.
struct SimulatedInterval {
  double arrivals = 0;                                     // mean over replications
  Estimate answered_within, abandoned, mean_wait_seconds;  // of all that arrive
  double occupancy = 0;  // places taken, of all places of the interval
};

struct Simulation {
  std::vector<SimulatedInterval> intervals;
  SimulatedInterval all;
};

// Plays the scenario. The house is empty at the start; what waits at the end is answered by the
// last interval's seats. Each contact goes to the agent with the fewest, in order of arrival. When
// seats are fewer than before, agents leave as soon as their contacts are done. With no seats in
// the last interval and endless patience what waits is never answered and counts as abandoned.
Simulation Simulate(const Scenario& scenario);

// Raises the seats of intervals that are not fixed, in rounds, until the service level of each
// interval with arrivals and the bound on abandonment hold on average in the simulation; at most
// `rounds` times. Returns whether they hold.
bool RaiseSeats(Scenario& scenario, const Targets& targets, int rounds, Simulation& last);

}  // namespace kefu::staffing::domain::workload
