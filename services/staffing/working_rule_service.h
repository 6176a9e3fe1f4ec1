// kefu.staffing.v1.WorkingRuleService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/staffing/handlers/rules/rule_handlers.h"

namespace kefu::staffing {

// Thread-safe. Dispatcher and handlers outlive it.
class WorkingRuleServiceImpl final : public rpc::HiddenService {
 public:
  WorkingRuleServiceImpl(rpc::Dispatcher& dispatcher, const WorkingRuleHandlers& handlers);
};

}  // namespace kefu::staffing
