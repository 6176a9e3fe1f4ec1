// All gRPC services of staffing with the handlers behind them: what a process, a test and the
// suite's test serve.
#pragma once

#include <vector>

#include "common/rpc/server.h"
#include "services/staffing/authority_service.h"
#include "services/staffing/career_service.h"
#include "services/staffing/handlers/careers/authority_handlers.h"
#include "services/staffing/handlers/careers/career_handlers.h"
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
        careers_(deps),
        authority_(deps),
        staffing_rpc_(dispatcher, handlers_, rosters_, workload_, careers_, authority_),
        roster_rpc_(dispatcher, rosters_),
        workload_rpc_(dispatcher, workload_),
        career_rpc_(dispatcher, careers_),
        authority_rpc_(dispatcher, authority_) {}

  std::vector<rpc::NamedService> services() {
    return {
        &staffing_rpc_,   //
        &roster_rpc_,     //
        &workload_rpc_,   //
        &career_rpc_,     //
        &authority_rpc_,  //
    };
  }

 private:
  const Handlers handlers_;
  const RosterHandlers rosters_;
  const WorkloadHandlers workload_;
  const CareerHandlers careers_;
  const AuthorityHandlers authority_;
  StaffingServiceImpl staffing_rpc_;
  RosterServiceImpl roster_rpc_;
  WorkloadServiceImpl workload_rpc_;
  CareerServiceImpl career_rpc_;
  AuthorityServiceImpl authority_rpc_;
};

}  // namespace kefu::staffing
