// Confidence intervals of shares and means, for figures over few cases.
#pragma once

#include <cstdint>
#include <optional>

namespace kefu::performance::domain {

struct Interval {
  double low = 0, high = 0;
  bool operator==(const Interval&) const = default;
};

// What lies within so many standard deviations of a normal distribution's mean with a chance of
// `level` in (0, 1): 1.96 at 0.95.
double NormalQuantile(double level);

// Wilson's score interval of successes ÷ cases (E. B. Wilson, JASA 22, 1927), within [0, 1].
// Nothing without cases or when successes lie outside [0, cases]. `level` in (0, 1), such as 0.95.
std::optional<Interval> Wilson(int64_t successes, int64_t cases, double level);

// Student's t interval of a mean from the count, sum and sum of squares of its cases: mean ± t(1 −
// (1 − level)/2; cases − 1) × s ÷ √cases, s² = (Σx² − (Σx)²/cases) ÷ (cases − 1). Nothing below two
// cases, nor where all are equal: that tells nothing of how they spread.
std::optional<Interval> StudentT(int64_t cases, long double sum, long double squares, double level);

}  // namespace kefu::performance::domain
