// What ProcessService and PaymentService do, call by call.
#pragma once

#include <functional>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/aftersales/v1/payments.pb.h"
#include "kefu/aftersales/v1/processes.pb.h"
#include "services/aftersales/handlers/handlers.h"
#include "services/aftersales/processes/process_store.h"
#include "services/aftersales/store/processes.h"

namespace kefu::aftersales {

// Thread-safe; each returns what Handlers return.
class ProcessHandlers {
 public:
  explicit ProcessHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_PROCESS_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_PROCESS_HANDLER(GetProcess, GetProcessRequest, Process)
  KEFU_PROCESS_HANDLER(ListProcesses, ListProcessesRequest, ListProcessesResponse)
  KEFU_PROCESS_HANDLER(ResumeProcess, ResumeProcessRequest, Process)
  KEFU_PROCESS_HANDLER(CancelProcess, CancelProcessRequest, Process)
  KEFU_PROCESS_HANDLER(SettleStep, SettleStepRequest, Process)
  KEFU_PROCESS_HANDLER(SetCasePlan, SetCasePlanRequest, CasePlan)
  KEFU_PROCESS_HANDLER(GetCasePlan, GetCasePlanRequest, CasePlan)
  KEFU_PROCESS_HANDLER(SetFlowPolicy, SetFlowPolicyRequest, FlowPolicy)
  KEFU_PROCESS_HANDLER(GetFlowPolicy, GetFlowPolicyRequest, FlowPolicy)
  KEFU_PROCESS_HANDLER(GetPayment, GetPaymentRequest, Payment)
  KEFU_PROCESS_HANDLER(ListPayments, ListPaymentsRequest, ListPaymentsResponse)

#undef KEFU_PROCESS_HANDLER

 private:
  // `prepare` (db::Transaction&, const store::ProcessRow& locked, ProcessMove&): what makes sure of
  // the move and completes it, before it is made.
  template <class Request, class F>
  absl::StatusOr<v1::Process> Move(const RequestContext& ctx, const Request& request,
                                   const ProcessMove& move, F prepare) const;

  Dependencies deps_;
};

}  // namespace kefu::aftersales
