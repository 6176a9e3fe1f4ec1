#include "services/performance/domain/judgement/control_chart.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

namespace kefu::performance::domain {
namespace {

// Counts points in a row on one side of the centre.
class RunCounter {
 public:
  explicit RunCounter(int least) : least_(least) {}

  // What ChartPoint::run says of a point that chance brings below or above the centre so often.
  int Add(const ChartPoint& point, double below, double above) {
    const int side = point.value > point.center ? 1 : point.value < point.center ? -1 : 0;
    if (side == 0 || side != side_) {
      length_ = 0;
      chance_ = 1;
    }
    side_ = side;
    if (side == 0) return 0;
    ++length_;
    chance_ *= side > 0 ? above : below;
    return length_ >= least_ && chance_ <= std::ldexp(1.0, -least_) ? length_ : 0;
  }

 private:
  const int least_;
  int side_ = 0, length_ = 0;
  double chance_ = 1;
};

}  // namespace

std::optional<std::vector<ChartPoint>> IndividualsChart(std::span<const double> values,
                                                        size_t baseline, const LeastRange& least,
                                                        const ChartRule& rule) {
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
  const double reach = rule.sigmas / kD2 * range;
  std::vector<ChartPoint> points;
  RunCounter runs(rule.run);
  for (const double value : values) {
    ChartPoint& point =
        points.emplace_back(ChartPoint{value, center, center - reach, center + reach});
    point.outside = value < point.low || value > point.high;
    point.run = runs.Add(point, 0.5, 0.5);
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

double LogBeta(double a, double b) {
  return boost::math::lgamma(a) + boost::math::lgamma(b) - boost::math::lgamma(a + b);
}

// The most hits of some cases of which chance brings these or more with at least `tail`, by a
// beta-binomial distribution.
int64_t MostByChance(int64_t cases, double a, double b, double tail) {
  const auto n = static_cast<double>(cases);
  const auto next = [&](double x) { return (n - x) * (a + x) / ((x + 1) * (b + n - x - 1)); };
  auto hits = static_cast<int64_t>(n * a / (a + b));  // near the mean no term is too small
  const auto start = static_cast<double>(hits);
  double term = std::exp(boost::math::lgamma(n + 1) - boost::math::lgamma(start + 1) -
                         boost::math::lgamma(n - start + 1) + LogBeta(a + start, b + n - start) -
                         LogBeta(a, b));
  constexpr double kNegligible = 1e-12;
  double these_or_more = 0, each = term;
  for (double x = start;; ++x) {
    these_or_more += each;
    if (x >= n || each < these_or_more * kNegligible) break;
    each *= next(x);
  }
  for (; hits < cases && these_or_more - term >= tail; ++hits) {
    these_or_more -= term;
    term *= next(static_cast<double>(hits));
  }
  return hits;
}

// What a baseline predicts of a point's cases.
class Prediction {
 public:
  Prediction(int64_t hits, int64_t cases, double sigmas)
      : hits_(hits),
        cases_(cases),
        a_(static_cast<double>(hits) + 0.5),
        b_(static_cast<double>(cases - hits) + 0.5),
        tail_(std::erfc(sigmas / std::sqrt(2.0)) / 2) {}

  void Widen(int64_t n, ChartPoint& point) const {
    const auto cases = static_cast<double>(n);
    point.high = std::max(point.high, static_cast<double>(MostByChance(n, a_, b_, tail_)) / cases);
    point.low =
        std::min(point.low, static_cast<double>(n - MostByChance(n, b_, a_, tail_)) / cases);
  }
  // How often chance brings fewer, and more, than the baseline's share of n cases.
  std::pair<double, double> Sides(int64_t n) const {
    const boost::math::binomial_distribution<double> chance(static_cast<double>(n), a_ / (a_ + b_));
    const auto product = static_cast<__int128>(hits_) * n;
    const auto at_most = static_cast<int64_t>(product / cases_);
    const int64_t fewer = product % cases_ == 0 ? at_most - 1 : at_most;
    return {fewer < 0 ? 0 : boost::math::cdf(chance, static_cast<double>(fewer)),
            at_most >= n ? 0 : boost::math::cdf(complement(chance, static_cast<double>(at_most)))};
  }

 private:
  const int64_t hits_, cases_;
  const double a_, b_, tail_;
};

}  // namespace

std::optional<std::vector<ChartPoint>> ShareChart(std::span<const ShareOfCases> values,
                                                  size_t baseline, const ChartRule& rule) {
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
  const Prediction prediction(hits, cases, rule.sigmas);
  std::vector<ChartPoint> points;
  RunCounter runs(rule.run);
  for (const ShareOfCases& share : values) {
    if (share.cases == 0) {
      points.push_back({center, center, 0, 1});
      continue;
    }
    const double n = static_cast<double>(share.cases);
    const double reach = rule.sigmas * spread * std::sqrt(center * (1 - center) / n);
    ChartPoint& point = points.emplace_back(ChartPoint{static_cast<double>(share.hits) / n, center,
                                                       std::max(0.0, center - reach),
                                                       std::min(1.0, center + reach)});
    prediction.Widen(share.cases, point);
    point.outside = point.value < point.low || point.value > point.high;
    const auto [below, above] = prediction.Sides(share.cases);
    point.run = runs.Add(point, below, above);
  }
  return points;
}

}  // namespace kefu::performance::domain
