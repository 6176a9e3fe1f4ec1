#include "services/warehouse/domain/replenishment/classify.h"

#include <algorithm>

#include "common/status/status_macros.h"

namespace kefu::warehouse::domain::replenishment {

void CheckCuts(const ClassCuts& cuts, std::string_view field, FieldViolations& violations) {
  const auto path = [&](std::string_view name) { return fmt::format("{}.{}", field, name); };
  violations.Check(cuts.a_share > 0 && cuts.a_share <= 1, path("a_share"), "must be above 0 to 1");
  violations.Check(cuts.b_share >= cuts.a_share && cuts.b_share <= 1, path("b_share"),
                   "must be a_share to 1");
  violations.Check(cuts.x_cv >= 0 && cuts.x_cv <= 100, path("x_variation"), "must be 0 to 100");
  violations.Check(cuts.y_cv >= cuts.x_cv && cuts.y_cv <= 100, path("y_variation"),
                   "must be x_variation to 100");
}

char XyzOf(double variation, const ClassCuts& cuts) {
  return variation <= cuts.x_cv ? 'X' : variation <= cuts.y_cv ? 'Y' : 'Z';
}

double VariationOf(const std::vector<double>& demand) {
  double sum = 0;
  for (const double d : demand) sum += d;
  const double mean = demand.empty() ? 0 : sum / static_cast<double>(demand.size());
  if (mean <= 0) return INFINITY;
  if (demand.size() < 2) return 0;
  double squares = 0;
  for (const double d : demand) squares += (d - mean) * (d - mean);
  return std::sqrt(squares / static_cast<double>(demand.size() - 1)) / mean;
}

absl::StatusOr<std::vector<Classified>> Classify(const std::vector<ClassItem>& items,
                                                 const ClassCuts& cuts) {
  FieldViolations violations;
  CheckCuts(cuts, "cuts", violations);
  violations.Check(!items.empty() && items.size() <= 200'000, "items",
                   "must hold 1 to 200000 items");
  double total = 0;
  std::vector<Classified> result;
  result.reserve(items.size());
  for (size_t i = 0; i < items.size(); ++i) {
    NotNegative(items[i].value, At("items", i) + ".value", violations);
    for (size_t t = 0; t < items[i].demand.size(); ++t) {
      NotNegative(items[i].demand[t], At(At("items", i) + ".demand", t), violations);
    }
    total += items[i].value;
    result.push_back({.id = items[i].id,
                      .value_share = items[i].value,
                      .variation = VariationOf(items[i].demand)});
  }
  RETURN_IF_ERROR(violations.ToStatus());
  std::ranges::sort(result, [](const Classified& a, const Classified& b) {
    return a.value_share != b.value_share ? a.value_share > b.value_share : a.id < b.id;
  });
  double before = 0;
  for (Classified& item : result) {
    item.value_share = total > 0 ? item.value_share / total : 0;
    // Nothing sold is no A, whatever the shares say; the slack is for sums of decimal shares.
    item.abc = item.value_share <= 0           ? 'C'
               : before < cuts.a_share - 1e-12 ? 'A'
               : before < cuts.b_share - 1e-12 ? 'B'
                                               : 'C';
    item.xyz = XyzOf(item.variation, cuts);
    before += item.value_share;
    item.cumulative_share = std::min(before, 1.0);
  }
  return result;
}

}  // namespace kefu::warehouse::domain::replenishment
