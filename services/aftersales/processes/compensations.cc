#include "services/aftersales/processes/compensations.h"

#include <string>

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "services/aftersales/errors.h"
#include "services/aftersales/errors_casework.h"
#include "services/aftersales/errors_processes.h"
#include "services/aftersales/store/compensation.h"
#include "services/aftersales/store/orders.h"
#include "services/aftersales/store/policies.h"

namespace kefu::aftersales {
namespace {

absl::Status MustBe(const Money& amount, const std::optional<Money>& said,
                    std::string_view explanation) {
  FieldViolations violations;
  violations.Check(!said || *said == amount, "cost",
                   fmt::format("must be {}, or absent: {}", Format(amount), explanation));
  return violations.ToStatus();
}

}  // namespace

domain::CompensationKind CompensationOf(domain::CaseKind kind) {
  return kind == domain::CaseKind::kFreightClaim ? domain::CompensationKind::kFreight
                                                 : domain::CompensationKind::kLateShipment;
}

absl::StatusOr<PolicyQuote> QuoteFor(db::Transaction& t, const domain::Order& order,
                                     domain::CompensationKind kind, absl::Time at) {
  if (!domain::IsPaid(order)) return error::OrderNotPaid(order.order_id);
  ASSIGN_OR_RETURN(const store::Shop shop, store::FindShop(t, order.org_id, order.shop_id));
  PolicyQuote quoted;
  ASSIGN_OR_RETURN(quoted.policy, store::ChooseCompensationPolicy(t, shop, at));
  ASSIGN_OR_RETURN(
      quoted.quote,
      domain::Compute(quoted.policy, {.kind = kind,
                                      .paid = Money{order.currency, order.paid_minor},
                                      .freight = Money{order.currency, order.freight_minor}}));
  return quoted;
}

absl::StatusOr<Money> PaidForClaim(db::Transaction& t, const domain::Case& record,
                                   const std::optional<Money>& said, absl::Time at) {
  ASSIGN_OR_RETURN(const auto order,
                   store::FindOrder(t, record.org_id, record.shop_id, record.order_id));
  if (!order) return error::OrderUnknown(record.order_id);
  const domain::CompensationKind kind = CompensationOf(record.kind);
  ASSIGN_OR_RETURN(const PolicyQuote quoted, QuoteFor(t, *order, kind, at));
  if (kind == domain::CompensationKind::kFreight && said) {
    const bool comparable = said->currency == order->currency;  // else refused for that
    if (quoted.policy.cap_at_paid && comparable && said->minor > order->paid_minor) {
      return error::CostExceedsPaid(order->order_id, *said, order->paid_minor);
    }
    return *said;
  }
  RETURN_IF_ERROR(MustBe(quoted.quote.amount, said,
                         fmt::format("the policy gives {}", quoted.quote.explanation)));
  if (quoted.quote.amount.minor == 0) return error::NothingToCompensate(order->order_id);
  return quoted.quote.amount;
}

}  // namespace kefu::aftersales
