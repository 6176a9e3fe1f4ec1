#include "common/time/holiday_calendar.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include "common/status/error.h"
#include "common/time/civil.h"
#include "fmt/format.h"

namespace kefu {
namespace time_internal {
extern const char kChinaHolidays[];  // china_holidays.cc, made from data/china_holidays.txt
}  // namespace time_internal

namespace {

// A longer stretch is a slip of the pen: the longest real one had ten days.
constexpr int kLongestSpanDays = 31;

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// Enters one line; the error is without the line's number.
absl::Status EnterLine(std::string_view line, std::map<absl::CivilDay, DayKind>& days,
                       std::set<absl::CivilDay>& statutory) {
  const auto malformed = [](std::string why) {
    return InvalidArgument("HOLIDAYS_MALFORMED", "holidays", why);
  };
  const size_t blank = line.find(' ');
  const std::string_view word = line.substr(0, blank);
  if (word != "off" && word != "work" && word != "statutory") {
    return malformed(fmt::format("\"{}\" is no kind of day", word));
  }
  const std::string_view span =
      blank == std::string_view::npos ? std::string_view() : Trim(line.substr(blank));
  const size_t slash = span.find('/');
  const auto first = ParseDay(span.substr(0, slash));
  const auto last = slash == std::string_view::npos ? first : ParseDay(span.substr(slash + 1));
  if (!first.ok() || !last.ok())
    return malformed(fmt::format("\"{}\" is not a span of days", span));
  if (*last < *first) return malformed("the last day is before the first");
  if (*last - *first >= kLongestSpanDays) {
    return malformed(fmt::format("the span is longer than {} days", kLongestSpanDays));
  }
  if (word == "statutory") {
    for (absl::CivilDay day = *first; day <= *last; ++day) {
      const auto off = days.find(day);
      if (off == days.end() || off->second != DayKind::kHoliday || !statutory.insert(day).second) {
        return malformed(fmt::format("{} is not off, or named twice", FormatDay(day)));
      }
    }
    return absl::OkStatus();
  }
  const DayKind kind = word == "off" ? DayKind::kHoliday : DayKind::kMakeupWorkday;
  for (absl::CivilDay day = *first; day <= *last; ++day) {
    if (!days.emplace(day, kind).second) {
      return malformed(fmt::format("{} is named twice", FormatDay(day)));
    }
  }
  return absl::OkStatus();
}

}  // namespace

DayKind HolidayCalendar::KindOf(absl::CivilDay day) const {
  const auto found = days_.find(day);
  return found == days_.end() ? DayKind::kRegular : found->second;
}

bool HolidayCalendar::CoversYear(int64_t year) const {
  const auto next = days_.lower_bound(absl::CivilDay(year, 1, 1));
  return next != days_.end() && next->first.year() == year;
}

absl::StatusOr<HolidayCalendar> ParseHolidays(std::string_view text) {
  std::map<absl::CivilDay, DayKind> days;
  std::set<absl::CivilDay> statutory;
  for (int number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    const std::string_view raw = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const std::string_view line = Trim(raw.substr(0, raw.find('#')));
    if (line.empty()) continue;
    if (const absl::Status status = EnterLine(line, days, statutory); !status.ok()) {
      const std::string_view why(status.message().data(), status.message().size());
      return InvalidArgument("HOLIDAYS_MALFORMED", fmt::format("line {}", number), why);
    }
  }
  return HolidayCalendar(std::move(days), std::move(statutory));
}

const HolidayCalendar& ChinaHolidays() {
  // Never destroyed, so that threads may still use it while the process ends.
  static const HolidayCalendar* const calendar = [] {
    auto parsed = ParseHolidays(time_internal::kChinaHolidays);
    if (!parsed.ok()) {
      std::fprintf(stderr, "kefu: %s\n", parsed.status().ToString().c_str());
      std::abort();
    }
    return new HolidayCalendar(*std::move(parsed));
  }();
  return *calendar;
}

}  // namespace kefu
