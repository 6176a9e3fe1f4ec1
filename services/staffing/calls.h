// All gRPC services of staffing with the handlers behind them: what a process, a test and the
// suite's test serve.
#pragma once

#include <vector>

#include "common/rpc/server.h"
#include "services/staffing/handlers/handlers.h"
#include "services/staffing/staffing_service.h"

namespace kefu::staffing {

// Thread-safe. The dispatcher and what `deps` refers to outlive it.
class Calls {
 public:
  Calls(rpc::Dispatcher& dispatcher, const Dependencies& deps)
      : handlers_(deps), staffing_rpc_(dispatcher, handlers_) {}

  std::vector<rpc::NamedService> services() {
    return {
        &staffing_rpc_,  //
    };
  }

 private:
  const Handlers handlers_;
  StaffingServiceImpl staffing_rpc_;
};

}  // namespace kefu::staffing
