// kefu.warehouse.v1.BillingService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/warehouse/handlers/billing.h"

namespace kefu::warehouse {

// Thread-safe. Dispatcher and handlers outlive it.
class BillingServiceImpl final : public rpc::HiddenService {
 public:
  BillingServiceImpl(rpc::Dispatcher& dispatcher, const BillingHandlers& handlers);
};

}  // namespace kefu::warehouse
