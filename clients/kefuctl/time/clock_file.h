// Clock events from a file of a clock or an access system.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "kefu/staffing/v1/attendance.pb.h"

namespace kefu::people_time {

struct ClockRow {
  int64_t line = 0;  // in the file, from 1
  staffing::v1::AddClockEventRequest event;
};

// CSV with a header: agent|客服, time|时间 (of `zone` unless it names one), kind|类型 (in, out,
// 上班, 下班), and reason|原因, for which `reason` stands where it is empty. INVALID_ARGUMENT in
// words names the first wrong line.
absl::StatusOr<std::vector<ClockRow>> ReadClockFile(const std::string& path, absl::TimeZone zone,
                                                    const std::string& reason);

}  // namespace kefu::people_time
