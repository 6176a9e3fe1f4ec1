#include "services/aftersales/domain/insight/delays.h"

#include <algorithm>
#include <numeric>

namespace kefu::aftersales::domain::insight {

DelayDistribution::DelayDistribution(std::span<const DelayCount> counts, int horizon)
    : shares_(horizon + 1, 1.0) {
  std::vector<int64_t> at(horizon + 1), change(horizon + 2);
  for (const DelayCount& count : counts) {
    if (count.delay > horizon) continue;
    at[count.delay] += count.complaints;
    // Known with delay ≤ d of shipments at least d old: for d from the delay to the age.
    change[count.delay] += count.complaints;
    change[std::min(count.age, horizon) + 1] -= count.complaints;
  }
  std::vector<int64_t> known(horizon + 1);
  std::partial_sum(change.begin(), change.end() - 1, known.begin());
  for (int d = horizon; d > 0; --d) {
    const double hazard = static_cast<double>(at[d]) / static_cast<double>(known[d] + 1);
    shares_[d - 1] = shares_[d] * (1 - hazard);
  }
}

double DelayDistribution::By(int64_t days) const {
  if (days < 0) return 0;
  return shares_[std::min<size_t>(days, shares_.size() - 1)];
}

}  // namespace kefu::aftersales::domain::insight
