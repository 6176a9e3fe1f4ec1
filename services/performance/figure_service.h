// kefu.performance.v1.FigureService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/performance/handlers/figures/figure_handlers.h"

namespace kefu::performance {

// Thread-safe. Dispatcher and handlers outlive it.
class FigureServiceImpl final : public rpc::HiddenService {
 public:
  FigureServiceImpl(rpc::Dispatcher& dispatcher, const FigureHandlers& handlers);
};

}  // namespace kefu::performance
