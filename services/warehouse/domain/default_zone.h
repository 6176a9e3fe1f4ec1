// The zone of whatever has none of its own: days of organizations, of networks, of nightly work.
#pragma once

#include <string_view>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace kefu::warehouse::domain {

inline constexpr std::string_view kDefaultZone = "Asia/Shanghai";

// UTC+8 all the year round.
inline absl::TimeZone DefaultZone() { return absl::FixedTimeZone(8 * 3600); }

inline absl::CivilDay DefaultDay(absl::Time time) { return absl::ToCivilDay(time, DefaultZone()); }

}  // namespace kefu::warehouse::domain
