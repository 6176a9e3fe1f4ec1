// kefu.warehouse.v1.ReplenishmentService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/warehouse/handlers/replenishment.h"

namespace kefu::warehouse {

// Thread-safe. Dispatcher and handlers outlive it.
class ReplenishmentServiceImpl final : public rpc::HiddenService {
 public:
  ReplenishmentServiceImpl(rpc::Dispatcher& dispatcher, const ReplenishmentHandlers& handlers);
};

}  // namespace kefu::warehouse
