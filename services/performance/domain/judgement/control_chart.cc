#include "services/performance/domain/judgement/control_chart.h"

#include <algorithm>
#include <cmath>

namespace kefu::performance::domain {
namespace {

constexpr double kSigmas = 3;
constexpr double kBeyondSigmas = 0.00135;  // of a normal distribution, on one side

// Counts points in a row on one side of the centre.
class RunCounter {
 public:
  bool Add(const ChartPoint& point) {
    const int side = point.value > point.center ? 1 : point.value < point.center ? -1 : 0;
    length_ = side != 0 && side == side_ ? length_ + 1 : (side != 0 ? 1 : 0);
    side_ = side;
    return length_ >= kRun;
  }

 private:
  int side_ = 0, length_ = 0;
};

}  // namespace

std::optional<std::vector<ChartPoint>> IndividualsChart(std::span<const double> values,
                                                        size_t baseline, const LeastRange& least) {
  baseline = std::min(baseline, values.size());
  if (baseline < 2) return std::nullopt;
  double sum = 0, ranges = 0;
  for (size_t i = 0; i < baseline; ++i) {
    sum += values[i];
    if (i > 0) ranges += std::abs(values[i] - values[i - 1]);
  }
  const double center = sum / static_cast<double>(baseline);
  const double range = std::max(
      {ranges / static_cast<double>(baseline - 1), least.share * std::abs(center), least.units});
  if (center == 0 && range == 0) return std::nullopt;
  const double reach = kSigmas / kD2 * range;
  std::vector<ChartPoint> points;
  RunCounter runs;
  for (const double value : values) {
    ChartPoint& point =
        points.emplace_back(ChartPoint{value, center, center - reach, center + reach});
    point.outside = value < point.low || value > point.high;
    point.run = runs.Add(point);
  }
  return points;
}

namespace {

// How much more the shares of the baseline vary from point to point than chance alone lets them.
double Overdispersion(std::span<const ShareOfCases> baseline, double center) {
  std::optional<double> last;
  double ranges = 0;
  int count = 0;
  for (const ShareOfCases& share : baseline) {
    if (share.cases == 0) continue;
    const double n = static_cast<double>(share.cases);
    const double z =
        (static_cast<double>(share.hits) / n - center) / std::sqrt(center * (1 - center) / n);
    if (last) {
      ranges += std::abs(z - *last);
      ++count;
    }
    last = z;
  }
  return count == 0 ? 1 : std::max(1.0, ranges / count / kD2);
}

// How many of `cases` may be unlike all cases of the baseline: that there are more is less likely
// than kBeyondSigmas, by a beta-binomial distribution with a = 1/2 and b = baseline cases + 1/2.
int64_t MostOdd(int64_t baseline_cases, int64_t cases) {
  const double a = 0.5, b = static_cast<double>(baseline_cases) + 0.5;
  const auto n = static_cast<double>(cases);
  double chance = std::exp(std::lgamma(b + n) - std::lgamma(a + b + n) - std::lgamma(b) +
                           std::lgamma(a + b));  // of none, then of one more each
  double of_more = 1 - chance;
  int64_t odd = 0;
  while (odd < cases && of_more >= kBeyondSigmas) {
    const auto x = static_cast<double>(odd);
    chance *= (n - x) * (a + x) / ((x + 1) * (b + n - x - 1));
    of_more -= chance;
    ++odd;
  }
  return odd;
}

}  // namespace

std::optional<std::vector<ChartPoint>> ShareChart(std::span<const ShareOfCases> values,
                                                  size_t baseline) {
  int64_t hits = 0, cases = 0;
  for (size_t i = 0; i < std::min(baseline, values.size()); ++i) {
    hits += values[i].hits;
    cases += values[i].cases;
  }
  if (cases == 0) return std::nullopt;
  const double center = static_cast<double>(hits) / static_cast<double>(cases);
  const double spread =
      center > 0 && center < 1
          ? Overdispersion(values.first(std::min(baseline, values.size())), center)
          : 1;
  std::vector<ChartPoint> points;
  RunCounter runs;
  for (const ShareOfCases& share : values) {
    if (share.cases == 0) {
      points.push_back({center, center, 0, 1});
      continue;
    }
    const double n = static_cast<double>(share.cases);
    const double reach = kSigmas * spread * std::sqrt(center * (1 - center) / n);
    ChartPoint& point = points.emplace_back(ChartPoint{static_cast<double>(share.hits) / n, center,
                                                       std::max(0.0, center - reach),
                                                       std::min(1.0, center + reach)});
    const int64_t odd = hits == 0 || hits == cases ? MostOdd(cases, share.cases) : 0;
    if (hits == 0) point.high = static_cast<double>(odd) / n;
    if (hits == cases) point.low = static_cast<double>(share.cases - odd) / n;
    point.outside = point.value < point.low || point.value > point.high;
    point.run = runs.Add(point);
  }
  return points;
}

}  // namespace kefu::performance::domain
