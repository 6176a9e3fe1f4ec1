// kefu.staffing.v1.CareerService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/staffing/handlers/careers/career_handlers.h"

namespace kefu::staffing {

// Thread-safe. Dispatcher and handlers outlive it.
class CareerServiceImpl final : public rpc::HiddenService {
 public:
  CareerServiceImpl(rpc::Dispatcher& dispatcher, const CareerHandlers& handlers);
};

}  // namespace kefu::staffing
