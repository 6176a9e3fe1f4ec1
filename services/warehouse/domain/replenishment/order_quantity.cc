#include "services/warehouse/domain/replenishment/order_quantity.h"

#include <algorithm>

#include "common/status/status_macros.h"

namespace kefu::warehouse::domain::replenishment {
namespace {

constexpr Formula kEoq{"EOQ", "Q = sqrt(2 K λ / h); cost = sqrt(2 K λ h); r = λ L",
                       "Harris (1913); Snyder & Shen (2019), eq. 3.4-3.5"};
constexpr Formula kEoqb{"EOQ with planned backorders",
                        "Q = sqrt(2 K λ (h + p) / (h p)); x = h / (h + p)",
                        "Snyder & Shen (2019), eq. 3.27-3.29"};
constexpr Formula kEpq{"EPQ", "Q = sqrt(2 K λ / (h (1 - λ/μ)))",
                       "Taft (1918); Snyder & Shen (2019), eq. 3.31-3.32"};
constexpr Formula kAllUnits{"EOQ with all-units discounts",
                            "g_i(Q) = c_i λ + K λ / Q + i c_i Q / 2, least over the bands",
                            "Snyder & Shen (2019), section 3.4.1"};
constexpr Formula kIncremental{
    "EOQ with incremental discounts",
    "g_i(Q) = c_i λ + i R_i / 2 + (K + R_i) λ / Q + i c_i Q / 2, R_i = c(b_i) - c_i b_i",
    "Snyder & Shen (2019), section 3.4.2; Hadley & Whitin (1963)"};
constexpr Formula kJoint{"joint replenishment",
                         "T = sqrt(2 (K + Σ k_n/m_n) / Σ h_n m_n λ_n), m_n rounded",
                         "Silver (1976); Silver, Pyke & Thomas (2017), section 10.2"};

// The name of `holding_cost` differs where it is a rate.
void Check(const EoqInput& input, FieldViolations& violations) {
  NotNegative(input.fixed_cost, "fixed_cost", violations);
  Positive(input.holding_cost, "holding_cost", violations);
  NotNegative(input.demand_rate, "demand_rate", violations);
  NotNegative(input.lead_time, "lead_time", violations);
  if (input.quantity) Positive(*input.quantity, "order_quantity", violations);
}

// Cycle and reorder point of a quantity.
OrderQuantity Finish(OrderQuantity result, double demand_rate, double lead_time) {
  result.cycle_time = demand_rate > 0 ? result.quantity / demand_rate : 0;
  result.reorder_point = demand_rate * lead_time;
  result.on_hand_trigger =
      result.quantity > 0 ? std::fmod(result.reorder_point, result.quantity) : result.reorder_point;
  return result;
}

// √(2Kλ/h) with h changed by a factor, and the cost; the common part of EOQ and EPQ.
OrderQuantity Solve(const Formula& formula, const EoqInput& input, double holding) {
  OrderQuantity result{.formula = formula};
  if (input.quantity) {
    result.quantity = *input.quantity;
    result.cost =
        input.fixed_cost * input.demand_rate / result.quantity + holding * result.quantity / 2;
  } else {
    result.quantity = std::sqrt(2 * input.fixed_cost * input.demand_rate / holding);
    result.cost = holding * result.quantity;
  }
  return Finish(result, input.demand_rate, input.lead_time);
}

void CheckDiscounts(const DiscountInput& input, FieldViolations& violations) {
  NotNegative(input.fixed_cost, "fixed_cost", violations);
  Positive(input.holding_rate, "discounts.holding_rate", violations);
  Positive(input.demand_rate, "demand_rate", violations);
  NotNegative(input.lead_time, "lead_time", violations);
  violations.Check(!input.bands.empty() && input.bands.size() <= 100, "discounts.price_bands",
                   "must hold 1 to 100 bands");
  for (size_t i = 0; i < input.bands.size(); ++i) {
    const auto& band = input.bands[i];
    const std::string path = At("discounts.price_bands", i);
    Positive(band.unit_price, path + ".unit_price", violations);
    if (i == 0) {
      violations.Check(band.from_quantity == 0, path + ".from_quantity", "must be 0");
    } else {
      violations.Check(
          band.from_quantity > input.bands[i - 1].from_quantity && band.from_quantity <= kMaxNumber,
          path + ".from_quantity", "must ascend and be at most 1e12");
      violations.Check(band.unit_price <= input.bands[i - 1].unit_price, path + ".unit_price",
                       "must not rise with the quantity");
    }
  }
}

// The best quantity of band i; `extra` is what the order costs beyond unit_price × quantity.
BandResult SolveBand(const DiscountInput& input, size_t i, double extra) {
  const auto& band = input.bands[i];
  const double end = i + 1 < input.bands.size() ? input.bands[i + 1].from_quantity : INFINITY;
  const double holding = input.holding_rate * band.unit_price;
  const double optimum = std::sqrt(2 * (input.fixed_cost + extra) * input.demand_rate / holding);
  const double quantity = std::max(optimum, band.from_quantity);
  BandResult result{.candidate = quantity, .feasible = optimum >= band.from_quantity};
  // Beyond the band's end the next price holds, which is not dearer: nothing to gain here.
  if (quantity >= end) {
    result.feasible = false;
    result.candidate = end;
  }
  // fixed 0 and the first band: the cost falls towards 0 pieces.
  const double ordering =
      result.candidate > 0 ? (input.fixed_cost + extra) * input.demand_rate / result.candidate : 0;
  result.cost = band.unit_price * input.demand_rate + input.holding_rate * extra / 2 + ordering +
                holding * result.candidate / 2;
  return result;
}

}  // namespace

absl::StatusOr<OrderQuantity> Eoq(const EoqInput& input) {
  FieldViolations violations;
  Check(input, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return Solve(kEoq, input, input.holding_cost);
}

absl::StatusOr<OrderQuantity> EoqWithBackorders(const EoqInput& input, double stockout_cost,
                                                std::optional<double> stockout_fraction) {
  FieldViolations violations;
  Check(input, violations);
  Positive(stockout_cost, "backorders.stockout_cost", violations);
  if (stockout_fraction) Fraction(*stockout_fraction, "backorders.stockout_fraction", violations);
  violations.Check(input.quantity.has_value() == stockout_fraction.has_value(),
                   "backorders.stockout_fraction", "must be given exactly when order_quantity is");
  RETURN_IF_ERROR(violations.ToStatus());
  const double h = input.holding_cost, p = stockout_cost;
  const double setup = input.fixed_cost * input.demand_rate;
  OrderQuantity result{.formula = kEoqb};
  if (input.quantity) {
    const double q = *input.quantity, x = *stockout_fraction;
    result.quantity = q;
    result.stockout_fraction = x;
    result.cost = h * q * (1 - x) * (1 - x) / 2 + p * q * x * x / 2 + setup / q;
  } else {
    result.quantity = std::sqrt(2 * setup * (h + p) / (h * p));
    result.stockout_fraction = h / (h + p);
    result.cost = result.quantity * h * p / (h + p);
  }
  result = Finish(result, input.demand_rate, input.lead_time);
  // The stock falls to -xQ before an order arrives.
  result.reorder_point -= result.stockout_fraction * result.quantity;
  result.on_hand_trigger -= result.stockout_fraction * result.quantity;
  return result;
}

absl::StatusOr<OrderQuantity> EconomicProductionQuantity(const EoqInput& input,
                                                         double production_rate) {
  FieldViolations violations;
  Check(input, violations);
  Positive(production_rate, "production.production_rate", violations);
  violations.Check(!(production_rate <= input.demand_rate), "production.production_rate",
                   "must be greater than demand_rate");
  RETURN_IF_ERROR(violations.ToStatus());
  return Solve(kEpq, input, input.holding_cost * (1 - input.demand_rate / production_rate));
}

absl::StatusOr<DiscountQuantity> EoqWithDiscounts(const DiscountInput& input) {
  FieldViolations violations;
  CheckDiscounts(input, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  DiscountQuantity result;
  result.best.formula = input.incremental ? kIncremental : kAllUnits;
  result.best.cost = INFINITY;
  double extra = 0;
  for (size_t i = 0; i < input.bands.size(); ++i) {
    const auto& band = input.bands[i];
    if (input.incremental && i > 0) {
      extra += (input.bands[i - 1].unit_price - band.unit_price) * band.from_quantity;
    }
    const BandResult found = SolveBand(input, i, extra);
    result.bands.push_back(found);
    if (found.cost < result.best.cost) {
      result.best.cost = found.cost;
      result.best.quantity = found.candidate;
      result.best.unit_cost = band.unit_price + (found.candidate > 0 ? extra / found.candidate : 0);
    }
  }
  result.best = Finish(result.best, input.demand_rate, input.lead_time);
  return result;
}

absl::StatusOr<JointReplenishment> JointOrders(double shared_fixed_cost,
                                               const std::vector<JointItem>& items) {
  FieldViolations violations;
  NotNegative(shared_fixed_cost, "fixed_cost", violations);
  violations.Check(!items.empty() && items.size() <= 10'000, "joint.items",
                   "must hold 1 to 10000 items");
  for (size_t n = 0; n < items.size(); ++n) {
    NotNegative(items[n].fixed_cost, At("joint.items", n) + ".fixed_cost", violations);
    Positive(items[n].holding_cost, At("joint.items", n) + ".holding_cost", violations);
    Positive(items[n].demand_rate, At("joint.items", n) + ".demand_rate", violations);
  }
  RETURN_IF_ERROR(violations.ToStatus());
  const auto ratio = [&](const JointItem& item) {
    return item.fixed_cost / (item.holding_cost * item.demand_rate);
  };
  const JointItem& first = *std::ranges::min_element(items, {}, ratio);
  const double base = shared_fixed_cost + first.fixed_cost;
  JointReplenishment result{.formula = kJoint};
  double setups = shared_fixed_cost, holding = 0;
  for (const JointItem& item : items) {
    const double m =
        &item == &first || base == 0
            ? 1
            : std::round(std::sqrt(ratio(item) * first.holding_cost * first.demand_rate / base));
    const int multiple = static_cast<int>(std::clamp(m, 1.0, 1e6));
    result.multiples.push_back(multiple);
    setups += item.fixed_cost / multiple;
    holding += item.holding_cost * multiple * item.demand_rate;
  }
  result.cycle_time = std::sqrt(2 * setups / holding);
  result.cost = result.cycle_time * holding;
  for (size_t n = 0; n < items.size(); ++n) {
    result.quantities.push_back(result.cycle_time * result.multiples[n] * items[n].demand_rate);
  }
  return result;
}

}  // namespace kefu::warehouse::domain::replenishment
