#include "services/staffing/domain/roster/model.h"

#include <algorithm>

namespace kefu::staffing::roster {
namespace {

int Overlap(int a_from, int a_to, int b_from, int b_to) {
  return std::max(0, std::min(a_to, b_to) - std::max(a_from, b_from));
}

// Worked in the night that begins on the shift's day, and in the one that ends on it.
int NightMinutes(const Rules& rules, const ShiftTemplate& shift) {
  int minutes = 0;
  for (const int day : {-1, 0, 1}) {
    minutes += WorkedMinutes(shift, rules.night_from_minute + day * kMinutesPerDay,
                             rules.night_to_minute + day * kMinutesPerDay);
  }
  return minutes;
}

}  // namespace

int WorkedMinutes(const ShiftTemplate& shift, int from, int to) {
  int minutes = Overlap(shift.start_minute, shift.end_minute(), from, to);
  for (const Break& pause : shift.breaks) {
    const int begin = shift.start_minute + pause.offset_minutes;
    if (!pause.paid) minutes -= Overlap(begin, begin + pause.minutes, from, to);
  }
  return minutes;
}

int WorkedMinutes(const ShiftTemplate& shift) {
  return WorkedMinutes(shift, shift.start_minute, shift.end_minute());
}

std::vector<int> ServedSlots(const ShiftTemplate& shift) {
  std::vector<int> slots;
  const int first = (shift.start_minute + kSlotMinutes - 1) / kSlotMinutes;
  for (int slot = first; (slot + 1) * kSlotMinutes <= shift.end_minute(); ++slot) {
    const int from = slot * kSlotMinutes;
    const bool in_break = std::ranges::any_of(shift.breaks, [&](const Break& pause) {
      const int begin = shift.start_minute + pause.offset_minutes;
      return Overlap(begin, begin + pause.minutes, from, from + kSlotMinutes) > 0;
    });
    if (!in_break) slots.push_back(slot);
  }
  return slots;
}

bool IsNight(const Rules& rules, const ShiftTemplate& shift) {
  return NightMinutes(rules, shift) >= rules.night_shift_minutes;
}

bool TouchesNight(const Rules& rules, const ShiftTemplate& shift) {
  return NightMinutes(rules, shift) > 0;
}

}  // namespace kefu::staffing::roster
