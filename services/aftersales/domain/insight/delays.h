// How long after its shipment a piece is complained about. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace kefu::aftersales::domain::insight {

// Complaints about pieces that were shipped `age` days ago and complained about after `delay` of
// them: delay ≤ age, or it could not be known yet.
struct DelayCount {
  int delay = 0;
  int age = 0;
  int64_t complaints = 0;
};

// The share of the complaints of the first `horizon` days that have come by each day.
class DelayDistribution {
 public:
  // Young shipments tell of short delays only, so a plain histogram would take complaints for
  // quicker than they are. The estimate is that for right-truncated times by their hazards in
  // reverse (S. W. Lagakos, L. M. Barraj, V. De Gruttola, Biometrika 75, 1988, 515–523): of the
  // complaints with delay ≤ d about shipments at least d days old, those with delay d. One
  // complaint is added to each of these denominators, so that a day on which few are known decides
  // little. Delays beyond the horizon are left out. Without complaints all come at once.
  DelayDistribution(std::span<const DelayCount> counts, int horizon);
  // As By(0), By(1), … say; not empty.
  explicit DelayDistribution(std::vector<double> shares) : shares_(std::move(shares)) {}

  // The share that has come `days` after shipment; 0 before, 1 from the horizon on.
  double By(int64_t days) const;
  const std::vector<double>& shares() const { return shares_; }
  int horizon() const { return static_cast<int>(shares_.size()) - 1; }

 private:
  std::vector<double> shares_;
};

}  // namespace kefu::aftersales::domain::insight
