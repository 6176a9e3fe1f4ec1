// The cover of all half hours for a set of lines, kept up to date line by line.
#pragma once

#include <cstdint>
#include <vector>

#include "services/staffing/domain/roster/cover.h"
#include "services/staffing/optimise/instance.h"
#include "services/staffing/optimise/lines.h"

namespace kefu::staffing::optimise {

class CoverState {
 public:
  // With the history's shifts past midnight and the offers' seats; nobody else.
  explicit CoverState(const Instance& instance);

  void AddLine(int agent, const Line& line);
  void RemoveLine(int agent, const Line& line);
  void AddShift(int agent, int day, int shift);
  void RemoveShift(int agent, int day, int shift);

  int64_t cost() const { return cost_; }  // seats and penalties
  const roster::SlotCover& slot(int slot) const { return slots_[slot]; }
  // What each shift would save if the agent worked it too.
  void Values(int agent, ShiftValues& values) const;

 private:
  template <class Change>
  void Apply(int day, int shift, Change change);

  const Instance& instance_;
  std::vector<roster::SlotCover> slots_;
  int64_t cost_ = 0;
};

// Adds up, for each shift of the roster, what its half hours are worth to one with these skills.
// worth(slot) is called once a half hour.
template <class Worth>
void SumShiftValues(const Instance& instance, Worth worth, ShiftValues& values) {
  const int slots = instance.problem().slots();
  std::vector<int64_t> by_slot(slots);
  for (int slot = 0; slot < slots; ++slot) by_slot[slot] = worth(slot);
  values.assign(static_cast<size_t>(instance.days()) * instance.templates(), 0);
  for (int day = 0; day < instance.days(); ++day) {
    for (int t = 0; t < instance.templates(); ++t) {
      int64_t& value = values[static_cast<size_t>(day) * instance.templates() + t];
      for (const int offset : instance.facts(t).served) {
        const int slot = day * roster::kSlotsPerDay + offset;
        if (slot < slots) value += by_slot[slot];
      }
    }
  }
}

}  // namespace kefu::staffing::optimise
