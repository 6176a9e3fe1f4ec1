// The metric catalogue: every figure is a ratio, a mean or a sum of measures, or a percentile of
// response times.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "services/performance/domain/measures.h"
#include "services/performance/domain/rollup.h"

namespace kefu::performance::domain {

enum class Unit { kCount, kRatio, kSeconds, kMoney };

// One addend of a numerator or denominator.
struct Term {
  Measure measure;
  int sign = 1;
};

struct MetricSpec {
  std::string_view id, name_zh, name_en;
  Unit unit;
  std::string_view formula;
  std::vector<Term> numerator;
  std::vector<Term> denominator;  // empty: the numerator is the figure
  double percentile = 0;          // > 0: this percentile of response times instead
  bool for_shop = true;
  bool for_agents = true;  // agents and teams
};

// In the order in which answers carry them.
std::span<const MetricSpec> Catalogue();
// nullptr when there is no such metric.
const MetricSpec* FindMetric(std::string_view id);

struct MetricValue {
  const MetricSpec* spec = nullptr;
  // Nothing over nothing has no value. Ratios and seconds are rounded half up to 6 decimals, money
  // means to the minor unit.
  std::optional<double> value;
  int64_t numerator = 0;
  int64_t denominator = 0;
};

bool AppliesTo(const MetricSpec& spec, SubjectKind kind);
MetricValue Evaluate(const MetricSpec& spec, const Measures& measures);

// numerator / denominator rounded half up (away from zero for negative results) to `decimals`;
// denominator > 0.
double RoundedRatio(int64_t numerator, int64_t denominator, int decimals);

}  // namespace kefu::performance::domain
