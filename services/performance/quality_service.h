// kefu.performance.v1.QualityService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/performance/handlers/judgement/quality_handlers.h"

namespace kefu::performance {

// Thread-safe. Dispatcher and handlers outlive it.
class QualityServiceImpl final : public rpc::HiddenService {
 public:
  QualityServiceImpl(rpc::Dispatcher& dispatcher, const QualityHandlers& handlers);
};

}  // namespace kefu::performance
