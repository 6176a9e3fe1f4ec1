// Confidence intervals of shares. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <optional>

namespace kefu::statistics {

struct Interval {
  double low = 0, high = 0;
  bool operator==(const Interval&) const = default;
};

// Wilson's score interval of successes ÷ cases (E. B. Wilson, JASA 22, 1927), within [0, 1].
// Nothing without cases or when successes lie outside [0, cases]. `level` in (0, 1), such as 0.95.
std::optional<Interval> Wilson(int64_t successes, int64_t cases, double level);

// The exact interval of the same share, wider than Wilson's and never too narrow (C. J. Clopper,
// E. S. Pearson, Biometrika 26, 1934): what remains after both tails of (1 − level) ÷ 2.
std::optional<Interval> ClopperPearson(int64_t successes, int64_t cases, double level);

}  // namespace kefu::statistics
