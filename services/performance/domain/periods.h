// Periods of days: cutting one into calendar parts, and the periods that it is compared with.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"

namespace kefu::performance::domain {

enum class Granularity { kPeriod, kDay, kWeek, kMonth, kQuarter };

// Days, both ends included; last is not before first.
struct Span {
  absl::CivilDay first, last;

  int64_t days() const { return last - first + 1; }
  bool operator==(const Span&) const = default;
};

// The last day of a day's month.
inline absl::CivilDay LastDayOf(absl::CivilDay day) {
  return absl::CivilDay(absl::CivilMonth(day) + 1) - 1;
}
// The same day some months later (negative: before), at most the month's last.
absl::CivilDay AddMonths(absl::CivilDay day, int64_t months);
// A day's month for people: "2024-11".
std::string MonthName(absl::CivilDay day);

// The calendar parts of a period, oldest first. Weeks are ISO weeks, from Monday; parts at the ends
// are cut to the period.
std::vector<Span> Split(const Span& period, Granularity granularity);

// What a part of a period is compared with as the one before it. Of calendar parts: the same part
// of the day, week, month or quarter before (1–10 March: 1–10 February); a day that this has not is
// its last one, and a part that reaches the end of its unit is compared up to the end of the other
// (the whole of March with the whole of February). Of a free period: as many days, just before.
// The span must lie within one unit, as Split makes them.
Span PreviousOf(const Span& span, Granularity granularity);
// The same weekdays: moved back by the fewest whole weeks that clear the span; one day, by a week.
Span SameWeekdaysBefore(const Span& span);
// The first day that any part of a period is compared with.
absl::CivilDay FirstCompared(const Span& period, Granularity granularity);

}  // namespace kefu::performance::domain
