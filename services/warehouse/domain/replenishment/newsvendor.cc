#include "services/warehouse/domain/replenishment/newsvendor.h"

#include <algorithm>

#include "common/status/status_macros.h"

namespace kefu::warehouse::domain::replenishment {
namespace {

constexpr Formula kNewsvendor{
    "newsvendor / base stock",
    "S = F^-1(p / (p + h)) of demand over L + R; cost = h E[(S - D)+] + p E[(D - S)+]",
    "Arrow, Harris & Marschak (1951); Snyder & Shen (2019), section 4.3"};
constexpr Formula kPriced{
    "newsvendor with prices",
    "S = F^-1((r - c + g) / (r - c + g + c - v + h)); profit = (r - c) E[D] - cost",
    "Snyder & Shen (2019), section 4.3.2"};
constexpr Formula kSinglePeriod{"single-period (s, S)", "S as newsvendor; g(s) = K + g(S), s < S",
                                "Snyder & Shen (2019), section 4.4.2"};
constexpr Formula kHorizon{
    "finite-horizon base stock",
    "θ_t(x) = min over y ≥ x of K[y > x] + c (y - x) + g_t(y) + γ E[θ_t+1(y - D)]",
    "Scarf (1960); Snyder & Shen (2019), sections 4.3.3 and 4.4.3"};

// About a second of work.
constexpr int64_t kMaxHorizonSteps = 300'000'000;

// Cost and service of S pieces against `demand`.
Newsvendor Evaluate(double h, double p, const Demand& demand, double s) {
  const Loss loss = LossOf(demand, s);
  const double mean = Mean(demand);
  return {.formula = kNewsvendor,
          .quantity = s,
          .cost = h * loss.surplus + p * loss.shortage,
          .critical_ratio = p / (p + h),
          .in_stock_probability = Cdf(demand, s),
          .fill_rate = mean > 0 ? 1 - loss.shortage / mean : 1,
          .expected_surplus = loss.surplus,
          .expected_shortage = loss.shortage,
          .safety_stock = s - mean};
}

// The stock at or below which an order up to S pays its fixed cost.
double OrderBelow(double h, double p, const Demand& demand, double fixed, double s_up) {
  const auto cost = [&](double x) {
    const Loss loss = LossOf(demand, x);
    return h * loss.surplus + p * loss.shortage;
  };
  const double level = cost(s_up) + fixed;
  // Left of S the cost falls at most p a piece, and by nearly that far below the demand.
  double low = s_up - 1;
  while (cost(low) < level) low = s_up - 2 * (s_up - low);
  const double s = Crossing([&](double x) { return cost(x) - level; }, low, s_up);
  // A discrete stock that just reaches the root may still order.
  return IsDiscrete(demand) ? std::floor(s + 1e-9 * std::max(1.0, std::abs(s))) : s;
}

// P(D = d) for d = 0, 1, …; what is beyond the ends counts at them.
std::vector<double> WholePmf(const Demand& demand) {
  std::vector<double> pmf;
  if (const auto* d = std::get_if<Discrete>(&demand)) {
    pmf.resize(d->pmf.back().first + 1);
    for (const auto& [value, probability] : d->pmf) pmf[value] = probability;
    return pmf;
  }
  const bool normal = std::holds_alternative<Normal>(demand);
  const auto top = static_cast<int64_t>(
      std::ceil(normal ? std::get<Normal>(demand).mean + 8 * std::get<Normal>(demand).sd
                       : Quantile(demand, 1 - 1e-14)));
  double below = 0;
  for (int64_t d = 0; d <= top; ++d) {
    const double at = Cdf(demand, normal ? static_cast<double>(d) + 0.5 : static_cast<double>(d));
    pmf.push_back(at - below);
    below = at;
  }
  pmf.back() += 1 - below;
  return pmf;
}

void CheckHorizon(const HorizonInput& input, FieldViolations& violations) {
  violations.Check(!input.periods.empty() && input.periods.size() <= 366, "periods",
                   "must hold 1 to 366 periods");
  NotNegative(input.terminal_holding_cost, "terminal_holding_cost", violations);
  NotNegative(input.terminal_stockout_cost, "terminal_stockout_cost", violations);
  violations.Check(input.discount_factor > 0 && input.discount_factor <= 1, "discount_factor",
                   "must be above 0 and at most 1");
  double most = 0;
  for (size_t t = 0; t < input.periods.size(); ++t) {
    const auto& period = input.periods[t];
    const std::string path = At("periods", t);
    Positive(period.holding_cost, path + ".holding_cost", violations);
    Positive(period.stockout_cost, path + ".stockout_cost", violations);
    NotNegative(period.purchase_cost, path + ".purchase_cost", violations);
    NotNegative(period.fixed_cost, path + ".fixed_cost", violations);
    FieldViolations demand;
    CheckDemand(period.demand, path + ".demand", demand);
    demand.Check(IsDiscrete(period.demand) || std::holds_alternative<Normal>(period.demand),
                 path + ".demand", "must be normal, Poisson or discrete");
    if (demand.empty()) most += Mean(period.demand) + 8 * std::sqrt(Variance(period.demand));
    violations.Merge("", demand);
  }
  violations.Check(most <= 20'000, "periods",
                   "must have a total demand (mean and 8 standard deviations) of at most 20000");
  violations.Check(std::abs(static_cast<double>(input.initial_inventory)) <= 20'000,
                   "initial_inventory", "must be at most 20000 in size");
}

}  // namespace

absl::StatusOr<Newsvendor> SolveNewsvendor(const NewsvendorInput& input) {
  FieldViolations violations;
  Positive(input.holding_cost, "holding_cost", violations);
  Positive(input.stockout_cost, "stockout_cost", violations);
  CheckDemand(input.demand, "demand", violations);
  NotNegative(input.lead_time, "lead_time", violations);
  NotNegative(input.review_period, "review_period", violations);
  NotNegative(input.fixed_cost, "fixed_cost", violations);
  violations.Check(!(input.lead_time + input.review_period <= 0), "review_period",
                   "must be greater than 0 without a lead time");
  if (input.quantity) Number(*input.quantity, "quantity", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const Demand demand,
                   SumOver(input.demand, input.lead_time + input.review_period));
  const double h = input.holding_cost, p = input.stockout_cost;
  const double s = input.quantity.value_or(Quantile(demand, p / (p + h)));
  Newsvendor result = Evaluate(h, p, demand, s);
  if (input.fixed_cost > 0 && !input.quantity) {
    result.formula = kSinglePeriod;
    result.order_below = OrderBelow(h, p, demand, input.fixed_cost, s);
  }
  return result;
}

absl::StatusOr<Newsvendor> SolvePricedNewsvendor(const PricedNewsvendorInput& input) {
  FieldViolations violations;
  NotNegative(input.selling_price, "prices.selling_price", violations);
  NotNegative(input.purchase_price, "prices.purchase_price", violations);
  Number(input.salvage_value, "prices.salvage_value", violations);
  NotNegative(input.holding_cost, "holding_cost", violations);
  NotNegative(input.goodwill_cost, "stockout_cost", violations);
  CheckDemand(input.demand, "demand", violations);
  if (input.quantity) Number(*input.quantity, "quantity", violations);
  const double under = input.selling_price - input.purchase_price + input.goodwill_cost;
  const double over = input.purchase_price - input.salvage_value + input.holding_cost;
  violations.Check(!(under <= 0), "prices.selling_price",
                   "must, with stockout_cost, be above purchase_price");
  violations.Check(!(over <= 0), "prices.salvage_value",
                   "must be below purchase_price with holding_cost");
  RETURN_IF_ERROR(violations.ToStatus());
  Newsvendor result =
      Evaluate(over, under, input.demand,
               input.quantity.value_or(Quantile(input.demand, under / (under + over))));
  result.formula = kPriced;
  result.profit = (input.selling_price - input.purchase_price) * Mean(input.demand) - result.cost;
  return result;
}

absl::StatusOr<Horizon> SolveHorizon(const HorizonInput& input) {
  FieldViolations violations;
  CheckHorizon(input, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  std::vector<std::vector<double>> pmfs;
  int64_t total = 0;
  for (const auto& period : input.periods) {
    pmfs.push_back(WholePmf(period.demand));
    total += static_cast<int64_t>(pmfs.back().size()) - 1;
  }
  // Levels from the deepest backlog to all demand in stock.
  const int64_t low = std::min<int64_t>(input.initial_inventory, 0) - total;
  const int64_t high = std::max(input.initial_inventory, total);
  if ((high - low) * total > kMaxHorizonSteps) {
    violations.Add("periods", "take too many steps: levels times demand must be at most 3e8");
    return violations.ToStatus();
  }
  std::vector<double> next(high - low + 1), now(next.size()), y_cost(next.size());
  for (int64_t x = low; x <= high; ++x) {
    next[x - low] = static_cast<double>(x) *
                    (x >= 0 ? input.terminal_holding_cost : -input.terminal_stockout_cost);
  }
  Horizon result{.formula = kHorizon};
  result.levels.resize(input.periods.size());
  for (size_t t = input.periods.size(); t-- > 0;) {
    const auto& period = input.periods[t];
    for (int64_t y = low; y <= high; ++y) {
      double cost = period.purchase_cost * static_cast<double>(y);
      for (size_t d = 0; d < pmfs[t].size(); ++d) {
        const int64_t left = y - static_cast<int64_t>(d);
        const double later = next[std::max(left, low) - low];
        cost += pmfs[t][d] * (static_cast<double>(left) *
                                  (left >= 0 ? period.holding_cost : -period.stockout_cost) +
                              input.discount_factor * later);
      }
      y_cost[y - low] = cost;
    }
    // From the top down: the best y above x, or staying at x.
    double best = INFINITY;
    int64_t best_y = high, reorder = low - 1;
    for (int64_t x = high; x >= low; --x) {
      const double stay = y_cost[x - low];
      const bool order = best + period.fixed_cost < stay;
      if (order && reorder < low) {
        reorder = x;
        result.levels[t] = {x, best_y};
      }
      if (stay <= best) {
        best = stay;
        best_y = x;
      }
      now[x - low] =
          (order ? best + period.fixed_cost : stay) - period.purchase_cost * static_cast<double>(x);
    }
    std::swap(next, now);
  }
  result.cost = next[input.initial_inventory - low];
  return result;
}

}  // namespace kefu::warehouse::domain::replenishment
