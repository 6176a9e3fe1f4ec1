#include "services/performance/handlers/scope.h"

#include "common/auth/principal.h"
#include "common/convert/fields.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/performance/errors.h"

namespace kefu::performance {

absl::StatusOr<ShopScope> RequireShopScope(db::Database& database, const RequestContext& ctx,
                                           std::string_view shop_id, absl::Time deadline) {
  FieldViolations violations;
  ShopScope result;
  result.scope.shop_id = kefu::convert::Id(shop_id, "shop_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  // Contracts run by whole days; the zone of the shop is only known once its settings are read, so
  // the organization's day counts.
  const absl::CivilDay today = absl::ToCivilDay(ctx.now, absl::UTCTimeZone());
  ASSIGN_OR_RETURN(result.scope.org_id, auth::RequireShop(ctx.principal, shop_id, today));
  ASSIGN_OR_RETURN(auto settings, database.RunInTransaction(deadline, [&](db::Transaction& t) {
    return store::LoadSettings(t, result.scope);
  }));
  if (!settings) return error::ShopNotConfigured(shop_id);
  result.settings = *std::move(settings);
  ASSIGN_OR_RETURN(result.zone, LoadZone(result.settings.time_zone));
  return result;
}

absl::StatusOr<std::vector<ShopScope>> ShopsInSight(db::Database& database,
                                                    const RequestContext& ctx,
                                                    absl::Time deadline) {
  const absl::CivilDay today = absl::ToCivilDay(ctx.now, absl::UTCTimeZone());
  std::set<store::Scope> granted;
  std::set<std::string> orgs{ctx.principal.org_id};
  if (ctx.principal.IsBase()) {
    orgs.clear();
    for (const auth::Grant& grant : ctx.principal.GrantsOn(today)) {
      granted.insert({grant.org_id, grant.shop_id});
      orgs.insert(grant.org_id);
    }
  }
  return database.RunInTransaction(
      deadline, [&](db::Transaction& t) -> absl::StatusOr<std::vector<ShopScope>> {
        std::vector<ShopScope> shops;
        for (const std::string& org_id : orgs) {
          ASSIGN_OR_RETURN(const auto all, store::SettingsOfOrg(t, org_id));
          for (const domain::Settings& settings : all) {
            const store::Scope scope{org_id, settings.shop_id};
            if (ctx.principal.IsBase() ? !granted.contains(scope)
                                       : !ctx.principal.MayUseShop(settings.shop_id))
              continue;
            ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(settings.time_zone));
            shops.push_back({scope, settings, zone});
          }
        }
        return shops;
      });
}

absl::StatusOr<std::optional<std::set<std::string>>> AgentsInSight(db::Transaction& t,
                                                                   const RequestContext& ctx,
                                                                   const ShopScope& shop) {
  if (!ctx.principal.IsBase()) return std::nullopt;
  return store::AgentsOfBase(t, shop.scope.org_id, ctx.principal.base_id);
}

absl::Status RequireSightOfFacts(const RequestContext& ctx) {
  return ctx.principal.IsBase() ? error::OnlyOwnAgents() : absl::OkStatus();
}

absl::Status RequireWholeOrganization(const RequestContext& ctx) {
  const bool whole = ctx.principal.shops.empty() && !ctx.principal.org_id.empty();
  return whole ? absl::OkStatus() : error::NotForShops();
}

absl::StatusOr<PolicyOwner> RequirePolicyOwner(db::Database& database, const RequestContext& ctx,
                                               std::string_view shop_id) {
  if (shop_id.empty()) {
    RETURN_IF_ERROR(RequireWholeOrganization(ctx));
    return PolicyOwner{{ctx.principal.org_id, ""},
                       "",
                       absl::ToCivilDay(ctx.now - absl::Hours(12), absl::UTCTimeZone())};
  }
  ASSIGN_OR_RETURN(const ShopScope shop, RequireShopScope(database, ctx, shop_id, ctx.deadline));
  return PolicyOwner{shop.scope, shop.settings.currency_code, absl::ToCivilDay(ctx.now, shop.zone)};
}

}  // namespace kefu::performance
