#include "services/performance/handlers/payroll/pay_scope.h"

#include <algorithm>

#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/performance/errors_payroll.h"
#include "services/performance/store/payroll.h"

namespace kefu::performance {
namespace {

absl::StatusOr<std::vector<ShopScope>> AllShops(const Dependencies& deps,
                                                const RequestContext& ctx) {
  RETURN_IF_ERROR(RequireAllShops(ctx));
  const std::string org_id(ctx.org_id());
  ASSIGN_OR_RETURN(const auto all,
                   deps.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return store::LoadShops(t, org_id);
                   }));
  std::vector<ShopScope> shops;
  for (const domain::Settings& settings : all) {
    ShopScope& shop = shops.emplace_back(ShopScope{{org_id, settings.shop_id}, settings, {}});
    ASSIGN_OR_RETURN(shop.zone, LoadZone(settings.time_zone));
    if (settings.currency_code != all.front().currency_code) return error::PayShopsDiffer();
  }
  if (shops.empty()) return error::NoShops();
  return shops;
}

}  // namespace

absl::Status RequireAllShops(const RequestContext& ctx) {
  if (ctx.org_id().empty()) return error::PayOfNobody();
  return ctx.principal.shops.empty() ? absl::OkStatus() : error::PayOfAllShops();
}

absl::StatusOr<PayScope> RequirePayScope(const Dependencies& deps, const RequestContext& ctx,
                                         const std::string& shop_id) {
  PayScope result;
  if (shop_id.empty()) {
    ASSIGN_OR_RETURN(result.shops, AllShops(deps, ctx));
  } else {
    ASSIGN_OR_RETURN(result.shops.emplace_back(),
                     RequireShopScope(deps.database, ctx, shop_id, ctx.deadline));
  }
  result.scope = {result.shops.front().scope.org_id, shop_id};
  result.currency = result.shops.front().settings.currency_code;
  ASSIGN_OR_RETURN(result.definition,
                   deps.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return FindDefinition(t, result.scope.org_id, "default");
                   }));
  return result;
}

absl::Status BringUpToDate(const Dependencies& deps, const RequestContext& ctx,
                           const PayScope& scope, absl::CivilDay month) {
  for (const ShopScope& shop : scope.shops) {
    RETURN_IF_ERROR(deps.recomputer
                        .Run(shop.scope, scope.definition->Key(),
                             MonthBefore(month, kCorrectedMonths), LastDayOf(month), ctx.deadline)
                        .status());
  }
  return absl::OkStatus();
}

}  // namespace kefu::performance
