// kefu.staffing.v1.WorkloadService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/staffing/handlers/workload/workload_handlers.h"

namespace kefu::staffing {

// Thread-safe. Dispatcher and handlers outlive it.
class WorkloadServiceImpl final : public rpc::HiddenService {
 public:
  WorkloadServiceImpl(rpc::Dispatcher& dispatcher, const WorkloadHandlers& handlers);
};

}  // namespace kefu::staffing
