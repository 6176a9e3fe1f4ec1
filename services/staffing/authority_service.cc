#include "services/staffing/authority_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/staffing/v1/authority.grpc.pb.h"

namespace kefu::staffing {
namespace {

class Calls final : public rpc::Service<v1::AuthorityService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const AuthorityHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

#define KEFU_AUTHORITY_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_AUTHORITY_CALL(SetAuthorityPolicy, SetAuthorityPolicyRequest, AuthorityPolicy)
  KEFU_AUTHORITY_CALL(GetAuthorityPolicy, GetAuthorityPolicyRequest, AuthorityPolicy)
  KEFU_AUTHORITY_CALL(ListAuthorityPolicies, ListAuthorityPoliciesRequest,
                      ListAuthorityPoliciesResponse)

#undef KEFU_AUTHORITY_CALL

 private:
  const AuthorityHandlers& handlers_;
};

}  // namespace

AuthorityServiceImpl::AuthorityServiceImpl(rpc::Dispatcher& dispatcher,
                                           const AuthorityHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::staffing
