// How each figure follows from the slow path's sums, by what users are told of it: written down
// once more, apart from the catalogue.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kefu/performance/v1/resources.pb.h"
#include "services/performance/tests/metrics/slow_path.h"

namespace kefu::performance::slow {

// "-x" subtracts; an empty denominator is a sum. The figure is numerator × factors ÷ (denominator ×
// divisors).
struct Formula {
  v1::MetricUnit unit = v1::METRIC_UNIT_COUNT;
  std::vector<std::string> numerator, denominator = {};
  std::vector<std::vector<std::string>> factors = {}, divisors = {};
  bool of_whole_units = false;  // numerator × the rest, rounded to whole units
  bool tells_thin = false;      // over few cases
  bool is_share = false;        // the numerator is a part of the denominator
  bool for_shop = true, for_agents = true;
  // Of a mean whose interval is told: the sum of the squares, and between which values it lies.
  std::string squares = {};
  double least = 0, most = std::numeric_limits<double>::infinity();
};
// All figures but percentiles, by id.
const std::map<std::string, Formula>& Formulas();
// "response_seconds_p90" to 0.9; nothing of others.
std::optional<double> PercentileOf(std::string_view metric_id);
// The ids of the figures that a shop, or else its agents, teams and bases have.
std::vector<std::string> FiguresOf(bool shop);

int64_t SumOf(const std::vector<std::string>& names, const OfDay& sums);
// Nothing where it is not defined.
std::optional<long double> ValueOf(const Formula& formula, const OfDay& sums);
// As it is told: money to the minor unit, the rest to 6 decimals.
double StepOf(const Formula& formula);
// How many of the sums' units make one of the value's: microseconds a second.
double UnitsOf(const Formula& formula);
// The numerator of a product of sums, half up; nothing where it is not defined.
std::optional<int64_t> ProductOf(const Formula& formula, const OfDay& sums);

}  // namespace kefu::performance::slow
