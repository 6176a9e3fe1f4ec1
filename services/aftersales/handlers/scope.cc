#include "services/aftersales/handlers/scope.h"

#include <algorithm>
#include <set>

#include "common/auth/principal.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/aftersales/errors.h"

namespace kefu::aftersales {
namespace {

// Contracts run by whole days. A case is looked up before its shop's zone is known, so the day is
// that of UTC, as in the other services.
absl::CivilDay Today(const RequestContext& ctx) {
  return absl::ToCivilDay(ctx.now, absl::UTCTimeZone());
}

bool Granted(const std::vector<auth::Grant>& grants, const domain::Case& record) {
  return std::ranges::any_of(grants, [&](const auth::Grant& grant) {
    return grant.org_id == record.org_id && grant.shop_id == record.shop_id;
  });
}

absl::StatusOr<std::optional<domain::Case>> Fetch(db::Transaction& t, std::string_view org_id,
                                                  std::string_view case_id, Access access) {
  return access == Access::kLock ? store::LockCase(t, org_id, case_id)
                                 : store::FindCase(t, org_id, case_id);
}

}  // namespace

absl::Status RequireOrganization(const RequestContext& ctx) {
  return ctx.org_id().empty() ? error::OrganizationRequired() : absl::OkStatus();
}

absl::Time NowOf(const RequestContext& ctx) { return FromMicros(ToMicros(ctx.now)); }

absl::StatusOr<std::string> OrgOfShop(const RequestContext& ctx, std::string_view shop_id) {
  return auth::RequireShop(ctx.principal, shop_id, Today(ctx));
}

absl::Status SetReach(const RequestContext& ctx, std::string_view shop_id,
                      store::CaseFilter& filter) {
  if (!shop_id.empty()) {
    ASSIGN_OR_RETURN(const std::string org_id, OrgOfShop(ctx, shop_id));
    filter.shops.push_back({org_id, std::string(shop_id)});
    return absl::OkStatus();
  }
  if (ctx.principal.IsBase()) {
    for (const auth::Grant& grant : ctx.principal.GrantsOn(Today(ctx))) {
      filter.shops.push_back({grant.org_id, grant.shop_id});
    }
  } else if (ctx.principal.shops.empty()) {
    filter.whole_org_id = std::string(ctx.org_id());
  } else {
    for (const std::string& shop : ctx.principal.shops) {
      filter.shops.push_back({std::string(ctx.org_id()), shop});
    }
  }
  return absl::OkStatus();
}

convert::View ViewOf(const RequestContext& ctx) {
  return ctx.principal.IsBase() ? convert::View::kMasked : convert::View::kFull;
}

absl::StatusOr<domain::Case> RequireCase(db::Transaction& t, const RequestContext& ctx,
                                         std::string_view case_id, Access access) {
  if (!ctx.principal.IsBase()) {
    ASSIGN_OR_RETURN(auto found, Fetch(t, ctx.org_id(), case_id, access));
    if (!found) return error::CaseNotFound(case_id);
    if (!ctx.principal.MayUseShop(found->shop_id)) return error::ShopNotAllowed(found->shop_id);
    return *std::move(found);
  }
  const std::vector<auth::Grant> grants = ctx.principal.GrantsOn(Today(ctx));
  std::set<std::string_view> merchants;
  for (const auth::Grant& grant : grants) merchants.insert(grant.org_id);
  for (const std::string_view merchant : merchants) {
    ASSIGN_OR_RETURN(auto found, Fetch(t, merchant, case_id, access));
    // What a merchant has not granted does not exist for a base.
    if (found && Granted(grants, *found)) return *std::move(found);
  }
  return error::CaseNotFound(case_id);
}

absl::Status CheckReach(const RequestContext& ctx, std::string_view case_id,
                        std::string_view shop_id) {
  if (!ctx.principal.IsBase()) {
    return ctx.principal.MayUseShop(shop_id) ? absl::OkStatus() : error::ShopNotAllowed(shop_id);
  }
  const std::vector<auth::Grant> grants = ctx.principal.GrantsOn(Today(ctx));
  return std::ranges::count(grants, shop_id, &auth::Grant::shop_id) > 0
             ? absl::OkStatus()
             : error::CaseNotFound(case_id);
}

}  // namespace kefu::aftersales
