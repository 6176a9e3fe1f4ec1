// Tables of people's time. Pure.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "clients/kefuctl/table.h"
#include "kefu/staffing/v1/attendance.pb.h"
#include "kefu/staffing/v1/handovers.pb.h"
#include "kefu/staffing/v1/leave.pb.h"
#include "kefu/staffing/v1/shifts.pb.h"

namespace kefu::people_time {

// Items in the book, overdue ones and those that have gone up in red; times on this machine's
// clock `zone`.
kefuctl::Table ItemTable(const staffing::v1::ListHandoverItemsResponse& items, absl::Time now,
                         absl::TimeZone zone);
kefuctl::Table LeaveTable(const staffing::v1::ListLeavesResponse& leaves);
kefuctl::Table SwapTable(const staffing::v1::ListSwapsResponse& swaps);
// A row a day, and the sum.
kefuctl::Table AttendanceTable(const staffing::v1::GetAttendanceResponse& attendance);

}  // namespace kefu::people_time
