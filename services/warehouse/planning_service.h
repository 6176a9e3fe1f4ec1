// kefu.warehouse.v1.FulfilmentPlanningService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/warehouse/handlers/planning.h"

namespace kefu::warehouse {

// Thread-safe. Dispatcher and dependencies outlive it.
class PlanningServiceImpl final : public rpc::HiddenService {
 public:
  PlanningServiceImpl(rpc::Dispatcher& dispatcher, const Dependencies& dependencies);
};

}  // namespace kefu::warehouse
