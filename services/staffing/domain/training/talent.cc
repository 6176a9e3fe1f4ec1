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
  const Figure& own = compared.own;
  if (own.denominator <= 0 || own.denominator < least_cases) return std::nullopt;
  const auto value = static_cast<__int128>(own.numerator) * own.scale;
  const auto [above, below] = metric.lower_is_better ? std::pair(compared.expected, value)
                                                     : std::pair(value, compared.expected);
  if (above < 0 || below <= 0) return std::nullopt;
  const __int128 ratio = (above * kAllBps + below / 2) / below;
  return static_cast<int32_t>(std::min<__int128>(ratio, kMostRatioBps));
}

}  // namespace

void Compared::Add(const Figure& of_agent, const Figure& of_shop) {
  const auto value = of_shop.millionths();
  if (!value) return;
  for (const auto& [from, to] : {std::pair(&of_agent, &own), {&of_shop, &shop}}) {
    to->numerator += from->numerator;
    to->denominator += from->denominator;
    to->scale = from->scale;
  }
  expected += static_cast<__int128>(*value) * of_agent.denominator;
}

std::optional<int64_t> Compared::expected_millionths() const {
  if (own.denominator <= 0) return std::nullopt;
  return static_cast<int64_t>((expected + own.denominator / 2) / own.denominator);
}

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
