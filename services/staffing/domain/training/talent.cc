#include "services/staffing/domain/training/talent.h"

#include <algorithm>

#include "common/money/money.h"

namespace kefu::staffing::training {
namespace {

constexpr int64_t kAllBps = 10'000;
constexpr int64_t kMostRatioBps = 1'000'000;  // a hundred times the shops': further says no more
constexpr int kCenti = 100;
constexpr int kLevels = 3;

Level LevelOf(int64_t value, int64_t medium, int64_t high) {
  return value >= high ? Level::kHigh : value >= medium ? Level::kMedium : Level::kLow;
}

std::optional<int32_t> RatioOf(const TalentMetric& metric, int32_t least_cases,
                               const Compared& compared) {
  const auto own = compared.own.millionths(), shop = compared.shop.millionths();
  if (!own || !shop || compared.own.denominator < least_cases) return std::nullopt;
  const auto [above, below] =
      metric.lower_is_better ? std::pair(*shop, *own) : std::pair(*own, *shop);
  if (above < 0 || below <= 0) return std::nullopt;
  const auto ratio = MulDivHalfUp(above, kAllBps, below);
  return static_cast<int32_t>(std::min(ratio.value_or(kMostRatioBps), kMostRatioBps));
}

}  // namespace

Placement Place(const TalentTerms& terms, const TalentFacts& facts) {
  Placement placement;
  if (facts.grades) {
    int64_t sum = 0, weights = 0;
    for (size_t i = 0; i < terms.side_weights.size(); ++i) {
      sum += int64_t{terms.side_weights[i]} * (*facts.grades)[i];
      weights += terms.side_weights[i];
    }
    placement.sides_centi = static_cast<int32_t>(MulDivHalfUp(sum, kCenti, weights).value_or(0));
    placement.sides =
        LevelOf(placement.sides_centi, terms.medium_sides_centi, terms.high_sides_centi);
  }
  int64_t sum = 0, weights = 0;
  for (const TalentMetric& metric : terms.metrics) {
    const auto found = facts.figures.find(metric.metric_id);
    const auto ratio = found == facts.figures.end()
                           ? std::nullopt
                           : RatioOf(metric, terms.least_cases, found->second);
    placement.ratios_bps.push_back(ratio);
    if (!ratio) continue;
    sum += int64_t{metric.weight} * *ratio;
    weights += metric.weight;
  }
  if (weights > 0) {
    placement.performance_bps = static_cast<int32_t>(MulDivHalfUp(sum, 1, weights).value_or(0));
    placement.performance = LevelOf(placement.performance_bps, terms.medium_performance_bps,
                                    terms.high_performance_bps);
  }
  if (placement.sides != Level::kUnspecified && placement.performance != Level::kUnspecified) {
    placement.box = kLevels * (static_cast<int32_t>(placement.sides) - 1) +
                    static_cast<int32_t>(placement.performance);
  }
  return placement;
}

}  // namespace kefu::staffing::training
