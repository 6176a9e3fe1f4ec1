// Parts of supply.h that its files share.
#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "services/warehouse/domain/network/distance.h"
#include "services/warehouse/domain/network/supply.h"

namespace kefu::warehouse::domain::internal {

inline constexpr int64_t kFar = std::numeric_limits<int64_t>::max();

// Goods of one owner.
struct Item {
  std::string sku_id, owner_id;
  friend auto operator<=>(const Item&, const Item&) = default;
};
inline Item ItemOf(const SupplyNeed& need) { return {need.sku_id, need.owner_id}; }

inline std::optional<int64_t> Distance(const NodesById& nodes, std::string_view a,
                                       std::string_view b) {
  const auto from = nodes.find(a), to = nodes.find(b);
  if (from == nodes.end() || to == nodes.end()) return std::nullopt;
  return DistanceMetres(from->second.location, to->second.location);
}

inline SupplyProposal Transfer(const NodesById& nodes, std::string_view from,
                               const SupplyNeed& need, int64_t quantity, int64_t ready,
                               std::string explanation) {
  return {.kind = SupplyKind::kTransfer,
          .from_node_id = std::string(from),
          .to_node_id = need.node_id,
          .sku_id = need.sku_id,
          .from_owner_id = need.owner_id,
          .to_owner_id = need.owner_id,
          .quantity = quantity,
          .ready_quantity = ready,
          .distance_metres = Distance(nodes, from, need.node_id).value_or(0),
          .explanation = std::move(explanation)};
}

// Moves of spare stock to needs, the nearest pairs first; `missing` gets what each need still
// lacks, index by index. Pairs are those that policy.mode allows (PlanRebalancing).
std::vector<SupplyProposal> EvenOut(const NetworkPolicy& policy, const NodesById& nodes,
                                    std::span<const SupplyNeed> needs,
                                    std::vector<int64_t>& missing);

}  // namespace kefu::warehouse::domain::internal
