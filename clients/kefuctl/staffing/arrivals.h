// Arrivals by half hour from files.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "kefu/staffing/v1/workload.pb.h"

namespace kefu::workforce {

using ArrivalsRow = staffing::v1::ImportArrivalsRequest::ArrivalsRow;

// Reads one of two formats, told apart by the header; times are of `zone`.
//   CSV by the names of its columns: start | 开始时间, arrivals | 进线量; answered | 接起量,
//     abandoned | 放弃量, handle_seconds | 处理秒数 and wait_seconds | 等待秒数 may be missing.
//   The calls of a call centre, tab-separated with 17 columns (see `import call-centre`): counted
//     by the half hour in which they reached the queue; phantom calls are left out. Half hours of
//     these days without a call are rows of 0, so that days are whole.
// INVALID_ARGUMENT in words, with file and line.
absl::StatusOr<std::vector<ArrivalsRow>> ReadArrivals(const std::string& path, absl::TimeZone zone);

}  // namespace kefu::workforce
