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

using domain::GuardedKey;

// Every guard of the keys (any number, sorted, without repetition), locked in the order of the
// primary key; those of a key with safety stock with what is available at their nodes, as far as it
// is committed. No keys: nothing, without asking. Most often nothing: one statement a 1000 keys
// then.
absl::StatusOr<std::vector<domain::GuardState>> LockGuards(db::Transaction& t,
                                                           std::string_view org_id,
                                                           std::span<const GuardedKey> keys);
// The same without locks and each with what is available, for answers and plans.
absl::StatusOr<std::vector<domain::GuardState>> ReadGuards(db::Transaction& t,
                                                           std::string_view org_id,
                                                           std::span<const GuardedKey> keys);
// Writes `used` of those of the guards that changed; the transaction has locked them.
absl::Status SaveUse(db::Transaction& t, std::string_view org_id,
                     std::span<const domain::GuardState> states);

// Locks the guards that count lines of the reservations, gives back to them what is less in `after`
// than in `before`, one by one, and writes them. Asks nothing when no guard counts them.
absl::Status GiveBackToGuards(db::Transaction& t, std::string_view org_id,
                              std::span<const domain::Reservation> before,
                              std::span<const domain::Reservation> after);

// How the sum over the reservations differs from a guard's `used`.
struct GuardDifference {
  domain::SalesGuard guard;
  int64_t counted = 0;  // by the reservations
};
// Those that differ, as of one moment. Reads every reservation made since the first count began;
// nothing where there is no guard.
absl::StatusOr<std::vector<GuardDifference>> FindGuardDifferences(db::Reader reader,
                                                                  std::string_view org_id);

// Says that the SKU has guards: whoever reserves it asks for them from now on.
absl::Status MarkGuarded(db::Transaction& t, std::string_view org_id, std::string_view sku_id);
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
