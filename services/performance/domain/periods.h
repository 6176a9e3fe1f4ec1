// Periods of days: cutting one into calendar parts, and the periods that it is compared with.
#pragma once

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

// The calendar parts of a period, oldest first. Weeks are ISO weeks, from Monday; parts at the ends
// are cut to the period.
std::vector<Span> Split(const Span& period, Granularity granularity);

// As many days, just before.
Span PreviousOf(const Span& span);
// The same weekdays: moved back by the fewest whole weeks that clear the span; one day, by a week.
Span SameWeekdaysBefore(const Span& span);

}  // namespace kefu::performance::domain
