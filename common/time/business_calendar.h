// Business time: the part of real time in which somebody is at work. Used by SLA clocks.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/time/civil.h"
#include "common/time/holiday_calendar.h"

namespace kefu {

// Opening hours [open, close) of one day, wall clock.
struct OpenInterval {
  TimeOfDay open;
  TimeOfDay close;
  friend bool operator==(const OpenInterval&, const OpenInterval&) = default;
};

// A stretch [from, to) in which the clock stands still, for example waiting for the buyer.
// `to` = absl::InfiniteFuture() while it lasts.
struct Suspension {
  absl::Time from;
  absl::Time to;
};

struct BusinessCalendarOptions {
  absl::TimeZone zone = absl::UTCTimeZone();
  // By weekday, Monday = 0 … Sunday = 6, each in order of time and without overlap; an empty list
  // is a day off.
  std::array<std::vector<OpenInterval>, 7> weekly;
  // Null: no holidays.
  std::shared_ptr<const HolidayCalendar> holidays;
  // Hours of a make-up workday; when empty, those of `makeup_like` (Monday = 0).
  std::vector<OpenInterval> makeup;
  int makeup_like = 0;
  // Hours of particular days, before every other rule; an empty list closes the day.
  std::map<absl::CivilDay, std::vector<OpenInterval>> special;
};

enum class SegmentKind { kBusiness, kOutsideHours, kDayOff, kHoliday, kSuspended };
std::string_view SegmentKindName(SegmentKind kind);  // "BUSINESS", "OUTSIDE_HOURS", …

// One stretch of an explanation; only kBusiness counts.
struct Segment {
  absl::Time from;
  absl::Time to;
  SegmentKind kind;
  friend bool operator==(const Segment&, const Segment&) = default;
};

// Immutable, thread-safe. Correct across daylight saving: hours are wall-clock, time is real.
class BusinessCalendar {
 public:
  // INVALID_ARGUMENT INVALID_FIELDS lists every interval that is out of range, empty, overlapping
  // or out of order.
  static absl::StatusOr<BusinessCalendar> Create(BusinessCalendarOptions options);

  // Open all hours of all days.
  static BusinessCalendar AlwaysOpen(absl::TimeZone zone);

  absl::TimeZone zone() const { return options_.zone; }

  // Whether the day has opening hours.
  bool IsWorkday(absl::CivilDay day) const;
  // n ≥ 0. The n-th workday after `day`, or `day` itself for n = 0 if it is a workday, else the
  // next one. NOT_FOUND NO_BUSINESS_TIME after 400 days off in a row.
  absl::StatusOr<absl::CivilDay> AddWorkdays(absl::CivilDay day, int n) const;

  // Whether the calendar is open at that instant.
  bool IsOpen(absl::Time at) const;

  // Business time in [from, to) outside the suspensions (any order, may overlap). Additive for
  // finite instants: Between(a, c) = Between(a, b) + Between(b, c) in any order; so negative when
  // to < from. Cost grows with the number of days.
  absl::Duration BusinessTimeBetween(absl::Time from, absl::Time to,
                                     std::span<const Suspension> suspensions = {}) const;

  // The first instant t ≥ start with BusinessTimeBetween(start, t) = amount, so a deadline at
  // closing time is today's closing and not tomorrow's opening; `start` itself for 0 and when it is
  // infinite. A negative amount gives the last t ≤ start, for warnings ahead of a deadline.
  // InfiniteFuture / InfinitePast when it is never reached: an open suspension, or 400 days without
  // business time in a row.
  absl::Time AddBusinessTime(absl::Time start, absl::Duration amount,
                             std::span<const Suspension> suspensions = {}) const;

  // Cuts finite [from, to) into consecutive segments, neighbours of different kinds; the kBusiness
  // ones add up to BusinessTimeBetween. Empty when from ≥ to.
  std::vector<Segment> Explain(absl::Time from, absl::Time to,
                               std::span<const Suspension> suspensions = {}) const;

 private:
  explicit BusinessCalendar(BusinessCalendarOptions options) : options_(std::move(options)) {}

  // Opening hours that apply on that day and why there are none.
  const std::vector<OpenInterval>& HoursOf(absl::CivilDay day) const;
  SegmentKind ClosedKind(absl::CivilDay day) const;
  // All of one civil day as consecutive segments of real time, before clipping.
  std::vector<Segment> DaySegments(absl::CivilDay day,
                                   std::span<const Suspension> suspensions) const;
  absl::Time AddForward(absl::Time start, absl::Duration amount,
                        std::span<const Suspension> suspensions) const;
  absl::Time AddBackward(absl::Time start, absl::Duration amount,
                         std::span<const Suspension> suspensions) const;

  BusinessCalendarOptions options_;
};

}  // namespace kefu
