// kefu.staffing.v1.ShiftService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/staffing/handlers/shifts/shift_handlers.h"

namespace kefu::staffing {

// Thread-safe. Dispatcher and handlers outlive it.
class ShiftServiceImpl final : public rpc::HiddenService {
 public:
  ShiftServiceImpl(rpc::Dispatcher& dispatcher, const ShiftHandlers& handlers);
};

}  // namespace kefu::staffing
