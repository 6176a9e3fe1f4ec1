// What a review result costs at least, whatever the reviewer says.
#pragma once

#include "absl/status/statusor.h"
#include "common/db/transaction.h"
#include "common/money/money.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales {

struct LeastCost {
  Money amount;              // no currency: 0
  bool unpriced = false;     // nobody knows the price of a part of it: it costs more than nothing
  bool gives_goods = false;  // goods leave for which none come back
};
// By what the case's plan sends and pays back: of a reissue what was paid for the pieces that are
// sent (of a case that names none, of what is left of its order), of an exchange for what is sent
// beyond as many pieces as come back, and for what it pays back. MONEY_OVERFLOW; AMOUNT_UNKNOWN
// where that is in another currency than the goods; the database's errors.
absl::StatusOr<LeastCost> LeastCostOf(db::Transaction& t, const domain::Case& record,
                                      domain::ReviewResult result);

}  // namespace kefu::aftersales
