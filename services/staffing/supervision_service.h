// The gRPC service of the supervision of bases.
#pragma once

#include "common/rpc/server.h"
#include "services/staffing/handlers/supervision/supervision_handlers.h"

namespace kefu::staffing {

// Thread-safe. The handlers outlive it.
class SupervisionServiceImpl final : public rpc::HiddenService {
 public:
  SupervisionServiceImpl(rpc::Dispatcher& dispatcher, const SupervisionHandlers& handlers);
};

}  // namespace kefu::staffing
