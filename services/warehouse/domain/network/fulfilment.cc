#include "services/warehouse/domain/network/fulfilment.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "fmt/format.h"
#include "services/warehouse/domain/network/distance.h"

namespace kefu::warehouse::domain {
namespace {

int LevelOf(const NetworkPolicy& policy, NodeKind kind) {
  if (policy.mode != OperatingMode::kThreeLevel) return 0;
  const auto found = std::ranges::find(policy.levels, kind);
  return static_cast<int>(found == policy.levels.end() ? policy.levels.size()
                                                       : policy.levels.end() - found - 1);
}

// Division codes mean something by pairs of digits only.
int SharedDigits(std::string_view a, std::string_view b) {
  const auto [end_a, end_b] = std::ranges::mismatch(a, b);
  return static_cast<int>(end_a - a.begin()) / 2 * 2;
}

}  // namespace

std::vector<RankedCandidate> FulfilmentOrder(const NetworkPolicy& policy,
                                             const Destination& destination,
                                             std::span<const FulfilmentCandidate> candidates) {
  std::vector<RankedCandidate> ranked;
  ranked.reserve(candidates.size());
  for (size_t i = 0; i < candidates.size(); ++i) {
    const FulfilmentCandidate& c = candidates[i];
    ranked.push_back({.index = i,
                      .level = LevelOf(policy, c.kind),
                      .distance_metres = DistanceMetres(destination.location, c.location),
                      .shared_digits = SharedDigits(destination.region_code, c.region_code)});
  }
  const auto key = [&](const RankedCandidate& r) {
    return std::make_tuple(r.level, r.distance_metres.value_or(std::numeric_limits<int64_t>::max()),
                           r.distance_metres ? 0 : -r.shared_digits,
                           std::string_view(candidates[r.index].node_id));
  };
  std::ranges::sort(ranked, [&](const auto& a, const auto& b) { return key(a) < key(b); });
  return ranked;
}

std::string ExplainRank(const FulfilmentCandidate& candidate, const RankedCandidate& rank) {
  return fmt::format(
      "level {} ({}), {}", rank.level, NameOf(candidate.kind),
      rank.distance_metres
          ? fmt::format("{}.{} km", *rank.distance_metres / 1000,
                        *rank.distance_metres % 1000 / 100)
          : fmt::format("distance unknown, {} digits of the region agree", rank.shared_digits));
}

}  // namespace kefu::warehouse::domain
