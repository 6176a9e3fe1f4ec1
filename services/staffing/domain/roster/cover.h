// Who serves which skill in one half hour, at least cost, kept up to date as agents come and go.
// Pure.
//
// The transportation problem of supply classes (agents with the same skills, for nothing; a base's
// seats, at a price) and skills' need, with a penalty for what stays uncovered. Adding or removing
// one unit takes one cheapest augmenting path in the residual network, after which the flow is
// optimal again (R. K. Ahuja, T. L. Magnanti, J. B. Orlin, "Network Flows", 1993, ch. 9.7).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "services/staffing/domain/roster/model.h"

namespace kefu::staffing::roster {

struct SupplyClass {
  uint32_t skills = 0;
  int64_t price_minor = 0;  // of a unit in use
};

class SlotCover {
 public:
  // `classes` and `penalties` (by skill) outlive it. Starts with the given need and no supply.
  SlotCover(const std::vector<SupplyClass>& classes, const std::vector<int64_t>& penalties,
            const int* need);

  // One unit of the class more, or one less that is there.
  void Add(int supply_class);
  void Remove(int supply_class);

  int64_t cost() const { return cost_; }
  int uncovered(int skill) const { return uncovered_[skill]; }
  int used(int supply_class, int skill) const {
    return used_[static_cast<size_t>(supply_class) * penalties_->size() + skill];
  }
  // What one more unit that serves this skill would save.
  int64_t gain(int skill) const { return gain_[skill]; }
  // The most of it over the skills of a mask.
  int64_t GainOf(uint32_t skills) const;

 private:
  int skills() const { return static_cast<int>(penalties_->size()); }
  int& Used(int supply_class, int skill) {
    return used_[static_cast<size_t>(supply_class) * penalties_->size() + skill];
  }
  // Units move from skill to skill along a path; a class that serves both makes a step.
  struct Path {
    std::array<int8_t, kMaxSkills> skills{};
    int length = 0;
  };
  // From `from` to the skill that `value` rates best (the highest), over the steps of onto_.
  template <class Value>
  Path BestPath(int from, bool backwards, Value value) const;
  void Step(int from, int to);
  int64_t Freed(int skill) const;     // by a unit that comes to the skill and goes no further
  int64_t Replaced(int skill) const;  // the cost of making up for a unit there
  void Refresh();

  const std::vector<SupplyClass>* classes_;
  const std::vector<int64_t>* penalties_;
  std::vector<int> used_;                    // class × skill
  std::vector<int> idle_;                    // by class
  std::vector<int> uncovered_;               // by skill
  std::array<uint32_t, kMaxSkills> onto_{};  // skills to which a unit of this skill can move
  std::array<int64_t, kMaxSkills> gain_{};
  int64_t cost_ = 0;
};

}  // namespace kefu::staffing::roster
