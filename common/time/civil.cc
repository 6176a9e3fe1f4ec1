#include "common/time/civil.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "common/status/error.h"
#include "fmt/format.h"

namespace kefu {
namespace {

// A number of exactly `width` digits at `at`.
std::optional<int> Digits(std::string_view text, size_t at, size_t width) {
  if (at + width > text.size()) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(at, width)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

absl::Status BadTimeOfDay(std::string_view text) {
  return InvalidArgument("TIME_OF_DAY_MALFORMED", "time",
                         fmt::format("\"{}\" is not a time of day like 16:00", text));
}

}  // namespace

absl::StatusOr<absl::TimeZone> LoadZone(std::string_view name) {
  absl::TimeZone zone;
  // Abseil would open any file of the machine that is named by a path.
  const bool path = name.empty() || name.front() == '/' || name.front() == ':' ||
                    name.find("..") != std::string_view::npos;
  if (path || !absl::LoadTimeZone({name.data(), name.size()}, &zone)) {
    return InvalidArgument("ZONE_UNKNOWN", "time_zone",
                           fmt::format("\"{}\" is not an IANA time zone", name));
  }
  return zone;
}

int64_t ToMicros(absl::Time time) { return absl::ToUnixMicros(time); }

absl::Time FromMicros(int64_t micros) {
  if (micros == std::numeric_limits<int64_t>::max()) return absl::InfiniteFuture();
  if (micros == std::numeric_limits<int64_t>::min()) return absl::InfinitePast();
  return absl::FromUnixMicros(micros);
}

absl::StatusOr<absl::CivilDay> ParseDay(std::string_view text) {
  const auto year = Digits(text, 0, 4), month = Digits(text, 5, 2), day = Digits(text, 8, 2);
  if (text.size() == 10 && text[4] == '-' && text[7] == '-' && year && month && day && *year > 0) {
    const absl::CivilDay parsed(*year, *month, *day);
    // CivilDay carries 02-30 over into March; then it is not the date that was written.
    if (parsed.month() == *month && parsed.day() == *day) return parsed;
  }
  return InvalidArgument("DATE_MALFORMED", "date",
                         fmt::format("\"{}\" is not a date like 2026-02-17", text));
}

std::string FormatDay(absl::CivilDay day) {
  return fmt::format("{:04}-{:02}-{:02}", day.year(), day.month(), day.day());
}

std::string FormatInstant(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

absl::CivilDay DayOf(absl::Time time, absl::TimeZone zone) { return absl::ToCivilDay(time, zone); }

absl::StatusOr<TimeOfDay> ParseTimeOfDay(std::string_view text) {
  const bool with_seconds = text.size() == 8 && text[5] == ':';
  if ((text.size() != 5 && !with_seconds) || text[2] != ':') return BadTimeOfDay(text);
  const auto hour = Digits(text, 0, 2), minute = Digits(text, 3, 2);
  const auto second = with_seconds ? Digits(text, 6, 2) : std::optional<int>(0);
  if (!hour || !minute || !second || *minute > 59 || *second > 59) return BadTimeOfDay(text);
  const TimeOfDay time{*hour * 3600 + *minute * 60 + *second};
  if (time > kEndOfDay) return BadTimeOfDay(text);
  return time;
}

std::string FormatTimeOfDay(TimeOfDay time) {
  const int hour = time.seconds / 3600, minute = time.seconds / 60 % 60, second = time.seconds % 60;
  return second == 0 ? fmt::format("{:02}:{:02}", hour, minute)
                     : fmt::format("{:02}:{:02}:{:02}", hour, minute, second);
}

absl::Time InstantAt(absl::CivilDay day, TimeOfDay time, absl::TimeZone zone) {
  return absl::FromCivil(absl::CivilSecond(day) + time.seconds, zone);
}

absl::Time StartOfDay(absl::CivilDay day, absl::TimeZone zone) {
  return absl::FromCivil(day, zone);
}

}  // namespace kefu
