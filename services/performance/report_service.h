// kefu.performance.v1.ReportService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/performance/handlers/reports/reports.h"

namespace kefu::performance {

// Thread-safe. Dispatcher and handlers outlive it.
class ReportServiceImpl final : public rpc::HiddenService {
 public:
  ReportServiceImpl(rpc::Dispatcher& dispatcher, const ReportHandlers& handlers);
};

}  // namespace kefu::performance
