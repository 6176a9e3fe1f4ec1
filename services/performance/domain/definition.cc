#include "services/performance/domain/definition.h"

#include "common/time/holiday_calendar.h"
#include "services/performance/domain/attribution.h"

namespace kefu::performance::domain {
namespace {

bool IsOpen(const ServiceHours& hours, absl::CivilDay day) {
  if (!hours.workdays_only) return true;
  const DayKind kind = ChinaHolidays().KindOf(day);
  if (kind != DayKind::kRegular) return kind == DayKind::kMakeupWorkday;
  const absl::Weekday weekday = absl::GetWeekday(day);
  return weekday != absl::Weekday::saturday && weekday != absl::Weekday::sunday;
}

int64_t AtMinute(absl::CivilDay day, int minute, const absl::TimeZone& zone) {
  return absl::ToUnixMicros(absl::FromCivil(absl::CivilMinute(day) + minute, zone));
}

}  // namespace

bool IsQuiet(const MetricDefinition& definition, int64_t begin_us, const absl::TimeZone& zone) {
  const int start = definition.quiet_start_minute, end = definition.quiet_end_minute;
  if (start == end) return false;
  const auto begin = zone.At(absl::FromUnixMicros(begin_us)).cs;
  const int minute = begin.hour() * 60 + begin.minute();
  return start < end ? minute >= start && minute < end : minute >= start || minute < end;
}

int64_t BusinessMicros(const ServiceHours& hours, int64_t from_us, int64_t to_us,
                       const absl::TimeZone& zone) {
  int64_t sum = 0;
  for (absl::CivilDay day = DayOf(from_us, zone); DayStart(day, zone) < to_us; ++day) {
    if (!IsOpen(hours, day)) continue;
    const int64_t open = std::max(from_us, AtMinute(day, hours.start_minute, zone));
    const int64_t close = std::min(to_us, AtMinute(day, hours.end_minute, zone));
    sum += std::max<int64_t>(close - open, 0);
  }
  return sum;
}

}  // namespace kefu::performance::domain
