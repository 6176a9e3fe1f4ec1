// All gRPC services of staffing with the handlers behind them: what a process, a test and the
// suite's test serve.
#pragma once

#include <vector>

#include "common/rpc/server.h"
#include "services/staffing/handlers/handlers.h"
#include "services/staffing/handlers/rosters/roster_handlers.h"
#include "services/staffing/handlers/workload/workload_handlers.h"
#include "services/staffing/roster_service.h"
#include "services/staffing/staffing_service.h"
#include "services/staffing/workload_service.h"

namespace kefu::staffing {

// Thread-safe. The dispatcher and what `deps` refers to outlive it.
class Calls {
 public:
  Calls(rpc::Dispatcher& dispatcher, const Dependencies& deps)
      : handlers_(deps),
        rosters_(deps),
        workload_(deps),
        staffing_rpc_(dispatcher, handlers_, rosters_, workload_),
        roster_rpc_(dispatcher, rosters_),
        workload_rpc_(dispatcher, workload_) {}

  std::vector<rpc::NamedService> services() {
    return {
        &staffing_rpc_,  //
        &roster_rpc_,    //
        &workload_rpc_,  //
    };
  }

 private:
  const Handlers handlers_;
  const RosterHandlers rosters_;
  const WorkloadHandlers workload_;
  StaffingServiceImpl staffing_rpc_;
  RosterServiceImpl roster_rpc_;
  WorkloadServiceImpl workload_rpc_;
};

}  // namespace kefu::staffing
