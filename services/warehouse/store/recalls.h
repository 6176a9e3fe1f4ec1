// Rows of recalls, and stock by lot. As outbound.h says; recalls are locked after their lots.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/db/reader.h"
#include "services/warehouse/domain/lots.h"
#include "services/warehouse/domain/recalls.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse::store {

absl::Status Insert(db::Transaction& t, std::string_view org_id, const domain::Recall& recall);
absl::Status Update(db::Transaction& t, std::string_view org_id, const domain::Recall& recall);
// NOT_FOUND.
absl::StatusOr<domain::Recall> FindRecall(db::Transaction& t, std::string_view org_id,
                                          std::string_view recall_id);
absl::StatusOr<domain::Recall> LockRecall(db::Transaction& t, std::string_view org_id,
                                          std::string_view recall_id);
// The active recall of the lot, locked; nothing when there is none.
absl::StatusOr<std::optional<domain::Recall>> LockActiveRecall(db::Transaction& t,
                                                               std::string_view org_id,
                                                               std::string_view sku_id,
                                                               std::string_view lot);

// Stock rows of the lot in a condition at every node, with pieces, in order of the key.
absl::StatusOr<std::vector<domain::LotRow>> RowsOfLot(db::Transaction& t, std::string_view org_id,
                                                      std::string_view sku_id, std::string_view lot,
                                                      domain::StockCondition condition);

// A lot that must not go out and has free sellable pieces: recalled, or ended before `day`.
struct BlockedLot {
  std::string org_id;
  std::string sku_id;
  std::string lot;
};
// Of every organization, in order, after the one given.
absl::StatusOr<std::vector<BlockedLot>> BlockedLots(db::Reader reader, absl::CivilDay day,
                                                    const BlockedLot& after, int limit);

struct ExpiringRow {
  domain::TotalKey key;
  domain::Lot lot;  // without record info
  int64_t on_hand = 0;
  int64_t allocated = 0;
};
struct ExpiringCursor {
  absl::CivilDay day = absl::CivilDay(1, 1, 1);
  std::string sku_id, lot, node_id, owner_id;
};
// Sellable stock of lots whose last day is `until` or before, by (day, SKU, lot, node, owner).
absl::StatusOr<std::vector<ExpiringRow>> ListExpiring(db::Reader reader, std::string_view org_id,
                                                      std::string_view node_id,
                                                      absl::CivilDay until,
                                                      const ExpiringCursor& after, int limit);

// Who may get, or has got, pieces of a lot; at most `limit` of each.
struct Exposure {
  std::string reservation_id;
  std::string order_id;
  std::string channel;
  std::string shipment_id;
  std::string node_id;
  int64_t quantity = 0;
};
absl::StatusOr<std::vector<Exposure>> PromisedOf(db::Transaction& t, std::string_view org_id,
                                                 std::string_view sku_id,
                                                 const std::set<std::string>& node_ids, int limit);
absl::StatusOr<std::vector<Exposure>> InWorkOf(db::Transaction& t, std::string_view org_id,
                                               std::string_view sku_id, std::string_view lot,
                                               int limit);
// By the ledger: whatever way it left.
absl::StatusOr<std::vector<Exposure>> ShippedOf(db::Transaction& t, std::string_view org_id,
                                                std::string_view sku_id, std::string_view lot,
                                                int limit);

}  // namespace kefu::warehouse::store
