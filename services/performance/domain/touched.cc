// Which days facts may matter to.
#include <algorithm>
#include <set>

#include "services/performance/domain/rollup.h"

namespace kefu::performance::domain {

DayRange DaysTouchedBy(const Conversation& conversation, const MetricDefinition& definition,
                       const absl::TimeZone& zone) {
  int64_t first = conversation.messages.front().time_us,
          last = conversation.messages.back().time_us;
  for (const Handling& handling : conversation.handlings) {
    first = std::min(first, handling.start_us);
    last = std::max(last, handling.start_us);
  }
  return {DayOf(first, zone) - definition.attribution_days,
          DayOf(last, zone) + definition.attribution_days};
}

std::vector<absl::CivilDay> DaysTouchedBy(const Order& order, const MetricDefinition& definition,
                                          const absl::TimeZone& zone) {
  std::set<absl::CivilDay> days{DayOf(order.create_us, zone)};
  if (order.pay_us) {
    const absl::CivilDay paid = DayOf(*order.pay_us, zone);
    for (int apart = -definition.attribution_days; apart <= definition.attribution_days; ++apart)
      days.insert(paid + apart);
  }
  return {days.begin(), days.end()};
}

}  // namespace kefu::performance::domain
