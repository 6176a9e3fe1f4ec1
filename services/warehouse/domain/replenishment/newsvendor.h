// One order for one season, and base-stock levels: how much to have when demand is random.
// All return INVALID_FIELDS with every fault of the input. Pure.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "services/warehouse/domain/replenishment/distributions.h"

namespace kefu::warehouse::domain::replenishment {

struct Newsvendor {
  Formula formula;
  double quantity = 0;              // S, found or given
  double cost = 0;                  // h E[left] + p E[short]
  double critical_ratio = 0;        // p / (p + h)
  double in_stock_probability = 0;  // P(D ≤ S), service of type 1
  double fill_rate = 0;             // 1 - E[short] / E[D], service of type 2; 1 without demand
  double expected_surplus = 0;
  double expected_shortage = 0;
  double safety_stock = 0;            // S - E[D]
  std::optional<double> profit;       // where prices are given
  std::optional<double> order_below;  // with a fixed cost: order when stock is at or below this
};

// S* = F⁻¹(p / (p + h)); for discrete demand the least S with F(S) ≥ p / (p + h).
// cost(S) = h E[(S - D)+] + p E[(D - S)+]. Over a lead time L with review every R periods the
// demand is that of L + R periods: the base-stock level of an infinite horizon.
// Arrow, Harris & Marschak (1951); Snyder & Shen (2019), eq. 4.3-4.30, section 4.3.4.
struct NewsvendorInput {
  double holding_cost = 0;   // h, overage a piece
  double stockout_cost = 0;  // p, underage a piece
  Demand demand;             // of one period
  double lead_time = 0;      // L, periods
  double review_period = 1;  // R, periods; 0 reviews all the time
  double fixed_cost = 0;  // K: order only when it pays (single-period (s, S), Snyder & Shen 4.4.2)
  std::optional<double> quantity;  // evaluates this S instead of finding the best
};
absl::StatusOr<Newsvendor> SolveNewsvendor(const NewsvendorInput& input);

// The same from prices: underage = price - cost + goodwill, overage = cost - salvage + holding.
// Profit is r E[min(D,S)] + v E[(S-D)+] - c S - h E[(S-D)+] - p E[(D-S)+].
// Snyder & Shen (2019), section 4.3.2.5 (explicit form).
struct PricedNewsvendorInput {
  double selling_price = 0;
  double purchase_price = 0;
  double salvage_value = 0;
  double holding_cost = 0;   // on top, of what is left
  double goodwill_cost = 0;  // on top, of what is short
  Demand demand;
  std::optional<double> quantity;
};
absl::StatusOr<Newsvendor> SolvePricedNewsvendor(const PricedNewsvendorInput& input);

// Base-stock levels of a finite horizon, one a period, by dynamic programming over whole inventory
// levels: θ_t(x) = min_{y ≥ x} K [y > x] + c (y - x) + g(y) + γ E[θ_{t+1}(y - D)], with a terminal
// cost. Normal demand is rounded to whole pieces. Snyder & Shen (2019), section 4.3.3 and 4.4.3.
struct HorizonInput {
  struct Period {
    double holding_cost = 0;
    double stockout_cost = 0;
    double purchase_cost = 0;
    double fixed_cost = 0;
    Demand demand;  // normal, Poisson or discrete
  };
  std::vector<Period> periods;
  double terminal_holding_cost = 0;
  double terminal_stockout_cost = 0;
  double discount_factor = 1;  // γ
  int64_t initial_inventory = 0;
};
struct Horizon {
  Formula formula;
  struct Level {
    int64_t reorder_point = 0;  // order when the level is at or below this
    int64_t order_up_to = 0;
  };
  std::vector<Level> levels;
  double cost = 0;  // discounted, from the initial inventory
};
absl::StatusOr<Horizon> SolveHorizon(const HorizonInput& input);

}  // namespace kefu::warehouse::domain::replenishment
