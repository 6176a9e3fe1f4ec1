#include "services/performance/domain/payroll/arithmetic.h"

#include "common/money/money.h"

namespace kefu::performance::domain::payroll {

int64_t MulDiv(Wide a, Wide b, Wide c) {
  const Wide product = a * b;
  const Wide magnitude = product < 0 ? -product : product;
  const Wide rounded = magnitude / c + (magnitude % c >= c - magnitude % c ? 1 : 0);
  return static_cast<int64_t>(product < 0 ? -rounded : rounded);
}

std::vector<int64_t> Divide(int64_t total, std::span<const int64_t> weights) {
  auto parts = SplitLargestRemainder(total, weights);
  return parts.ok() ? *std::move(parts) : std::vector<int64_t>(weights.size(), 0);
}

int CompareFractions(int64_t a, int64_t b, int64_t c, int64_t d) {
  const Wide left = Wide{a} * d, right = Wide{c} * b;
  return left < right ? -1 : left > right ? 1 : 0;
}

}  // namespace kefu::performance::domain::payroll
