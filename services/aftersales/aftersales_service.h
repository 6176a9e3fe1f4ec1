// kefu.aftersales.v1.AftersalesService over gRPC.
#pragma once

#include "common/rpc/service_methods.h"
#include "kefu/aftersales/v1/aftersales_service.grpc.pb.h"
#include "services/aftersales/handlers/handlers.h"

namespace kefu::aftersales {

// Thread-safe. Dispatcher and handlers outlive it.
class AftersalesServiceImpl final : public rpc::Service<v1::AftersalesService> {
 public:
  AftersalesServiceImpl(rpc::Dispatcher& dispatcher, const Handlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

#define KEFU_AFTERSALES_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_AFTERSALES_CALL(OpenCase, OpenCaseRequest, Case)
  KEFU_AFTERSALES_CALL(GetCase, GetCaseRequest, Case)
  KEFU_AFTERSALES_CALL(ListCases, ListCasesRequest, ListCasesResponse)
  KEFU_AFTERSALES_CALL(RespondToCase, RespondToCaseRequest, Case)
  KEFU_AFTERSALES_CALL(ReviewCase, ReviewCaseRequest, Case)
  KEFU_AFTERSALES_CALL(ResumeCase, ResumeCaseRequest, Case)
  KEFU_AFTERSALES_CALL(CloseCase, CloseCaseRequest, Case)
  KEFU_AFTERSALES_CALL(EscalateCase, EscalateCaseRequest, Case)
  KEFU_AFTERSALES_CALL(AppealCase, AppealCaseRequest, Case)
  KEFU_AFTERSALES_CALL(ListCaseActivities, ListCaseActivitiesRequest, ListCaseActivitiesResponse)
  KEFU_AFTERSALES_CALL(ExplainDeadline, ExplainDeadlineRequest, ExplainDeadlineResponse)
  KEFU_AFTERSALES_CALL(QuoteCompensation, QuoteCompensationRequest, Compensation)
  KEFU_AFTERSALES_CALL(BatchQuoteCompensation, BatchQuoteCompensationRequest,
                       BatchQuoteCompensationResponse)
  KEFU_AFTERSALES_CALL(PayCompensation, PayCompensationRequest, Process)

  KEFU_AFTERSALES_CALL(EvaluateReturn, EvaluateReturnRequest, ReturnEvaluation)

#undef KEFU_AFTERSALES_CALL

 private:
  const Handlers& handlers_;
};

}  // namespace kefu::aftersales
