#include "common/time/business_calendar.h"

#include <algorithm>
#include <cassert>
#include <string>

#include "common/status/error.h"
#include "fmt/format.h"

namespace kefu {
namespace {

// So many days without business time in a row mean that there is none to come: no holiday lasts
// longer than a year.
constexpr int kClosedDaysLimit = 400;

const std::vector<OpenInterval> kClosed;

// Monday = 0 … Sunday = 6, the order of absl::Weekday.
int WeekdayIndex(absl::CivilDay day) { return static_cast<int>(absl::GetWeekday(day)); }

void CheckIntervals(const std::vector<OpenInterval>& intervals, std::string_view path,
                    FieldViolations& violations) {
  for (size_t i = 0; i < intervals.size(); ++i) {
    const auto& [open, close] = intervals[i];
    const std::string field = fmt::format("{}[{}]", path, i);
    violations.Check(open.seconds >= 0 && close <= kEndOfDay, field, "must lie in 00:00 to 24:00");
    violations.Check(open < close, field, "must open before it closes");
    violations.Check(i == 0 || intervals[i - 1].close <= open, field,
                     "must not begin before the one before it ends");
  }
}

// Sorted and disjoint, so that overlapping suspensions count once.
std::vector<Suspension> Normalize(std::span<const Suspension> suspensions) {
  std::vector<Suspension> sorted;
  for (const Suspension& each : suspensions) {
    if (each.from < each.to) sorted.push_back(each);
  }
  std::sort(sorted.begin(), sorted.end(),
            [](const Suspension& a, const Suspension& b) { return a.from < b.from; });
  std::vector<Suspension> merged;
  for (const Suspension& each : sorted) {
    if (!merged.empty() && each.from <= merged.back().to) {
      merged.back().to = std::max(merged.back().to, each.to);
    } else {
      merged.push_back(each);
    }
  }
  return merged;
}

// Appends [from, to), joined to its neighbour of the same kind.
void Append(std::vector<Segment>& segments, absl::Time from, absl::Time to, SegmentKind kind) {
  if (from >= to) return;
  if (!segments.empty() && segments.back().kind == kind && segments.back().to == from) {
    segments.back().to = to;
  } else {
    segments.push_back({from, to, kind});
  }
}

// The suspension that holds the instant, or null.
const Suspension* Covering(std::span<const Suspension> suspensions, absl::Time at) {
  for (const Suspension& each : suspensions) {
    if (each.from <= at && at < each.to) return &each;
  }
  return nullptr;
}

}  // namespace

std::string_view SegmentKindName(SegmentKind kind) {
  switch (kind) {
    case SegmentKind::kBusiness:
      return "BUSINESS";
    case SegmentKind::kOutsideHours:
      return "OUTSIDE_HOURS";
    case SegmentKind::kDayOff:
      return "DAY_OFF";
    case SegmentKind::kHoliday:
      return "HOLIDAY";
    case SegmentKind::kSuspended:
      return "SUSPENDED";
  }
  return "UNKNOWN";
}

absl::StatusOr<BusinessCalendar> BusinessCalendar::Create(BusinessCalendarOptions options) {
  FieldViolations violations;
  for (size_t i = 0; i < options.weekly.size(); ++i) {
    CheckIntervals(options.weekly[i], fmt::format("weekly[{}]", i), violations);
  }
  CheckIntervals(options.makeup, "makeup", violations);
  for (const auto& [day, intervals] : options.special) {
    CheckIntervals(intervals, fmt::format("special[{}]", FormatDay(day)), violations);
  }
  violations.Check(options.makeup_like >= 0 && options.makeup_like <= 6, "makeup_like",
                   "must be 0 (Monday) to 6 (Sunday)");
  if (!violations.empty()) return violations.ToStatus();
  return BusinessCalendar(std::move(options));
}

BusinessCalendar BusinessCalendar::AlwaysOpen(absl::TimeZone zone) {
  BusinessCalendarOptions options;
  options.zone = zone;
  options.weekly.fill({{TimeOfDay{0}, kEndOfDay}});
  return BusinessCalendar(std::move(options));
}

const std::vector<OpenInterval>& BusinessCalendar::HoursOf(absl::CivilDay day) const {
  if (const auto found = options_.special.find(day); found != options_.special.end()) {
    return found->second;
  }
  switch (options_.holidays ? options_.holidays->KindOf(day) : DayKind::kRegular) {
    case DayKind::kHoliday:
      return kClosed;
    case DayKind::kMakeupWorkday:
      return options_.makeup.empty() ? options_.weekly[options_.makeup_like] : options_.makeup;
    case DayKind::kRegular:
      break;
  }
  return options_.weekly[WeekdayIndex(day)];
}

SegmentKind BusinessCalendar::ClosedKind(absl::CivilDay day) const {
  if (!HoursOf(day).empty()) return SegmentKind::kOutsideHours;
  const bool holiday = options_.special.contains(day) ||
                       (options_.holidays && options_.holidays->KindOf(day) == DayKind::kHoliday);
  return holiday ? SegmentKind::kHoliday : SegmentKind::kDayOff;
}

bool BusinessCalendar::IsWorkday(absl::CivilDay day) const { return !HoursOf(day).empty(); }

absl::StatusOr<absl::CivilDay> BusinessCalendar::AddWorkdays(absl::CivilDay day, int n) const {
  assert(n >= 0);
  const auto next_workday = [this](absl::CivilDay from) -> absl::StatusOr<absl::CivilDay> {
    for (int tried = 0; tried < kClosedDaysLimit; ++tried, ++from) {
      if (IsWorkday(from)) return from;
    }
    return MakeError(
        absl::StatusCode::kNotFound, "NO_BUSINESS_TIME",
        fmt::format("no workday in the {} days before {}", kClosedDaysLimit, FormatDay(from)));
  };
  auto at = next_workday(n > 0 ? day + 1 : day);
  for (int i = 1; i < n && at.ok(); ++i) at = next_workday(*at + 1);
  return at;
}

bool BusinessCalendar::IsOpen(absl::Time at) const {
  for (const Segment& segment : DaySegments(DayOf(at, zone()), {})) {
    if (segment.from <= at && at < segment.to) return segment.kind == SegmentKind::kBusiness;
  }
  return false;
}

std::vector<Segment> BusinessCalendar::DaySegments(absl::CivilDay day,
                                                   std::span<const Suspension> suspensions) const {
  const absl::Time day_start = StartOfDay(day, zone());
  const absl::Time day_end = StartOfDay(day + 1, zone());
  const SegmentKind closed = ClosedKind(day);
  std::vector<Segment> plain;
  absl::Time at = day_start;
  for (const auto& [open, close] : HoursOf(day)) {
    // Clamped, because a change of the clocks at midnight can move either end out of the day.
    const absl::Time from = std::clamp(InstantAt(day, open, zone()), at, day_end);
    const absl::Time to = std::clamp(InstantAt(day, close, zone()), from, day_end);
    Append(plain, at, from, closed);
    Append(plain, from, to, SegmentKind::kBusiness);
    at = to;
  }
  Append(plain, at, day_end, closed);
  if (suspensions.empty()) return plain;
  std::vector<Segment> cut;
  for (const Segment& segment : plain) {
    absl::Time from = segment.from;
    for (const Suspension& each : suspensions) {
      const absl::Time stop = std::clamp(each.from, from, segment.to);
      const absl::Time resume = std::clamp(each.to, stop, segment.to);
      Append(cut, from, stop, segment.kind);
      Append(cut, stop, resume, SegmentKind::kSuspended);
      from = resume;
    }
    Append(cut, from, segment.to, segment.kind);
  }
  return cut;
}

std::vector<Segment> BusinessCalendar::Explain(absl::Time from, absl::Time to,
                                               std::span<const Suspension> suspensions) const {
  const auto normal = Normalize(suspensions);
  std::vector<Segment> segments;
  if (from >= to) return segments;
  assert(from > absl::InfinitePast() && to < absl::InfiniteFuture());
  for (absl::CivilDay day = DayOf(from, zone()); StartOfDay(day, zone()) < to; ++day) {
    for (const Segment& segment : DaySegments(day, normal)) {
      Append(segments, std::max(segment.from, from), std::min(segment.to, to), segment.kind);
    }
  }
  return segments;
}

absl::Duration BusinessCalendar::BusinessTimeBetween(
    absl::Time from, absl::Time to, std::span<const Suspension> suspensions) const {
  if (to < from) return -BusinessTimeBetween(to, from, suspensions);
  absl::Duration total;
  for (const Segment& segment : Explain(from, to, suspensions)) {
    if (segment.kind == SegmentKind::kBusiness) total += segment.to - segment.from;
  }
  return total;
}

absl::Time BusinessCalendar::AddBusinessTime(absl::Time start, absl::Duration amount,
                                             std::span<const Suspension> suspensions) const {
  const bool infinite = start == absl::InfiniteFuture() || start == absl::InfinitePast();
  if (infinite || amount == absl::ZeroDuration()) return start;
  const auto normal = Normalize(suspensions);
  return amount > absl::ZeroDuration() ? AddForward(start, amount, normal)
                                       : AddBackward(start, -amount, normal);
}

absl::Time BusinessCalendar::AddForward(absl::Time start, absl::Duration amount,
                                        std::span<const Suspension> suspensions) const {
  absl::CivilDay day = DayOf(start, zone());
  for (int closed_days = 0; closed_days < kClosedDaysLimit; ++day, ++closed_days) {
    for (const Segment& segment : DaySegments(day, suspensions)) {
      const absl::Time from = std::max(segment.from, start);
      if (segment.kind != SegmentKind::kBusiness || from >= segment.to) continue;
      closed_days = 0;
      if (amount <= segment.to - from) return from + amount;
      amount -= segment.to - from;
    }
    // A suspension of years is skipped in one step.
    const Suspension* covering = Covering(suspensions, StartOfDay(day + 1, zone()));
    if (covering == nullptr) continue;
    if (covering->to == absl::InfiniteFuture()) break;
    const absl::CivilDay resumed = DayOf(covering->to, zone());
    if (resumed > day + 1) day = resumed - 1;
  }
  return absl::InfiniteFuture();
}

absl::Time BusinessCalendar::AddBackward(absl::Time start, absl::Duration amount,
                                         std::span<const Suspension> suspensions) const {
  absl::CivilDay day = DayOf(start, zone());
  for (int closed_days = 0; closed_days < kClosedDaysLimit; --day, ++closed_days) {
    const auto segments = DaySegments(day, suspensions);
    for (auto segment = segments.rbegin(); segment != segments.rend(); ++segment) {
      const absl::Time to = std::min(segment->to, start);
      if (segment->kind != SegmentKind::kBusiness || to <= segment->from) continue;
      closed_days = 0;
      if (amount <= to - segment->from) return to - amount;
      amount -= to - segment->from;
    }
    const Suspension* covering =
        Covering(suspensions, StartOfDay(day, zone()) - absl::Nanoseconds(1));
    if (covering == nullptr) continue;
    if (covering->from == absl::InfinitePast()) break;
    const absl::CivilDay begun = DayOf(covering->from, zone());
    if (begun < day - 1) day = begun + 1;
  }
  return absl::InfinitePast();
}

}  // namespace kefu
