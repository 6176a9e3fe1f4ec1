#include "common/statistics/multiple_testing.h"

#include <algorithm>
#include <numeric>

namespace kefu::statistics {

std::vector<double> BenjaminiHochberg(std::span<const double> p_values, int64_t tests) {
  std::vector<size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](size_t i) { return p_values[i]; });
  std::vector<double> adjusted(p_values.size());
  double least = 1;
  for (size_t rank = order.size(); rank > 0; --rank) {
    const double p = p_values[order[rank - 1]];
    least = std::min(least, p * static_cast<double>(tests) / static_cast<double>(rank));
    adjusted[order[rank - 1]] = least;
  }
  return adjusted;
}

}  // namespace kefu::statistics
