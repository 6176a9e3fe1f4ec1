// Return policies: an organization's own, written as versions, and those that ship.
#include <limits>

#include "absl/strings/numbers.h"
#include "common/convert/fields.h"
#include "common/db/page_token.h"
#include "common/events/outbox.h"
#include "common/events/write.h"
#include "common/status/error.h"
#include "fmt/format.h"
#include "services/aftersales/convert/returns.h"
#include "services/aftersales/handlers/pages.h"
#include "services/aftersales/handlers/returns/asked_policy.h"
#include "services/aftersales/handlers/returns/return_policies.h"
#include "services/aftersales/handlers/scope.h"
#include "services/aftersales/store/returns.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;
namespace returns = domain::returns;

// Numbers the version after the newest of its policy, which nobody else writes until the
// transaction ends.
absl::Status Follow(db::Transaction& t, std::string_view etag, returns::Policy& policy) {
  returns::Policy newest;
  ASSIGN_OR_RETURN(policy.ref.version,
                   store::NextReturnVersion(t, policy.ref.org_id, policy.ref.policy_id));
  FieldViolations violations;
  if (policy.ref.version > 1) {
    ASSIGN_OR_RETURN(const auto found,
                     store::FindReturnPolicy(
                         t, {policy.ref.org_id, policy.ref.policy_id, policy.ref.version - 1}));
    if (!found) return Internal("the version of a return policy before this one is gone");
    newest = *found;
    violations.Check(policy.effective >= newest.effective, "policy.effective_time",
                     fmt::format("must not be before that of version {}", newest.ref.version));
  }
  if (!etag.empty() && etag != convert::Etag(newest)) {
    return error::ReturnPolicyEtagMismatch(policy.ref.policy_id);
  }
  return violations.ToStatus();
}

}  // namespace

absl::StatusOr<v1::ReturnPolicy> ReturnPolicyHandlers::SetReturnPolicy(
    const RequestContext& ctx, const v1::SetReturnPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const AskedPolicy asked, AskPolicy(ctx, request.has_policy(), request.policy()));
  if (asked.policy.shop_id.empty() && !ctx.principal.shops.empty()) {
    return error::ShopNotAllowed("every shop");
  }
  return events::RunWrite<v1::ReturnPolicy>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::ReturnPolicy> {
        FieldViolations violations;
        RETURN_IF_ERROR(CheckPolicy(t, ctx, request.policy(), asked, violations));
        violations.Check(asked.policy.effective >= NowOf(ctx), "policy.effective_time",
                         "must not be in the past");
        RETURN_IF_ERROR(violations.ToStatus());
        returns::Policy policy = asked.policy;
        RETURN_IF_ERROR(Follow(t, request.policy().etag(), policy));
        RETURN_IF_ERROR(store::InsertReturnPolicy(t, policy));
        v1::ReturnPolicyChanged event;
        *event.mutable_policy() = convert::ToProto(policy);
        RETURN_IF_ERROR(
            events::Append(t, policy.ref.org_id, policy.ref.policy_id, event, policy.create_time));
        t.AfterCommit(deps_.on_events);
        return event.policy();
      });
}

absl::StatusOr<v1::ReturnPolicy> ReturnPolicyHandlers::GetReturnPolicy(
    const RequestContext& ctx, const v1::GetReturnPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  domain::PolicyRef ref;
  ref.policy_id = fields::Text(request.policy_id(), convert::kMaxPolicyId, "policy_id", violations);
  ref.version = fields::Number(request.version(), 0, std::numeric_limits<int32_t>::max(), "version",
                               violations);
  fields::OptionalId(request.shop_id(), "shop_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(ref.org_id, OrgOfPolicies(ctx, request.shop_id()));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::ReturnPolicy> {
        ASSIGN_OR_RETURN(auto policy, store::FindReturnPolicy(t, ref));
        if (!policy) {
          ASSIGN_OR_RETURN(policy, store::FindReturnPolicy(t, {"", ref.policy_id, ref.version}));
        }
        const bool others = policy && !policy->shop_id.empty() && !request.shop_id().empty() &&
                            policy->shop_id != request.shop_id();
        if (!policy || others) return error::ReturnPolicyNotFound(ref.policy_id);
        if (!policy->shop_id.empty() && !ReachesShop(ctx, ref.org_id, policy->shop_id)) {
          return error::ShopNotAllowed(policy->shop_id);
        }
        return convert::ToProto(*policy);
      });
}

namespace {

absl::StatusOr<store::ReturnPolicyFilter> FilterOf(db::Transaction& t, const RequestContext& ctx,
                                                   const std::string& org_id,
                                                   const std::string& shop_id) {
  store::ReturnPolicyFilter filter{.org_id = org_id};
  if (!shop_id.empty()) {
    ASSIGN_OR_RETURN(const store::Shop shop, store::FindShop(t, org_id, shop_id));
    filter.shops.emplace({shop_id});
    filter.platform = shop.platform;
  } else if (!ctx.principal.shops.empty()) {
    filter.shops.emplace(ctx.principal.shops.begin(), ctx.principal.shops.end());
  }
  return filter;
}

// Only tokens that were made here hold numbers: anything else is a forged one, and begins.
domain::PolicyRef RefFromKeys(const std::vector<std::string>& keys) {
  domain::PolicyRef ref;
  if (keys.empty()) return ref;
  ref.org_id = keys[0];
  ref.policy_id = keys[1];
  if (!absl::SimpleAtoi(keys[2], &ref.version)) return {};
  return ref;
}

}  // namespace

absl::StatusOr<v1::ListReturnPoliciesResponse> ReturnPolicyHandlers::ListReturnPolicies(
    const RequestContext& ctx, const v1::ListReturnPoliciesRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  fields::OptionalId(request.shop_id(), "shop_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const std::string org_id, OrgOfPolicies(ctx, request.shop_id()));
  ASSIGN_OR_RETURN(const int size, db::PageSize(request.page_size()));
  const uint64_t hash = db::FilterHash({ctx.method, org_id, request.shop_id()});
  ASSIGN_OR_RETURN(const auto keys, db::DecodePageToken(request.page_token(), hash, 3));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::ListReturnPoliciesResponse> {
        v1::ListReturnPoliciesResponse response;
        ASSIGN_OR_RETURN(const auto filter, FilterOf(t, ctx, org_id, request.shop_id()));
        ASSIGN_OR_RETURN(const auto refs,
                         store::ListReturnPolicies(t, filter, RefFromKeys(keys), size + 1));
        size_t shown = 0, bytes = 0;
        for (; shown < refs.size() && shown < static_cast<size_t>(size) && bytes < kPageBytes;
             ++shown) {
          ASSIGN_OR_RETURN(const auto policy, store::FindReturnPolicy(t, refs[shown]));
          *response.add_policies() = convert::ToProto(*policy);
          bytes += response.policies().rbegin()->ByteSizeLong();
        }
        if (shown < refs.size()) {
          const domain::PolicyRef& last = refs[shown - 1];
          response.set_next_page_token(db::EncodePageToken(
              hash, {last.org_id, last.policy_id, fmt::format("{}", last.version)}));
        }
        return response;
      });
}

}  // namespace kefu::aftersales
