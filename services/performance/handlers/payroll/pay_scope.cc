#include "services/performance/handlers/payroll/pay_scope.h"

#include <algorithm>

#include "common/auth/permissions.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/performance/domain/definitions.h"
#include "services/performance/domain/facts.h"
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

// What screening may change: Recomputer::ScreenAround.
constexpr int kScreenedBefore = domain::kMaxConversationDays + domain::kMaxAttributionDays;
constexpr int kScreenedAfter = domain::kMaxAttributionDays;

// Of some shops those whose figures by a definition are behind in the days.
absl::StatusOr<ShopsBehind> BehindOf(db::Transaction& t, const std::string& org_id,
                                     const std::vector<ShopScope>& shops, const std::string& key,
                                     const domain::Span& days) {
  ShopsBehind behind{days, {}};
  if (shops.empty()) return behind;
  ASSIGN_OR_RETURN(const auto kept_up, store::ShopsWithKey(t, org_id, key));
  ASSIGN_OR_RETURN(const auto marked,
                   store::MarkedDaysAtShops(t, org_id, key, days.first, days.last, kScreenedBefore,
                                            kScreenedAfter));
  for (const ShopScope& shop : shops) {
    const std::string& shop_id = shop.scope.shop_id;
    if (const auto found = marked.find(shop_id); found != marked.end()) {
      behind.shops[shop_id].days = found->second;
    }
    if (std::ranges::find(kept_up, shop_id) == kept_up.end()) {
      behind.shops[shop_id].not_kept_up = true;
    }
  }
  return behind;
}

// Makes a definition active where it is not: another has taken the place of the one by which months
// were closed.
absl::Status KeepUp(db::Transaction& t, const std::string& org_id, const std::string& key,
                    const ShopsBehind& behind) {
  for (const auto& [shop_id, shop] : behind.shops) {
    if (!shop.not_kept_up) continue;
    const store::Scope scope{org_id, shop_id};
    ASSIGN_OR_RETURN(const auto settings, store::LoadSettings(t, scope, /*lock=*/true));
    RETURN_IF_ERROR(ActivateForPay(t, scope, settings ? settings->platform : "", key));
  }
  return absl::OkStatus();
}

// In transactions of their own, day by day.
absl::Status Recompute(const Dependencies& deps, const RequestContext& ctx,
                       const std::string& org_id, const std::string& key,
                       const ShopsBehind& behind) {
  for (const auto& [shop_id, shop] : behind.shops) {
    RETURN_IF_ERROR(
        deps.recomputer
            .Run({org_id, shop_id}, key, behind.span.first, behind.span.last, ctx.deadline)
            .status());
  }
  return absl::OkStatus();
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
  using Behind = std::map<std::string, ShopsBehind>;  // by definition
  const std::string& org_id = scope.scope.org_id;
  const domain::Span days{FirstDayOfPay(month), LastDayOf(month)};
  ASSIGN_OR_RETURN(const Behind behind,
                   deps.database.RunInTransaction(
                       ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<Behind> {
                         Behind all;
                         ASSIGN_OR_RETURN(const auto keys, DefinitionsOfPay(t, scope, month));
                         for (const std::string& key : keys) {
                           ASSIGN_OR_RETURN(all[key], BehindOf(t, org_id, scope.shops, key, days));
                           RETURN_IF_ERROR(KeepUp(t, org_id, key, all[key]));
                         }
                         return all;
                       }));
  for (const auto& [key, shops] : behind) {
    RETURN_IF_ERROR(Recompute(deps, ctx, org_id, key, shops));
  }
  return absl::OkStatus();
}

absl::StatusOr<ShopsBehind> OthersBehind(db::Transaction& t, const PayScope& scope,
                                         const domain::Span& days) {
  return BehindOf(t, scope.scope.org_id, scope.others, scope.definition->Key(), days);
}

absl::Status BringUpOthers(const Dependencies& deps, const RequestContext& ctx,
                           const PayScope& scope, const ShopsBehind& behind) {
  const std::string key = scope.definition->Key();
  RETURN_IF_ERROR(deps.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
    return KeepUp(t, scope.scope.org_id, key, behind);
  }));
  return Recompute(deps, ctx, scope.scope.org_id, key, behind);
}

absl::StatusOr<std::set<std::string>> DefinitionsOfPay(db::Transaction& t, const PayScope& scope,
                                                       absl::CivilDay month) {
  std::set<std::string> keys{scope.definition->Key()};
  ASSIGN_OR_RETURN(
      const auto periods,
      store::ListPayPeriods(t, scope.scope, store::kBeforeAllMonths, store::kAllMonths));
  for (const store::PayPeriodRow& row : periods) {
    if (row.month > month) break;
    v1::PayPeriod period;
    RETURN_IF_ERROR(ReadBody(row.body, period));
    keys.insert(DefinitionKeyOf(period));
  }
  return keys;
}

}  // namespace kefu::performance
