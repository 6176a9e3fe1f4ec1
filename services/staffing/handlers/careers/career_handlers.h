// Careers, call by call: contract messages in, contract messages out. As handlers.h.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/staffing/v1/careers.pb.h"
#include "kefu/staffing/v1/staffing_service.pb.h"
#include "services/staffing/handlers/handlers.h"

namespace kefu::staffing {

// Thread-safe; errors as Handlers.
class CareerHandlers {
 public:
  explicit CareerHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_CAREER_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  // Of StaffingService.
  KEFU_CAREER_HANDLER(HireAgent, HireAgentRequest, Agent)
  KEFU_CAREER_HANDLER(EvaluatePromotion, EvaluatePromotionRequest, EvaluatePromotionResponse)
  KEFU_CAREER_HANDLER(PromoteAgent, PromoteAgentRequest, Promotion)

  KEFU_CAREER_HANDLER(SetTierLadder, SetTierLadderRequest, TierLadder)
  KEFU_CAREER_HANDLER(ListTierLadders, ListTierLaddersRequest, ListTierLaddersResponse)
  KEFU_CAREER_HANDLER(SetHeadcount, SetHeadcountRequest, Headcount)
  KEFU_CAREER_HANDLER(ListHeadcounts, ListHeadcountsRequest, ListHeadcountsResponse)
  KEFU_CAREER_HANDLER(DecidePromotion, DecidePromotionRequest, Promotion)
  KEFU_CAREER_HANDLER(ListPromotions, ListPromotionsRequest, ListPromotionsResponse)
  KEFU_CAREER_HANDLER(ListPromotionEvaluations, ListPromotionEvaluationsRequest,
                      ListPromotionEvaluationsResponse)
  KEFU_CAREER_HANDLER(EndEmployment, EndEmploymentRequest, Agent)
  KEFU_CAREER_HANDLER(RecordLeave, RecordLeaveRequest, Leave)
  KEFU_CAREER_HANDLER(EndLeave, EndLeaveRequest, Leave)
  KEFU_CAREER_HANDLER(ListEmployments, ListEmploymentsRequest, ListEmploymentsResponse)

#undef KEFU_CAREER_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::staffing
