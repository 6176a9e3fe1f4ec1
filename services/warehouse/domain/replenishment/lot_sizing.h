// Lot sizes for demand that is known period by period. Pure.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "services/warehouse/domain/replenishment/checks.h"

namespace kefu::warehouse::domain::replenishment {

enum class LotRule {
  kWagnerWhitin,         // optimal; Wagner & Whitin (1958); Snyder & Shen (2019), Algorithm 3.1
  kSilverMeal,           // least cost a period; Silver & Meal (1973)
  kLeastUnitCost,        // least cost a piece; Silver, Pyke & Thomas (2017), section 5.6
  kPartPeriodBalancing,  // carrying nearest to ordering; DeMatteis (1968)
  kLotForLot,
};

// Ordered at the start of a period, used in it; what is left is held into the next at
// holding_cost. Costs hold one value for every period, or one each.
struct LotInput {
  std::vector<double> demand;
  std::vector<double> fixed_cost;
  std::vector<double> holding_cost;   // a piece held over from this period to the next
  std::vector<double> purchase_cost;  // a piece; empty is 0
};
struct LotPlan {
  Formula formula;
  std::vector<double> quantities;      // to order in each period
  std::vector<int> next_order_period;  // from 1; periods + 1 when none follows (optimal rule only)
  std::vector<double> cost_to_go;      // from each period on (optimal rule only)
  double cost = 0;                     // of the plan, orders + holding + purchase
};
// O(T²) at worst, up to 10,000 periods. INVALID_FIELDS. A period without demand never orders.
absl::StatusOr<LotPlan> PlanLots(const LotInput& input, LotRule rule);

}  // namespace kefu::warehouse::domain::replenishment
