// Integer arithmetic of pay, on amounts that were checked to lie within ±kMaxMinor.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace kefu::performance::domain::payroll {

__extension__ using Wide = __int128;

// a × b ÷ c, half up, away from zero for negative results; c > 0, the result fits.
int64_t MulDiv(Wide a, Wide b, Wide c);
inline int64_t MulBps(int64_t amount, int64_t bps) { return MulDiv(amount, bps, 10'000); }

// Parts of `total` by largest remainder; all 0 where no weight is above 0. Weights ≥ 0.
std::vector<int64_t> Divide(int64_t total, std::span<const int64_t> weights);

// a ÷ b against c ÷ d, by cross multiplication: below, equal, above is -1, 0, 1; b, d > 0.
int CompareFractions(int64_t a, int64_t b, int64_t c, int64_t d);

}  // namespace kefu::performance::domain::payroll
