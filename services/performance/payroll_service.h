// kefu.performance.v1.PayrollService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/performance/handlers/payroll/payroll_handlers.h"

namespace kefu::performance {

// Thread-safe. Dispatcher and handlers outlive it.
class PayrollServiceImpl final : public rpc::HiddenService {
 public:
  PayrollServiceImpl(rpc::Dispatcher& dispatcher, const PayrollHandlers& handlers);
};

}  // namespace kefu::performance
