#include "services/aftersales/process_service.h"

#include "common/rpc/service_methods.h"
#include "kefu/aftersales/v1/payments.grpc.pb.h"
#include "kefu/aftersales/v1/processes.grpc.pb.h"
#include "services/aftersales/handlers/processes/processes.h"

namespace kefu::aftersales {
namespace {

#define KEFU_PROCESS_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

class ProcessCalls final : public rpc::Service<v1::ProcessService> {
 public:
  ProcessCalls(rpc::Dispatcher& dispatcher, const Dependencies& deps)
      : Service(dispatcher), handlers_(deps) {}

  KEFU_PROCESS_CALL(GetProcess, GetProcessRequest, Process)
  KEFU_PROCESS_CALL(ListProcesses, ListProcessesRequest, ListProcessesResponse)
  KEFU_PROCESS_CALL(ResumeProcess, ResumeProcessRequest, Process)
  KEFU_PROCESS_CALL(CancelProcess, CancelProcessRequest, Process)
  KEFU_PROCESS_CALL(SettleStep, SettleStepRequest, Process)
  KEFU_PROCESS_CALL(SetCasePlan, SetCasePlanRequest, CasePlan)
  KEFU_PROCESS_CALL(GetCasePlan, GetCasePlanRequest, CasePlan)
  KEFU_PROCESS_CALL(SetFlowPolicy, SetFlowPolicyRequest, FlowPolicy)
  KEFU_PROCESS_CALL(GetFlowPolicy, GetFlowPolicyRequest, FlowPolicy)

 private:
  const ProcessHandlers handlers_;
};

class PaymentCalls final : public rpc::Service<v1::PaymentService> {
 public:
  PaymentCalls(rpc::Dispatcher& dispatcher, const Dependencies& deps)
      : Service(dispatcher), handlers_(deps) {}

  KEFU_PROCESS_CALL(GetPayment, GetPaymentRequest, Payment)
  KEFU_PROCESS_CALL(ListPayments, ListPaymentsRequest, ListPaymentsResponse)

 private:
  const ProcessHandlers handlers_;
};

#undef KEFU_PROCESS_CALL

}  // namespace

ProcessServiceImpl::ProcessServiceImpl(rpc::Dispatcher& dispatcher, const Dependencies& deps)
    : HiddenService(std::make_unique<ProcessCalls>(dispatcher, deps)) {}

PaymentServiceImpl::PaymentServiceImpl(rpc::Dispatcher& dispatcher, const Dependencies& deps)
    : HiddenService(std::make_unique<PaymentCalls>(dispatcher, deps)) {}

}  // namespace kefu::aftersales
