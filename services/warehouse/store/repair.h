// What a repair locks and writes. As store.h says.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/db/reader.h"
#include "services/warehouse/domain/verification.h"

namespace kefu::warehouse::store {

// The greatest entry number of the node's chain that there is; 0: none.
absl::StatusOr<int64_t> LastEntry(db::Reader reader, std::string_view org_id,
                                  std::string_view node_id);
// Totals of the SKUs at the node, in any order; not locked.
absl::StatusOr<std::vector<domain::TotalKey>> KeysAtNode(db::Transaction& t,
                                                         std::string_view org_id,
                                                         std::string_view node_id,
                                                         std::span<const std::string> sku_ids);
// Rows by lot and bin of the SKUs at the node, locked.
struct LockedBin {
  int64_t on_hand = 0;
  int64_t allocated = 0;
};
absl::StatusOr<std::map<domain::BinKey, LockedBin>> LockBins(db::Transaction& t,
                                                             std::string_view org_id,
                                                             std::string_view node_id,
                                                             std::span<const std::string> sku_ids);
// Sets on_hand of rows whose totals are locked; makes those that do not exist.
absl::Status WriteBins(db::Transaction& t, std::string_view org_id,
                       const std::map<domain::BinKey, int64_t>& bins);

}  // namespace kefu::warehouse::store
