// Safety stock and order points from service levels. Pure.
#pragma once

#include "absl/status/statusor.h"
#include "services/warehouse/domain/replenishment/distributions.h"

namespace kefu::warehouse::domain::replenishment {

enum class ServiceMeasure {
  kCycleService,  // type 1: the chance of no stockout in a cycle; z = Φ⁻¹(α)
  kFillRate,      // type 2: the part of demand served from stock; n(r) = (1 - β) Q
};

// Demand per unit of time N(μ_D, σ_D²), lead time N(μ_L, σ_L²), both independent; with periodic
// review every R the exposed time is μ_L + R. σ = √((μ_L + R) σ_D² + μ_D² σ_L²).
// Silver, Pyke & Thomas (2017), sections 6.7-6.9 and eq. 6.66; Snyder & Shen (2019), section 5.4.
struct SafetyStockInput {
  double demand_mean = 0;
  double demand_sd = 0;
  double lead_time_mean = 0;
  double lead_time_sd = 0;
  double review_period = 0;  // R; 0 is continuous review
  ServiceMeasure measure = ServiceMeasure::kCycleService;
  double target = 0;          // α or β, between 0 and 1
  double order_quantity = 0;  // Q; fill rate only; 0 takes μ_D R
  // Fill rate: also counts the backorders that an order leaves, n(r) - n(r + Q) = (1 - β) Q.
  bool exact = false;
};
struct SafetyStock {
  Formula formula;
  double safety_stock = 0;
  double order_point = 0;    // lead-time (and review) demand + safety stock
  double safety_factor = 0;  // k
  double exposed_mean = 0;
  double exposed_sd = 0;
  double cycle_service = 0;
  double fill_rate = 0;  // 1 - n(r) / Q where Q is known, else 1
};
absl::StatusOr<SafetyStock> ComputeSafetyStock(const SafetyStockInput& input);

inline constexpr Formula kCycleServiceStock{
    "safety stock by cycle service", "SS = z σ, z = Φ^-1(α), σ = sqrt((μ_L + R) σ_D² + μ_D² σ_L²)",
    "Silver, Pyke & Thomas (2017), section 6.7"};
inline constexpr Formula kFillRateStock{
    "safety stock by fill rate",
    "SS = k σ, L(k) = (1 - β) Q / σ, σ = sqrt((μ_L + R) σ_D² + μ_D² σ_L²)",
    "Silver, Pyke & Thomas (2017), section 6.7"};

}  // namespace kefu::warehouse::domain::replenishment
