// Setting and reading versions of rules: the same for assignment and channels.
#pragma once

#include <functional>

#include "common/convert/fields.h"
#include "common/events/write.h"
#include "common/time/civil.h"
#include "services/aftersales/convert/assignment.h"
#include "services/aftersales/errors_intake.h"
#include "services/aftersales/handlers/handlers.h"
#include "services/aftersales/handlers/scope.h"
#include "services/aftersales/store/intake.h"

namespace kefu::aftersales {

// Adds the request's policy as the organization's next version. `check` adds what is wrong with it;
// `after` does what follows from it in the same transaction.
template <class Policy, class Request>
absl::StatusOr<Policy> SetRules(
    const Dependencies& deps, const RequestContext& ctx, const Request& request,
    std::string_view topic, void (*check)(const Policy&, FieldViolations&),
    const std::function<absl::Status(db::Transaction&, absl::Time)>& after) {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  if (!ctx.principal.shops.empty()) return error::RulesOfAllShops();
  const absl::Time now = NowOf(ctx);
  FieldViolations inner, violations;
  violations.Check(request.has_policy(), "policy", "must be set");
  check(request.policy(), inner);
  absl::Time effective = now;
  if (request.policy().has_effective_time()) {
    effective = FromMicros(ToMicros(
        ::kefu::convert::Instant(request.policy().effective_time(), "effective_time", inner)));
    inner.Check(effective >= now, "effective_time", "must not be in the past");
  }
  violations.Merge("policy", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<Policy>(
      deps.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<Policy> {
        ASSIGN_OR_RETURN(const int32_t version, store::NextRules(t, ctx.org_id(), topic));
        Policy policy = request.policy();
        policy.set_version(version);
        policy.set_set_by(ctx.principal.subject);
        *policy.mutable_effective_time() = ::kefu::convert::ToProto(effective);
        RETURN_IF_ERROR(store::InsertRules(t, ctx.org_id(), topic, version, effective,
                                           convert::PolicyBody(policy)));
        RETURN_IF_ERROR(after(t, effective));
        return policy;
      });
}

// The version in force at a time, of the organization or shipped.
template <class Policy>
absl::StatusOr<Policy> ReadRules(db::Transaction& t, std::string_view org_id,
                                 std::string_view topic, absl::Time at) {
  ASSIGN_OR_RETURN(const store::StoredRules stored, store::RulesAt(t, org_id, topic, at));
  Policy policy;
  RETURN_IF_ERROR(convert::ParsePolicyBody(stored.body, policy));
  policy.set_version(stored.version);
  return policy;
}

template <class Policy, class Request>
absl::StatusOr<Policy> GetRules(const Dependencies& deps, const RequestContext& ctx,
                                const Request& request, std::string_view topic) {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  absl::Time at = NowOf(ctx);
  if (request.has_at_time()) {
    at = ::kefu::convert::Instant(request.at_time(), "at_time", violations);
  }
  RETURN_IF_ERROR(violations.ToStatus());
  return deps.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
    return ReadRules<Policy>(t, ctx.org_id(), topic, at);
  });
}

}  // namespace kefu::aftersales
