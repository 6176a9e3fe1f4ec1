#include "services/performance/errors_payroll.h"

#include <fmt/format.h>

#include "common/status/error.h"
#include "google/rpc/error_details.pb.h"
#include "services/performance/domain/periods.h"

namespace kefu::performance::error {

using domain::MonthName;

absl::Status PayPlanNotFound(std::string_view id) {
  return NotFound("kefu.performance.v1.PayPlan", id);
}
absl::Status StatementNotFound(std::string_view agent_id, absl::CivilDay month) {
  return NotFound("kefu.performance.v1.Statement",
                  fmt::format("{} {}", MonthName(month), agent_id));
}
absl::Status StatementLineNotFound(std::string_view agent_id, int line, size_t lines) {
  return NotFound("kefu.performance.v1.PayLine",
                  fmt::format("{} of {}, who has {}", line, agent_id, lines));
}
absl::Status PayPeriodNotFound(absl::CivilDay month) {
  return NotFound("kefu.performance.v1.PayPeriod", MonthName(month));
}

absl::Status PayOfAllShops() {
  return PermissionDenied("SHOP_NOT_ALLOWED",
                          "pay of the organization is not open to who is confined to some shops");
}

absl::Status PayOfOthers() {
  return PermissionDenied("PERMISSION_DENIED",
                          "whoever may not READ_PAY reads the own statements: name in agent_id the "
                          "agent that the token names");
}

absl::Status PayOfNobody() {
  return PermissionDenied("ORGANIZATION_REQUIRED", "the token speaks for no organization");
}

absl::Status NoShops() {
  return MakeError(absl::StatusCode::kNotFound, "SHOP_NOT_CONFIGURED",
                   "the organization has no shops here");
}

absl::Status PayShopsDiffer() {
  return FailedPrecondition("PAY_SHOPS_DIFFER", "currency_code",
                            "the organization's shops have several currencies: pay by shop");
}

absl::Status PayPlanCurrency(std::string_view plan_id, std::string_view plan_currency,
                             std::string_view currency) {
  return FailedPrecondition("PAY_PLAN_CURRENCY", plan_id,
                            fmt::format("is in {}, the shop sells in {}", plan_currency, currency));
}

absl::Status PayPeriodClosed(absl::CivilDay month, std::string_view what) {
  return FailedPrecondition("PAY_PERIOD_CLOSED", MonthName(month), what);
}

absl::Status MayNotClose(absl::CivilDay month, const CloseObstacles& o) {
  google::rpc::PreconditionFailure failure;
  std::string reason, text;
  for (const auto& [kind, all] :
       {std::pair{"PAY_PERIOD_NOT_OVER", &o.not_over},
        std::pair{"PAY_PERIOD_NOT_NEXT", &o.not_next},
        std::pair{"PAY_SCOPES_MIXED", &o.scopes_mixed},
        std::pair{"PAY_FIGURES_NOT_CURRENT", &o.not_current},
        std::pair{"PAY_INCOMPLETE", &o.incomplete}, std::pair{"PAY_CHANGED", &o.changed}}) {
    for (const std::string& description : *all) {
      if (reason.empty()) reason = kind;
      text += (text.empty() ? "" : "; ") + description;
      auto* violation = failure.add_violations();
      violation->set_type(kind);
      violation->set_subject(MonthName(month));
      violation->set_description(description);
    }
  }
  if (reason.empty()) return absl::OkStatus();
  return AddDetail(MakeError(absl::StatusCode::kFailedPrecondition, reason,
                             fmt::format("{} cannot be closed: {}", MonthName(month), text)),
                   failure);
}

}  // namespace kefu::performance::error
