// From load and targets to seats and positions. Pure, thread-safe.
#pragma once

#include <cstdint>

#include "services/staffing/domain/workload/erlang.h"
#include "services/staffing/domain/workload/workload_enums.h"

namespace kefu::staffing::domain::workload {

inline constexpr int32_t kAll = 10'000;  // basis points

// What staffing has to reach; shares in basis points.
struct Targets {
  int32_t service_level_bps = 8'000;  // answered within answer_seconds, of all that arrive
  int32_t answer_seconds = 20;
  int32_t max_occupancy_bps = kAll;  // places taken, of all places; kAll: no such rule
  int32_t max_abandoned_bps = kAll;  // of all that arrive; kAll: no such rule
  int32_t shrinkage_bps = 0;         // paid time that is not at the seat: breaks, training, leave
  int32_t min_seats = 0;

  friend bool operator==(const Targets&, const Targets&) = default;
};

struct Need {
  int32_t seats = 0;      // agents at work at once
  int32_t positions = 0;  // agents on the roster for it: seats ÷ (1 - shrinkage), rounded up
  BoundRule bound_by = BoundRule::kUnspecified;  // the rule that asks for the most seats; of
                                                 // several the first in the order of the enum
  Figures figures;
};

// Agents on the roster so that `seats` are at work. shrinkage_bps 0 to 9,999.
int32_t Positions(int32_t seats, int32_t shrinkage_bps);

// How long a contact takes while its agent has others, as many as the figures of `seats` agents
// say: the contacts in hand ÷ those answered a second (Little's law). handle_seconds where nobody
// comes.
double SecondsInHand(const Queue& queue, int64_t seats, const Figures& figures);

// The handle time of a contact alone, where handle_seconds was recorded of agents with several at
// once: that with which the seats needed for it would have recorded so much. What history does not
// tell is how many agents there were; they are taken to have kept the targets.
double SecondsAlone(StaffingModel model, const Queue& recorded, const Targets& targets);

// What `seats` agents make of the load by the model.
Figures FiguresOf(StaffingModel model, const Queue& queue, int64_t seats, double answer_seconds);

// The fewest seats that keep every target. Service level and occupancy of targets are 1 to 9,999 or
// kAll for "no rule"; the load is finite. Model kErlangC does not look at patience; kErlangB loses
// who finds no place.
Need ComputeNeed(StaffingModel model, const Queue& queue, const Targets& targets);

}  // namespace kefu::staffing::domain::workload
