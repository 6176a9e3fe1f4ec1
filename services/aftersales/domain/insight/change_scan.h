// The test for a bad lot: since when, if at all, are pieces of one series complained about more
// often than the SKU's other pieces? Pure, deterministic, thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "common/statistics/intervals.h"

namespace kefu::aftersales::domain::insight {

// Pieces shipped on a day, each weighted by the chance that a complaint about it is known by now,
// and the complaints that are known about them.
struct Exposed {
  double exposure = 0;
  int64_t complaints = 0;
};

struct ChangeScan {
  double statistic = 0;  // of the best window: log likelihood ratio
  double p_value = 1;    // of a statistic at least as large, if all pieces are alike
  size_t begin = 0;      // the best window begins with this day of the series
  // Windows that begin from `earliest` to `latest` are almost as likely: within 1.92 of the
  // statistic, as the 95 % likelihood interval of a parameter (χ² of one degree ÷ 2).
  size_t earliest = 0, latest = 0;
  int64_t inside = 0, total = 0;  // complaints in the window and in all
  double expected = 0;            // in the window, if all pieces are alike
  // The rate inside ÷ the rate outside with its exact interval, given the window (which was chosen
  // for its rate: the interval does not know that). No upper end where nothing outside was
  // complained about.
  std::optional<double> ratio;
  double ratio_low = 0;
  std::optional<double> ratio_high;
};

// Windows are the days of `series` from `first` on to its end that begin with each of them; what is
// not in a window, earlier days and `others`, is what it is compared with. Of each window the
// likelihood ratio of a raised rate against one rate for all, given all complaints, is taken
//   c log(c ÷ e) + (C − c) log((C − c) ÷ (C − e)), where c > e
// (M. Kulldorff, A spatial scan statistic, Communications in Statistics: Theory and Methods 26,
// 1997, 1481–1496), and the largest is the statistic. Its p-value is exact and needs no simulation:
// with all pieces alike the complaints fall on days by their exposure, so that the counts of the
// windows, each within the next, are a chain of binomials, of which the recursion by K. J. Worsley
// (The power of likelihood ratio and cumulative sum tests for a change in a binomial probability,
// Biometrika 70, 1983, 455–464) sums up what reaches the statistic in any window.
// Nothing when no window has more complaints than expected.
std::optional<ChangeScan> ScanForRise(std::span<const Exposed> series, const Exposed& others,
                                      size_t first = 0);

// p-values below are not told apart: the recursion leaves out what is smaller.
inline constexpr double kLeastPValue = 1e-15;

}  // namespace kefu::aftersales::domain::insight
