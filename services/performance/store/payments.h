// Payments in the database. Every method runs in the caller's transaction and returns the Statuses
// of db::Transaction.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/performance/store/facts.h"

namespace kefu::performance::store {

struct PaymentRow {
  std::string_view order_id, payment_id;
  absl::CivilDay day;
  std::string_view body_hash, body;
};
// By "order_id payment_id" (a space is no part of an id).
absl::StatusOr<StoredById> FindPayments(
    db::Transaction& t, const Scope& scope,
    std::span<const std::pair<std::string_view, std::string_view>> order_and_payment_ids);
// Insert or replace.
absl::Status SavePayments(db::Transaction& t, const Scope& scope, std::span<const PaymentRow> rows);
// The bodies of the payments of some orders; orders without are left out.
absl::StatusOr<std::map<std::string, std::vector<std::string>>> LoadPayments(
    db::Transaction& t, const Scope& scope, std::span<const std::string_view> order_ids);

// What orders with payments say themselves of theirs, by id. Orders without payments say it in
// their bodies.
absl::StatusOr<std::map<std::string, std::string>> LoadTold(
    db::Transaction& t, const Scope& scope, std::span<const std::string_view> order_ids);
// Insert or replace.
absl::Status SaveTold(db::Transaction& t, const Scope& scope,
                      const std::map<std::string, std::string>& told);
absl::Status DeleteTold(db::Transaction& t, const Scope& scope,
                        std::span<const std::string_view> order_ids);

}  // namespace kefu::performance::store
