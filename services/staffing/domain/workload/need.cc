#include "services/staffing/domain/workload/need.h"

#include <algorithm>
#include <cmath>

namespace kefu::staffing::domain::workload {
namespace {

// The fewest seats for which `holds`, which stays true once it is: steps that double away from a
// guess, then halves.
template <class Holds>
int64_t Fewest(int64_t guess, Holds holds) {
  int64_t low = -1, high = std::max<int64_t>(guess, 0);  // low fails, high holds
  for (int64_t step = 1; !holds(high); step *= 2) {
    low = high;
    high += step;
  }
  for (int64_t step = 1; low < 0 && high > 0; step *= 2) {
    const int64_t next = std::max<int64_t>(high - step, 0);
    if (!holds(next)) {
      low = next;
    } else {
      high = next;
    }
  }
  while (low >= 0 && high - low > 1) {
    const int64_t middle = low + (high - low) / 2;
    (holds(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace

int32_t Positions(int32_t seats, int32_t shrinkage_bps) {
  const int64_t left = kAll - shrinkage_bps;
  return static_cast<int32_t>((static_cast<int64_t>(seats) * kAll + left - 1) / left);
}

double SecondsInHand(const Queue& queue, int64_t seats, const Figures& figures) {
  const double answered = queue.arrivals_per_second * figures.answered;
  if (answered <= 0) return queue.handle_seconds;
  const double in_hand = figures.occupancy * static_cast<double>(seats * queue.chats);
  return in_hand / answered;
}

double SecondsAlone(StaffingModel model, const Queue& recorded, const Targets& targets) {
  constexpr int kRounds = 6;  // each takes a share of slow_down off what is wrong
  Queue alone = recorded;
  if (recorded.chats <= 1 || recorded.slow_down <= 0 || recorded.arrivals_per_second <= 0)
    return recorded.handle_seconds;
  const double least = recorded.handle_seconds / (1 + recorded.slow_down * (recorded.chats - 1));
  for (int round = 0; round < kRounds; ++round) {
    const Need need = ComputeNeed(model, alone, targets);
    const double seen = SecondsInHand(alone, need.seats, need.figures);
    alone.handle_seconds = std::clamp(alone.handle_seconds * recorded.handle_seconds / seen, least,
                                      recorded.handle_seconds);
  }
  return alone.handle_seconds;
}

Figures FiguresOf(StaffingModel model, const Queue& queue, int64_t seats, double answer_seconds) {
  if (model == StaffingModel::kErlangB) return EvaluateLoss(queue, seats);
  Queue asked = queue;
  if (model == StaffingModel::kErlangC) asked.patience_seconds = 0;
  return Evaluate(asked, seats, answer_seconds);
}

Need ComputeNeed(StaffingModel model, const Queue& queue, const Targets& targets) {
  const auto figures = [&](int64_t seats) {
    return FiguresOf(model, queue, seats, targets.answer_seconds);
  };
  const double load = OfferedLoad(queue);
  // Halfin & Whitt (1981): what is needed lies about a square root above the load.
  const double busy = load * (1 + queue.slow_down * (queue.chats - 1)) / queue.chats;
  const auto guess = static_cast<int64_t>(std::ceil(busy + std::sqrt(busy)));
  Need need;
  int64_t seats = 0;
  const auto ask = [&](BoundRule rule, int64_t wanted) {
    if (wanted <= seats) return;
    seats = wanted;
    need.bound_by = rule;
  };
  if (load > 0) {
    const double level = static_cast<double>(targets.service_level_bps) / kAll;
    ask(BoundRule::kServiceLevel, Fewest(guess, [&](int64_t n) {
          const Figures f = figures(n);
          return f.stable && f.answered_within >= level;
        }));
    if (targets.max_occupancy_bps < kAll) {
      const double most = static_cast<double>(targets.max_occupancy_bps) / kAll;
      ask(BoundRule::kOccupancy,
          Fewest(seats, [&](int64_t n) { return n > 0 && figures(n).occupancy <= most; }));
    }
    if (targets.max_abandoned_bps < kAll) {
      const double most = static_cast<double>(targets.max_abandoned_bps) / kAll;
      ask(BoundRule::kAbandonment,
          Fewest(seats, [&](int64_t n) { return figures(n).abandoned() <= most; }));
    }
  }
  ask(BoundRule::kMinimumSeats, targets.min_seats);
  need.seats = static_cast<int32_t>(seats);
  need.positions = Positions(need.seats, targets.shrinkage_bps);
  need.figures = figures(seats);
  return need;
}

}  // namespace kefu::staffing::domain::workload
