#include "services/staffing/domain/workload/arrivals.h"

#include "common/time/civil.h"

namespace kefu::staffing::domain::workload {
namespace {

int SlotOf(const absl::CivilSecond& clock) { return clock.hour() * 2 + clock.minute() / 30; }

}  // namespace

History HistoryOf(std::span<const Arrivals> rows, absl::TimeZone zone) {
  History history;
  for (const Arrivals& row : rows) {
    const absl::CivilSecond clock = absl::ToCivilSecond(row.start, zone);
    const int slot = SlotOf(clock);
    history.days[absl::CivilDay(clock)][slot] += static_cast<double>(row.arrivals);
    if (row.handle_seconds > 0) {
      history.answered += row.answered;
      history.handle_seconds += static_cast<double>(row.handle_seconds);
      history.handled[slot].contacts += static_cast<double>(row.answered);
      history.handled[slot].seconds += static_cast<double>(row.handle_seconds);
    }
    if (row.wait_seconds > 0) {  // else nobody measured how long they waited
      history.abandoned += row.abandoned;
      history.wait_seconds += static_cast<double>(row.wait_seconds);
    }
  }
  return history;
}

std::vector<SlotTime> SlotsOf(absl::CivilDay day, absl::TimeZone zone) {
  const absl::Time end = StartOfDay(day + 1, zone);
  // The first half hour of UTC that begins on the day.
  const absl::Time begin = StartOfDay(day, zone);
  absl::Time start = absl::UnixEpoch() + absl::Ceil(begin - absl::UnixEpoch(), kHalfHour);
  std::vector<SlotTime> slots;
  for (; start < end; start += kHalfHour) {
    slots.push_back({start, SlotOf(absl::ToCivilSecond(start, zone))});
  }
  return slots;
}

}  // namespace kefu::staffing::domain::workload
