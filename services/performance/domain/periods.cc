#include "services/performance/domain/periods.h"

#include <fmt/format.h>

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
      return LastDayOf(day);
    case Granularity::kQuarter:
      return absl::CivilDay(absl::CivilMonth(day) + (3 - (day.month() - 1) % 3)) - 1;
    case Granularity::kPeriod:
      break;
  }
  return absl::CivilDay::max();
}

Span MonthsBefore(const Span& span, int months, Granularity granularity) {
  const absl::CivilDay first = AddMonths(span.first, -months);
  const bool to_the_end = span.last == EndOfPart(span.last, granularity);
  return {first, to_the_end ? EndOfPart(first, granularity) : AddMonths(span.last, -months)};
}

}  // namespace

absl::CivilDay AddMonths(absl::CivilDay day, int64_t months) {
  const absl::CivilMonth month = absl::CivilMonth(day) + months;
  return std::min(absl::CivilDay(month) + (day.day() - 1), LastDayOf(absl::CivilDay(month)));
}

std::string MonthName(absl::CivilDay day) {
  return fmt::format("{:04}-{:02}", day.year(), day.month());
}

std::vector<Span> Split(const Span& period, Granularity granularity) {
  std::vector<Span> parts;
  for (absl::CivilDay first = period.first; first <= period.last;) {
    const absl::CivilDay last = std::min(period.last, EndOfPart(first, granularity));
    parts.push_back({first, last});
    first = last + 1;
  }
  return parts;
}

Span PreviousOf(const Span& span, Granularity granularity) {
  switch (granularity) {
    case Granularity::kDay:
      return {span.first - 1, span.last - 1};
    case Granularity::kWeek:
      return {span.first - kDaysOfWeek, span.last - kDaysOfWeek};
    case Granularity::kMonth:
      return MonthsBefore(span, 1, granularity);
    case Granularity::kQuarter:
      return MonthsBefore(span, 3, granularity);
    case Granularity::kPeriod:
      break;
  }
  return {span.first - span.days(), span.first - 1};
}

Span SameWeekdaysBefore(const Span& span) {
  const int64_t back = (span.days() + kDaysOfWeek - 1) / kDaysOfWeek * kDaysOfWeek;
  return {span.first - back, span.last - back};
}

absl::CivilDay FirstCompared(const Span& period, Granularity granularity) {
  absl::CivilDay first = period.first;
  for (const Span& part : Split(period, granularity)) {
    first = std::min({first, PreviousOf(part, granularity).first, SameWeekdaysBefore(part).first});
  }
  return first;
}

}  // namespace kefu::performance::domain
