// What ReturnPolicyService does. As handlers.h: thread-safe, a base's people act in the
// organizations of the merchants whose shops they are granted, writes are idempotent under a
// request_id. Errors are those of errors.h, and what common/db and events::RunWrite say.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/aftersales/v1/return_policy_service.pb.h"
#include "services/aftersales/handlers/handlers.h"

namespace kefu::aftersales {

class ReturnPolicyHandlers {
 public:
  explicit ReturnPolicyHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_RETURN_POLICY_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_RETURN_POLICY_HANDLER(SetReturnPolicy, SetReturnPolicyRequest, ReturnPolicy)
  KEFU_RETURN_POLICY_HANDLER(GetReturnPolicy, GetReturnPolicyRequest, ReturnPolicy)
  KEFU_RETURN_POLICY_HANDLER(ListReturnPolicies, ListReturnPoliciesRequest,
                             ListReturnPoliciesResponse)
  KEFU_RETURN_POLICY_HANDLER(ListReturnQuestions, ListReturnQuestionsRequest,
                             ListReturnQuestionsResponse)
  KEFU_RETURN_POLICY_HANDLER(GetReturnEvaluation, GetReturnEvaluationRequest, ReturnEvaluation)
  KEFU_RETURN_POLICY_HANDLER(ListReturnEvaluations, ListReturnEvaluationsRequest,
                             ListReturnEvaluationsResponse)
  KEFU_RETURN_POLICY_HANDLER(ReplayReturnEvaluation, ReplayReturnEvaluationRequest,
                             ReplayReturnEvaluationResponse)
  KEFU_RETURN_POLICY_HANDLER(SimulateReturnPolicy, SimulateReturnPolicyRequest,
                             SimulateReturnPolicyResponse)

#undef KEFU_RETURN_POLICY_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::aftersales
