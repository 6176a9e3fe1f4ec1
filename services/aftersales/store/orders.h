// Rows of orders. Every statement names the tenant. The functions keep no state and are
// thread-safe; all return the database's errors.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/db/transaction.h"
#include "services/aftersales/domain/orders/order.h"

namespace kefu::aftersales::store {

// One order with its lines, or nothing.
absl::StatusOr<std::optional<domain::Order>> FindOrder(db::Transaction& t, std::string_view org_id,
                                                       std::string_view shop_id,
                                                       std::string_view order_id);
// The same, its row locked until the transaction ends: whoever pays money for an order holds this
// lock, so that two never pay the same.
absl::StatusOr<std::optional<domain::Order>> LockOrder(db::Transaction& t, std::string_view org_id,
                                                       std::string_view shop_id,
                                                       std::string_view order_id);

// What became of an order.
struct Put {
  bool stored = false;                 // else what is kept is as new, or newer
  std::vector<std::string> different;  // fields in which what is kept and as new says otherwise
};
// Keeps those orders that are newer than what is kept. All of one organization, each (shop, order)
// once, at most 1000.
absl::StatusOr<std::vector<Put>> PutOrders(db::Transaction& t,
                                           std::span<const domain::Order* const> orders);

// Up to `limit` orders of a shop after an id, in order of id; of one buyer unless that is empty.
absl::StatusOr<std::vector<domain::Order>> ListOrders(db::Transaction& t, std::string_view org_id,
                                                      std::string_view shop_id,
                                                      std::string_view customer_id,
                                                      std::string_view after, int limit);

// Up to 100 cases about the order of these kinds (names, comma-separated), oldest first: their ids.
absl::StatusOr<std::vector<std::string>> CaseIdsOfOrder(db::Transaction& t, std::string_view org_id,
                                                        std::string_view shop_id,
                                                        std::string_view order_id,
                                                        std::string_view kinds);

}  // namespace kefu::aftersales::store
