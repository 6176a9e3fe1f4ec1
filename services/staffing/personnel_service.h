// The gRPC service of personnel.
#pragma once

#include "common/rpc/server.h"
#include "services/staffing/handlers/personnel/personnel_handlers.h"

namespace kefu::staffing {

// Thread-safe. The handlers outlive it.
class PersonnelServiceImpl final : public rpc::HiddenService {
 public:
  PersonnelServiceImpl(rpc::Dispatcher& dispatcher, const PersonnelHandlers& handlers);
};

}  // namespace kefu::staffing
