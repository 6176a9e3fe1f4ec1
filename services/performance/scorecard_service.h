// kefu.performance.v1.ScorecardService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/performance/handlers/judgement/judgement_handlers.h"

namespace kefu::performance {

// Thread-safe. Dispatcher and handlers outlive it.
class ScorecardServiceImpl final : public rpc::HiddenService {
 public:
  ScorecardServiceImpl(rpc::Dispatcher& dispatcher, const JudgementHandlers& handlers);
};

}  // namespace kefu::performance
