// Sets of nodes by region and by network, and stock over owners. As store.h says.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/db/reader.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::store {

// Nodes whose division code begins with the prefix.
absl::StatusOr<std::set<std::string>> NodesOfRegion(db::Reader reader, std::string_view org_id,
                                                    std::string_view prefix);
// The node and all that it replenishes, directly or through others. NOT_FOUND.
absl::StatusOr<std::set<std::string>> NodesBelow(db::Reader reader, std::string_view org_id,
                                                 std::string_view node_id);
// Sellable totals of the SKUs (1 to 1000) at every node, of every owner, by (SKU, node, owner).
absl::StatusOr<std::vector<domain::StockTotal>> SellableOfAllOwners(
    db::Transaction& t, std::string_view org_id, std::span<const std::string> skus);

// Whether anything is in, promised at or on the way to the node. The node is locked for update:
// what comes in locks it shared, so nothing comes in after the answer.
absl::StatusOr<bool> NodeHasStock(db::Transaction& t, std::string_view org_id,
                                  std::string_view node_id);

}  // namespace kefu::warehouse::store
