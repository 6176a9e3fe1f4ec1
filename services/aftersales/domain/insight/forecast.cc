#include "services/aftersales/domain/insight/forecast.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <utility>

namespace kefu::aftersales::domain::insight {
namespace {

constexpr double kTwoSided = 1.959964;  // the normal distribution's quantile of 97.5 %

// B and B + M of those that were not met before.
std::pair<double, double> NotMetBefore(const ClockHistory& history, int used) {
  const auto met = std::accumulate(history.met.begin() + used, history.met.end(), int64_t{0});
  return {static_cast<double>(history.breached), static_cast<double>(history.breached + met)};
}

Expectation Around(double mean, double variance) {
  const double half = kTwoSided * std::sqrt(variance);
  return {mean, std::max(0.0, mean - half), mean + half};
}

// Beta-binomial, since the chance itself is estimated.
double Variance(const ClockHistory& history, const RunningClocks& clocks) {
  if (clocks.used == kRunOut) return 0;
  const double n = static_cast<double>(clocks.clocks);
  const double p = BreachChance(history, clocks.used);
  const double prior = NotMetBefore(history, clocks.used).second + 1;
  return n * p * (1 - p) * (prior + n) / (prior + 1);
}

}  // namespace

int64_t ClockHistory::clocks() const { return std::accumulate(met.begin(), met.end(), breached); }

double BreachChance(const ClockHistory& history, int used) {
  if (used == kRunOut) return 1;
  const auto [breached, clocks] = NotMetBefore(history, used);
  return (breached + 0.5) / (clocks + 1);
}

Forecast ForecastBreaches(const ClockHistories& histories, std::span<const RunningClocks> running,
                          std::span<const PastBreaches> past, int weeks, int steps) {
  std::set<ClockKind> kinds;
  for (const auto& [kind, history] : histories) kinds.insert(kind);
  for (const RunningClocks& clocks : running) kinds.insert(clocks.kind);
  for (const PastBreaches& breaches : past) kinds.insert(breaches.kind);
  std::map<std::pair<ClockKind, int>, std::pair<ForecastRow, double>> rows;  // with the variance
  for (const ClockKind kind : kinds) {
    for (int step = 0; step < steps; ++step) rows[{kind, step}].first = {kind, step};
  }
  static const ClockHistory kNone;
  for (const RunningClocks& clocks : running) {
    const auto found = histories.find(clocks.kind);
    const ClockHistory& history = found == histories.end() ? kNone : found->second;
    auto& [row, variance] = rows.at({clocks.kind, clocks.step});
    row.running += clocks.clocks;
    row.of_running += static_cast<double>(clocks.clocks) * BreachChance(history, clocks.used);
    variance += Variance(history, clocks);
  }
  for (const PastBreaches& breaches : past) {
    if (weeks == 0) break;
    auto& [row, variance] = rows.at({breaches.kind, breaches.step});
    row.of_new = static_cast<double>(breaches.breaches) / weeks;
    variance += row.of_new + row.of_new / weeks;
  }
  Forecast forecast;
  double mean = 0, all = 0;
  for (auto& [key, value] : rows) {
    auto& [row, variance] = value;
    row.expected = Around(row.of_running + row.of_new, variance);
    mean += row.expected.mean;
    all += variance;
    forecast.rows.push_back(row);
  }
  forecast.all = Around(mean, all);
  return forecast;
}

}  // namespace kefu::aftersales::domain::insight
