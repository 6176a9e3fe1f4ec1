#include "services/aftersales/handlers/least_cost.h"

#include <algorithm>
#include <vector>

#include "common/status/status_macros.h"
#include "services/aftersales/convert/processes.h"
#include "services/aftersales/domain/processes/decisions.h"
#include "services/aftersales/errors_processes.h"
#include "services/aftersales/processes/left.h"
#include "services/aftersales/processes/start.h"
#include "services/aftersales/store/payments.h"

namespace kefu::aftersales {
namespace {

using domain::ProcessKind;
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

absl::StatusOr<LeastCost> OfReturn(db::Transaction& t, const domain::Case& record,
                                   const domain::Order& order) {
  LeastCost cost;
  if (record.lines.empty()) {
    ASSIGN_OR_RETURN(const Left left, LeftOf(t, order));
    // An order that is not paid yet may be.
    cost.given = domain::SentWorth{left.all, order.paid_minor > 0};
  } else {
    ASSIGN_OR_RETURN(cost.given, domain::WorthOfSent(order, record.lines));
  }
  return cost;
}

absl::StatusOr<LeastCost> OfReissue(db::Transaction& t, const domain::Case& record,
                                    const domain::Order& order) {
  ASSIGN_OR_RETURN(const v1::CasePlan plan, PlanOf(t, record));
  std::vector<domain::CaseLine> sent = convert::Pieces(plan.sent_lines());
  if (sent.empty()) {
    ASSIGN_OR_RETURN(sent, GoodsOf(t, record, order));
  }
  ASSIGN_OR_RETURN(const domain::SentWorth worth, domain::WorthOfSent(order, sent));
  return LeastCost{
      .amount = {order.currency, worth.minor}, .unpriced = !worth.known, .gives_goods = true};
}

absl::StatusOr<LeastCost> OfExchange(db::Transaction& t, const domain::Case& record,
                                     const domain::Order& order, RulesSay rules) {
  ASSIGN_OR_RETURN(const v1::CasePlan plan, PlanOf(t, record));
  const int64_t difference = plan.price_difference().minor_units();
  if (difference != 0 && plan.price_difference().currency_code() != order.currency) {
    return error::AmountUnknown(order.order_id);
  }
  ASSIGN_OR_RETURN(const std::vector<domain::CaseLine> back, GoodsOf(t, record, order));
  const std::vector<domain::CaseLine> planned = convert::Pieces(plan.sent_lines());
  ASSIGN_OR_RETURN(const domain::ExchangeWorth worth,
                   domain::WorthOfExchange(order, planned.empty() ? back : planned, back,
                                           plan.has_price_difference()));
  const bool refused = rules == RulesSay::kRefuse;
  const domain::SentWorth leaves = refused ? worth.sent : worth.beyond;
  const int64_t collected = refused ? 0 : std::max<int64_t>(difference, 0);
  const Money goods{order.currency, std::max<int64_t>(leaves.minor - collected, 0)};
  const Money back_paid{order.currency, std::max<int64_t>(-difference, 0)};
  LeastCost cost{.unpriced = !leaves.known,
                 .gives_goods = refused || !leaves.known || goods.minor > 0};
  ASSIGN_OR_RETURN(cost.amount, Add(goods, back_paid));
  if (rules == RulesSay::kUnasked) {
    ASSIGN_OR_RETURN(const Money given, Add({order.currency, worth.sent.minor}, back_paid));
    cost.given = domain::SentWorth{given.minor, worth.sent.known};
  }
  return cost;
}

}  // namespace

bool SendsGoods(const domain::Case& record, ReviewResult result) {
  const auto flow = domain::FlowOf(record.kind, result);
  return flow == ProcessKind::kExchange || flow == ProcessKind::kReissue ||
         result == ReviewResult::kOfflineReissue;
}

absl::StatusOr<LeastCost> LeastCostOf(db::Transaction& t, const domain::Case& record,
                                      ReviewResult result,
                                      const std::optional<domain::Order>& order, RulesSay rules,
                                      bool said) {
  if (SendsGoods(record, result)) {
    if (!order) return LeastCost{.unpriced = true, .gives_goods = true};
    const bool exchange = domain::FlowOf(record.kind, result) == ProcessKind::kExchange;
    return exchange ? OfExchange(t, record, *order, rules) : OfReissue(t, record, *order);
  }
  const bool returns = domain::FlowOf(record.kind, result) == ProcessKind::kReturn;
  if (!returns || rules != RulesSay::kUnasked || said) return LeastCost{};
  if (!order) return LeastCost{.given = domain::SentWorth{.known = false}};
  return OfReturn(t, record, *order);
}

}  // namespace kefu::aftersales
