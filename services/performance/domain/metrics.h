// The metric catalogue: every figure is a ratio, a mean, a sum or a product of sums of measures, or
// a percentile of response times.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/performance/domain/definition.h"
#include "services/performance/domain/intervals.h"
#include "services/performance/domain/measures.h"
#include "services/performance/domain/rollup.h"

namespace kefu::performance::domain {

// kRatio is a share; kMean a mean of anything else without a unit, as of stars.
enum class Unit { kCount, kRatio, kSeconds, kMoney, kPerHour, kPoints, kMean };

// How sure a figure over few cases is.
enum class Spread {
  kNone,
  kUnmeasured,  // a mean whose squares are not kept: told when thin, without an interval
  kShare,       // Wilson: the numerator is a part of the denominator
  kMean,        // Student's t from the sum of squares
  kSales,       // the same, the squares in two limbs
  kResponses,   // the same, the squares by the histogram
};

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
  // When not empty, the figure is numerator × factors ÷ (denominator × divisors), half up.
  std::vector<std::vector<Term>> factors, divisors;
  // Of such a product: the numerator counts things that cost factors ÷ (denominator × divisors)
  // each, and each costs whole minor units, half up.
  bool of_whole_units = false;
  double percentile = 0;  // > 0: this percentile of response times instead
  Spread spread = Spread::kNone;
  Measure squares = Measure::kMeasureCount;  // of kMean
  double least = 0;                          // the value's range: intervals end there
  double most = std::numeric_limits<double>::infinity();
  bool graded = false;  // by the definition's response grades
  bool for_shop = true;
  bool for_agents = true;  // agents, teams and bases
};

// In the order in which answers carry them.
std::span<const MetricSpec> Catalogue();
// nullptr when there is no such metric.
const MetricSpec* FindMetric(std::string_view id);

struct MetricValue {
  const MetricSpec* spec = nullptr;
  // Nothing over nothing has no value. Ratios, means and seconds are rounded half up to 6 decimals,
  // money means to the minor unit.
  std::optional<double> value;
  // Of a product of sums: the value in minor units, and 0.
  int64_t numerator = 0;
  int64_t denominator = 0;
  bool thin = false;
  std::optional<Interval> interval;  // only when thin; rounded to 6 decimals
  std::string grade;                 // empty: none
};

// The interval of a figure over few cases at a level in (0, 1); nothing where none is known.
std::optional<Interval> IntervalOf(const MetricSpec& spec, const Measures& measures,
                                   const MetricValue& value, double level);
// Whether a figure comes from inspections, which are samples.
bool IsSampled(const MetricSpec& spec);

// The sums that a formula is applied to, each with its terms.
struct Input {
  std::string_view role;  // "numerator", "factor", "denominator" or "divisor"
  const std::vector<Term>* terms;
  int64_t sum = 0;
};
// Of percentiles: the sum of the response times and their number.
std::vector<Input> InputsOf(const MetricSpec& spec, const Measures& measures);

bool AppliesTo(const MetricSpec& spec, SubjectKind kind);
MetricValue Evaluate(const MetricSpec& spec, const Measures& measures);
// The same with what the definition says about it: thin samples and grades.
MetricValue Evaluate(const MetricSpec& spec, const Measures& measures,
                     const MetricDefinition& definition);

// A figure beside the same of an earlier period.
struct Comparison {
  std::optional<double> value, difference, relative_change;
};
// The difference is exact in the decimals of the values; relative_change is rounded half up to 6.
Comparison Compare(const MetricValue& now, const MetricValue& then);

// numerator / denominator rounded half up (away from zero for negative results) to `decimals`;
// denominator > 0.
double RoundedRatio(int64_t numerator, int64_t denominator, int decimals);

}  // namespace kefu::performance::domain
