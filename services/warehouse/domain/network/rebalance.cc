// Evening out what is there.
#include <algorithm>
#include <set>
#include <tuple>

#include "fmt/format.h"
#include "services/warehouse/domain/network/supply_parts.h"

namespace kefu::warehouse::domain::internal {
namespace {

struct Pair {
  size_t from, to;  // of the needs
  std::optional<int64_t> metres;
};

// Whether goods may go from one node to the other: anywhere in mode SHARED_LEDGER; in THREE_LEVEL
// downwards, and between nodes with the same parent.
bool Allowed(const NetworkPolicy& policy, const NodesById& nodes, const SupplyNeed& from,
             const SupplyNeed& to) {
  if (from.node_id == to.node_id && from.owner_id == to.owner_id) return false;
  if (policy.mode == OperatingMode::kSharedLedger) return true;
  if (from.owner_id != to.owner_id) return false;
  const auto parent_of = [&nodes](const std::string& id) -> std::string {
    const auto found = nodes.find(id);
    return found == nodes.end() ? "" : found->second.parent_node_id;
  };
  const std::string parent = parent_of(to.node_id);
  if (!parent.empty() && parent == parent_of(from.node_id)) return true;
  // The network has no cycle, but what is read while it changes might.
  std::set<std::string> seen;
  for (std::string at = parent; !at.empty() && seen.insert(at).second; at = parent_of(at)) {
    if (at == from.node_id) return true;
  }
  return false;
}

SupplyProposal Move(const NodesById& nodes, const SupplyNeed& from, const SupplyNeed& to,
                    const Pair& pair, int64_t quantity) {
  SupplyProposal move = Transfer(
      nodes, from.node_id, to, quantity, quantity,
      fmt::format(
          "{} lacks {} (position {}, order point {}); {} can spare {} (holds {}, order point "
          "{}) at {}",
          to.node_id, Shortfall(to), to.position(), OrderPoint(to), from.node_id, Spare(from),
          from.held(), OrderPoint(from),
          pair.metres ? fmt::format("{} km", *pair.metres / 1000) : "an unknown distance"));
  move.from_owner_id = from.owner_id;
  if (from.owner_id != to.owner_id) move.kind = SupplyKind::kTrade;
  return move;
}

}  // namespace

std::vector<SupplyProposal> EvenOut(const NetworkPolicy& policy, const NodesById& nodes,
                                    std::span<const SupplyNeed> needs,
                                    std::vector<int64_t>& missing) {
  missing.clear();
  std::vector<int64_t> spare;
  std::map<std::string, std::vector<size_t>> givers;  // by SKU
  for (size_t i = 0; i < needs.size(); ++i) {
    missing.push_back(Shortfall(needs[i]));
    spare.push_back(missing[i] > 0 ? 0 : Spare(needs[i]));
    if (spare[i] > 0) givers[needs[i].sku_id].push_back(i);
  }
  std::vector<Pair> pairs;
  for (size_t to = 0; to < needs.size(); ++to) {
    if (missing[to] == 0) continue;
    for (const size_t from : givers[needs[to].sku_id]) {
      if (!Allowed(policy, nodes, needs[from], needs[to])) continue;
      pairs.push_back({from, to, Distance(nodes, needs[from].node_id, needs[to].node_id)});
    }
  }
  std::ranges::stable_sort(pairs, {}, [&](const Pair& pair) {
    // Between owners last where the distance is the same: no sale is needed then.
    return std::make_tuple(pair.metres.value_or(kFar),
                           needs[pair.from].owner_id != needs[pair.to].owner_id);
  });
  std::vector<SupplyProposal> moves;
  for (const Pair& pair : pairs) {
    const int64_t quantity = std::min(spare[pair.from], missing[pair.to]);
    if (quantity < policy.least_transfer_units) continue;
    spare[pair.from] -= quantity;
    missing[pair.to] -= quantity;
    moves.push_back(Move(nodes, needs[pair.from], needs[pair.to], pair, quantity));
  }
  return moves;
}

}  // namespace kefu::warehouse::domain::internal
