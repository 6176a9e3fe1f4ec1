#include "common/statistics/intervals.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>

namespace kefu::statistics {
namespace {

bool Possible(int64_t successes, int64_t cases) {
  return cases > 0 && successes >= 0 && successes <= cases;
}

}  // namespace

std::optional<Interval> Wilson(int64_t successes, int64_t cases, double level) {
  if (!Possible(successes, cases)) return std::nullopt;
  const double z =
      boost::math::quantile(boost::math::normal_distribution<double>(), 1 - (1 - level) / 2);
  const auto n = static_cast<double>(cases);
  const double share = static_cast<double>(successes) / n;
  const double shrink = 1 + z * z / n;
  const double middle = (share + z * z / (2 * n)) / shrink;
  const double half = z / shrink * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  // At the ends the bound is exact and not a rounding error beside it.
  return Interval{successes == 0 ? 0 : std::max(0.0, middle - half),
                  successes == cases ? 1 : std::min(1.0, middle + half)};
}

std::optional<Interval> ClopperPearson(int64_t successes, int64_t cases, double level) {
  if (!Possible(successes, cases)) return std::nullopt;
  const double tail = (1 - level) / 2;
  const auto hits = static_cast<double>(successes), misses = static_cast<double>(cases - successes);
  return Interval{successes == 0 ? 0 : boost::math::ibeta_inv(hits, misses + 1, tail),
                  successes == cases ? 1 : boost::math::ibetac_inv(hits + 1, misses, tail)};
}

}  // namespace kefu::statistics
