// Attendance, call by call: contract messages in, contract messages out. As handlers.h.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/staffing/v1/attendance.pb.h"
#include "services/staffing/handlers/handlers.h"

namespace kefu::staffing {

// Thread-safe; errors as Handlers, and those of errors_time.h.
class AttendanceHandlers {
 public:
  explicit AttendanceHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_ATTENDANCE_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_ATTENDANCE_HANDLER(ClockIn, ClockInRequest, ClockEvent)
  KEFU_ATTENDANCE_HANDLER(ClockOut, ClockOutRequest, ClockEvent)
  KEFU_ATTENDANCE_HANDLER(AddClockEvent, AddClockEventRequest, ClockEvent)
  KEFU_ATTENDANCE_HANDLER(VoidClockEvent, VoidClockEventRequest, ClockEvent)
  KEFU_ATTENDANCE_HANDLER(ListClockEvents, ListClockEventsRequest, ListClockEventsResponse)
  KEFU_ATTENDANCE_HANDLER(GetAttendance, GetAttendanceRequest, GetAttendanceResponse)
  KEFU_ATTENDANCE_HANDLER(CloseAttendanceMonth, CloseAttendanceMonthRequest, AttendanceMonth)
  KEFU_ATTENDANCE_HANDLER(GetAttendanceMonth, GetAttendanceMonthRequest, AttendanceMonth)
  KEFU_ATTENDANCE_HANDLER(ListAttendanceSummaries, ListAttendanceSummariesRequest,
                          ListAttendanceSummariesResponse)
  KEFU_ATTENDANCE_HANDLER(SetAttendancePolicy, SetAttendancePolicyRequest, AttendancePolicy)
  KEFU_ATTENDANCE_HANDLER(GetAttendancePolicy, GetAttendancePolicyRequest, AttendancePolicy)

#undef KEFU_ATTENDANCE_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::staffing
