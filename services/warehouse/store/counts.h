// Rows of counts. As outbound.h says.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/db/reader.h"
#include "services/warehouse/domain/counts.h"
#include "services/warehouse/domain/recalls.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse::store {

// Adds a count with its lines.
absl::Status Insert(db::Transaction& t, std::string_view org_id, const domain::Count& count);
// Writes what can change of a locked count and its lines.
absl::Status Update(db::Transaction& t, std::string_view org_id, const domain::Count& count);
// NOT_FOUND. With the lines; Lock holds the count's row.
absl::StatusOr<domain::Count> FindCount(db::Transaction& t, std::string_view org_id,
                                        std::string_view count_id);
absl::StatusOr<domain::Count> LockCount(db::Transaction& t, std::string_view org_id,
                                        std::string_view count_id);
struct CountFilter {  // empty: all
  std::string_view node_id;
  std::string_view state;
};
// Without lines.
absl::StatusOr<std::vector<domain::Count>> ListCounts(db::Reader reader, std::string_view org_id,
                                                      Page page, const CountFilter& filter);

// Stock rows with pieces at a node, by bin, then SKU, owner, condition and lot; empty lists do not
// filter. At most `limit`.
struct CountScope {
  std::string_view node_id;
  std::span<const std::string> locations;  // at most 1000
  std::span<const std::string> sku_ids;    // at most 1000; with locations, only one of them filters
};
absl::StatusOr<std::vector<domain::LotRow>> RowsInScope(db::Transaction& t, std::string_view org_id,
                                                        const CountScope& scope, int limit);
// Done pick tasks at the node since then, by SKU.
absl::StatusOr<std::map<std::string, int64_t>> PicksBySku(db::Transaction& t,
                                                          std::string_view org_id,
                                                          std::string_view node_id,
                                                          absl::Time since);

// Pieces of one stock row, which is locked; 0 when there is none.
absl::StatusOr<int64_t> OnHand(db::Transaction& t, std::string_view org_id,
                               const domain::StockKey& key);
// The last entry of the node's chain, not locked.
absl::StatusOr<int64_t> LastEntry(db::Transaction& t, std::string_view org_id,
                                  std::string_view node_id);
// What has come into the stock row, less what left it, by entries after `entry` of the node's chain
// that were recorded after `time`.
absl::StatusOr<int64_t> MovedSince(db::Transaction& t, std::string_view org_id,
                                   const domain::StockKey& key, int64_t entry, absl::Time time);
// Open reservations that hold pieces of the total, the oldest first.
absl::StatusOr<std::vector<std::string>> HoldersOf(db::Transaction& t, std::string_view org_id,
                                                   const domain::TotalKey& key, int limit);

}  // namespace kefu::warehouse::store
