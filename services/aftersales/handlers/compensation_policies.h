// What CompensationPolicyService does, call by call.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/aftersales/v1/compensation.pb.h"
#include "services/aftersales/handlers/handlers.h"

namespace kefu::aftersales {

// Thread-safe; returns what Handlers return, and ABORTED COMPENSATION_POLICY_CHANGED.
class CompensationPolicyHandlers {
 public:
  explicit CompensationPolicyHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

  absl::StatusOr<v1::CompensationPolicy> SetCompensationPolicy(
      const RequestContext& ctx, const v1::SetCompensationPolicyRequest& request) const;
  absl::StatusOr<v1::CompensationPolicy> GetCompensationPolicy(
      const RequestContext& ctx, const v1::GetCompensationPolicyRequest& request) const;
  absl::StatusOr<v1::ListCompensationPoliciesResponse> ListCompensationPolicies(
      const RequestContext& ctx, const v1::ListCompensationPoliciesRequest& request) const;

 private:
  Dependencies deps_;
};

}  // namespace kefu::aftersales
