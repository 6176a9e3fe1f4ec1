// Which regions' volumes ask for a site of their own. Pure. The rule is policy data; its shipped
// thresholds are more than 5,000 orders a day to rent and more than 100,000 to build.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/money/money.h"
#include "services/warehouse/domain/network/policy.h"
#include "services/warehouse/domain/network/site_model.h"

namespace kefu::warehouse::domain {

enum class SiteAdviceKind : uint8_t { kUnspecified, kNone, kRentWarehouse, kBuildCentre };
KEFU_ENUM_NAMES(SiteAdviceKind, "UNSPECIFIED", "NONE", "RENT_WAREHOUSE", "BUILD_CENTRE")

struct RegionAdvice {
  std::string region_code;
  int64_t orders_per_day = 0;
  SiteAdviceKind kind = SiteAdviceKind::kNone;
  int64_t threshold = 0;              // that was crossed
  std::optional<Money> cost_per_day;  // rent, or the building's cost over the days of writing off
  std::optional<Money> build_cost;
  std::string explanation;
};

// One advice a region code of the demands, the most orders first, ties by code. Costs are in
// proportion to the orders, rounded half up; building is written off in a straight line.
// MONEY_OVERFLOW when a cost does not fit.
absl::StatusOr<std::vector<RegionAdvice>> AdviseRegions(const SiteRule& rule,
                                                        std::span<const SiteDemand> demands);

}  // namespace kefu::warehouse::domain
