#include "services/aftersales/handlers/compensation_policies.h"

#include "common/convert/fields.h"
#include "common/db/page_token.h"
#include "common/events/outbox.h"
#include "common/events/write.h"
#include "fmt/format.h"
#include "services/aftersales/convert/compensation.h"
#include "services/aftersales/errors.h"
#include "services/aftersales/handlers/pages.h"
#include "services/aftersales/handlers/scope.h"
#include "services/aftersales/store/compensation.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;

// A policy of more than one shop is for those who answer for all of them.
absl::Status RequireScope(const RequestContext& ctx, std::string_view shop_id) {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  if (!shop_id.empty()) return OrgOfShop(ctx, shop_id).status();
  return ctx.principal.shops.empty() ? absl::OkStatus() : error::ShopNotAllowed("all");
}

// Numbers the version after the latest of its scope.
absl::Status Complete(db::Transaction& t, const RequestContext& ctx,
                      domain::CompensationPolicy& policy) {
  policy.ref = {std::string(ctx.org_id()), domain::PolicyIdOf(policy), 1};
  policy.actor = ctx.principal.subject;
  policy.create_time = NowOf(ctx);
  ASSIGN_OR_RETURN(const auto latest,
                   store::LatestCompensationPolicy(t, ctx.org_id(), policy.ref.policy_id));
  if (!latest) return absl::OkStatus();
  policy.ref.version = latest->ref.version + 1;
  FieldViolations violations;
  violations.Check(policy.effective >= latest->effective, "policy.effective_time",
                   fmt::format("must not be before that of version {}", latest->ref.version));
  return violations.ToStatus();
}

}  // namespace

absl::StatusOr<v1::CompensationPolicy> CompensationPolicyHandlers::SetCompensationPolicy(
    const RequestContext& ctx, const v1::SetCompensationPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  violations.Check(request.has_policy(), "policy", "must be set");
  const domain::CompensationPolicy asked = convert::FromProto(request.policy(), NowOf(ctx), inner);
  violations.Merge("policy", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(RequireScope(ctx, asked.shop_id));
  return events::RunWrite<v1::CompensationPolicy>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::CompensationPolicy> {
        domain::CompensationPolicy policy = asked;
        RETURN_IF_ERROR(Complete(t, ctx, policy));
        const absl::Status inserted = store::InsertCompensationPolicy(t, policy);
        if (absl::IsAlreadyExists(inserted)) return error::CompensationPolicyChanged();
        RETURN_IF_ERROR(inserted);
        v1::CompensationPolicyChanged event;
        *event.mutable_policy() = convert::ToProto(policy);
        RETURN_IF_ERROR(
            events::Append(t, policy.ref.org_id, policy.ref.policy_id, event, policy.create_time));
        t.AfterCommit(deps_.on_events);
        return event.policy();
      });
}

absl::StatusOr<v1::CompensationPolicy> CompensationPolicyHandlers::GetCompensationPolicy(
    const RequestContext& ctx, const v1::GetCompensationPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const std::string shop_id = fields::OptionalId(request.shop_id(), "shop_id", violations);
  const absl::Time at = request.has_at_time()
                            ? fields::Instant(request.at_time(), "at_time", violations)
                            : NowOf(ctx);
  RETURN_IF_ERROR(violations.ToStatus());
  std::string org_id(ctx.org_id());
  if (!shop_id.empty()) {
    ASSIGN_OR_RETURN(org_id, OrgOfShop(ctx, shop_id));
  }
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::CompensationPolicy> {
        store::Shop shop{org_id, "", "", {}};
        if (!shop_id.empty()) {
          ASSIGN_OR_RETURN(shop, store::FindShop(t, org_id, shop_id));
        }
        ASSIGN_OR_RETURN(const auto policy, store::ChooseCompensationPolicy(t, shop, at));
        return convert::ToProto(policy);
      });
}

absl::StatusOr<v1::ListCompensationPoliciesResponse>
CompensationPolicyHandlers::ListCompensationPolicies(
    const RequestContext& ctx, const v1::ListCompensationPoliciesRequest& request) const {
  RETURN_IF_ERROR(RequireScope(ctx, ""));
  FieldViolations violations;
  fields::OptionalText(request.policy_id(), domain::kMaxPolicyId, "policy_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const int size, db::PageSize(request.page_size()));
  const uint64_t hash = db::FilterHash({ctx.method, ctx.org_id(), request.policy_id()});
  ASSIGN_OR_RETURN(const auto keys, db::DecodePageToken(request.page_token(), hash, 3));
  domain::PolicyRef after;
  if (!keys.empty()) {
    after = {keys[0], keys[1], static_cast<int32_t>(NumberIn(keys[2]))};
  }
  ASSIGN_OR_RETURN(const auto policies,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return store::ListCompensationPolicies(t, ctx.org_id(), request.policy_id(),
                                                            after, size + 1);
                   }));
  v1::ListCompensationPoliciesResponse response;
  for (size_t i = 0; i < policies.size() && i < static_cast<size_t>(size); ++i) {
    *response.add_policies() = convert::ToProto(policies[i]);
  }
  if (policies.size() > static_cast<size_t>(size)) {
    const domain::PolicyRef& last = policies[size - 1].ref;
    response.set_next_page_token(
        db::EncodePageToken(hash, {last.org_id, last.policy_id, fmt::format("{}", last.version)}));
  }
  return response;
}

}  // namespace kefu::aftersales
