// Order points and order quantities under random demand: (r, Q) by continuous review and (s, S) by
// periodic review. All return INVALID_FIELDS with every fault of the input. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "services/warehouse/domain/replenishment/distributions.h"

namespace kefu::warehouse::domain::replenishment {

// Costs per unit of time; the stockout cost is per piece backordered and unit of time, except in
// the expected-inventory-level approximation, where it is per piece.
struct RqInput {
  double holding_cost = 0;   // h
  double stockout_cost = 0;  // p
  double fixed_cost = 0;     // K
  double demand_mean = 0;    // λ per unit of time
  double demand_sd = 0;      // τ per √ of a unit of time; normal demand only
  double lead_time = 0;      // L
};

enum class RqMethod {
  kExact,           // least g(r, Q): Zheng (1992); Snyder & Shen (2019), eq. 5.7-5.9
  kExpectedLevel,   // EIL: Hadley & Whitin (1963); Snyder & Shen, Algorithm 5.1, eq. 5.16-5.18
  kEoqBackorders,   // EOQB and r(Q): Zheng (1992); Snyder & Shen, section 5.3.2
  kEoqSafetyStock,  // EOQ+SS: Snyder & Shen, eq. 5.21
  kLossFunction,    // Hadley & Whitin (1963); Snyder & Shen, eq. 5.28-5.29
  kPoissonExact,    // Federgruen & Zheng (1992); Snyder & Shen, eq. 5.48
};

struct RqPolicy {
  Formula formula;
  double reorder_point = 0;         // r: order when the inventory position falls to it
  double quantity = 0;              // Q
  double cost = 0;                  // exact g(r, Q)
  double approximate_cost = 0;      // what the approximation believes; else the same
  double safety_stock = 0;          // r - λL
  double in_stock_probability = 0;  // P(lead-time demand ≤ r)
  double fill_rate = 0;             // 1 - [n(r) - n(r + Q)] / Q
  double expected_on_hand = 0;
  double expected_backorders = 0;
};

// Continuous demand is N(λL, τ²L) over the lead time. g(r,Q) = [Kλ + ∫_r^{r+Q} g(y) dy] / Q with
// g(y) = h E[(y-D)+] + p E[(D-y)+]; Poisson: a sum over r+1..r+Q.
absl::StatusOr<RqPolicy> SolveRq(const RqInput& input, RqMethod method);
// The figures of a given policy; whole numbers for Poisson demand.
absl::StatusOr<RqPolicy> EvaluateRq(const RqInput& input, bool poisson, double reorder_point,
                                    double quantity);
// The best r for a Q: g(r) = g(r + Q).
absl::StatusOr<double> BestReorderPoint(const RqInput& input, double quantity);

// Periodic review, discrete demand (Poisson or discrete), backorders, costs per period.
struct SsInput {
  double holding_cost = 0;
  double stockout_cost = 0;
  double fixed_cost = 0;
  Demand demand;          // of one period
  int64_t lead_time = 0;  // whole periods; g is of the demand over lead_time + 1
};
struct SsPolicy {
  Formula formula;
  double reorder_point = 0;  // s: order when the inventory position is at or below it
  double order_up_to = 0;    // S
  double cost = 0;           // per period; 0 where the method gives none
};
// Zheng & Federgruen (1991): the optimal (s, S), g = [K + Σ m(d) g(S - d)] / M(S - s).
// Snyder & Shen (2019), Algorithm 4.2, eq. 4.71-4.75.
absl::StatusOr<SsPolicy> SolveSs(const SsInput& input);
absl::StatusOr<SsPolicy> EvaluateSs(const SsInput& input, int64_t reorder_point,
                                    int64_t order_up_to);

// Power approximation for normal demand: Q = 1.30 μ^0.494 (K/h)^0.506 (1 + σ_L²/μ²)^0.116,
// z = √(Q h / (σ_L p)), s = 0.973 μ_L + σ_L (0.183/z + 1.063 - 2.192 z), S = s + Q, with μ_L and
// σ_L over lead_time + 1 periods. Ehrhardt & Mosier (1984); Snyder & Shen (2019), eq. 4.77-4.80.
// `cap_small_quantity` adds the paper's rule for Q/μ ≤ 1.5: s and S at most the base-stock level.
struct PowerInput {
  double holding_cost = 0;
  double stockout_cost = 0;
  double fixed_cost = 0;
  double demand_mean = 0;
  double demand_sd = 0;
  double lead_time = 0;
  bool cap_small_quantity = false;
};
absl::StatusOr<SsPolicy> PowerApproximation(const PowerInput& input);

}  // namespace kefu::warehouse::domain::replenishment
