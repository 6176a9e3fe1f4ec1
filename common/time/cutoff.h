// Cut-off rules: "received before 16:00, answered by 18:00 the same day; from 16:00 on, by 18:00
// the next day" (DOMAIN 4.2 and 7).
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/time/business_calendar.h"
#include "common/time/civil.h"

namespace kefu {

// The numbers are a policy's; nothing here has a default but the days.
struct CutoffRule {
  TimeOfDay cutoff = {};      // an arrival exactly at the cut-off counts as after
  TimeOfDay due_before = {};  // due time of an arrival before the cut-off,
  int due_before_days = 0;    // … so many days after the day of arrival
  TimeOfDay due_after = {};   // due time of an arrival at or after the cut-off,
  int due_after_days = 1;     // … so many days after the day of arrival
};

// INVALID_ARGUMENT INVALID_FIELDS lists what would make a deadline fall before the arrival, and
// values out of range (days 0 .. 366).
absl::Status ValidateCutoffRule(const CutoffRule& rule);

// Calendar days. `rule` must be valid and `received` finite. The day and the cut-off are those of
// the zone's wall clock; the result is an instant (see InstantAt for daylight saving).
absl::Time CutoffDue(const CutoffRule& rule, absl::TimeZone zone, absl::Time received);

// The same in workdays of a calendar: an arrival on a day off counts as one at the start of the
// next workday. NOT_FOUND NO_BUSINESS_TIME when there is no further workday.
absl::StatusOr<absl::Time> CutoffDue(const CutoffRule& rule, const BusinessCalendar& calendar,
                                     absl::Time received);

}  // namespace kefu
