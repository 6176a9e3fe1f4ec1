// Lots, and stock by lot and bin. As store.h says; lots are locked after SKUs and before totals,
// `stock` rows after the totals to which they belong.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/reader.h"
#include "services/warehouse/domain/lots.h"
#include "services/warehouse/domain/picking.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::store {

// Those of the lots (at most 1000) that exist.
absl::StatusOr<domain::Lots> FindLots(db::Transaction& t, std::string_view org_id,
                                      const std::set<domain::LotKey>& keys);
// Makes those of the claims that do not exist and locks all; answers them as they are stored.
absl::StatusOr<domain::Lots> MakeAndLockLots(db::Transaction& t, std::string_view org_id,
                                             const domain::Lots& claims, absl::Time now);
// Locks one that exists; NOT_FOUND.
absl::StatusOr<domain::Lot> LockLot(db::Transaction& t, std::string_view org_id,
                                    std::string_view sku_id, std::string_view lot);
// Writes dates, state, version and update time of locked lots.
absl::Status Update(db::Transaction& t, std::string_view org_id, std::span<const domain::Lot> lots);

// The rows with pieces that nobody has taken hold of, of totals that the transaction has locked,
// with what is known of their lots, in FEFO order. The totals' locks protect them: whoever changes
// a row has locked its total.
absl::StatusOr<std::map<domain::TotalKey, std::vector<domain::LotStock>>> StockRows(
    db::Transaction& t, std::string_view org_id, std::span<const domain::TotalKey> keys);

}  // namespace kefu::warehouse::store
