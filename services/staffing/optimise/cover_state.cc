#include "services/staffing/optimise/cover_state.h"

namespace kefu::staffing::optimise {

using roster::kSlotsPerDay;

CoverState::CoverState(const Instance& instance) : instance_(instance) {
  const roster::Problem& problem = instance.problem();
  slots_.reserve(problem.slots());
  for (int slot = 0; slot < problem.slots(); ++slot) {
    slots_.emplace_back(instance.classes(), instance.penalties(),
                        &problem.need[static_cast<size_t>(slot) * problem.skills.size()]);
    for (size_t o = 0; o < problem.seats.size(); ++o) {
      if (!problem.seats[o].Serves(slot / kSlotsPerDay, slot % kSlotsPerDay)) continue;
      for (int n = problem.seats[o].seats; n > 0; --n) {
        slots_.back().Add(instance.first_offer() + static_cast<int>(o));
      }
    }
    cost_ += slots_.back().cost();
  }
  for (const roster::Shift& shift : problem.fixed) {
    if (shift.day < 0) AddShift(shift.agent, shift.day, shift.shift);
  }
}

template <class Change>
void CoverState::Apply(int day, int shift, Change change) {
  for (const int offset : instance_.facts(shift).served) {
    const int slot = day * kSlotsPerDay + offset;
    if (slot < 0 || slot >= static_cast<int>(slots_.size())) continue;
    cost_ -= slots_[slot].cost();
    change(slots_[slot]);
    cost_ += slots_[slot].cost();
  }
}

void CoverState::AddShift(int agent, int day, int shift) {
  const int own = instance_.class_of(agent);
  Apply(day, shift, [own](roster::SlotCover& slot) { slot.Add(own); });
}

void CoverState::RemoveShift(int agent, int day, int shift) {
  const int own = instance_.class_of(agent);
  Apply(day, shift, [own](roster::SlotCover& slot) { slot.Remove(own); });
}

void CoverState::AddLine(int agent, const Line& line) {
  for (int day = 0; day < instance_.days(); ++day) {
    if (line[day] != kOff) AddShift(agent, day, line[day]);
  }
}

void CoverState::RemoveLine(int agent, const Line& line) {
  for (int day = 0; day < instance_.days(); ++day) {
    if (line[day] != kOff) RemoveShift(agent, day, line[day]);
  }
}

void CoverState::Values(int agent, ShiftValues& values) const {
  const uint32_t skills = instance_.problem().agents[agent].skills;
  SumShiftValues(
      instance_, [&](int slot) { return slots_[slot].GainOf(skills); }, values);
}

}  // namespace kefu::staffing::optimise
