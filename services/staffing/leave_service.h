// kefu.staffing.v1.LeaveService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/staffing/handlers/leave/leave_handlers.h"

namespace kefu::staffing {

// Thread-safe. Dispatcher and handlers outlive it.
class LeaveServiceImpl final : public rpc::HiddenService {
 public:
  LeaveServiceImpl(rpc::Dispatcher& dispatcher, const LeaveHandlers& handlers);
};

}  // namespace kefu::staffing
