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

absl::StatusOr<std::optional<domain::Case>> Fetch(db::Transaction& t, std::string_view org_id,
                                                  std::string_view case_id, Access access) {
  return access == Access::kLock ? store::LockCase(t, org_id, case_id)
                                 : store::FindCase(t, org_id, case_id);
}

absl::Status CheckConfinement(const RequestContext& ctx, std::string_view shop_id) {
  return ctx.principal.MayUseShop(shop_id) ? absl::OkStatus() : error::ShopNotAllowed(shop_id);
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
  filter.base_id = BaseOf(ctx);
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

std::string_view BaseOf(const RequestContext& ctx) {
  return ctx.principal.IsBase() ? std::string_view(ctx.principal.base_id) : std::string_view();
}

std::vector<std::string> OrgsInReach(const RequestContext& ctx) {
  if (!ctx.principal.IsBase()) return {std::string(ctx.org_id())};
  std::set<std::string> merchants;
  for (const auth::Grant& grant : ctx.principal.GrantsOn(Today(ctx))) {
    merchants.insert(grant.org_id);
  }
  return {merchants.begin(), merchants.end()};
}

bool ReachesShop(const RequestContext& ctx, std::string_view org_id, std::string_view shop_id) {
  if (!ctx.principal.IsBase()) return ctx.principal.MayUseShop(shop_id);
  const std::vector<auth::Grant> grants = ctx.principal.GrantsOn(Today(ctx));
  return std::ranges::any_of(grants, [&](const auth::Grant& grant) {
    return grant.org_id == org_id && grant.shop_id == shop_id;
  });
}

absl::StatusOr<std::set<std::string, std::less<>>> ReachedCases(
    db::Transaction& t, const RequestContext& ctx, std::string_view org_id,
    std::span<const std::string> case_ids) {
  if (!ctx.principal.IsBase()) {
    return std::set<std::string, std::less<>>(case_ids.begin(), case_ids.end());
  }
  constexpr size_t kAtOnce = 1000;
  std::set<std::string, std::less<>> reached;
  for (; !case_ids.empty(); case_ids = case_ids.subspan(std::min(kAtOnce, case_ids.size()))) {
    ASSIGN_OR_RETURN(
        auto some, store::ReachedByBase(
                       t, org_id, case_ids.first(std::min(kAtOnce, case_ids.size())), BaseOf(ctx)));
    reached.merge(some);
  }
  return reached;
}

absl::StatusOr<bool> ReachesCase(db::Transaction& t, const RequestContext& ctx,
                                 std::string_view org_id, const std::string& case_id) {
  if (!ctx.principal.IsBase() || case_id.empty()) return true;
  ASSIGN_OR_RETURN(const auto reached, ReachedCases(t, ctx, org_id, {&case_id, 1}));
  return !reached.empty();
}

bool SeesInternal(const RequestContext& ctx) { return !ctx.principal.IsBase(); }

absl::StatusOr<domain::Case> RequireCase(db::Transaction& t, const RequestContext& ctx,
                                         std::string_view case_id, Access access) {
  return InReach<domain::Case>(
      t, ctx, [&](std::string_view org_id) { return Fetch(t, org_id, case_id, access); },
      error::CaseNotFound(case_id));
}

absl::Status CheckReach(db::Database& database, const RequestContext& ctx, std::string_view case_id,
                        std::string_view shop_id) {
  if (!ctx.principal.IsBase()) return CheckConfinement(ctx, shop_id);
  return database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
    return RequireCase(t, ctx, case_id, Access::kRead).status();
  });
}

absl::Status CheckGrant(db::Database& database, const RequestContext& ctx, std::string_view case_id,
                        std::string_view shop_id) {
  if (!ctx.principal.IsBase()) return CheckConfinement(ctx, shop_id);
  return database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) -> absl::Status {
    for (const std::string& org_id : OrgsInReach(ctx)) {
      ASSIGN_OR_RETURN(const auto found, store::FindCase(t, org_id, case_id));
      if (found && ReachesShop(ctx, org_id, found->shop_id)) return absl::OkStatus();
    }
    return error::CaseNotFound(case_id);
  });
}

}  // namespace kefu::aftersales
