// kefu.aftersales.v1.CaseWorkService over gRPC.
#pragma once

#include "common/rpc/dispatcher.h"
#include "common/rpc/server.h"
#include "services/aftersales/handlers/dependencies.h"

namespace kefu::aftersales {

// Thread-safe. The dispatcher and what the dependencies name outlive it.
class CaseWorkServiceImpl final : public rpc::HiddenService {
 public:
  CaseWorkServiceImpl(rpc::Dispatcher& dispatcher, const Dependencies& deps);
};

}  // namespace kefu::aftersales
