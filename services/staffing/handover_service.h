// kefu.staffing.v1.HandoverService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/staffing/handlers/handovers/handover_handlers.h"

namespace kefu::staffing {

// Thread-safe. Dispatcher and handlers outlive it.
class HandoverServiceImpl final : public rpc::HiddenService {
 public:
  HandoverServiceImpl(rpc::Dispatcher& dispatcher, const HandoverHandlers& handlers);
};

}  // namespace kefu::staffing
