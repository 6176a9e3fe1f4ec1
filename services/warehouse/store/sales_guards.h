// Sales guards. As store.h says; guards are locked after SKUs and lots and before stock totals, so
// that whoever reserves a guarded SKU waits for the others that do.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/db/reader.h"
#include "services/warehouse/domain/sales_guard.h"

namespace kefu::warehouse::store {

using GuardedKey = std::pair<std::string, std::string>;  // SKU, owner

// Every guard of the keys (at most 1000, sorted, without repetition), locked in the order of the
// primary key, each with what is available at its nodes as far as it is committed. Most often
// nothing: one statement then.
absl::StatusOr<std::vector<domain::GuardState>> LockGuards(db::Transaction& t,
                                                           std::string_view org_id,
                                                           std::span<const GuardedKey> keys);
// The same without locks, for answers.
absl::StatusOr<std::vector<domain::GuardState>> ReadGuards(db::Transaction& t,
                                                           std::string_view org_id,
                                                           std::span<const GuardedKey> keys);
// Writes `used` of guards that the transaction has locked.
absl::Status SaveUse(db::Transaction& t, std::string_view org_id,
                     std::span<const domain::GuardState> states);

// Locks the guard when it is there.
absl::StatusOr<std::vector<domain::SalesGuard>> LockGuard(db::Transaction& t,
                                                          std::string_view org_id,
                                                          const domain::SalesGuard& key);
// NOT_FOUND.
absl::StatusOr<domain::SalesGuard> FindGuard(db::Reader reader, std::string_view org_id,
                                             std::string_view sku_id, std::string_view owner_id,
                                             std::string_view channel);
// Adds or replaces.
absl::Status SaveGuard(db::Transaction& t, std::string_view org_id,
                       const domain::SalesGuard& guard);
// By (SKU, owner, channel), after one of them; of one SKU unless it is empty.
absl::StatusOr<std::vector<domain::SalesGuard>> ListGuards(
    db::Reader reader, std::string_view org_id, std::string_view sku_id,
    const std::tuple<std::string, std::string, std::string>& after, bool first, int limit);

}  // namespace kefu::warehouse::store
