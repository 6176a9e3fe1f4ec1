// kefu.staffing.v1.ProblemService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/staffing/handlers/problems/problem_handlers.h"

namespace kefu::staffing {

// Thread-safe. Dispatcher and handlers outlive it.
class ProblemServiceImpl final : public rpc::HiddenService {
 public:
  ProblemServiceImpl(rpc::Dispatcher& dispatcher, const ProblemHandlers& handlers);
};

}  // namespace kefu::staffing
