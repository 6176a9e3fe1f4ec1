// Which node is asked first when an order is to be fulfilled: candidates in, ordered candidates
// out. Pure and deterministic. Allocate and PromiseDate walk the nodes in this order; how much each
// gives (splits, lots, caps) is theirs to decide.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "services/warehouse/domain/network/policy.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

// Where the order goes. Both optional.
struct Destination {
  std::optional<GeoPoint> location;
  std::string region_code;  // division code such as "110101"
};

// A node in question. Give only nodes that may serve at all (active, and owner rules kept).
struct FulfilmentCandidate {
  std::string node_id;
  NodeKind kind = NodeKind::kUnspecified;
  std::string region_code;
  std::optional<GeoPoint> location;
};

struct RankedCandidate {
  size_t index = 0;                        // into the candidates
  int level = 0;                           // 0 is asked first; always 0 but in mode THREE_LEVEL
  std::optional<int64_t> distance_metres;  // when both places are known
  int shared_digits = 0;                   // leading digits of the region codes that agree
};

// All candidates, the first to be asked first:
// - every mode but THREE_LEVEL: the nearest first (mode SHARED_LEDGER whoever owns it: an owner's
//   node counts like any other);
// - THREE_LEVEL: by level first, the lowest of policy.levels before the next one up; kinds that
//   stand in no level come last; within a level the nearest first.
// Nearest: by distance; nodes whose distance is not known after those whose is, by how many leading
// digits of the region code agree (6 district, 4 city, 2 province). Ties go to the smaller id.
std::vector<RankedCandidate> FulfilmentOrder(const NetworkPolicy& policy,
                                             const Destination& destination,
                                             std::span<const FulfilmentCandidate> candidates);

// Why a candidate stands where it stands, for explanations: "level 1 of FRONT_WAREHOUSE, 12.3 km".
std::string ExplainRank(const FulfilmentCandidate& candidate, const RankedCandidate& rank);

}  // namespace kefu::warehouse::domain
