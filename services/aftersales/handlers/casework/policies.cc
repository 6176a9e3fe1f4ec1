// The case policy: read, written as a further version, listed.
#include "services/aftersales/store/policies.h"
#include "common/convert/fields.h"
#include "common/db/page_token.h"
#include "common/events/write.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/aftersales/convert/casework.h"
#include "services/aftersales/errors.h"
#include "services/aftersales/handlers/casework/casework.h"
#include "services/aftersales/handlers/pages.h"
#include "services/aftersales/handlers/scope.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;

// The organization whose policy is meant: the shop's, where one is named.
absl::StatusOr<std::string> OrgOf(const RequestContext& ctx, const std::string& shop_id) {
  if (!shop_id.empty()) return OrgOfShop(ctx, shop_id);
  return std::string(ctx.org_id());
}

// A policy of every shop is for those who answer for all of them. A base reads the rules of the
// shops that it serves; they are the merchant's to write.
absl::Status RequireScope(const RequestContext& ctx, const std::string& shop_id) {
  if (shop_id.empty()) {
    return ctx.principal.shops.empty() ? absl::OkStatus() : error::ShopNotAllowed("all");
  }
  ASSIGN_OR_RETURN(const std::string org_id, OrgOfShop(ctx, shop_id));
  return org_id == ctx.org_id() ? absl::OkStatus() : error::ShopNotAllowed(shop_id);
}

}  // namespace

absl::StatusOr<v1::CasePolicy> CaseWorkHandlers::GetCasePolicy(
    const RequestContext& ctx, const v1::GetCasePolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  fields::OptionalId(request.shop_id(), "shop_id", violations);
  const absl::Time at =
      request.has_time() ? fields::Instant(request.time(), "time", violations) : NowOf(ctx);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const std::string org_id, OrgOf(ctx, request.shop_id()));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::CasePolicy> {
        ASSIGN_OR_RETURN(const store::Shop shop, store::FindShop(t, org_id, request.shop_id()));
        ASSIGN_OR_RETURN(const domain::CasePolicy policy, store::ChooseCasePolicy(t, shop, at));
        return convert::ToProto(policy);
      });
}

absl::StatusOr<v1::CasePolicy> CaseWorkHandlers::SetCasePolicy(
    const RequestContext& ctx, const v1::SetCasePolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  const domain::CasePolicy asked = convert::FromProto(request.policy(), NowOf(ctx), inner);
  violations.Merge("policy", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(RequireScope(ctx, asked.shop_id));
  return events::RunWrite<v1::CasePolicy>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::CasePolicy> {
        domain::CasePolicy policy = asked;
        ASSIGN_OR_RETURN(policy.ref, store::AddCasePolicy(t, ctx.org_id(), policy));
        return convert::ToProto(policy);
      });
}

absl::StatusOr<v1::ListCasePoliciesResponse> CaseWorkHandlers::ListCasePolicies(
    const RequestContext& ctx, const v1::ListCasePoliciesRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  fields::OptionalId(request.shop_id(), "shop_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  // Every shop's policies are for those who answer for all of them.
  if (request.shop_id().empty() && (ctx.principal.IsBase() || !ctx.principal.shops.empty())) {
    return error::ShopNotAllowed("all");
  }
  ASSIGN_OR_RETURN(const std::string org_id, OrgOf(ctx, request.shop_id()));
  ASSIGN_OR_RETURN(const int size, db::PageSize(request.page_size()));
  const uint64_t hash = db::FilterHash({ctx.method, org_id, request.shop_id()});
  ASSIGN_OR_RETURN(const auto keys, db::DecodePageToken(request.page_token(), hash, 3));
  domain::PolicyRef after;
  if (!keys.empty()) after = {keys[0], keys[1], static_cast<int32_t>(NumberIn(keys[2]))};
  ASSIGN_OR_RETURN(const auto policies,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return store::ListCasePolicies(t, org_id, request.shop_id(), after, size + 1);
                   }));
  v1::ListCasePoliciesResponse response;
  const size_t shown = FillPage(policies.size(), size, [&](size_t row) -> const v1::CasePolicy& {
    return *response.add_policies() = convert::ToProto(policies[row]);
  });
  if (shown < policies.size()) {
    const domain::PolicyRef& last = policies[shown - 1].ref;
    response.set_next_page_token(
        db::EncodePageToken(hash, {last.org_id, last.policy_id, fmt::format("{}", last.version)}));
  }
  return response;
}

}  // namespace kefu::aftersales
