// kefu.staffing.v1.ChecklistService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/staffing/handlers/checklists/checklist_handlers.h"

namespace kefu::staffing {

// Thread-safe. Dispatcher and handlers outlive it.
class ChecklistServiceImpl final : public rpc::HiddenService {
 public:
  ChecklistServiceImpl(rpc::Dispatcher& dispatcher, const ChecklistHandlers& handlers);
};

}  // namespace kefu::staffing
