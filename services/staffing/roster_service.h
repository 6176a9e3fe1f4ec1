// kefu.staffing.v1.RosterService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/staffing/handlers/rosters/roster_handlers.h"

namespace kefu::staffing {

// Thread-safe. Dispatcher and handlers outlive it.
class RosterServiceImpl final : public rpc::HiddenService {
 public:
  RosterServiceImpl(rpc::Dispatcher& dispatcher, const RosterHandlers& handlers);
};

}  // namespace kefu::staffing
