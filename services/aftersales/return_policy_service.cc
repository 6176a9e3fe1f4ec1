#include "services/aftersales/return_policy_service.h"

#include "common/rpc/service_methods.h"
#include "kefu/aftersales/v1/return_policy_service.grpc.pb.h"
#include "services/aftersales/handlers/returns/return_policies.h"

namespace kefu::aftersales {
namespace {

class Calls final : public rpc::Service<v1::ReturnPolicyService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const Dependencies& deps)
      : Service(dispatcher), handlers_(deps) {}

#define KEFU_RETURN_POLICY_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_RETURN_POLICY_CALL(SetReturnPolicy, SetReturnPolicyRequest, ReturnPolicy)
  KEFU_RETURN_POLICY_CALL(GetReturnPolicy, GetReturnPolicyRequest, ReturnPolicy)
  KEFU_RETURN_POLICY_CALL(ListReturnPolicies, ListReturnPoliciesRequest, ListReturnPoliciesResponse)
  KEFU_RETURN_POLICY_CALL(ListReturnQuestions, ListReturnQuestionsRequest,
                          ListReturnQuestionsResponse)
  KEFU_RETURN_POLICY_CALL(GetReturnEvaluation, GetReturnEvaluationRequest, ReturnEvaluation)
  KEFU_RETURN_POLICY_CALL(ListReturnEvaluations, ListReturnEvaluationsRequest,
                          ListReturnEvaluationsResponse)
  KEFU_RETURN_POLICY_CALL(ReplayReturnEvaluation, ReplayReturnEvaluationRequest,
                          ReplayReturnEvaluationResponse)
  KEFU_RETURN_POLICY_CALL(SimulateReturnPolicy, SimulateReturnPolicyRequest,
                          SimulateReturnPolicyResponse)

#undef KEFU_RETURN_POLICY_CALL

 private:
  const ReturnPolicyHandlers handlers_;
};

}  // namespace

ReturnPolicyServiceImpl::ReturnPolicyServiceImpl(rpc::Dispatcher& dispatcher,
                                                 const Dependencies& deps)
    : HiddenService(std::make_unique<Calls>(dispatcher, deps)) {}

}  // namespace kefu::aftersales
