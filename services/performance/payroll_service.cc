#include "services/performance/payroll_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/performance/v1/payroll.grpc.pb.h"

namespace kefu::performance {
namespace {

class Calls final : public rpc::Service<v1::PayrollService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const PayrollHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

#define KEFU_PAYROLL_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_PAYROLL_CALL(CreatePayPlan, CreatePayPlanRequest, PayPlan)
  KEFU_PAYROLL_CALL(GetPayPlan, GetPayPlanRequest, PayPlan)
  KEFU_PAYROLL_CALL(ListPayPlans, ListPayPlansRequest, ListPayPlansResponse)
  KEFU_PAYROLL_CALL(GetStatement, GetStatementRequest, Statement)
  KEFU_PAYROLL_CALL(ListStatements, ListStatementsRequest, ListStatementsResponse)
  KEFU_PAYROLL_CALL(ExplainStatementLine, ExplainStatementLineRequest, ExplainStatementLineResponse)
  KEFU_PAYROLL_CALL(AddPayEntry, AddPayEntryRequest, PayEntry)
  KEFU_PAYROLL_CALL(ListPayEntries, ListPayEntriesRequest, ListPayEntriesResponse)
  KEFU_PAYROLL_CALL(ListPeriods, ListPeriodsRequest, ListPeriodsResponse)
  KEFU_PAYROLL_CALL(VerifyPeriod, VerifyPeriodRequest, VerifyPeriodResponse)

#undef KEFU_PAYROLL_CALL

 private:
  const PayrollHandlers& handlers_;
};

}  // namespace

PayrollServiceImpl::PayrollServiceImpl(rpc::Dispatcher& dispatcher, const PayrollHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::performance
