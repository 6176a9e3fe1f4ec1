// Instants, civil days and zones: the conversions that every service shares. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace kefu {

// The IANA zone of that name, from the machine's tzdata. INVALID_ARGUMENT ZONE_UNKNOWN otherwise;
// the empty name and path-like names are refused.
absl::StatusOr<absl::TimeZone> LoadZone(std::string_view name);

// Microseconds since the epoch, the form in which instants are stored; fractions of a microsecond
// are cut off towards the past. Infinite instants become the extreme values of int64.
int64_t ToMicros(absl::Time time);
absl::Time FromMicros(int64_t micros);

// "2026-02-17" and back. ParseDay accepts exactly YYYY-MM-DD and real dates in 0001..9999;
// INVALID_ARGUMENT DATE_MALFORMED otherwise.
absl::StatusOr<absl::CivilDay> ParseDay(std::string_view text);
std::string FormatDay(absl::CivilDay day);

// "2026-02-17T08:30:00.123Z": RFC 3339 in UTC with as many decimals as needed.
std::string FormatInstant(absl::Time time);

// The civil day of an instant in a zone.
absl::CivilDay DayOf(absl::Time time, absl::TimeZone zone);

// A wall-clock time of day, in seconds after midnight: 0 .. 86400, where 86400 ends the day.
struct TimeOfDay {
  int32_t seconds = 0;
  friend auto operator<=>(const TimeOfDay&, const TimeOfDay&) = default;
};
inline constexpr TimeOfDay kEndOfDay{86400};

// "16:00" or "16:00:30"; "24:00" is the end of the day. INVALID_ARGUMENT TIME_OF_DAY_MALFORMED.
absl::StatusOr<TimeOfDay> ParseTimeOfDay(std::string_view text);
std::string FormatTimeOfDay(TimeOfDay time);  // "16:00", or "16:00:30" when the seconds are not 0

// The instant at which the clocks of `zone` show `time` on `day`. A time that daylight saving
// skips is the instant of the change; a time that comes twice is the first one.
absl::Time InstantAt(absl::CivilDay day, TimeOfDay time, absl::TimeZone zone);

// [StartOfDay(day), StartOfDay(day + 1)) is the day: 23, 24 or 25 hours, 0 for a skipped date.
absl::Time StartOfDay(absl::CivilDay day, absl::TimeZone zone);

}  // namespace kefu
