// OptimizeSerial of echelons.h.
#include <algorithm>

#include "common/status/status_macros.h"
#include "services/warehouse/domain/replenishment/distributions.h"
#include "services/warehouse/domain/replenishment/echelons.h"

namespace kefu::warehouse::domain::replenishment {
namespace {

constexpr Formula kSerial{
    "serial stochastic service",
    "C_j(y) = E[h_j (y - D_j) + C_j-1(min(S_j-1, y - D_j))], S_j = argmin C_j",
    "Clark & Scarf (1960); Chen & Zheng (1994); Shang & Song (2003); Snyder & Shen (2019), "
    "section 6.2"};
constexpr int kPoints = 8000;  // of the grid over which costs stand

// A function on an even grid; between the points and beyond the ends it goes on straight, as the
// costs do.
struct Curve {
  double low, step;
  std::vector<double> value;
};

absl::Status Check(const SerialInput& input) {
  FieldViolations violations;
  violations.Check(!input.stages.empty() && input.stages.size() <= 50, "stages",
                   "must hold 1 to 50 stages");
  for (size_t j = 0; j < input.stages.size(); ++j) {
    Positive(input.stages[j].echelon_holding_cost, At("stages", j) + ".echelon_holding_cost",
             violations);
    NotNegative(input.stages[j].lead_time, At("stages", j) + ".lead_time", violations);
  }
  Positive(input.stockout_cost, "stockout_cost", violations);
  NotNegative(input.demand_mean, "demand_mean", violations);
  Positive(input.demand_sd, "demand_standard_deviation", violations);
  return violations.ToStatus();
}

// E[f(y - D)], D normal, on the grid of f moved by the mean. Exact for f straight between its
// points: every bend at x adds its change of slope times E[(y - D - x)+].
Curve Expect(const Curve& f, double mean, double sd) {
  const int n = static_cast<int>(f.value.size());
  std::vector<double> surplus(2 * n + 1);  // by y - mean - x in steps, from -n
  for (int d = -n; d <= n; ++d) surplus[d + n] = NormalLoss(f.step * d, 0, sd).surplus;
  std::vector<double> bend(n);
  for (int i = 1; i + 1 < n; ++i) {
    bend[i] = (f.value[i + 1] - 2 * f.value[i] + f.value[i - 1]) / f.step;
  }
  Curve result{f.low + mean, f.step, std::vector<double>(n)};
  for (int k = 0; k < n; ++k) {
    double sum = f.value[0] + (f.value[1] - f.value[0]) * k;
    for (int i = 1; i + 1 < n; ++i) sum += bend[i] * surplus[k - i + n];
    result.value[k] = sum;
  }
  return result;
}

// The least value of a convex curve and where it lies, between the points by a parabola.
std::pair<double, double> Least(const Curve& curve) {
  const auto at = std::ranges::min_element(curve.value) - curve.value.begin();
  const double x = curve.low + curve.step * static_cast<double>(at);
  if (at == 0 || at + 1 == static_cast<long>(curve.value.size())) return {x, curve.value[at]};
  const double a = curve.value[at - 1], b = curve.value[at], c = curve.value[at + 1];
  const double bend = a - 2 * b + c;
  if (bend <= 0) return {x, b};
  const double shift = (a - c) / (2 * bend);
  return {x + shift * curve.step, b - (a - c) * shift / 4};
}

}  // namespace

absl::StatusOr<SerialPlan> OptimizeSerial(const SerialInput& input) {
  RETURN_IF_ERROR(Check(input));
  double time = 0, holding = 0;
  for (const SerialStage& stage : input.stages) {
    time += stage.lead_time;
    holding += stage.echelon_holding_cost;
  }
  SerialPlan plan{.formula = kSerial};
  // Each stage's costs stand around the demand of the time below it, 10 deviations each way.
  const double width = 20 * input.demand_sd * std::sqrt(std::max(time, 1e-6));
  const double step = width / kPoints;
  // The induced penalty of stage 0: (p + Σ h) times the backlog.
  Curve below{-width / 2, step, std::vector<double>(kPoints + 1)};
  for (int i = 0; i <= kPoints; ++i) {
    below.value[i] = (input.stockout_cost + holding) * std::max(0.0, -(below.low + step * i));
  }
  double summed_time = 0, upstream = holding, floor = 0;
  for (const SerialStage& stage : input.stages) {
    const double mean = input.demand_mean * stage.lead_time;
    const double sd = input.demand_sd * std::sqrt(stage.lead_time);
    for (int i = 0; i <= kPoints; ++i) {
      below.value[i] += stage.echelon_holding_cost * (below.low + step * i);
    }
    Curve cost = Expect(below, mean, sd);
    const auto [best, least] = Least(cost);
    plan.base_stock.push_back(best);
    floor = least;
    below = std::move(cost);
    for (int i = 0; i <= kPoints; ++i) {
      if (below.low + step * i >= best) below.value[i] = least;
    }
    // Shang & Song: the mean of the newsvendor levels of the two bounding systems.
    summed_time += stage.lead_time;
    const double above = input.stockout_cost + upstream - stage.echelon_holding_cost;
    const auto level = [&](double ratio) {
      return input.demand_mean * summed_time +
             input.demand_sd * std::sqrt(summed_time) * NormalQuantile(ratio);
    };
    plan.newsvendor.push_back((level(above / (input.stockout_cost + holding)) +
                               level(above / (input.stockout_cost + upstream))) /
                              2);
    upstream -= stage.echelon_holding_cost;
  }
  plan.cost = floor;
  return plan;
}

}  // namespace kefu::warehouse::domain::replenishment
