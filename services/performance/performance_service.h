// kefu.performance.v1.PerformanceService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/performance/handlers/handlers.h"
#include "services/performance/handlers/judgement/judgement_handlers.h"
#include "services/performance/handlers/judgement/quality_handlers.h"
#include "services/performance/handlers/payroll/payroll_handlers.h"
#include "services/performance/handlers/reports/reports.h"

namespace kefu::performance {

// Thread-safe. Dispatcher and handlers outlive it.
class PerformanceServiceImpl final : public rpc::HiddenService {
 public:
  PerformanceServiceImpl(rpc::Dispatcher& dispatcher, const Handlers& handlers,
                         const ReportHandlers& reports, const JudgementHandlers& judgement,
                         const QualityHandlers& quality, const PayrollHandlers& payroll);
};

}  // namespace kefu::performance
