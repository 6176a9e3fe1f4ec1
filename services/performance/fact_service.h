// kefu.performance.v1.FactService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/performance/handlers/facts/fact_handlers.h"
#include "services/performance/handlers/people/people_handlers.h"

namespace kefu::performance {

// Thread-safe. Dispatcher and handlers outlive it.
class FactServiceImpl final : public rpc::HiddenService {
 public:
  FactServiceImpl(rpc::Dispatcher& dispatcher, const PeopleHandlers& people,
                  const FactHandlers& facts);
};

}  // namespace kefu::performance
