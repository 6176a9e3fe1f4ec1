// kefu.staffing.v1.ConductService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/staffing/handlers/conduct/conduct_handlers.h"

namespace kefu::staffing {

// Thread-safe. Dispatcher and handlers outlive it.
class ConductServiceImpl final : public rpc::HiddenService {
 public:
  ConductServiceImpl(rpc::Dispatcher& dispatcher, const ConductHandlers& handlers);
};

}  // namespace kefu::staffing
