// Which nodes ship an order: as few parcels as can be and then the nearest, or the nearest alone;
// within owner rules, daily throughput and what is kept back. Pure and deterministic.
//
// Fewest parcels is a set cover with amounts. Up to `exact_nodes` candidates it is solved exactly,
// after dropping candidates that others make useless: of an optimal set of k nodes, one that k
// others equal or beat in every line and in cost can be exchanged. Beyond, greedily by pieces per
// node (Chvátal, "A Greedy Heuristic for the Set-Covering Problem", 1979), then improved by
// dropping nodes and exchanging single ones.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "services/warehouse/domain/network/policy.h"
#include "services/warehouse/domain/promise.h"
#include "services/warehouse/domain/sales_guard.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

enum class AllocationObjective : uint8_t { kUnspecified, kFewestParcels, kNearest };

// The default values are the shipped policy.
struct AllocationPolicy {
  AllocationObjective objective = AllocationObjective::kFewestParcels;
  std::vector<std::string> owner_ids = {""};  // in order of use
  bool mix_owners = false;
  bool allow_partial = false;
  int max_parcels = 0;      // 0: no limit
  int max_distance_km = 0;  // 0: no limit
  int fefo_band_km = 0;     // 0: expiry does not count
  bool respect_throughput = true;
  std::vector<NodeKind> node_kinds;  // empty: all
  int exact_nodes = 12;
  RegionDistances region_distances;
};

inline constexpr int64_t kUnlimited = std::numeric_limits<int64_t>::max();
inline constexpr int32_t kNeverExpires = std::numeric_limits<int32_t>::max();

// The stock of one owner's SKU at one node that may be given away.
struct StockCell {
  size_t node = 0;  // into AllocationStock::nodes
  int64_t available = 0;
  int64_t kept_back = 0;               // by safety stock or a channel's cap; not in available
  int32_t expiry_day = kNeverExpires;  // of what expires first; days since 1970
};

// What is there, shared by all orders of a batch; what one order takes is gone for the next.
class AllocationStock {
 public:
  struct NodeState {
    Node node;
    int64_t throughput_left = kUnlimited;  // pieces today
  };

  std::vector<NodeState> nodes;

  size_t AddNode(Node node, int64_t throughput_left);
  void Add(const std::string& sku_id, const std::string& owner_id, StockCell cell);
  // By node; empty when there is none.
  std::span<StockCell> Of(const std::string& sku_id, const std::string& owner_id);

 private:
  struct Key {
    std::string sku_id, owner_id;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    size_t operator()(const Key& key) const {
      return std::hash<std::string>()(key.sku_id) * 31 + std::hash<std::string>()(key.owner_id);
    }
  };
  std::unordered_map<Key, std::vector<StockCell>, Hash> cells_;
};

struct WantedLine {
  std::string sku_id;
  int64_t quantity = 0;
};

struct AllocationOrder {
  std::string order_id;
  std::string channel;
  Destination destination;
  std::vector<WantedLine> lines;      // different SKUs
  std::vector<std::string> node_ids;  // sorted; empty: all
  std::vector<GuardLimit> limits;     // what sales guards leave its channel
};

enum class NodeVerdict : uint8_t {
  kUnspecified,
  kChosen,
  kNoStock,
  kPartOfStock,
  kFarther,
  kExpiresLater,
  kLaterInNetwork,
  kTooFar,
  kThroughputUsed,
  kPromiseMissed,
  kArchived,
  kKindNotAllowed,
  kKeptBack,
  kNotAsked
};

struct NodeDecision {
  size_t node = 0;  // into AllocationStock::nodes
  NodeVerdict verdict = NodeVerdict::kUnspecified;
  int64_t distance_metres = 0;
  int64_t available = 0;  // pieces of the order that it could give
};

enum class AllocationOutcome : uint8_t {
  kUnspecified,
  kAllocated,
  kPartlyAllocated,
  kBackordered,
  kRefused
};

struct Allocation {
  AllocationOutcome outcome = AllocationOutcome::kBackordered;
  std::vector<ReservationLine> lines;  // by node, the nearest first, then by SKU and owner
  std::vector<int64_t> missing;        // by line of the order
  int parcels = 0;
  std::vector<NodeDecision> nodes;  // those taken, then the best others
  std::string explanation;
};

// What an allocation may ask about nodes; both may be empty functions.
struct NodeRules {
  // Level in the order of the network: 0 is asked first.
  std::function<int(const Node&)> level;
  // Whether the node keeps the day that the order asks for. Asked last, once a node and order.
  std::function<bool(const Node&)> keeps_promise;
};

// Decides one order and takes what it uses out of `stock`. `explain`: how many nodes besides those
// taken are told about. The order's lines are not empty and its quantities positive.
Allocation Allocate(const AllocationPolicy& policy, const AllocationOrder& order,
                    const NodeRules& rules, int explain, AllocationStock& stock);

// --- The search itself, for tests ---

// A node in question: what it can give of each line, over all lines at most `limit` pieces, and its
// cost, compared part by part. Costs of several nodes add up part by part.
struct CoverNode {
  std::vector<int64_t> gives;
  int64_t limit = kUnlimited;
  std::array<int64_t, 4> cost = {};
};

// The fewest nodes that together give `wanted`; among those the least cost, then the smallest
// indices. Nothing when all together do not. Exact when at most `exact_nodes` candidates remain
// after the useless ones are dropped, else a good cover.
std::optional<std::vector<size_t>> FewestNodes(std::span<const int64_t> wanted,
                                               std::span<const CoverNode> nodes, int exact_nodes);

// How much each of the chosen nodes gives of each line, [node][line], so that as much as possible
// of `wanted` is given; the earlier node gives first where that loses nothing.
std::vector<std::vector<int64_t>> Share(std::span<const int64_t> wanted,
                                        std::span<const CoverNode> nodes,
                                        std::span<const size_t> chosen);

}  // namespace kefu::warehouse::domain
