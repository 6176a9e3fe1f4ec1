// kefu.warehouse.v1.StockControlService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/warehouse/handlers/stock_control.h"

namespace kefu::warehouse {

// Thread-safe. Dispatcher and handlers outlive it.
class StockControlServiceImpl final : public rpc::HiddenService {
 public:
  StockControlServiceImpl(rpc::Dispatcher& dispatcher, const StockControlHandlers& handlers);
};

}  // namespace kefu::warehouse
