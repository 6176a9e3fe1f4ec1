#include "services/warehouse/domain/replenishment/plan.h"

#include <algorithm>

#include "services/warehouse/domain/replenishment/campaign.h"
#include "services/warehouse/domain/replenishment/distributions.h"
#include "services/warehouse/domain/replenishment/lot_sizing.h"

namespace kefu::warehouse::domain::replenishment {
namespace {

constexpr double kDaysPerYear = 365;
constexpr int kWeek = 7;
// From this coefficient of variation on a normal distribution would have much demand below 0
// (Silver, Pyke & Thomas (2017), section 6.7.14).
constexpr double kGammaVariation = 0.5;

double LiftAt(const std::vector<double>& lifts, size_t day) {
  return day < lifts.size() && lifts[day] > 0 ? lifts[day] : 1;
}

int ExposedDays(const PlanItem& item, const PlanSettings& settings) {
  return std::max(1, static_cast<int>(std::ceil(item.lead_time_mean + settings.review_days)));
}

// Sums of whole weeks, counted back from the end; a week with unknown days is left out.
std::vector<double> Weeks(const Series& demand) {
  std::vector<double> weeks;
  for (size_t end = demand.size(); end >= kWeek; end -= kWeek) {
    double sum = 0;
    for (size_t t = end - kWeek; t < end; ++t) sum += demand[t];
    if (!std::isnan(sum)) weeks.push_back(sum);
  }
  return weeks;
}

// Standard deviation of a known day.
double DailySd(const Series& demand) {
  double sum = 0, squares = 0;
  int n = 0;
  for (const double y : demand) {
    if (std::isnan(y)) continue;
    sum += y;
    squares += y * y;
    ++n;
  }
  if (n < 2) return std::sqrt(sum);  // as if Poisson
  return std::sqrt(std::max(0.0, (squares - sum * sum / n) / (n - 1)));
}

Candidate Choose(const Series& usual, const PlanSettings& settings, int horizon) {
  const BacktestPlan backtest{horizon, settings.backtest_origins, horizon};
  if (!settings.method) {
    auto chosen = ChooseForecast(usual, settings.parameters, backtest);
    return chosen.ok() ? chosen->best : Candidate{};
  }
  const auto accuracy = Backtest(usual, *settings.method, settings.parameters, backtest);
  return {*settings.method, settings.parameters, accuracy.ok() ? *accuracy : Accuracy{}};
}

// Pieces of one lot.
double LotOf(const PlanItem& item, const Learnt& learnt, const PlanSettings& settings) {
  const double daily = learnt.daily_demand;
  if (daily <= 0) return 0;
  const double review = daily * settings.review_days;
  if (settings.rule == PlanRule::kOrderUpTo) return review;
  const double holding = settings.holding_rate * item.unit_cost / kDaysPerYear;  // a day
  const double most = daily * settings.max_cover_days;
  double lot = most;
  if (settings.rule == PlanRule::kDynamicLot) {
    const auto first = learnt.forecast.begin() + ExposedDays(item, settings);
    const auto plan =
        PlanLots({{first, learnt.forecast.end()}, {settings.order_cost}, {holding}, {}},
                 LotRule::kWagnerWhitin);
    if (plan.ok()) {
      const auto order = std::ranges::find_if(plan->quantities, [](double q) { return q > 0; });
      lot = order == plan->quantities.end() ? 0 : *order;
    }
  } else if (holding > 0) {
    lot = std::sqrt(2 * settings.order_cost * daily / holding);
  }
  return std::clamp(std::max({lot, review, item.minimum_order}), 0.0, std::max(most, review));
}

}  // namespace

int PlanHorizon(const PlanItem& item, const PlanSettings& settings) {
  return std::min(1000, ExposedDays(item, settings) + settings.max_cover_days);
}

Learnt Learn(const PlanItem& item, const PlanSettings& settings, const Lifts& lifts) {
  Learnt learnt;
  Series usual = item.demand;
  double sold = 0;
  for (size_t t = 0; t < usual.size(); ++t) {
    if (std::isnan(usual[t])) continue;
    sold += usual[t];
    usual[t] /= LiftAt(lifts.past, t);
  }
  learnt.value = sold * item.unit_cost;
  learnt.variation = VariationOf(Weeks(usual));
  const int days = ExposedDays(item, settings);
  learnt.forecast.assign(PlanHorizon(item, settings), 0);
  if (usual.empty()) return learnt;
  learnt.chosen = Choose(usual, settings, days);
  const auto forecast =
      MakeForecast(usual, learnt.chosen.method, learnt.chosen.parameters, learnt.forecast.size());
  if (!forecast.ok()) return learnt;
  double exposed = 0, lifted = 0, all = 0;
  for (size_t h = 0; h < learnt.forecast.size(); ++h) {
    learnt.forecast[h] = forecast->mean[h] * LiftAt(lifts.future, h);
    all += learnt.forecast[h];
    if (h < days) {
      exposed += forecast->mean[h];
      lifted += learnt.forecast[h];
    }
  }
  learnt.daily_demand = all / static_cast<double>(learnt.forecast.size());
  const double part = (item.lead_time_mean + settings.review_days) / days;
  learnt.exposed_demand = lifted * part;
  const Accuracy& accuracy = learnt.chosen.accuracy;
  double error = accuracy.total_sd > 0 ? accuracy.total_sd : DailySd(usual) * std::sqrt(days);
  // A lifted day errs as much more as it sells.
  if (exposed > 0) error *= lifted / exposed;
  learnt.exposed_sd = std::hypot(error * std::sqrt(part), lifted / days * item.lead_time_sd);
  return learnt;
}

PlanLine Decide(const PlanItem& item, const Learnt& learnt, char abc,
                const PlanSettings& settings) {
  PlanLine line{.abc = abc,
                .xyz = XyzOf(learnt.variation, settings.cuts),
                .service = settings.service[abc - 'A']};
  line.lot_quantity = LotOf(item, learnt, settings);
  const double mean = learnt.exposed_demand, sd = learnt.exposed_sd;
  if (mean > 0 && sd > 0) {
    if (settings.measure == ServiceMeasure::kFillRate) {
      line.safety_stock =
          sd * InverseStandardLoss((1 - line.service) * std::max(line.lot_quantity, 1e-9) / sd);
    } else if (sd > kGammaVariation * mean) {
      line.gamma = true;
      line.safety_stock =
          Quantile(Gamma{mean / sd * (mean / sd), sd / mean * sd}, line.service) - mean;
    } else {
      line.safety_stock = sd * NormalQuantile(line.service);
    }
    line.safety_stock = std::max(0.0, line.safety_stock);
  }
  line.order_point = std::ceil(mean + line.safety_stock - 1e-9);
  line.order_up_to =
      line.order_point +
      (settings.rule == PlanRule::kOrderUpTo ? 0 : std::ceil(line.lot_quantity - 1e-9));
  const double position = item.available + item.in_transit + item.on_order;
  if (position <= line.order_point) {
    line.suggested = RoundOrder(line.order_up_to - position, item.minimum_order, item.pack_size);
  }
  return line;
}

}  // namespace kefu::warehouse::domain::replenishment
