#include "services/warehouse/domain/replenishment/lot_sizing.h"

#include <algorithm>

#include "common/status/status_macros.h"

namespace kefu::warehouse::domain::replenishment {
namespace {

constexpr Formula kFormulas[] = {
    {"Wagner-Whitin", "θ_t = min over s > t of K_t + Σ h (i - t) d_i + θ_s",
     "Wagner & Whitin (1958); Snyder & Shen (2019), Algorithm 3.1"},
    {"Silver-Meal", "extend while [K + holding] / periods falls",
     "Silver & Meal (1973); Silver, Pyke & Thomas (2017), section 5.6"},
    {"least unit cost", "extend while [K + holding] / pieces falls",
     "Silver, Pyke & Thomas (2017), section 5.6"},
    {"part-period balancing", "extend to where holding comes nearest to K",
     "DeMatteis (1968); Silver, Pyke & Thomas (2017), section 5.6"},
    {"lot for lot", "Q_t = d_t", "Silver, Pyke & Thomas (2017), section 5.6"}};
constexpr size_t kMaxPeriods = 10'000;

void CheckSeries(const std::vector<double>& values, size_t periods, bool may_be_empty,
                 std::string_view field, FieldViolations& violations) {
  violations.Check(
      values.size() == 1 || values.size() == periods || (may_be_empty && values.empty()), field,
      "must hold one value, or one for every period");
  for (size_t i = 0; i < values.size(); ++i) NotNegative(values[i], At(field, i), violations);
}

double ValueAt(const std::vector<double>& values, size_t t) {
  return values.empty() ? 0 : values.size() == 1 ? values[0] : values[t];
}

// What an order in period t costs that covers t..end-1, grown period by period.
class Order {
 public:
  Order(const LotInput& input, size_t t) : input_(&input), t_(t), end_(t) {}

  // Covers one period more.
  void Extend() {
    if (end_ > t_) carry_ += ValueAt(input_->holding_cost, end_ - 1);
    const double demand = input_->demand[end_++];
    quantity_ += demand;
    holding_ += carry_ * demand;
  }
  size_t end() const { return end_; }
  double quantity() const { return quantity_; }
  double holding() const { return holding_; }
  double fixed() const { return quantity_ > 0 ? ValueAt(input_->fixed_cost, t_) : 0; }
  double cost() const {
    return fixed() + holding_ + ValueAt(input_->purchase_cost, t_) * quantity_;
  }

 private:
  const LotInput* input_;
  size_t t_, end_;
  double carry_ = 0, quantity_ = 0, holding_ = 0;
};

LotPlan WagnerWhitin(const LotInput& input) {
  const size_t periods = input.demand.size();
  std::vector<double> to_go(periods + 1);
  std::vector<size_t> next(periods);
  for (size_t t = periods; t-- > 0;) {
    to_go[t] = INFINITY;
    Order order(input, t);
    while (order.end() < periods) {
      order.Extend();
      const double cost = order.cost() + to_go[order.end()];
      // Equal costs, up to rounding, order again sooner.
      if (cost < to_go[t] - 1e-12 * std::abs(to_go[t]) || to_go[t] == INFINITY) {
        to_go[t] = cost;
        next[t] = order.end();
      }
    }
  }
  LotPlan plan{.quantities = std::vector<double>(periods), .cost = to_go[0]};
  for (size_t t = 0; t < periods; t = next[t]) {
    for (size_t i = t; i < next[t]; ++i) plan.quantities[t] += input.demand[i];
  }
  for (const size_t period : next) plan.next_order_period.push_back(static_cast<int>(period) + 1);
  to_go.pop_back();
  plan.cost_to_go = std::move(to_go);
  return plan;
}

// The order from t on by one of the heuristics.
Order Heuristic(const LotInput& input, LotRule rule, size_t t) {
  Order best(input, t);
  best.Extend();
  if (rule == LotRule::kLotForLot) return best;
  const auto merit = [&](const Order& order) {
    if (rule == LotRule::kPartPeriodBalancing) return std::abs(order.fixed() - order.holding());
    const double base =
        rule == LotRule::kSilverMeal ? static_cast<double>(order.end() - t) : order.quantity();
    return base > 0 ? (order.fixed() + order.holding()) / base : 0.0;
  };
  Order order = best;
  while (order.end() < input.demand.size()) {
    order.Extend();
    // A period without demand costs nothing to cover.
    if (merit(order) > merit(best) && order.quantity() > best.quantity()) break;
    best = order;
  }
  return best;
}

}  // namespace

absl::StatusOr<LotPlan> PlanLots(const LotInput& input, LotRule rule) {
  const size_t periods = input.demand.size();
  FieldViolations violations;
  violations.Check(periods >= 1 && periods <= kMaxPeriods, "demand",
                   "must hold 1 to 10000 periods");
  for (size_t t = 0; t < periods; ++t) NotNegative(input.demand[t], At("demand", t), violations);
  CheckSeries(input.fixed_cost, periods, false, "fixed_cost", violations);
  CheckSeries(input.holding_cost, periods, false, "holding_cost", violations);
  CheckSeries(input.purchase_cost, periods, true, "purchase_cost", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  LotPlan plan;
  if (rule == LotRule::kWagnerWhitin) {
    plan = WagnerWhitin(input);
  } else {
    plan.quantities.resize(periods);
    for (size_t t = 0; t < periods;) {
      if (input.demand[t] == 0) {
        ++t;
        continue;
      }
      const Order order = Heuristic(input, rule, t);
      plan.quantities[t] = order.quantity();
      plan.cost += order.cost();
      t = order.end();
    }
  }
  plan.formula = kFormulas[static_cast<int>(rule)];
  return plan;
}

}  // namespace kefu::warehouse::domain::replenishment
