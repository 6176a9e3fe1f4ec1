#include "services/performance/domain/intervals.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <map>
#include <utility>

namespace kefu::performance::domain {
namespace {

// The quantile that leaves out (1 − level) ÷ 2 on each side.
double Upper(double level) { return 1 - (1 - level) / 2; }

// Quantiles cost far more than what they are used for, and few are asked for again and again: those
// of the levels of definitions, and of fewer cases than a definition calls thin.
double StudentQuantile(int64_t freedom, double level) {
  constexpr size_t kKept = 1024;
  thread_local std::map<std::pair<int64_t, double>, double> known;
  const auto found = known.find({freedom, level});
  if (found != known.end()) return found->second;
  const double quantile = boost::math::quantile(
      boost::math::students_t_distribution<double>(static_cast<double>(freedom)), Upper(level));
  if (known.size() < kKept) known[{freedom, level}] = quantile;
  return quantile;
}

}  // namespace

double NormalQuantile(double level) {
  thread_local std::pair<double, double> last{-1, 0};
  if (last.first != level) {
    last = {level, boost::math::quantile(boost::math::normal_distribution<double>(), Upper(level))};
  }
  return last.second;
}

std::optional<Interval> Wilson(int64_t successes, int64_t cases, double level) {
  if (cases <= 0 || successes < 0 || successes > cases) return std::nullopt;
  const double z = NormalQuantile(level);
  const auto n = static_cast<double>(cases);
  const double share = static_cast<double>(successes) / n;
  const double center = (share + z * z / (2 * n)) / (1 + z * z / n);
  const double half =
      z / (1 + z * z / n) * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  // At the ends the bound is exact and not a rounding error beside it.
  return Interval{successes == 0 ? 0 : std::max(0.0, center - half),
                  successes == cases ? 1 : std::min(1.0, center + half)};
}

std::optional<Interval> StudentT(int64_t cases, long double sum, long double squares,
                                 double level) {
  if (cases < 2) return std::nullopt;
  const auto n = static_cast<long double>(cases);
  const long double mean = sum / n;
  constexpr long double kRounding = 1e-15;  // of the squares
  const long double deviations = squares - sum * mean;
  if (deviations <= squares * kRounding) return std::nullopt;
  const long double variance = deviations / (n - 1);
  const double half =
      StudentQuantile(cases - 1, level) * static_cast<double>(std::sqrt(variance / n));
  return Interval{static_cast<double>(mean) - half, static_cast<double>(mean) + half};
}

}  // namespace kefu::performance::domain
