#include "services/staffing/career_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/staffing/v1/careers.grpc.pb.h"

namespace kefu::staffing {
namespace {

class Calls final : public rpc::Service<v1::CareerService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const CareerHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

#define KEFU_CAREER_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_CAREER_CALL(SetTierLadder, SetTierLadderRequest, TierLadder)
  KEFU_CAREER_CALL(ListTierLadders, ListTierLaddersRequest, ListTierLaddersResponse)
  KEFU_CAREER_CALL(SetHeadcount, SetHeadcountRequest, Headcount)
  KEFU_CAREER_CALL(ListHeadcounts, ListHeadcountsRequest, ListHeadcountsResponse)
  KEFU_CAREER_CALL(DecidePromotion, DecidePromotionRequest, Promotion)
  KEFU_CAREER_CALL(ListPromotions, ListPromotionsRequest, ListPromotionsResponse)
  KEFU_CAREER_CALL(ListPromotionEvaluations, ListPromotionEvaluationsRequest,
                   ListPromotionEvaluationsResponse)
  KEFU_CAREER_CALL(EndEmployment, EndEmploymentRequest, Agent)
  KEFU_CAREER_CALL(RecordLeave, RecordLeaveRequest, Leave)
  KEFU_CAREER_CALL(EndLeave, EndLeaveRequest, Leave)
  KEFU_CAREER_CALL(ListEmployments, ListEmploymentsRequest, ListEmploymentsResponse)

#undef KEFU_CAREER_CALL

 private:
  const CareerHandlers& handlers_;
};

}  // namespace

CareerServiceImpl::CareerServiceImpl(rpc::Dispatcher& dispatcher, const CareerHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::staffing
