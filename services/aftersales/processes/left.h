// What may still go back of what the buyer has paid for an order.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "common/db/transaction.h"
#include "services/aftersales/domain/orders/order.h"

namespace kefu::aftersales {

// Minor units of the order's currency, not negative.
struct Left {
  int64_t all = 0;
  int64_t freight = 0;  // of it: what was paid for the first shipment
};
// By every payment of the order that was not withdrawn, requested ones included. Whoever pays by it
// holds the order's lock.
absl::StatusOr<Left> LeftOf(db::Transaction& t, const domain::Order& order);

}  // namespace kefu::aftersales
