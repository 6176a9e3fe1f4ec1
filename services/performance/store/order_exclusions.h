// Which orders are left out, and why, in the database. Every method runs in the caller's
// transaction and returns the Statuses of db::Transaction.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "services/performance/domain/screening.h"
#include "services/performance/store/facts.h"
#include "services/performance/store/screening.h"

namespace kefu::performance::store {

// How an order counts.
struct OrderExclusionRow {
  std::string order_id;
  absl::CivilDay day;  // of payment; of an unpaid order, on which it was placed
  std::string customer_id;
  domain::OrderVerdict verdict;
  domain::FraudOfCustomer customer;  // empty without one
  bool operator==(const OrderExclusionRow&) const = default;
};

// What decides about an order.
struct OrderCase {
  std::string body;
  absl::CivilDay day;
  std::string customer_id;
  bool excluded = false;  // as it counts now
  std::optional<domain::FraudOfCustomer> customer;
  std::optional<ReviewDecision> review;
};
// Those of some stored orders about which a review, a customer or what was found before has
// something to say, by id. What a customer is found to be on the day of payment, or at most
// `within_days` before, matters.
absl::StatusOr<std::map<std::string, OrderCase>> LoadOrderCases(
    db::Transaction& t, const Scope& scope, std::span<const std::string_view> order_ids,
    int within_days);
// Replaces what is known of an order, and makes it count so. A row that says nothing is removed.
absl::Status SaveOrderExclusion(db::Transaction& t, const Scope& scope,
                                const OrderExclusionRow& row);
// Orders paid in [first, last] by one of some customers, and those of these days with a verdict.
absl::StatusOr<std::vector<std::string>> OrdersToJudge(db::Transaction& t, const Scope& scope,
                                                       absl::CivilDay first, absl::CivilDay last,
                                                       std::span<const std::string> customers);

// The days of all orders with a verdict.
absl::StatusOr<std::set<absl::CivilDay>> DaysOfVerdicts(db::Transaction& t, const Scope& scope);

absl::Status SaveOrderDecision(db::Transaction& t, const Scope& scope, std::string_view order_id,
                               const ReviewDecision& decision);
absl::Status DeleteOrderDecision(db::Transaction& t, const Scope& scope, std::string_view order_id);

// The row of an order; nothing when nothing speaks against it.
absl::StatusOr<std::optional<OrderExclusionRow>> LoadOrderExclusion(db::Transaction& t,
                                                                    const Scope& scope,
                                                                    std::string_view order_id);
// A keyset page by (day, order), after the given key.
struct OrderExclusionPageRow {
  OrderExclusionRow row;
  ReviewDecision review;  // empty without one
};
absl::StatusOr<std::vector<OrderExclusionPageRow>> PageOrderExclusions(
    db::Transaction& t, const Scope& scope, absl::CivilDay first, absl::CivilDay last,
    absl::CivilDay after_day, std::string_view after_id, int limit);

}  // namespace kefu::performance::store
