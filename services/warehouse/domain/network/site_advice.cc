#include "services/warehouse/domain/network/site_advice.h"

#include <algorithm>
#include <functional>
#include <map>

#include "common/status/status_macros.h"
#include "fmt/format.h"

namespace kefu::warehouse::domain {
namespace {

absl::StatusOr<RegionAdvice> Advise(const SiteRule& rule, const std::string& region,
                                    int64_t orders) {
  RegionAdvice advice{.region_code = region, .orders_per_day = orders};
  if (orders > rule.build_above) {
    advice.kind = SiteAdviceKind::kBuildCentre;
    advice.threshold = rule.build_above;
    ASSIGN_OR_RETURN(advice.build_cost, MulRatio(rule.build_cost_per_1000_orders, orders, 1000));
    ASSIGN_OR_RETURN(advice.cost_per_day, MulRatio(*advice.build_cost, 1, rule.write_off_days));
    advice.explanation =
        fmt::format("{} orders a day are more than {}: build for {}, written off over {} days",
                    orders, rule.build_above, Format(*advice.build_cost), rule.write_off_days);
  } else if (orders > rule.rent_above) {
    advice.kind = SiteAdviceKind::kRentWarehouse;
    advice.threshold = rule.rent_above;
    ASSIGN_OR_RETURN(advice.cost_per_day, MulRatio(rule.rent_per_1000_orders, orders, 1000));
    advice.explanation =
        fmt::format("{} orders a day are more than {}: rent at {} a day for 1,000 orders", orders,
                    rule.rent_above, Format(rule.rent_per_1000_orders));
  } else {
    advice.explanation = fmt::format("{} orders a day are not more than {}: served from elsewhere",
                                     orders, rule.rent_above);
  }
  return advice;
}

}  // namespace

absl::StatusOr<std::vector<RegionAdvice>> AdviseRegions(const SiteRule& rule,
                                                        std::span<const SiteDemand> demands) {
  std::map<std::string, int64_t> orders;
  for (const SiteDemand& demand : demands) {
    if (!demand.region_code.empty()) orders[demand.region_code] += demand.orders_per_day;
  }
  std::vector<RegionAdvice> advice;
  for (const auto& [region, count] : orders) {
    ASSIGN_OR_RETURN(RegionAdvice one, Advise(rule, region, count));
    advice.push_back(std::move(one));
  }
  std::ranges::stable_sort(advice, std::greater(), &RegionAdvice::orders_per_day);
  return advice;
}

}  // namespace kefu::warehouse::domain
