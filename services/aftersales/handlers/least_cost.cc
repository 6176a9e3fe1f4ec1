#include "services/aftersales/handlers/least_cost.h"

#include <optional>
#include <vector>

#include "common/status/status_macros.h"
#include "services/aftersales/convert/processes.h"
#include "services/aftersales/domain/orders/order.h"
#include "services/aftersales/domain/processes/decisions.h"
#include "services/aftersales/errors_processes.h"
#include "services/aftersales/processes/start.h"
#include "services/aftersales/store/orders.h"
#include "services/aftersales/store/payments.h"

namespace kefu::aftersales {
namespace {

using domain::ReviewResult;

// What the case is about: its lines, else what was not paid back before.
absl::StatusOr<std::vector<domain::CaseLine>> GoodsOf(db::Transaction& t,
                                                      const domain::Case& record,
                                                      const domain::Order& order) {
  if (!record.lines.empty()) return record.lines;
  ASSIGN_OR_RETURN(const auto before,
                   store::RefundedPieces(t, order.org_id, order.shop_id, order.order_id));
  return domain::PiecesLeft(order, before);
}

}  // namespace

absl::StatusOr<LeastCost> LeastCostOf(db::Transaction& t, const domain::Case& record,
                                      ReviewResult result) {
  const auto flow = domain::FlowOf(record.kind, result);
  const bool exchange = flow == domain::ProcessKind::kExchange;
  const bool reissue =
      flow == domain::ProcessKind::kReissue || result == ReviewResult::kOfflineReissue;
  if (!exchange && !reissue) return LeastCost{};
  ASSIGN_OR_RETURN(const v1::CasePlan plan, PlanOf(t, record));
  ASSIGN_OR_RETURN(const auto order,
                   store::FindOrder(t, record.org_id, record.shop_id, record.order_id));
  if (!order) return LeastCost{.amount = {}, .unpriced = true, .gives_goods = true};
  ASSIGN_OR_RETURN(const std::vector<domain::CaseLine> goods, GoodsOf(t, record, *order));
  const std::vector<domain::CaseLine> planned = convert::Pieces(plan.sent_lines());
  const std::vector<domain::CaseLine>& sent = planned.empty() ? goods : planned;
  std::optional<domain::SentWorth> worth;
  if (reissue) {
    ASSIGN_OR_RETURN(worth, domain::WorthOfSent(*order, sent));
  } else {
    ASSIGN_OR_RETURN(worth, domain::WorthBeyond(*order, sent, goods));
  }
  LeastCost least{.amount = {order->currency, 0}};
  if (worth) {
    least = {{order->currency, worth->minor}, !worth->known, true};
  }
  const Money back{plan.price_difference().currency_code(), -plan.price_difference().minor_units()};
  if (!exchange || back.minor <= 0) return least;
  if (least.amount.minor == 0) {
    least.amount = back;
    return least;
  }
  if (back.currency != order->currency) return error::AmountUnknown(order->order_id);
  ASSIGN_OR_RETURN(least.amount, Add(least.amount, back));
  return least;
}

}  // namespace kefu::aftersales
