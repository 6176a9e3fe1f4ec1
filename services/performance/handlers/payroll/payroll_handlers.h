// What PayrollService does, and the payroll calls of PerformanceService, call by call.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/performance/v1/payroll.pb.h"
#include "services/performance/handlers/handlers.h"

namespace kefu::performance {

// Thread-safe; see Handlers. Besides the reasons of errors_payroll.h.
class PayrollHandlers {
 public:
  explicit PayrollHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_PAYROLL_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_PAYROLL_HANDLER(CreatePayPlan, CreatePayPlanRequest, PayPlan)
  KEFU_PAYROLL_HANDLER(GetPayPlan, GetPayPlanRequest, PayPlan)
  KEFU_PAYROLL_HANDLER(ListPayPlans, ListPayPlansRequest, ListPayPlansResponse)
  KEFU_PAYROLL_HANDLER(ComputePayroll, ComputePayrollRequest, ComputePayrollResponse)
  KEFU_PAYROLL_HANDLER(SimulatePayroll, SimulatePayrollRequest, SimulatePayrollResponse)
  KEFU_PAYROLL_HANDLER(GetStatement, GetStatementRequest, Statement)
  KEFU_PAYROLL_HANDLER(ListStatements, ListStatementsRequest, ListStatementsResponse)
  KEFU_PAYROLL_HANDLER(ExplainStatementLine, ExplainStatementLineRequest,
                       ExplainStatementLineResponse)
  KEFU_PAYROLL_HANDLER(AddPayEntry, AddPayEntryRequest, PayEntry)
  KEFU_PAYROLL_HANDLER(ListPayEntries, ListPayEntriesRequest, ListPayEntriesResponse)
  KEFU_PAYROLL_HANDLER(ClosePeriod, ClosePeriodRequest, PayPeriod)
  KEFU_PAYROLL_HANDLER(ListPeriods, ListPeriodsRequest, ListPeriodsResponse)
  KEFU_PAYROLL_HANDLER(VerifyPeriod, VerifyPeriodRequest, VerifyPeriodResponse)

#undef KEFU_PAYROLL_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::performance
