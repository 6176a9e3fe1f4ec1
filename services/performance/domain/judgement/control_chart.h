// Control charts: a point is a signal when chance alone would hardly bring it about, whatever the
// figure's usual height. Not fixed thresholds.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace kefu::performance::domain {

// Factors for moving ranges of two points (D. C. Montgomery, Introduction to Statistical Quality
// Control, appendix VI; NIST/SEMATECH e-Handbook, 6.3.2.2): d2 = 1.128, so limits of individuals
// lie 3 ÷ 1.128 = 2.66 mean moving ranges from the mean.
inline constexpr double kD2 = 1.128;

// When a point is a signal.
struct ChartRule {
  double sigmas = 3;  // beyond so many from the centre
  // The last of so many in a row on one side of the centre (Western Electric rule 4, of eight;
  // NIST/SEMATECH e-Handbook, 6.3.2), and of more as far as each is likelier than not: the rule
  // supposes that a point falls on either side with ½, so that eight do by chance once in 2⁸; a run
  // is a signal when the product of its points' own chances is no greater (runs of independent
  // trials: W. Feller, An Introduction to Probability Theory and Its Applications, vol. 1, XIII.7).
  // Of rare events most days have none, and lie below the mean: that is no news.
  int run = 8;
};

struct ChartPoint {
  double value = 0;
  double center = 0, low = 0, high = 0;  // limits
  bool outside = false;                  // beyond a limit
  int run = 0;  // how many in a row on its side the point ends, where that is a signal; else 0
};

// The least mean moving range that limits are made from, the greater of the two: a baseline that
// happens to vary less, or not at all, says nothing of how a figure varies, and without it whatever
// is not the same to the last digit would be a signal.
struct LeastRange {
  double share = 0;  // of the centre's size
  double units = 0;  // in the figure's own unit; of counts, where a centre of 0 has no size
};

// Individuals chart: centre and limits from the first `baseline` values, then every value judged.
// Nothing with fewer than two baseline values, or where all of them are 0 and `least` has no units:
// then nothing tells how much the figure may vary.
std::optional<std::vector<ChartPoint>> IndividualsChart(std::span<const double> values,
                                                        size_t baseline, const LeastRange& least,
                                                        const ChartRule& rule = {});

// Shares by each point's own n. Its limits are the wider of two on each side:
//   p′-chart: p ± 3 σz √(p (1 − p) ÷ n), cut at 0 and 1 (D. B. Laney, Improved control charts for
//   attributes, Quality Engineering 14(4), 2002): σz is the mean moving range of the baseline's
//   standardized shares ÷ d2, at least 1, so that days of thousands of cases are not all signals
//   because days differ;
//   exact: the most and the least hits of n cases that chance brings with at least what 3 σ leave
//   on one side, 0.135 %, by the beta-binomial distribution that the baseline's cases predict from
//   Jeffreys' prior (L. D. Brown, T. T. Cai, A. DasGupta, Interval estimation for a binomial
//   proportion, Statistical Science 16(2), 2001). So rare events, and baselines without any, or of
//   nothing else, have limits too: one miss of 200 after thousands without is none, ten are.
// The chances of the run rule are those of n cases at the baseline's share. Points with no cases
// are skipped by it and never a signal. Nothing without baseline cases.
struct ShareOfCases {
  int64_t hits = 0, cases = 0;
};
std::optional<std::vector<ChartPoint>> ShareChart(std::span<const ShareOfCases> values,
                                                  size_t baseline, const ChartRule& rule = {});

}  // namespace kefu::performance::domain
