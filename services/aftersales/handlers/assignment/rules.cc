// The rules of assignment, set and read.
#include "services/aftersales/handlers/intake/rules.h"

#include "services/aftersales/handlers/assignment/assignment_handlers.h"
#include "services/aftersales/store/assignment.h"

namespace kefu::aftersales {

absl::StatusOr<v1::AssignmentPolicy> AssignmentHandlers::SetAssignmentPolicy(
    const RequestContext& ctx, const v1::SetAssignmentPolicyRequest& request) const {
  return SetRules<v1::AssignmentPolicy>(deps_, ctx, request, store::kAssignmentRules,
                                        convert::CheckPolicy,
                                        [&](db::Transaction& t, absl::Time effective) {
                                          return store::WakeAll(t, ctx.org_id(), effective);
                                        });
}

absl::StatusOr<v1::AssignmentPolicy> AssignmentHandlers::GetAssignmentPolicy(
    const RequestContext& ctx, const v1::GetAssignmentPolicyRequest& request) const {
  return GetRules<v1::AssignmentPolicy>(deps_, ctx, request, store::kAssignmentRules);
}

}  // namespace kefu::aftersales
