#include "services/staffing/attendance_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/staffing/v1/attendance.grpc.pb.h"

namespace kefu::staffing {
namespace {

class Calls final : public rpc::Service<v1::AttendanceService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const AttendanceHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

#define KEFU_ATTENDANCE_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_ATTENDANCE_CALL(AddClockEvent, AddClockEventRequest, ClockEvent)
  KEFU_ATTENDANCE_CALL(VoidClockEvent, VoidClockEventRequest, ClockEvent)
  KEFU_ATTENDANCE_CALL(ListClockEvents, ListClockEventsRequest, ListClockEventsResponse)
  KEFU_ATTENDANCE_CALL(GetAttendance, GetAttendanceRequest, GetAttendanceResponse)
  KEFU_ATTENDANCE_CALL(CloseAttendanceMonth, CloseAttendanceMonthRequest, AttendanceMonth)
  KEFU_ATTENDANCE_CALL(GetAttendanceMonth, GetAttendanceMonthRequest, AttendanceMonth)
  KEFU_ATTENDANCE_CALL(ListAttendanceSummaries, ListAttendanceSummariesRequest,
                       ListAttendanceSummariesResponse)
  KEFU_ATTENDANCE_CALL(SetAttendancePolicy, SetAttendancePolicyRequest, AttendancePolicy)
  KEFU_ATTENDANCE_CALL(GetAttendancePolicy, GetAttendancePolicyRequest, AttendancePolicy)

#undef KEFU_ATTENDANCE_CALL

 private:
  const AttendanceHandlers& handlers_;
};

}  // namespace

AttendanceServiceImpl::AttendanceServiceImpl(rpc::Dispatcher& dispatcher,
                                             const AttendanceHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::staffing
