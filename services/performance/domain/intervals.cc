#include "services/performance/domain/intervals.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace kefu::performance::domain {
namespace {

// The quantile that leaves out (1 − level) ÷ 2 on each side.
double Upper(double level) { return 1 - (1 - level) / 2; }

}  // namespace

std::optional<Interval> Wilson(int64_t successes, int64_t cases, double level) {
  if (cases <= 0 || successes < 0 || successes > cases) return std::nullopt;
  const double z = boost::math::quantile(boost::math::normal_distribution<double>(), Upper(level));
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
  const long double variance = std::max(0.0L, (squares - sum * mean) / (n - 1));
  const boost::math::students_t_distribution<double> law(static_cast<double>(cases - 1));
  const double half =
      boost::math::quantile(law, Upper(level)) * static_cast<double>(std::sqrt(variance / n));
  return Interval{static_cast<double>(mean) - half, static_cast<double>(mean) + half};
}

}  // namespace kefu::performance::domain
