// kefu.warehouse.v1.OutboundService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/warehouse/handlers/outbound/outbound_handlers.h"

namespace kefu::warehouse {

// Thread-safe. Dispatcher and handlers outlive it.
class OutboundServiceImpl final : public rpc::HiddenService {
 public:
  OutboundServiceImpl(rpc::Dispatcher& dispatcher, const OutboundHandlers& handlers);
};

}  // namespace kefu::warehouse
