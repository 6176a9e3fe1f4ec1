#include "common/time/cutoff.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace kefu {
namespace {

constexpr int kMaxDueDays = 366;  // beyond a year it is no answering deadline

}  // namespace

absl::Status ValidateCutoffRule(const CutoffRule& rule) {
  FieldViolations violations;
  const auto check_time = [&](TimeOfDay time, std::string_view field) {
    violations.Check(time.seconds >= 0 && time <= kEndOfDay, field, "must be 00:00 to 24:00");
  };
  check_time(rule.cutoff, "cutoff");
  check_time(rule.due_before, "due_before");
  check_time(rule.due_after, "due_after");
  const auto check_days = [&](int days, std::string_view field) {
    violations.Check(days >= 0 && days <= kMaxDueDays, field, "must be 0 to 366");
  };
  check_days(rule.due_before_days, "due_before_days");
  check_days(rule.due_after_days, "due_after_days");
  if (rule.due_before_days == 0) {
    violations.Check(rule.due_before >= rule.cutoff, "due_before",
                     "must not be before the cut-off on the same day");
  }
  if (rule.due_after_days == 0) {
    violations.Check(rule.due_after == kEndOfDay, "due_after",
                     "must be 24:00 on the same day, since arrivals last until then");
  }
  return violations.ToStatus();
}

absl::Time CutoffDue(const CutoffRule& rule, absl::TimeZone zone, absl::Time received) {
  const absl::CivilDay day = DayOf(received, zone);
  // Instants are compared and not clock faces, so that the hour which daylight saving repeats
  // cannot put a later arrival before an earlier one.
  return received < InstantAt(day, rule.cutoff, zone)
             ? InstantAt(day + rule.due_before_days, rule.due_before, zone)
             : InstantAt(day + rule.due_after_days, rule.due_after, zone);
}

absl::StatusOr<absl::Time> CutoffDue(const CutoffRule& rule, const BusinessCalendar& calendar,
                                     absl::Time received) {
  const absl::TimeZone zone = calendar.zone();
  const absl::CivilDay arrival = DayOf(received, zone);
  ASSIGN_OR_RETURN(const absl::CivilDay day, calendar.AddWorkdays(arrival, 0));
  const bool before = day != arrival || received < InstantAt(day, rule.cutoff, zone);
  ASSIGN_OR_RETURN(const absl::CivilDay due_day,
                   calendar.AddWorkdays(day, before ? rule.due_before_days : rule.due_after_days));
  return InstantAt(due_day, before ? rule.due_before : rule.due_after, zone);
}

}  // namespace kefu
