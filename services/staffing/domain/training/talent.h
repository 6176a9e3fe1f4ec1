// Where an agent stands in the nine boxes: performance of the last months across, the four sides of
// competence upwards. Pure, thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "services/staffing/domain/training/figures.h"

namespace kefu::staffing::training {

enum class Level : uint8_t { kUnspecified, kLow, kMedium, kHigh };

// The agent's own figure over the months and shops that told of both, and the shops'. How much an
// agent works where is no merit: the two are compared by what the shops' own figures would give
// over the agent's cases (indirect standardisation), not by the sums.
struct Compared {
  Figure own, shop;
  __int128 expected = 0;  // the shops' millionths times the agent's cases, summed

  // One month of one shop; nothing where the shop has no figure.
  void Add(const Figure& of_agent, const Figure& of_shop);
  std::optional<int64_t> expected_millionths() const;  // half up; nothing over no case
};
struct TalentFacts {
  std::optional<std::array<int32_t, 4>> grades;  // 1 to 5, in the order of the terms' weights
  std::map<std::string, Compared, std::less<>> figures;
};

struct Placement {
  int32_t sides_centi = 0;
  Level sides = Level::kUnspecified;
  std::vector<std::optional<int32_t>> ratios_bps;  // one a metric of the terms
  int32_t performance_bps = 0;
  Level performance = Level::kUnspecified;
  int32_t box = 0;  // 1 to 9; 0: an axis is not known
};
// Means are rounded half up, and rounded before they meet a border.
Placement Place(const TalentTerms& terms, const TalentFacts& facts);

}  // namespace kefu::staffing::training
