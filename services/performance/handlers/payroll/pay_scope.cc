#include "services/performance/handlers/payroll/pay_scope.h"

#include <algorithm>

#include "common/auth/permissions.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/performance/errors_payroll.h"
#include "services/performance/handlers/payroll/payroll_run.h"
#include "services/performance/handlers/payroll/support.h"
#include "services/performance/store/definitions.h"
#include "services/performance/store/payroll.h"

namespace kefu::performance {
namespace {

absl::StatusOr<std::vector<ShopScope>> AllShops(const Dependencies& deps,
                                                const RequestContext& ctx) {
  RETURN_IF_ERROR(RequireAllShops(ctx));
  const std::string org_id(ctx.org_id());
  using Known = std::pair<std::vector<domain::Settings>, std::string>;
  ASSIGN_OR_RETURN(const Known known,
                   deps.database.RunInTransaction(
                       ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<Known> {
                         Known read;
                         ASSIGN_OR_RETURN(read.first, store::LoadShops(t, org_id));
                         ASSIGN_OR_RETURN(read.second, CurrencyOfOrganization(t, org_id));
                         return read;
                       }));
  const auto& [all, currency] = known;
  std::vector<ShopScope> shops;
  for (const domain::Settings& settings : all) {
    if (!currency.empty() && settings.currency_code != currency) continue;
    ShopScope& shop = shops.emplace_back(ShopScope{{org_id, settings.shop_id}, settings, {}});
    ASSIGN_OR_RETURN(shop.zone, LoadZone(settings.time_zone));
    if (settings.currency_code != shops.front().settings.currency_code) {
      return error::PayShopsDiffer();
    }
  }
  if (shops.empty()) return error::NoShops();
  return shops;
}

// Makes a definition active by which months were closed, where another has taken its place.
absl::Status KeepUp(db::Transaction& t, const store::Scope& shop, const std::string& key) {
  ASSIGN_OR_RETURN(const auto active, store::ActiveKeys(t, shop));
  if (active.contains(key)) return absl::OkStatus();
  RETURN_IF_ERROR(store::LoadSettings(t, shop, /*lock=*/true).status());
  return store::Activate(t, shop, key);
}

}  // namespace

absl::Status RequireAllShops(const RequestContext& ctx) {
  if (ctx.org_id().empty()) return error::PayOfNobody();
  return ctx.principal.shops.empty() ? absl::OkStatus() : error::PayOfAllShops();
}

absl::StatusOr<std::string> CurrencyOfOrganization(db::Transaction& t, const std::string& org_id) {
  const store::Scope organization{org_id, ""};
  ASSIGN_OR_RETURN(const auto month, store::ClosedMonth(t, organization));
  if (!month) return "";
  ASSIGN_OR_RETURN(const auto row, store::FindPayPeriod(t, organization, *month));
  v1::PayPeriod period;
  if (row) RETURN_IF_ERROR(ReadBody(row->body, period));
  return period.total().currency_code();
}

absl::Status RequirePayOf(const RequestContext& ctx, std::string_view agent_id) {
  const auth::PermissionTable& table = auth::PermissionTable::Get();
  if (table.AllowsFor(ctx.principal, auth::Permission::kReadPay, agent_id)) {
    return absl::OkStatus();
  }
  return error::PayOfOthers();
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
  std::set<std::string> definitions;
  ASSIGN_OR_RETURN(
      definitions,
      deps.database.RunInTransaction(
          ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<std::set<std::string>> {
            ASSIGN_OR_RETURN(auto keys, DefinitionsOfPay(t, scope, month));
            for (const ShopScope& shop : scope.shops) {
              for (const std::string& key : keys) {
                RETURN_IF_ERROR(KeepUp(t, shop.scope, key));
              }
            }
            return keys;
          }));
  for (const ShopScope& shop : scope.shops) {
    for (const std::string& key : definitions) {
      RETURN_IF_ERROR(
          deps.recomputer.Run(shop.scope, key, FirstDayOfPay(month), LastDayOf(month), ctx.deadline)
              .status());
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::set<std::string>> DefinitionsOfPay(db::Transaction& t, const PayScope& scope,
                                                       absl::CivilDay month) {
  std::set<std::string> keys{scope.definition->Key()};
  ASSIGN_OR_RETURN(
      const auto periods,
      store::ListPayPeriods(t, scope.scope, store::kBeforeAllMonths, store::kAllMonths));
  for (const store::PayPeriodRow& row : periods) {
    if (row.month >= month) break;
    v1::PayPeriod period;
    RETURN_IF_ERROR(ReadBody(row.body, period));
    keys.insert(DefinitionKeyOf(period));
  }
  return keys;
}

}  // namespace kefu::performance
