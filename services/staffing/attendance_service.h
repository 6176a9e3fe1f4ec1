// kefu.staffing.v1.AttendanceService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/staffing/handlers/attendance/attendance_handlers.h"

namespace kefu::staffing {

// Thread-safe. Dispatcher and handlers outlive it.
class AttendanceServiceImpl final : public rpc::HiddenService {
 public:
  AttendanceServiceImpl(rpc::Dispatcher& dispatcher, const AttendanceHandlers& handlers);
};

}  // namespace kefu::staffing
