#include "services/performance/domain/people.h"

#include <fmt/format.h>

#include <algorithm>

namespace kefu::performance::domain {

std::string AttendanceId(const Attendance& record) {
  return fmt::format("{} {} {}", record.agent_id, absl::FormatCivilTime(record.day),
                     record.whole_month ? "MONTH" : "DAY");
}

AttendanceSummary SumAttendance(std::span<const Attendance> records) {
  const bool by_month = std::ranges::any_of(records, &Attendance::whole_month);
  AttendanceSummary sum;
  for (const Attendance& record : records) {
    if (record.whole_month != by_month) continue;
    sum.scheduled_minutes += record.scheduled_minutes;
    sum.worked_minutes += record.worked_minutes;
    sum.late_count += record.late_count;
    sum.late_minutes += record.late_minutes;
    sum.early_count += record.early_count;
    sum.early_minutes += record.early_minutes;
    for (const Leave& leave : record.leaves) {
      sum.leave_count += leave.count;
      sum.leave_minutes += leave.minutes;
      if (!leave.paid) sum.unpaid_leave_minutes += leave.minutes;
    }
    sum.absence_count += record.absence_count;
    sum.absence_minutes += record.absence_minutes;
    for (size_t i = 0; i < kOvertimeDays; ++i) sum.overtime[i] += record.overtime[i];
    sum.record_ids.push_back(AttendanceId(record));
  }
  return sum;
}

std::string_view BaseOn(std::span<const BaseSpan> spans, absl::CivilDay day) {
  std::string_view base;
  for (const BaseSpan& span : spans) {
    if (span.start_day <= day) base = span.base_id;
  }
  return base;
}

const EmploymentSpan* EmployedOn(const Employment& employment, absl::CivilDay day) {
  for (const EmploymentSpan& span : employment.spans) {
    if (span.hire_day <= day && (!span.leave_day || day <= *span.leave_day)) return &span;
  }
  return nullptr;
}

const TierSpan* TierOn(const Employment& employment, absl::CivilDay day) {
  const TierSpan* found = nullptr;
  for (const TierSpan& tier : employment.tiers) {
    if (tier.start_day <= day) found = &tier;
  }
  return found;
}

}  // namespace kefu::performance::domain
