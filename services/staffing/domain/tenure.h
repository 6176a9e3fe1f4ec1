// Months of service, counted on the calendar. Pure.
#pragma once

#include <cstdint>

#include "absl/time/civil_time.h"

namespace kefu::staffing::domain {

// The day `months` later (or earlier when negative): the same day of the month, or that month's
// last day when it is shorter: 31 January + 1 = 28 or 29 February.
absl::CivilDay AddMonths(absl::CivilDay day, int64_t months);

// Whole months from `from` to `to`: the greatest n with AddMonths(from, n) <= to; so a month that
// began on the 31st is complete on the last day of a shorter one. Negative when `to` is before.
int64_t WholeMonthsBetween(absl::CivilDay from, absl::CivilDay to);

}  // namespace kefu::staffing::domain
