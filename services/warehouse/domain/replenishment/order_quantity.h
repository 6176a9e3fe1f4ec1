// How much to order when demand is known: the economic order quantity and its relatives.
// Costs are per unit of time (the unit of demand_rate), quantities in pieces.
// All return INVALID_FIELDS with every fault of the input. Pure.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "services/warehouse/domain/replenishment/checks.h"

namespace kefu::warehouse::domain::replenishment {

struct OrderQuantity {
  Formula formula;
  double quantity = 0;
  double cost = 0;               // per unit of time, of the quantity given or found
  double cycle_time = 0;         // quantity / demand rate; 0 without demand
  double reorder_point = 0;      // inventory position at which to order: lead-time demand
  double on_hand_trigger = 0;    // the same as stock on hand, when orders are already under way
  double stockout_fraction = 0;  // planned backorders: the part of demand served late
  double unit_cost = 0;          // discounts: average price a piece at that quantity
};

// Q* = √(2Kλ/h), cost √(2Kλh); with a quantity given, Kλ/Q + hQ/2. r = λL.
// Harris (1913); Snyder & Shen (2019), eq. 3.4-3.5 and section 3.2.4.
struct EoqInput {
  double fixed_cost = 0;    // K, an order
  double holding_cost = 0;  // h, a piece and unit of time
  double demand_rate = 0;   // λ
  double lead_time = 0;     // L
  std::optional<double> quantity;
};
absl::StatusOr<OrderQuantity> Eoq(const EoqInput& input);

// Planned backorders: Q* = √(2Kλ(h+p)/(hp)), x* = h/(h+p), cost √(2Kλhp/(h+p)).
// Snyder & Shen (2019), eq. 3.27-3.29.
absl::StatusOr<OrderQuantity> EoqWithBackorders(const EoqInput& input, double stockout_cost,
                                                std::optional<double> stockout_fraction);

// Production at a finite rate μ, ρ = λ/μ: Q* = √(2Kλ/(h(1-ρ))), cost √(2Kλh(1-ρ)).
// Taft (1918); Snyder & Shen (2019), eq. 3.31-3.32.
absl::StatusOr<OrderQuantity> EconomicProductionQuantity(const EoqInput& input,
                                                         double production_rate);

// Quantity discounts. Prices by order quantity: price[i] from break[i] on; break[0] = 0, breaks
// ascend, prices do not rise. Holding cost is `holding_rate` × price. Costs include purchase.
// All units: every piece at the price of the quantity ordered. Incremental: each piece at the price
// of its own band. Snyder & Shen (2019), section 3.4; Hadley & Whitin (1963).
struct DiscountInput {
  double fixed_cost = 0;
  double holding_rate = 0;  // i, a unit of money and of time
  double demand_rate = 0;
  double lead_time = 0;
  struct Band {
    double from_quantity = 0;
    double unit_price = 0;
  };
  std::vector<Band> bands;
  bool incremental = false;
};
struct BandResult {
  double candidate = 0;  // the best quantity within the band
  double cost = 0;
  bool feasible = false;  // incremental: whether the band's own optimum lies in it
};
struct DiscountQuantity {
  OrderQuantity best;
  std::vector<BandResult> bands;
};
absl::StatusOr<DiscountQuantity> EoqWithDiscounts(const DiscountInput& input);

// Joint replenishment: K is shared by all items of an order, k_n added for each item in it.
// Silver's heuristic: item n in every m_n-th order. Silver (1976); Silver, Pyke & Thomas (2017),
// section 10.2.
struct JointItem {
  double fixed_cost = 0;    // k_n
  double holding_cost = 0;  // h_n
  double demand_rate = 0;   // λ_n
};
struct JointReplenishment {
  Formula formula;
  double cycle_time = 0;
  double cost = 0;
  std::vector<int> multiples;
  std::vector<double> quantities;
};
absl::StatusOr<JointReplenishment> JointOrders(double shared_fixed_cost,
                                               const std::vector<JointItem>& items);

}  // namespace kefu::warehouse::domain::replenishment
