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

// The shops of the organization's pay: those of its currency, once it has one.
absl::StatusOr<std::vector<ShopScope>> ShopsOfOrganization(const std::vector<ShopScope>& all,
                                                           const std::string& currency) {
  std::vector<ShopScope> shops;
  for (const ShopScope& shop : all) {
    if (!currency.empty() && shop.settings.currency_code != currency) continue;
    shops.push_back(shop);
    if (shop.settings.currency_code != shops.front().settings.currency_code) {
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
                                         const std::string& shop_id, std::string_view agent_id) {
  PayScope result;
  const bool own = !agent_id.empty() && ctx.principal.agent_id == agent_id;
  if (!shop_id.empty()) {
    ASSIGN_OR_RETURN(result.shops.emplace_back(),
                     RequireShopScope(deps.database, ctx, shop_id, ctx.deadline));
  } else if (!own || ctx.org_id().empty()) {
    RETURN_IF_ERROR(RequireAllShops(ctx));
  }
  const std::string org_id =
      shop_id.empty() ? std::string(ctx.org_id()) : result.shops.front().scope.org_id;
  result.scope = {org_id, shop_id};
  std::vector<domain::Settings> settings;
  std::string currency;
  RETURN_IF_ERROR(
      deps.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) -> absl::Status {
        ASSIGN_OR_RETURN(settings, store::LoadShops(t, org_id));
        ASSIGN_OR_RETURN(currency, CurrencyOfOrganization(t, org_id));
        ASSIGN_OR_RETURN(result.definition, FindDefinition(t, org_id, "default"));
        return absl::OkStatus();
      }));
  for (const domain::Settings& each : settings) {
    ShopScope& shop = result.others.emplace_back(ShopScope{{org_id, each.shop_id}, each, {}});
    ASSIGN_OR_RETURN(shop.zone, LoadZone(each.time_zone));
    result.sharing_shop_ids.push_back(each.shop_id);
  }
  if (shop_id.empty()) {
    ASSIGN_OR_RETURN(result.shops, ShopsOfOrganization(result.others, currency));
  }
  std::erase_if(result.others, [&](const ShopScope& other) {
    return std::ranges::any_of(result.shops, [&](const ShopScope& shop) {
      return shop.scope.shop_id == other.scope.shop_id;
    });
  });
  result.currency = result.shops.front().settings.currency_code;
  return result;
}

absl::Status BringUpToDate(const Dependencies& deps, const RequestContext& ctx,
                           const PayScope& scope, absl::CivilDay month) {
  using Keys = std::vector<std::pair<store::Scope, std::string>>;  // of each shop
  ASSIGN_OR_RETURN(
      const Keys keys,
      deps.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<Keys> {
        Keys all;
        ASSIGN_OR_RETURN(const auto of_pay, DefinitionsOfPay(t, scope, month));
        for (const ShopScope& shop : scope.shops) {
          for (const std::string& key : of_pay) all.emplace_back(shop.scope, key);
        }
        for (const ShopScope& shop : scope.others) {
          all.emplace_back(shop.scope, scope.definition->Key());
        }
        for (const auto& [shop, key] : all) {
          RETURN_IF_ERROR(KeepUp(t, shop, key));
        }
        return all;
      }));
  for (const auto& [shop, key] : keys) {
    RETURN_IF_ERROR(
        deps.recomputer.Run(shop, key, FirstDayOfPay(month), LastDayOf(month), ctx.deadline)
            .status());
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
