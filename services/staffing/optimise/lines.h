// The best line of one agent for given values of the half hours: a shortest path over the days.
//
// State after a day: how early rest lets the next day begin, days and nights in a row, days and
// minutes of the week. Exact for every labour rule (four weeks' overtime by the strict week limit);
// unfairness is met by trying surcharges on nights and weekend days.
#pragma once

#include <cstdint>
#include <vector>

#include "services/staffing/optimise/instance.h"

namespace kefu::staffing::optimise {

// What a shift of the template on the day is worth, at day × templates + template.
using ShiftValues = std::vector<int64_t>;

struct PlannedLine {
  Line line;
  int64_t cost = 0;   // Instance::LineCost
  int64_t value = 0;  // of its shifts
  int64_t net() const { return cost - value; }
};

// One thread at a time. The instance outlives it.
class LinePlanner {
 public:
  explicit LinePlanner(const Instance& instance);

  // The line of least cost − value that keeps every rule.
  PlannedLine Best(int agent, const ShiftValues& values);
  // The same without the rules that join weeks, and without unfairness: no line that keeps the
  // rules has less cost − value than this one's net (its cost leaves out unfairness).
  PlannedLine Relaxed(int agent, const ShiftValues& values);

 private:
  struct State {
    uint32_t key = 0;  // see Key
    int64_t net = 0;
    int32_t parent = 0;  // in the layer before
    int8_t shift = kOff;
  };
  struct Surcharge {
    int64_t night = 0, weekend_day = 0;
  };

  // What taking one of several shifts that leave the same behind comes to.
  struct Move {
    uint32_t rest = 0, minutes = 0;
    bool night = false;
    int8_t shift = kOff;
    int64_t net = 0;
  };
  // The best moves for those whom rest lets begin at `release`.
  void CollectMoves(int agent, int day, int release, const ShiftValues& values, Surcharge surcharge,
                    std::vector<Move>& moves) const;
  Line Search(int agent, const ShiftValues& values, Surcharge surcharge, bool relaxed);
  void Expand(int agent, int day, const ShiftValues& values, Surcharge surcharge, bool relaxed);
  void EndWeek(int agent, bool relaxed, std::vector<State>& layer);
  void Put(std::vector<State>& layer, const State& state);
  void ClearTable(size_t expected);
  PlannedLine Price(int agent, Line line, const ShiftValues& values) const;

  const Instance& instance_;
  std::vector<int> rest_class_;           // by template
  std::vector<int> releases_;             // by rest class: the earliest start on the next day
  std::vector<std::vector<Move>> moves_;  // of the day, by rest class
  std::vector<std::vector<State>> layers_;
  std::vector<uint32_t> table_;  // index + 1 into the layer that is being made
  uint32_t table_mask_ = 0;
};

}  // namespace kefu::staffing::optimise
