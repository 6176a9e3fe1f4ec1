// kefu.staffing.v1.SupplyService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/staffing/handlers/supplies/supply_handlers.h"

namespace kefu::staffing {

// Thread-safe. Dispatcher and handlers outlive it.
class SupplyServiceImpl final : public rpc::HiddenService {
 public:
  SupplyServiceImpl(rpc::Dispatcher& dispatcher, const SupplyHandlers& handlers);
};

}  // namespace kefu::staffing
