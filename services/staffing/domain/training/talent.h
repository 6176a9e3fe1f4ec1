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

// The agent's own figure over the months, and the shops'.
struct Compared {
  Figure own, shop;
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
