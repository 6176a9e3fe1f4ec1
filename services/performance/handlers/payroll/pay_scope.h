// Whose pay a call is about.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/performance/domain/payroll/plan.h"
#include "services/performance/domain/periods.h"
#include "services/performance/handlers/handlers.h"
#include "services/performance/handlers/scope.h"
#include "services/performance/recompute/definition_book.h"

namespace kefu::performance {

// A shop, or the organization over all of its shops; once it has closed a month, over those of that
// month's currency: others are paid by shop.
struct PayScope {
  store::Scope scope;            // an empty shop_id: the organization
  std::vector<ShopScope> shops;  // in order of their ids, at least one
  std::string currency;
  DefinitionPtr definition;  // of the figures
  // All of the organization's shops, in order of their ids: among them people's months are shared
  // (domain::payroll::ShopParts). `others` are those whose own pay this is not.
  std::vector<std::string> sharing_shop_ids;
  std::vector<ShopScope> others;
};

// PERMISSION_DENIED SHOP_NOT_ALLOWED where the caller is confined to some shops,
// ORGANIZATION_REQUIRED where it speaks for no organization.
absl::Status RequireAllShops(const RequestContext& ctx);

// PERMISSION_DENIED unless the caller reads everybody's pay or is this agent. An empty agent_id:
// everybody's.
absl::Status RequirePayOf(const RequestContext& ctx, std::string_view agent_id);

// The currency of the organization's pay: that of its last closed month; empty before the first.
absl::StatusOr<std::string> CurrencyOfOrganization(db::Transaction& t, const std::string& org_id);

// What RequireShopScope says; for the organization what RequireAllShops says unless the caller is
// that agent, NOT_FOUND SHOP_NOT_CONFIGURED where it has no shops, FAILED_PRECONDITION
// PAY_SHOPS_DIFFER.
absl::StatusOr<PayScope> RequirePayScope(const Dependencies& deps, const RequestContext& ctx,
                                         const std::string& shop_id,
                                         std::string_view agent_id = "");

// The definitions that a month's pay goes by: that of the scope, and those by which it was closed
// itself and the months before it, which it corrects or tells of.
absl::StatusOr<std::set<std::string>> DefinitionsOfPay(db::Transaction& t, const PayScope& scope,
                                                       absl::CivilDay month);

// Brings the scope's own figures that a month's pay depends on up to date: its year, and the closed
// months that late facts may have changed, by the definitions by which they were closed.
absl::Status BringUpToDate(const Dependencies& deps, const RequestContext& ctx,
                           const PayScope& scope, absl::CivilDay month);

// Shops whose figures of some days are behind.
struct ShopsBehind {
  struct Shop {
    std::set<absl::CivilDay> days;  // that are marked
    bool not_kept_up = false;       // the definition is not active there
  };
  domain::Span span;
  std::map<std::string, Shop> shops;  // by id
};
// Of `scope.others`, by the definition in force.
absl::StatusOr<ShopsBehind> OthersBehind(db::Transaction& t, const PayScope& scope,
                                         const domain::Span& days);
absl::Status BringUpOthers(const Dependencies& deps, const RequestContext& ctx,
                           const PayScope& scope, const ShopsBehind& behind);

inline absl::CivilDay MonthBefore(absl::CivilDay month, int months = 1) {
  return absl::CivilDay(absl::CivilMonth(month) - months);
}
// The first day whose figures a month's pay may depend on, whatever its plan: the oldest month that
// it corrects may have awards of its year, and people who are placed by the months before it.
// Figures of older days are told of as they stand.
inline absl::CivilDay FirstDayOfPay(absl::CivilDay month) {
  return MonthBefore(month, domain::payroll::kMaxCorrectedMonths +
                                std::max(11, domain::payroll::kMaxPlacedBackMonths));
}
using domain::LastDayOf;

}  // namespace kefu::performance
