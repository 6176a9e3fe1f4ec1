// Attendance as it is stored. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "services/staffing/domain/attendance/attendance.h"

namespace kefu::staffing::attendance {

struct ClockRecord {
  std::string id;
  std::string agent_id;
  ClockKind kind = ClockKind::kUnspecified;
  absl::Time time;
  std::string reason;  // empty: clocked
  std::string actor;
  absl::Time record_time;
  std::optional<absl::Time> void_time;
  std::string voided_by;
  std::string void_reason;
};

struct Month {
  absl::CivilMonth month;
  int32_t agents = 0;
  std::string sha256;  // hexadecimal
  int64_t policy_version = 0;
  absl::Time close_time;
  std::string actor;
};

// After so long an entry without an exit is taken as forgotten: the longest lawful shift is 11
// hours, and a rest of 11 follows it.
inline constexpr absl::Duration kForgottenAfter = absl::Hours(14);

}  // namespace kefu::staffing::attendance
