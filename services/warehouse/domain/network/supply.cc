#include "services/warehouse/domain/network/supply.h"

#include <algorithm>
#include <cmath>
#include <ranges>
#include <set>
#include <tuple>

#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "services/warehouse/domain/network/distance.h"
#include "services/warehouse/domain/network/mode_rules.h"
#include "services/warehouse/domain/network/supply_parts.h"
#include "services/warehouse/domain/network/tree.h"
#include "services/warehouse/domain/replenishment/order_quantity.h"
#include "services/warehouse/errors_network.h"

namespace kefu::warehouse::domain {
namespace {

using internal::Distance;
using internal::Item;
using internal::ItemOf;

constexpr int kLeastDays = 7;  // an order lasts a week where nothing else is known

// ⌈a / b⌉ of numbers that are not negative.
int64_t CeilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

std::string ExplainOrder(const SupplyNeed& need) {
  return fmt::format(
      "position {} ({} available, {} on the way, {} on order) is at or below the order point {} "
      "(demand {} × {} days / 1000, safety stock {}); order quantity {}",
      need.position(), need.available, need.in_transit, need.on_order, OrderPoint(need),
      need.daily_demand_milli, need.lead_time_days, need.safety_stock, OrderQuantity(need));
}

SupplyProposal Purchase(const SupplyNeed& need, std::string_view vendor, int64_t quantity,
                        std::string explanation) {
  return {.kind = SupplyKind::kPurchase,
          .from_node_id = std::string(vendor),
          .to_node_id = need.node_id,
          .sku_id = need.sku_id,
          .from_owner_id = "",
          .to_owner_id = need.owner_id,
          .quantity = quantity,
          .explanation = std::move(explanation)};
}

std::vector<SupplyProposal> BuyAtEachNode(const NetworkPolicy& policy,
                                          std::span<const SupplyNeed> needs,
                                          std::string_view vendor) {
  std::vector<SupplyProposal> proposals;
  for (const SupplyNeed& need : needs) {
    const int64_t quantity = Shortfall(need);
    if (quantity == 0) continue;
    proposals.push_back(Purchase(need, vendor, quantity, ExplainOrder(need)));
    proposals.back().process_required = NeedsProcess(policy);
  }
  return proposals;
}

// --- SELF_RUN ---

// The transfer centre that vendors ship to.
absl::StatusOr<std::string> TransferCentre(const NodesById& nodes,
                                           std::span<const SupplyNeed> needs,
                                           std::string_view vendor) {
  const auto vendor_node = nodes.find(vendor);
  const bool from_vendor = vendor_node != nodes.end() && vendor_node->second.location;
  std::string best;
  int64_t best_metres = 0;
  for (const auto& [id, node] : nodes) {
    if (node.kind != NodeKind::kTransferCentre) continue;
    int64_t metres = 0;
    if (from_vendor) {
      metres = Distance(nodes, vendor, id).value_or(internal::kFar);
    } else {
      for (const SupplyNeed& need : needs) {
        if (Shortfall(need) > 0) metres += Distance(nodes, id, need.node_id).value_or(0);
      }
    }
    if (best.empty() || metres < best_metres) std::tie(best, best_metres) = std::tie(id, metres);
  }
  if (best.empty()) return error::NoTransferCentre();
  return best;
}

// Which node takes a need's goods from the vendor.
absl::StatusOr<std::vector<std::string>> EntryNodes(const NetworkPolicy& policy,
                                                    const NodesById& nodes,
                                                    std::span<const SupplyNeed> needs,
                                                    std::string_view vendor) {
  if (policy.vendor_route != VendorRoute::kNamedNodes) {
    ASSIGN_OR_RETURN(const std::string centre, TransferCentre(nodes, needs, vendor));
    return std::vector<std::string>(needs.size(), centre);
  }
  std::vector<std::string> entries;
  for (const SupplyNeed& need : needs) {
    const auto near = [&](const std::string& id) {
      return id == need.node_id ? -1 : Distance(nodes, id, need.node_id).value_or(internal::kFar);
    };
    // The names are sorted, so that the first of equals is the smaller.
    entries.push_back(*std::ranges::min_element(policy.named_node_ids, {}, near));
  }
  return entries;
}

absl::StatusOr<std::vector<SupplyProposal>> ShipAndForward(const NetworkPolicy& policy,
                                                           const NodesById& nodes,
                                                           std::span<const SupplyNeed> needs,
                                                           std::string_view vendor) {
  ASSIGN_OR_RETURN(const auto entries, EntryNodes(policy, nodes, needs, vendor));
  std::map<std::pair<std::string, Item>, int64_t> spare;  // of entry nodes
  for (const SupplyNeed& need : needs) spare[{need.node_id, ItemOf(need)}] = Spare(need);
  std::map<std::pair<std::string, Item>, std::pair<int64_t, int>> bought;  // and for how many nodes
  std::vector<SupplyProposal> transfers;
  for (size_t i = 0; i < needs.size(); ++i) {
    const SupplyNeed& need = needs[i];
    const int64_t quantity = Shortfall(need);
    if (quantity == 0) continue;
    const std::pair key(entries[i], ItemOf(need));
    int64_t ready = 0;
    if (entries[i] != need.node_id) {
      ready = std::min(quantity, spare[key]);
      spare[key] -= ready;
      transfers.push_back(
          internal::Transfer(nodes, entries[i], need, quantity, ready,
                             fmt::format("{} takes the vendor's goods and forwards them; {}",
                                         entries[i], ExplainOrder(need))));
    }
    if (ready < quantity) {
      bought[key].first += quantity - ready;
      ++bought[key].second;
    }
  }
  std::vector<SupplyProposal> proposals;
  for (const auto& [key, sum] : bought) {
    const SupplyNeed at{
        .node_id = key.first, .sku_id = key.second.sku_id, .owner_id = key.second.owner_id};
    proposals.push_back(Purchase(
        at, vendor, sum.first,
        fmt::format("the vendor ships {} pieces for {} nodes here", sum.first, sum.second)));
  }
  proposals.insert(proposals.end(), transfers.begin(), transfers.end());
  return proposals;
}

// --- THREE_LEVEL ---

// The cascade of one item: asked[node] is what its children ask of it.
class Cascade {
 public:
  Cascade(const NetworkPolicy& policy, const NodesById& nodes, std::string_view vendor)
      : policy_(policy), nodes_(nodes), vendor_(vendor) {
    std::vector<Node> list;
    for (const auto& [id, node] : nodes) list.push_back(node);
    for (const TreeNode& place : Tree(list)) downwards_.push_back(list[place.index].id);
    for (size_t i = 0; i < downwards_.size(); ++i) places_[downwards_[i]] = i;
  }

  void Add(const Item& item, const std::map<std::string, const SupplyNeed*>& needs,
           std::vector<SupplyProposal>& purchases, std::vector<SupplyProposal>& transfers) const {
    std::map<std::string, int64_t> asked, ready;   // by node: by its children; spare for them
    std::map<std::string, SupplyProposal> wanted;  // by node: from its parent
    std::set<size_t> touched;                      // places; a parent's is smaller than its child's
    for (const auto& [id, need] : needs) touched.insert(places_.at(id));
    std::vector<size_t> downwards;
    while (!touched.empty()) {
      const size_t place = *touched.rbegin();
      touched.erase(place);
      downwards.push_back(place);
      const std::string& id = downwards_[place];
      const auto found = needs.find(id);
      const SupplyNeed none{.node_id = id, .sku_id = item.sku_id, .owner_id = item.owner_id};
      const SupplyNeed& need = found == needs.end() ? none : *found->second;
      const int64_t own = found == needs.end() ? 0 : Shortfall(need);
      ready[id] = std::min(asked[id], found == needs.end() ? 0 : Spare(need));
      const int64_t want = own + asked[id] - ready[id];
      if (want == 0) continue;
      const std::string& parent = nodes_.at(id).parent_node_id;
      const std::string why =
          fmt::format("{}; nodes below ask for {}, of which {} are spare here",
                      own > 0 ? ExplainOrder(need) : "nothing short itself", asked[id], ready[id]);
      if (!places_.contains(parent)) {
        purchases.push_back(Purchase(need, vendor_, want, "top of the network: " + why));
        continue;
      }
      const int64_t quantity = std::max(want, policy_.least_transfer_units);
      asked[parent] += quantity;
      touched.insert(places_.at(parent));
      wanted[id] = internal::Transfer(nodes_, parent, need, quantity, 0, why);
    }
    // Downwards, so that what is ready goes to children in their order.
    for (const size_t place : downwards | std::views::reverse) {
      const auto transfer = wanted.find(downwards_[place]);
      if (transfer == wanted.end()) continue;
      int64_t& at_parent = ready[transfer->second.from_node_id];
      transfer->second.ready_quantity = std::min(transfer->second.quantity, at_parent);
      at_parent -= transfer->second.ready_quantity;
      transfers.push_back(std::move(transfer->second));
    }
  }

 private:
  const NetworkPolicy& policy_;
  const NodesById& nodes_;
  const std::string_view vendor_;
  std::vector<std::string> downwards_;    // level by level
  std::map<std::string, size_t> places_;  // in downwards_
};

std::vector<SupplyProposal> ReplenishDownwards(const NetworkPolicy& policy, const NodesById& nodes,
                                               std::span<const SupplyNeed> needs,
                                               std::string_view vendor) {
  std::map<Item, std::map<std::string, const SupplyNeed*>> by_item;
  for (const SupplyNeed& need : needs) by_item[ItemOf(need)][need.node_id] = &need;
  const Cascade cascade(policy, nodes, vendor);
  std::vector<SupplyProposal> purchases, transfers;
  for (const auto& [item, nodes_of] : by_item) cascade.Add(item, nodes_of, purchases, transfers);
  purchases.insert(purchases.end(), transfers.begin(), transfers.end());
  return purchases;
}

}  // namespace

int64_t OrderPoint(const SupplyNeed& need) {
  return CeilDiv(need.daily_demand_milli * need.lead_time_days, 1000) + need.safety_stock;
}

int64_t OrderQuantity(const SupplyNeed& need) {
  constexpr double kDays = 365;
  if (need.order_cost > 0 && need.unit_holding_cost_per_year > 0 && need.daily_demand_milli > 0) {
    const auto eoq = replenishment::Eoq({.fixed_cost = need.order_cost,
                                         .holding_cost = need.unit_holding_cost_per_year,
                                         .demand_rate = need.daily_demand_milli * kDays / 1000});
    if (eoq.ok()) return std::max<int64_t>(1, std::llround(eoq->quantity));
  }
  if (need.order_quantity > 0) return need.order_quantity;
  return std::max<int64_t>(
      1, CeilDiv(need.daily_demand_milli * std::max(need.lead_time_days, kLeastDays), 1000));
}

int64_t Shortfall(const SupplyNeed& need) {
  const int64_t below = OrderPoint(need) - need.position();
  // A node that sells nothing and keeps nothing needs nothing.
  if (below < 0 || (need.daily_demand_milli == 0 && below == 0)) return 0;
  const int64_t lot = OrderQuantity(need);
  return CeilDiv(below + (need.daily_demand_milli > 0 ? 1 : 0), lot) * lot;
}

int64_t Spare(const SupplyNeed& need) {
  return std::clamp<int64_t>(need.available, 0,
                             std::max<int64_t>(0, need.held() - OrderPoint(need) - 1));
}

absl::StatusOr<std::vector<SupplyProposal>> PlanSupply(const NetworkPolicy& policy,
                                                       const NodesById& nodes,
                                                       std::span<const SupplyNeed> needs,
                                                       std::string_view vendor_node_id) {
  switch (policy.mode) {
    case OperatingMode::kSelfRun:
      return ShipAndForward(policy, nodes, needs, vendor_node_id);
    case OperatingMode::kThreeLevel:
      return ReplenishDownwards(policy, nodes, needs, vendor_node_id);
    case OperatingMode::kSharedLedger: {
      std::vector<int64_t> missing;
      std::vector<SupplyProposal> moves = internal::EvenOut(policy, nodes, needs, missing);
      std::vector<SupplyProposal> proposals;
      for (size_t i = 0; i < needs.size(); ++i) {
        if (missing[i] == 0) continue;
        proposals.push_back(
            Purchase(needs[i], vendor_node_id, missing[i],
                     "nobody in the network can spare it; " + ExplainOrder(needs[i])));
      }
      proposals.insert(proposals.end(), moves.begin(), moves.end());
      return proposals;
    }
    default:
      return BuyAtEachNode(policy, needs, vendor_node_id);
  }
}

absl::StatusOr<std::vector<SupplyProposal>> PlanRebalancing(const NetworkPolicy& policy,
                                                            const NodesById& nodes,
                                                            std::span<const SupplyNeed> needs,
                                                            int64_t* short_units) {
  if (policy.mode != OperatingMode::kThreeLevel && policy.mode != OperatingMode::kSharedLedger) {
    return error::ModeHasNoRebalancing(NameOf(policy.mode));
  }
  std::vector<int64_t> missing;
  std::vector<SupplyProposal> moves = internal::EvenOut(policy, nodes, needs, missing);
  *short_units = 0;
  for (const int64_t units : missing) *short_units += units;
  return moves;
}

}  // namespace kefu::warehouse::domain
