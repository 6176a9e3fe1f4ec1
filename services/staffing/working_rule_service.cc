#include "services/staffing/working_rule_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/staffing/v1/working_rules.grpc.pb.h"

namespace kefu::staffing {
namespace {

class Calls final : public rpc::Service<v1::WorkingRuleService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const WorkingRuleHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

#define KEFU_WORKING_RULE_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_WORKING_RULE_CALL(PublishWorkingRules, PublishWorkingRulesRequest, WorkingRules)
  KEFU_WORKING_RULE_CALL(GetWorkingRules, GetWorkingRulesRequest, WorkingRules)

#undef KEFU_WORKING_RULE_CALL

 private:
  const WorkingRuleHandlers& handlers_;
};

}  // namespace

WorkingRuleServiceImpl::WorkingRuleServiceImpl(rpc::Dispatcher& dispatcher,
                                               const WorkingRuleHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::staffing
