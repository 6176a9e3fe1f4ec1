#include "services/aftersales/domain/insight/change_scan.h"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <vector>

namespace kefu::aftersales::domain::insight {
namespace {

// Chances below are left out of sums; far below kLeastPValue times the days of a series.
constexpr double kNegligible = 1e-25;
constexpr double kLevel = 0.95;
constexpr double kLikelihoodReach = 1.92;

double LogRatio(int64_t inside, double expected, int64_t total) {
  const auto c = static_cast<double>(inside), all = static_cast<double>(total);
  if (c <= expected) return 0;
  const double rest = all - c;
  return c * std::log(c / expected) + (rest > 0 ? rest * std::log(rest / (all - expected)) : 0);
}

// A window: the share of all exposure that it has, and its complaints.
struct Window {
  size_t begin = 0;
  double share = 0;
  int64_t inside = 0;
  double statistic = 0;
};

// From the last day backwards, each window within the next; those without exposure are none.
std::vector<Window> WindowsOf(std::span<const Exposed> series, double exposure, int64_t total,
                              size_t first) {
  std::vector<Window> windows;
  double inside_exposure = 0;
  int64_t inside = 0;
  for (size_t i = series.size(); i-- > first;) {
    inside_exposure += series[i].exposure;
    inside += series[i].complaints;
    const double share = std::min(1.0, inside_exposure / exposure);
    if (series[i].exposure <= 0 || share <= 0) continue;
    windows.push_back(
        {i, share, inside, LogRatio(inside, share * static_cast<double>(total), total)});
  }
  return windows;
}

// The fewest complaints with which the window reaches the statistic; more than all: never.
int64_t LeastToReach(double statistic, double share, int64_t total) {
  const double expected = share * static_cast<double>(total);
  int64_t low = static_cast<int64_t>(std::floor(expected)) + 1, high = total + 1;
  while (low < high) {  // the ratio grows with the complaints
    const int64_t middle = low + (high - low) / 2;
    if (LogRatio(middle, expected, total) >= statistic) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

// Calls f(k, chance) of k successes in `trials` wherever the chance counts.
template <class F>
void ForBinomial(int64_t trials, double chance, F f) {
  if (trials == 0 || chance <= 0) return f(0, 1.0);
  if (chance >= 1) return f(trials, 1.0);
  const auto n = static_cast<double>(trials);
  const auto mode = std::min(trials, static_cast<int64_t>((n + 1) * chance));
  const auto m = static_cast<double>(mode);
  const double top = std::exp(boost::math::lgamma(n + 1) - boost::math::lgamma(m + 1) -
                              boost::math::lgamma(n - m + 1) + m * std::log(chance) +
                              (n - m) * std::log1p(-chance));
  const double odds = chance / (1 - chance);
  double term = top;
  for (int64_t k = mode; k <= trials && term > kNegligible; ++k) {
    f(k, term);
    term *= odds * static_cast<double>(trials - k) / static_cast<double>(k + 1);
  }
  term = top;
  for (int64_t k = mode; k > 0;) {
    term *= static_cast<double>(k) / (odds * static_cast<double>(trials - k + 1));
    --k;
    if (term <= kNegligible) break;
    f(k, term);
  }
}

// Worsley's recursion: the chance that any window reaches the statistic. `alive[n]` is that of n
// complaints in the window with none reached so far.
double ChanceToReach(double statistic, std::span<const Window> windows, int64_t total) {
  std::vector<double> alive = {1};
  double reached = 0, before = 0;
  for (const Window& window : windows) {
    const int64_t least = LeastToReach(statistic, window.share, total);
    const double step = before >= 1 ? 0 : std::min(1.0, (window.share - before) / (1 - before));
    std::vector<double> next(std::min(least, total + 1));
    for (size_t n = 0; n < alive.size(); ++n) {
      if (alive[n] <= kNegligible) continue;
      ForBinomial(total - static_cast<int64_t>(n), step, [&](int64_t more, double chance) {
        const size_t count = n + static_cast<size_t>(more);
        (count < next.size() ? next[count] : reached) += alive[n] * chance;
      });
    }
    alive = std::move(next);
    before = window.share;
  }
  return std::clamp(reached, kLeastPValue, 1.0);
}

void SetRatio(const Window& window, int64_t total, ChangeScan& scan) {
  const auto share = statistics::ClopperPearson(window.inside, total, kLevel);
  // The complaints' odds to lie inside, over those of a piece.
  const auto ratio = [&](double inside) {
    return inside / (1 - inside) * (1 - window.share) / window.share;
  };
  scan.ratio_low = ratio(share->low);
  if (window.inside == total) return;
  scan.ratio = ratio(static_cast<double>(window.inside) / static_cast<double>(total));
  scan.ratio_high = ratio(share->high);
}

}  // namespace

std::optional<ChangeScan> ScanForRise(std::span<const Exposed> series, const Exposed& others,
                                      size_t first) {
  double exposure = others.exposure;
  int64_t total = others.complaints;
  for (const Exposed& day : series) {
    exposure += day.exposure;
    total += day.complaints;
  }
  if (exposure <= 0 || total == 0) return std::nullopt;
  const std::vector<Window> windows = WindowsOf(series, exposure, total, first);
  // Of equal ones the longest: the series was bad since then.
  const auto best = std::ranges::max_element(windows, [](const Window& a, const Window& b) {
    return a.statistic < b.statistic || (a.statistic == b.statistic && a.begin > b.begin);
  });
  if (best == windows.end() || best->statistic <= 0) return std::nullopt;
  ChangeScan scan{.statistic = best->statistic,
                  .begin = best->begin,
                  .earliest = best->begin,
                  .latest = best->begin,
                  .inside = best->inside,
                  .total = total,
                  .expected = best->share * static_cast<double>(total)};
  for (const Window& window : windows) {
    if (window.statistic < best->statistic - kLikelihoodReach) continue;
    scan.earliest = std::min(scan.earliest, window.begin);
    scan.latest = std::max(scan.latest, window.begin);
  }
  // A count that reaches the statistic exactly has reached it, whatever the last digit says.
  constexpr double kRounding = 1e-9;
  scan.p_value = ChanceToReach(best->statistic * (1 - kRounding), windows, total);
  SetRatio(*best, total, scan);
  return scan;
}

}  // namespace kefu::aftersales::domain::insight
