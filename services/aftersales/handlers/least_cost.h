// What a review result gives and costs at least, whatever the reviewer says.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "common/db/transaction.h"
#include "common/money/money.h"
#include "services/aftersales/domain/orders/order.h"
#include "services/aftersales/domain/types.h"
#include "services/aftersales/processes/terms.h"

namespace kefu::aftersales {

struct LeastCost {
  Money amount = {};         // no currency: 0
  bool unpriced = false;     // nobody knows the price of a part of it
  bool gives_goods = false;  // goods leave for which none come back that are worth as much
  // What is given where nobody has asked the rules of returns, in the order's currency: what is
  // paid for goods that come back, or what is sent for them.
  std::optional<domain::SentWorth> given = {};
};
// By what the case's plan sends, pays back and has the buyer pay. Of a reissue what was paid for
// the pieces that are sent (of a case that names none, for what is left of its order). Of an
// exchange by how much what is sent is worth more than what comes back and what the buyer pays
// beside, and what it pays back; where the rules refuse it, what comes back counts nothing. `said`:
// the cost of a return was, which bounds what is paid for it. MONEY_OVERFLOW; AMOUNT_UNKNOWN where
// the plan names another currency than the order's; the database's errors.
absl::StatusOr<LeastCost> LeastCostOf(db::Transaction& t, const domain::Case& record,
                                      domain::ReviewResult result,
                                      const std::optional<domain::Order>& order, RulesSay rules,
                                      bool said);

// Whether that depends on the order, whatever the rules say.
bool SendsGoods(const domain::Case& record, domain::ReviewResult result);

}  // namespace kefu::aftersales
