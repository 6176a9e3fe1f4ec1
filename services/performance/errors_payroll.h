// Every failure of pay; each reason stands in docs/errors/performance_payroll.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"

namespace kefu::performance::error {

// NOT_FOUND NOT_FOUND
absl::Status PayPlanNotFound(std::string_view id);
absl::Status StatementNotFound(std::string_view agent_id, absl::CivilDay month);
absl::Status StatementLineNotFound(std::string_view agent_id, int line, size_t lines);
absl::Status PayPeriodNotFound(absl::CivilDay month);

// PERMISSION_DENIED SHOP_NOT_ALLOWED: pay of the whole organization
absl::Status PayOfAllShops();
absl::Status PayOfOthers();  // PERMISSION_DENIED PERMISSION_DENIED
absl::Status PayOfNobody();  // PERMISSION_DENIED ORGANIZATION_REQUIRED
// NOT_FOUND SHOP_NOT_CONFIGURED
absl::Status NoShops();

// FAILED_PRECONDITION
absl::Status PayShopsDiffer();  // PAY_SHOPS_DIFFER
absl::Status PayPlanCurrency(std::string_view plan_id, std::string_view plan_currency,
                             std::string_view currency);                    // PAY_PLAN_CURRENCY
absl::Status PayPeriodClosed(absl::CivilDay month, std::string_view what);  // PAY_PERIOD_CLOSED

// What keeps a month from being closed, one after another in the order of the struct; reason and
// details name all of them, the reason the first.
struct CloseObstacles {
  std::vector<std::string> not_over;      // PAY_PERIOD_NOT_OVER
  std::vector<std::string> not_next;      // PAY_PERIOD_NOT_NEXT
  std::vector<std::string> scopes_mixed;  // PAY_SCOPES_MIXED
  std::vector<std::string> not_current;   // PAY_FIGURES_NOT_CURRENT
  std::vector<std::string> incomplete;    // PAY_INCOMPLETE
  std::vector<std::string> changed;       // PAY_CHANGED
};
// FAILED_PRECONDITION; OK when nothing is in the way.
absl::Status MayNotClose(absl::CivilDay month, const CloseObstacles& obstacles);

}  // namespace kefu::performance::error
