// What to buy and what to move so that every node has what it needs, by the operating mode. Pure
// and deterministic.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/warehouse/domain/network/policy.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

// What a node needs of an SKU, and what it has.
struct SupplyNeed {
  std::string node_id, sku_id, owner_id;
  int64_t daily_demand_milli = 0;  // thousandths of a piece
  int32_t lead_time_days = 0;
  int64_t safety_stock = 0;
  double order_cost = 0, unit_holding_cost_per_year = 0;  // one currency; 0: not known
  int64_t order_quantity = 0;                             // 0: see OrderQuantity
  int64_t available = 0, in_transit = 0;
  int64_t on_order = 0;  // bought, announced to the node, not yet received

  // What the organization has for the node already; what is on order is the vendor's still.
  int64_t held() const { return available + in_transit; }
  int64_t position() const { return held() + on_order; }
};

// ⌈daily demand × lead time⌉ + safety stock: at or below this position a node orders.
int64_t OrderPoint(const SupplyNeed& need);
// The economic order quantity, rounded to the nearest piece and at least 1, where both costs are
// known (domain/replenishment/order_quantity.h); else need.order_quantity; else the demand of the
// lead time, at least of 7 days, rounded up.
int64_t OrderQuantity(const SupplyNeed& need);
// What brings the position above the order point: the fewest whole order quantities ((r, Q)
// policy). 0 while the position is above it.
int64_t Shortfall(const SupplyNeed& need);
// What a node can give without needing anything: what is available beyond the order point, not
// more than what it holds is beyond it. What is on order may not come and lets nothing go.
int64_t Spare(const SupplyNeed& need);

enum class SupplyKind : uint8_t { kUnspecified, kPurchase, kTransfer, kTrade };
KEFU_ENUM_NAMES(SupplyKind, "UNSPECIFIED", "PURCHASE", "TRANSFER", "TRADE")

struct SupplyProposal {
  SupplyKind kind = SupplyKind::kUnspecified;
  std::string from_node_id, to_node_id, sku_id, from_owner_id, to_owner_id;
  int64_t quantity = 0;
  int64_t ready_quantity = 0;   // of a transfer: in stock at from_node_id now
  int64_t distance_metres = 0;  // 0: not known
  bool process_required = false;
  std::string explanation;
};

// Nodes by id: all active nodes of the organization.
using NodesById = std::map<std::string, Node, std::less<>>;

// Proposals for the needs; each (node, SKU, owner) stands once, and its node is among the nodes.
// Zero needs are short of nothing and may still give.
// - ORDER_POINT: each node at or below its order point buys whole order quantities.
// - DIRECTED: the same; each purchase goes through the directed process.
// - SELF_RUN, NAMED_NODES: the vendor ships each named node's shortfall to it; the shortfall of
//   another node goes to the named node nearest to it, which forwards. NEAREST_TRANSFER_CENTRE: one
//   shipment of everybody's shortfall to the transfer centre nearest to the vendor (or, where the
//   vendor's place is not known, with the least sum of distances to the nodes in need), which
//   forwards to each. What the forwarding node has to spare of the same goods is ready at once and
//   not bought again. FAILED_PRECONDITION NO_TRANSFER_CENTRE.
// - THREE_LEVEL: needs cascade up: a node's shortfall is asked of its parent, which gives what it
//   can spare and asks its own parent for the rest with its own shortfall; what is missing at the
//   top is bought there. Transfers of fewer than least_transfer_units are rounded up to it.
// - SHARED_LEDGER: spare stock of other nodes first, the nearest pairs first, as transfers between
//   nodes of one owner and as trades between owners; the rest is bought by each node itself.
absl::StatusOr<std::vector<SupplyProposal>> PlanSupply(const NetworkPolicy& policy,
                                                       const NodesById& nodes,
                                                       std::span<const SupplyNeed> needs,
                                                       std::string_view vendor_node_id);

// Only what evens out stock that is there: modes THREE_LEVEL (from a node's ancestors and from
// nodes with the same parent) and SHARED_LEDGER (from anywhere). The nearest pairs first; nothing
// below least_transfer_units. `short_units` gets what stays short. FAILED_PRECONDITION
// MODE_HAS_NO_REBALANCING.
absl::StatusOr<std::vector<SupplyProposal>> PlanRebalancing(const NetworkPolicy& policy,
                                                            const NodesById& nodes,
                                                            std::span<const SupplyNeed> needs,
                                                            int64_t* short_units);

}  // namespace kefu::warehouse::domain
