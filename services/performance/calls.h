// All gRPC services of performance with the handlers behind them: what a process, a test and the
// suite's test serve.
#pragma once

#include <vector>

#include "common/rpc/server.h"
#include "services/performance/fact_service.h"
#include "services/performance/figure_service.h"
#include "services/performance/handlers/facts/fact_handlers.h"
#include "services/performance/handlers/figures/figure_handlers.h"
#include "services/performance/handlers/handlers.h"
#include "services/performance/handlers/judgement/judgement_handlers.h"
#include "services/performance/handlers/judgement/quality_handlers.h"
#include "services/performance/handlers/payroll/payroll_handlers.h"
#include "services/performance/handlers/people/people_handlers.h"
#include "services/performance/handlers/reports/reports.h"
#include "services/performance/payroll_service.h"
#include "services/performance/performance_service.h"
#include "services/performance/quality_service.h"
#include "services/performance/report_service.h"
#include "services/performance/scorecard_service.h"

namespace kefu::performance {

// Thread-safe. The dispatcher and what `deps` refers to outlive it.
class Calls {
 public:
  Calls(rpc::Dispatcher& dispatcher, const Dependencies& deps)
      : handlers_(deps),
        people_(deps),
        facts_(deps),
        figures_(deps),
        report_deps_{deps.database, deps.ids, handlers_, deps.on_events, deps},
        reports_(report_deps_),
        judgement_(deps),
        quality_(deps),
        payroll_(deps),
        performance_rpc_(dispatcher, handlers_, reports_, judgement_, quality_, payroll_),
        fact_rpc_(dispatcher, people_, facts_),
        figure_rpc_(dispatcher, figures_),
        report_rpc_(dispatcher, reports_),
        payroll_rpc_(dispatcher, payroll_),
        quality_rpc_(dispatcher, quality_),
        scorecard_rpc_(dispatcher, judgement_) {}

  std::vector<rpc::NamedService> services() {
    return {
        &performance_rpc_,  //
        &fact_rpc_,         //
        &figure_rpc_,       //
        &payroll_rpc_,      //
        &report_rpc_,       //
        &quality_rpc_,      //
        &scorecard_rpc_,    //
    };
  }

  const Handlers& handlers() const { return handlers_; }
  const ReportDependencies& report_dependencies() const { return report_deps_; }
  const ReportHandlers& reports() const { return reports_; }

 private:
  const Handlers handlers_;
  const PeopleHandlers people_;
  const FactHandlers facts_;
  const FigureHandlers figures_;
  const ReportDependencies report_deps_;
  const ReportHandlers reports_;
  const JudgementHandlers judgement_;
  const QualityHandlers quality_;
  const PayrollHandlers payroll_;
  PerformanceServiceImpl performance_rpc_;
  FactServiceImpl fact_rpc_;
  FigureServiceImpl figure_rpc_;
  ReportServiceImpl report_rpc_;
  PayrollServiceImpl payroll_rpc_;
  QualityServiceImpl quality_rpc_;
  ScorecardServiceImpl scorecard_rpc_;
};

}  // namespace kefu::performance
