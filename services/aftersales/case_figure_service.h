// kefu.aftersales.v1.CaseFigureService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/aftersales/handlers/handlers.h"

namespace kefu::aftersales {

// Thread-safe. The dispatcher and what the dependencies name outlive it.
class CaseFigureServiceImpl final : public rpc::HiddenService {
 public:
  CaseFigureServiceImpl(rpc::Dispatcher& dispatcher, const Dependencies& deps);
};

}  // namespace kefu::aftersales
