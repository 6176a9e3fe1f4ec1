#include "services/warehouse/domain/replenishment/forecast.h"

#include <algorithm>
#include <array>

#include "common/status/status_macros.h"
#include "services/warehouse/domain/replenishment/forecast_model.h"

namespace kefu::warehouse::domain::replenishment {
namespace {

constexpr std::array<Formula, kForecastMethods> kMethods = {{
    {"naive", "f = y_n", "Hyndman & Athanasopoulos (2021), section 5.2"},
    {"seasonal naive", "f_{n+h} = y_{n+h-m}", "Hyndman & Athanasopoulos (2021), section 5.2"},
    {"moving average", "f = mean of the last N", "Silver, Pyke & Thomas (2017), section 3.4"},
    {"simple exponential smoothing", "l = α y + (1 - α) l", "Brown (1959)"},
    {"Holt", "l = α y + (1 - α)(l + b); b = β (l - l') + (1 - β) b; f = l + h b", "Holt (1957)"},
    {"Holt-Winters, additive",
     "l = α (y - s) + (1 - α)(l + b); s = γ (y - l' - b) + (1 - γ) s; f = l + h b + s",
     "Winters (1960); Hyndman & Athanasopoulos (2021), section 8.3"},
    {"Holt-Winters, multiplicative",
     "l = α y / s + (1 - α)(l + b); s = γ y / (l' + b) + (1 - γ) s; f = (l + h b) s",
     "Winters (1960); Hyndman & Athanasopoulos (2021), section 8.3"},
    {"seasonal smoothing", "l = α y / s + (1 - α) l; s = γ y / l' + (1 - γ) s; f = l s",
     "Winters (1960), without trend"},
    {"Croston", "z = α y + (1 - α) z; p = β q + (1 - β) p; f = z / p", "Croston (1972)"},
    {"Syntetos-Boylan approximation", "f = (1 - β / 2) z / p", "Syntetos & Boylan (2005)"},
    {"Teunter-Syntetos-Babai", "d = β [y > 0] + (1 - β) d; z = α y + (1 - α) z; f = d z",
     "Teunter, Syntetos & Babai (2011)"},
}};
constexpr size_t kMaxSeries = 20'000;
constexpr int kMaxHorizon = 1000;

void CheckSeries(const Series& series, FieldViolations& violations) {
  violations.Check(!series.empty() && series.size() <= kMaxSeries, "series",
                   "must hold 1 to 20000 values");
  for (size_t t = 0; t < series.size(); ++t) {
    if (!std::isnan(series[t])) NotNegative(series[t], At("series", t), violations);
  }
}

// Sums of one backtest.
struct Errors {
  Accuracy result;
  double actual = 0;
  int totals = 0;  // origins all of whose horizon is known

  // Compares forecasts made after `origin` values with what came.
  void Add(const ForecastModel& model, const Series& series, size_t origin, int horizon) {
    double forecast_sum = 0, actual_sum = 0;
    int known = 0;
    for (int h = 1; h <= horizon && origin + h <= series.size(); ++h) {
      const double y = series[origin + h - 1];
      if (std::isnan(y)) continue;
      const double f = model.Ahead(h), error = y - f;
      ++known;
      ++result.points;
      result.mae += std::abs(error);
      result.rmse += error * error;
      result.bias += error;
      actual += y;
      forecast_sum += f;
      actual_sum += y;
    }
    if (known > 0) ++result.origins;
    if (known == horizon) {
      ++totals;
      result.total_mae += std::abs(actual_sum - forecast_sum);
      result.total_sd += (actual_sum - forecast_sum) * (actual_sum - forecast_sum);
    }
  }

  Accuracy Finish(double scale) {
    if (result.points > 0) {
      const double n = result.points;
      result.wape = actual > 0 ? result.mae / actual : 0;
      result.mae /= n;
      result.rmse = std::sqrt(result.rmse / n);
      result.bias /= n;
      result.mase = scale > 0 ? result.mae / scale : 0;
    }
    if (totals > 0) {
      result.total_mae /= totals;
      result.total_sd = std::sqrt(result.total_sd / totals);
    }
    return result;
  }
};

// Mean |y_t - y_{t-m}| of the first `count` periods.
double NaiveScale(const Series& series, size_t count, size_t season) {
  double sum = 0;
  int n = 0;
  for (size_t t = season; t < count; ++t) {
    const double difference = series[t] - series[t - season];
    if (std::isnan(difference)) continue;
    sum += std::abs(difference);
    ++n;
  }
  return n > 0 ? sum / n : 0;
}

// Where the first origin lies: at least two seasons, and one horizon before the end.
size_t FirstOrigin(const Series& series, int season, const BacktestPlan& plan) {
  const auto n = static_cast<int64_t>(series.size());
  const int64_t back = plan.horizon + int64_t{plan.step} * (plan.origins - 1);
  int64_t first = n - back;
  while (first < 2 * season) first += plan.step;
  return static_cast<size_t>(first);
}

Accuracy Run(const Series& series, ForecastMethod method, const ForecastParameters& parameters,
             const BacktestPlan& plan) {
  const size_t first = FirstOrigin(series, parameters.season, plan);
  Errors errors;
  ForecastModel model(method, parameters);
  for (size_t t = 0; t < series.size(); ++t) {
    if (t >= first && (t - first) % plan.step == 0 && t + plan.horizon <= series.size()) {
      errors.Add(model, series, t, plan.horizon);
    }
    model.Update(series[t]);
  }
  return errors.Finish(NaiveScale(series, std::min(first, series.size()), parameters.season));
}

// The parameters to try for a method, around `base`.
std::vector<ForecastParameters> GridOf(ForecastMethod method, const ForecastParameters& base) {
  std::vector<ForecastParameters> grid;
  const auto add = [&](double alpha, double beta, double gamma, int window) {
    ForecastParameters p = base;
    p.alpha = alpha;
    p.beta = beta;
    p.gamma = gamma;
    p.window = window;
    grid.push_back(p);
  };
  switch (method) {
    case ForecastMethod::kNaive:
    case ForecastMethod::kSeasonalNaive:
      grid.push_back(base);
      break;
    case ForecastMethod::kMovingAverage:
      for (const int seasons : {1, 2, 4}) add(0.2, 0.1, 0.1, seasons * base.season);
      add(0.2, 0.1, 0.1, base.window);
      break;
    case ForecastMethod::kSmoothing:
      for (const double alpha : {0.05, 0.1, 0.2, 0.4}) add(alpha, 0.1, 0.1, base.window);
      break;
    case ForecastMethod::kHolt:
    case ForecastMethod::kHoltWintersAdd:
    case ForecastMethod::kHoltWintersMultiply:
      for (const double alpha : {0.1, 0.3}) {
        for (const double beta : {0.01, 0.1}) add(alpha, beta, 0.1, base.window);
      }
      break;
    case ForecastMethod::kSeasonalMean:
      for (const double alpha : {0.05, 0.1, 0.2, 0.4}) add(alpha, 0.1, 0.1, base.window);
      break;
    case ForecastMethod::kCroston:
    case ForecastMethod::kSba:
    case ForecastMethod::kTsb:
      for (const double alpha : {0.05, 0.1, 0.2}) add(alpha, alpha, 0.1, base.window);
      break;
  }
  return grid;
}

}  // namespace

Formula FormulaOf(ForecastMethod method) { return kMethods[static_cast<int>(method)]; }

void CheckParameters(const ForecastParameters& p, std::string_view field,
                     FieldViolations& violations) {
  const auto path = [&](std::string_view name) { return fmt::format("{}.{}", field, name); };
  violations.Check(p.alpha > 0 && p.alpha <= 1, path("alpha"), "must be above 0 to 1");
  Fraction(p.beta, path("beta"), violations);
  Fraction(p.gamma, path("gamma"), violations);
  violations.Check(p.window >= 1 && p.window <= 1000, path("window"), "must be 1 to 1000");
  violations.Check(p.season >= 1 && p.season <= 400, path("season_length"), "must be 1 to 400");
}

void CheckBacktest(const BacktestPlan& plan, std::string_view field, FieldViolations& violations) {
  const auto path = [&](std::string_view name) { return fmt::format("{}.{}", field, name); };
  violations.Check(plan.horizon >= 1 && plan.horizon <= kMaxHorizon, path("horizon"),
                   "must be 1 to 1000");
  violations.Check(plan.origins >= 1 && plan.origins <= 1000, path("origins"), "must be 1 to 1000");
  violations.Check(plan.step >= 1 && plan.step <= 1000, path("step"), "must be 1 to 1000");
}

absl::StatusOr<Forecast> MakeForecast(const Series& series, ForecastMethod method,
                                      const ForecastParameters& parameters, int horizon) {
  FieldViolations violations;
  CheckSeries(series, violations);
  CheckParameters(parameters, "parameters", violations);
  violations.Check(horizon >= 1 && horizon <= kMaxHorizon, "horizon", "must be 1 to 1000");
  RETURN_IF_ERROR(violations.ToStatus());
  ForecastModel model(method, parameters);
  for (const double y : series) model.Update(y);
  Forecast forecast{.formula = FormulaOf(method), .method = method, .parameters = parameters};
  forecast.mean.reserve(horizon);
  for (int h = 1; h <= horizon; ++h) forecast.mean.push_back(model.Ahead(h));
  forecast.level = model.level();
  forecast.trend = model.trend();
  forecast.season = model.Season();
  return forecast;
}

absl::StatusOr<Accuracy> Backtest(const Series& series, ForecastMethod method,
                                  const ForecastParameters& parameters, const BacktestPlan& plan) {
  FieldViolations violations;
  CheckSeries(series, violations);
  CheckParameters(parameters, "parameters", violations);
  CheckBacktest(plan, "backtest", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return Run(series, method, parameters, plan);
}

absl::StatusOr<Chosen> ChooseForecast(const Series& series, const ForecastParameters& base,
                                      const BacktestPlan& plan) {
  FieldViolations violations;
  CheckSeries(series, violations);
  CheckParameters(base, "parameters", violations);
  CheckBacktest(plan, "backtest", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  Chosen chosen;
  chosen.best.parameters = base;
  chosen.best.accuracy.total_mae = INFINITY;
  for (int m = 0; m < kForecastMethods; ++m) {
    const auto method = static_cast<ForecastMethod>(m);
    Candidate best{.method = method};
    best.accuracy.total_mae = INFINITY;
    for (const ForecastParameters& parameters : GridOf(method, base)) {
      const Accuracy accuracy = Run(series, method, parameters, plan);
      if (accuracy.points == 0) continue;
      if (accuracy.total_mae < best.accuracy.total_mae) best = {method, parameters, accuracy};
    }
    if (best.accuracy.points == 0) continue;
    if (best.accuracy.total_mae < chosen.best.accuracy.total_mae) chosen.best = best;
    chosen.tried.push_back(best);
  }
  if (chosen.tried.empty()) chosen.best.accuracy = Accuracy{};
  return chosen;
}

}  // namespace kefu::warehouse::domain::replenishment
