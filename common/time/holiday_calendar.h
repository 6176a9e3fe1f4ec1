// Public holidays and make-up workdays of a country, as data.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"

namespace kefu {

enum class DayKind {
  kRegular,        // the weekday decides
  kHoliday,        // day off, whatever the weekday
  kMakeupWorkday,  // worked, although it falls on a weekend (调休上班)
};

// Immutable after it is built; safe to share between threads.
class HolidayCalendar {
 public:
  HolidayCalendar() = default;  // no special day at all
  explicit HolidayCalendar(std::map<absl::CivilDay, DayKind> days,
                           std::set<absl::CivilDay> statutory = {})
      : days_(std::move(days)), statutory_(std::move(statutory)) {}

  DayKind KindOf(absl::CivilDay day) const;
  // Whether the data speaks about that year. Outside, KindOf answers kRegular, which is a guess:
  // a planner should say so.
  bool CoversYear(int64_t year) const;
  // A statutory holiday (法定节假日), on which work is paid three times; false too where the data
  // does not say.
  bool IsStatutory(absl::CivilDay day) const { return statutory_.contains(day); }
  size_t size() const { return days_.size(); }
  const std::map<absl::CivilDay, DayKind>& days() const { return days_; }

 private:
  std::map<absl::CivilDay, DayKind> days_;
  std::set<absl::CivilDay> statutory_;  // of the holidays
};

// Parses lines "<kind> <first day>[/<last day>]", kind "off", "work" or "statutory" (of days named
// "off" further up), days YYYY-MM-DD, both ends included; '#' starts a comment; blank lines are
// skipped. INVALID_ARGUMENT HOLIDAYS_MALFORMED names the first wrong line: unknown kind, bad date,
// last before first, span over 31 days, a day that is named twice, or a statutory one not off.
absl::StatusOr<HolidayCalendar> ParseHolidays(std::string_view text);

// Mainland China, 2004 to 2026: common/time/data/china_holidays.txt, embedded at build time.
const HolidayCalendar& ChinaHolidays();

}  // namespace kefu
