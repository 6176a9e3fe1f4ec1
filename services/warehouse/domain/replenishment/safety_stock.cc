#include "services/warehouse/domain/replenishment/safety_stock.h"

#include <algorithm>

#include "common/status/status_macros.h"

namespace kefu::warehouse::domain::replenishment {
namespace {

constexpr Formula kExactFill{"safety stock by fill rate, exact",
                             "n(r) - n(r + Q) = (1 - β) Q, σ = sqrt((μ_L + R) σ_D² + μ_D² σ_L²)",
                             "Zipkin (2000), section 6.5; Snyder & Shen (2019), section 5.4"};

absl::Status Check(const SafetyStockInput& input) {
  FieldViolations violations;
  NotNegative(input.demand_mean, "demand_mean", violations);
  NotNegative(input.demand_sd, "demand_standard_deviation", violations);
  NotNegative(input.lead_time_mean, "lead_time_mean", violations);
  NotNegative(input.lead_time_sd, "lead_time_standard_deviation", violations);
  NotNegative(input.review_period, "review_period", violations);
  Probability(input.target, "target", violations);
  NotNegative(input.order_quantity, "order_quantity", violations);
  if (input.measure == ServiceMeasure::kFillRate) {
    violations.Check(input.order_quantity > 0 || input.demand_mean * input.review_period > 0,
                     "order_quantity", "must be above 0 for a fill rate without a review period");
  }
  return violations.ToStatus();
}

// The safety factor of a fill rate; below the mean it may be negative.
double FillFactor(const SafetyStockInput& input, double sd, double quantity) {
  const double shortage = (1 - input.target) * quantity / sd;
  if (!input.exact) return InverseStandardLoss(shortage);
  const double step = quantity / sd;
  return Crossing([&](double k) { return StandardLoss(k) - StandardLoss(k + step) - shortage; },
                  -step - 40, 38.0);
}

}  // namespace

absl::StatusOr<SafetyStock> ComputeSafetyStock(const SafetyStockInput& input) {
  RETURN_IF_ERROR(Check(input));
  const double time = input.lead_time_mean + input.review_period;
  const double quantity =
      input.order_quantity > 0 ? input.order_quantity : input.demand_mean * input.review_period;
  SafetyStock result;
  result.exposed_mean = input.demand_mean * time;
  result.exposed_sd =
      std::hypot(input.demand_sd * std::sqrt(time), input.demand_mean * input.lead_time_sd);
  const bool fill = input.measure == ServiceMeasure::kFillRate;
  result.formula = !fill ? kCycleServiceStock : input.exact ? kExactFill : kFillRateStock;
  const double sd = result.exposed_sd;
  if (sd > 0) {
    result.safety_factor = fill ? FillFactor(input, sd, quantity) : NormalQuantile(input.target);
  } else if (fill) {
    // Certain demand: the order point may lie below it by what may be short.
    result.safety_stock = -(1 - input.target) * quantity;
  }
  if (sd > 0) result.safety_stock = result.safety_factor * sd;
  result.order_point = result.exposed_mean + result.safety_stock;
  result.cycle_service = sd > 0 ? NormalCdf(result.safety_factor) : fill ? 0 : 1;
  const double shortage = NormalLoss(result.order_point, result.exposed_mean, sd).shortage;
  const double after =
      input.exact ? NormalLoss(result.order_point + quantity, result.exposed_mean, sd).shortage : 0;
  result.fill_rate = quantity > 0 ? std::clamp(1 - (shortage - after) / quantity, 0.0, 1.0) : 1;
  return result;
}

}  // namespace kefu::warehouse::domain::replenishment
