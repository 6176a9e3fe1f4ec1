#include "services/aftersales/compensation_service.h"

#include "common/rpc/service_methods.h"
#include "kefu/aftersales/v1/compensation.grpc.pb.h"
#include "services/aftersales/handlers/compensation_policies.h"

namespace kefu::aftersales {
namespace {

class Calls final : public rpc::Service<v1::CompensationPolicyService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const Dependencies& deps)
      : Service(dispatcher), handlers_(deps) {}

#define KEFU_COMPENSATION_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_COMPENSATION_CALL(SetCompensationPolicy, SetCompensationPolicyRequest, CompensationPolicy)
  KEFU_COMPENSATION_CALL(GetCompensationPolicy, GetCompensationPolicyRequest, CompensationPolicy)
  KEFU_COMPENSATION_CALL(ListCompensationPolicies, ListCompensationPoliciesRequest,
                         ListCompensationPoliciesResponse)

#undef KEFU_COMPENSATION_CALL

 private:
  const CompensationPolicyHandlers handlers_;
};

}  // namespace

CompensationPolicyServiceImpl::CompensationPolicyServiceImpl(rpc::Dispatcher& dispatcher,
                                                             const Dependencies& deps)
    : HiddenService(std::make_unique<Calls>(dispatcher, deps)) {}

}  // namespace kefu::aftersales
