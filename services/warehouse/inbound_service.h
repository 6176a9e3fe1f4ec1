// kefu.warehouse.v1.InboundService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/warehouse/handlers/inbound.h"

namespace kefu::warehouse {

// Thread-safe. The dispatcher and what the dependencies name outlive it.
class InboundServiceImpl final : public rpc::HiddenService {
 public:
  InboundServiceImpl(rpc::Dispatcher& dispatcher, const Dependencies& deps);
};

}  // namespace kefu::warehouse
