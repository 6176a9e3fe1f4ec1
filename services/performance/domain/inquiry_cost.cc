#include "services/performance/domain/inquiry_cost.h"

namespace kefu::performance::domain {
namespace {

constexpr int64_t kMillion = 1'000'000;

}  // namespace

std::optional<int64_t> InquiryCost(const ClickCost& click, int64_t converted, int64_t consulted) {
  if (click.minor <= 0 || click.conversion_ppm <= 0 || consulted <= 0) return std::nullopt;
  __int128 above = static_cast<__int128>(click.minor) * converted;
  if (__builtin_mul_overflow(above, static_cast<__int128>(kMillion), &above)) return std::nullopt;
  const __int128 below = static_cast<__int128>(consulted) * click.conversion_ppm;
  const __int128 cost = (above * 2 + below) / (below * 2);
  return cost <= INT64_MAX ? std::optional(static_cast<int64_t>(cost)) : std::nullopt;
}

bool HangsOnClicks(const MetricSpec& spec) {
  return spec.id == "cost_of_inquiry" || spec.id == "missed_value";
}

void PriceByClicks(const ClickCost& click, const Measures& measures, MetricValue& value) {
  if (value.value || !HangsOnClicks(*value.spec)) return;
  const int64_t consulted = measures[Measure::kConsulted];
  const auto cost = InquiryCost(click, measures[Measure::kConverted], consulted);
  if (!cost) return;
  const int64_t things = value.spec->of_whole_units ? consulted - measures[Measure::kReplied] : 1;
  if (__builtin_mul_overflow(*cost, things, &value.numerator)) return;
  value.value = static_cast<double>(value.numerator);
}

}  // namespace kefu::performance::domain
