// What AftersalesService does, call by call: contract messages in, contract messages out. A
// merchant's people act in the organization of their token, a base's in those of the merchants
// whose shops they are granted, whatever the request names.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/aftersales/v1/aftersales_service.pb.h"
#include "services/aftersales/fold/case_fold.h"
#include "services/aftersales/handlers/dependencies.h"

namespace kefu::aftersales {

// Thread-safe. Each method blocks on the database and returns, besides the reasons of errors.h:
// INVALID_ARGUMENT INVALID_FIELDS with every fault of the request, PERMISSION_DENIED
// SHOP_NOT_ALLOWED, and what common/db and events::RunWrite say. Writes are idempotent under a
// request_id.
class Handlers {
 public:
  explicit Handlers(Dependencies dependencies)
      : deps_(std::move(dependencies)), fold_(std::make_unique<CaseFold>(deps_)) {}

#define KEFU_AFTERSALES_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_AFTERSALES_HANDLER(OpenCase, OpenCaseRequest, Case)
  KEFU_AFTERSALES_HANDLER(GetCase, GetCaseRequest, Case)
  KEFU_AFTERSALES_HANDLER(ListCases, ListCasesRequest, ListCasesResponse)
  KEFU_AFTERSALES_HANDLER(RespondToCase, RespondToCaseRequest, Case)
  KEFU_AFTERSALES_HANDLER(ReviewCase, ReviewCaseRequest, Case)
  KEFU_AFTERSALES_HANDLER(ResumeCase, ResumeCaseRequest, Case)
  KEFU_AFTERSALES_HANDLER(CloseCase, CloseCaseRequest, Case)
  KEFU_AFTERSALES_HANDLER(EscalateCase, EscalateCaseRequest, Case)
  KEFU_AFTERSALES_HANDLER(AppealCase, AppealCaseRequest, Case)
  KEFU_AFTERSALES_HANDLER(ListCaseActivities, ListCaseActivitiesRequest, ListCaseActivitiesResponse)
  KEFU_AFTERSALES_HANDLER(ExplainDeadline, ExplainDeadlineRequest, ExplainDeadlineResponse)
  KEFU_AFTERSALES_HANDLER(QuoteCompensation, QuoteCompensationRequest, Compensation)
  KEFU_AFTERSALES_HANDLER(BatchQuoteCompensation, BatchQuoteCompensationRequest,
                          BatchQuoteCompensationResponse)
  KEFU_AFTERSALES_HANDLER(EvaluateReturn, EvaluateReturnRequest, ReturnEvaluation)
  KEFU_AFTERSALES_HANDLER(PayCompensation, PayCompensationRequest, Process)

#undef KEFU_AFTERSALES_HANDLER

 private:
  Dependencies deps_;
  std::unique_ptr<CaseFold> fold_;
};

}  // namespace kefu::aftersales
