// A proven lower bound of what any roster costs, by Lagrangian relaxation of the need.
//
// For any prices 0 ≤ π(slot, skill) ≤ penalty,
//   L(π) = Σ π·need + Σ over agents of min over lines (cost − Σ max over skills π)
//          − Σ over offers of seats · max(0, max over skills π − price)
// is at most the cost of every roster (M. L. Fisher, "The Lagrangian relaxation method", Management
// Science 27 (1981)). All of it is integer arithmetic, so the bound is exact. Prices are improved
// by deflected subgradient steps of Polyak's length.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "services/staffing/optimise/instance.h"
#include "services/staffing/optimise/lines.h"

namespace kefu::staffing::optimise {

// At slot × skills + skill.
using Prices = std::vector<int64_t>;

class Bound {
 public:
  explicit Bound(const Instance& instance);

  // Steps towards better prices while `more` says so, at most `steps`. `target` is the cost of a
  // roster that is known, or a guess of one.
  void Improve(int steps, int64_t target, const std::function<bool()>& more);
  int64_t best() const { return best_; }
  // The prices of the best bound.
  const Prices& prices() const { return best_prices_; }
  // Steps have become so short that more of them would hardly help.
  bool settled() const { return scale_ < 0.01; }

 private:
  // Agents who differ in nothing that a relaxed line looks at.
  struct Group {
    int agent = 0;
    int size = 0;
  };
  int64_t Evaluate(const Prices& prices, std::vector<double>& slack);
  void MakeGroups();
  void SetFirstPrices();

  const Instance& instance_;
  LinePlanner lines_;
  std::vector<Group> groups_;
  std::vector<int> history_presence_;  // at slot × classes + class
  Prices prices_, best_prices_;
  std::vector<double> direction_;
  int64_t best_ = 0;
  double scale_ = 1.0;
  int since_better_ = 0;
};

}  // namespace kefu::staffing::optimise
