#include "services/performance/domain/periods.h"

#include <algorithm>

namespace kefu::performance::domain {
namespace {

constexpr int kDaysOfWeek = 7;

// The last day of the calendar part that a day lies in.
absl::CivilDay EndOfPart(absl::CivilDay day, Granularity granularity) {
  switch (granularity) {
    case Granularity::kDay:
      return day;
    case Granularity::kWeek:
      return absl::NextWeekday(day - 1, absl::Weekday::sunday);
    case Granularity::kMonth:
      return absl::CivilDay(absl::CivilMonth(day) + 1) - 1;
    case Granularity::kQuarter:
      return absl::CivilDay(absl::CivilMonth(day) + (3 - (day.month() - 1) % 3)) - 1;
    case Granularity::kPeriod:
      break;
  }
  return absl::CivilDay::max();
}

}  // namespace

std::vector<Span> Split(const Span& period, Granularity granularity) {
  std::vector<Span> parts;
  for (absl::CivilDay first = period.first; first <= period.last;) {
    const absl::CivilDay last = std::min(period.last, EndOfPart(first, granularity));
    parts.push_back({first, last});
    first = last + 1;
  }
  return parts;
}

Span PreviousOf(const Span& span) { return {span.first - span.days(), span.first - 1}; }

Span SameWeekdaysBefore(const Span& span) {
  const int64_t back = (span.days() + kDaysOfWeek - 1) / kDaysOfWeek * kDaysOfWeek;
  return {span.first - back, span.last - back};
}

}  // namespace kefu::performance::domain
