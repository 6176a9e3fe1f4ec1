// From where goods lie to where they would lie best, by few moves.
#include <algorithm>
#include <map>
#include <numeric>
#include <queue>
#include <tuple>

#include "services/warehouse/domain/slotting.h"

namespace kefu::warehouse::domain {
namespace {

// Goods on their way from bin to bin by exchanges, and what each exchange saved.
class Mover {
 public:
  Mover(const SlottingPolicy& policy, const Walking& walking, std::span<const SlotItem> items,
        std::span<const SlotBin> bins)
      : policy_(policy),
        walking_(walking),
        items_(items),
        bins_(bins),
        occupants_(bins.size(), kNoBin),
        leader_(items.size()),
        saved_(items.size()) {
    std::iota(leader_.begin(), leader_.end(), size_t{0});
    for (size_t i = 0; i < items.size(); ++i) {
      at_.push_back(items[i].bin);
      if (items[i].bin != kNoBin) occupants_[items[i].bin] = i;
    }
  }

  const std::vector<size_t>& at() const { return at_; }

  // All the way to `target`.
  void MoveAll(std::span<const size_t> target) {
    for (size_t i = 0; i < items_.size(); ++i) {
      if (target[i] != kNoBin && at_[i] != target[i]) Exchange(i, target[i]);
    }
    // Who has no best bin may have been left where he does not fit: there he cannot stay.
    for (size_t i = 0; i < items_.size(); ++i) {
      if (target[i] != kNoBin || at_[i] == kNoBin || at_[i] == items_[i].bin) continue;
      if (Fits(items_[i], bins_[at_[i]])) continue;
      occupants_[at_[i]] = kNoBin;
      at_[i] = kNoBin;
    }
  }

  // By single exchanges that each save, the best for its effort first, as long as no more than
  // `max_moves` items lie elsewhere than now.
  void MoveSome(std::span<const size_t> target, int64_t max_moves) {
    std::priority_queue<Step> steps;
    const auto offer = [&](size_t item) {
      const Step step = StepOf(item, target[item]);
      if (step.saved > 0) steps.push(step);
    };
    for (size_t i = 0; i < items_.size(); ++i) offer(i);
    while (!steps.empty()) {
      const Step top = steps.top();
      steps.pop();
      const Step now = StepOf(top.item, target[top.item]);
      if (now.saved <= 0) continue;
      if (now < top) {
        steps.push(now);
        continue;
      }
      const size_t other = occupants_[target[top.item]];
      if (displaced_ + DisplacedBy(top.item, target[top.item]) > max_moves) continue;
      Exchange(top.item, target[top.item]);
      if (other != kNoBin) offer(other);
      for (const size_t moved : {top.item, other}) {
        if (moved == kNoBin) continue;
        for (const Walking::Partner& partner : walking_.PartnersOf(moved)) offer(partner.item);
      }
    }
  }

  // The items that lie elsewhere now, in groups, the best for its effort first.
  std::vector<SlotMove> Moves() {
    // Who goes where another one lay belongs to that one's group, also when the bin was free by
    // then.
    std::map<size_t, size_t> lay;
    for (size_t i = 0; i < items_.size(); ++i) {
      if (items_[i].bin != kNoBin) lay[items_[i].bin] = i;
    }
    for (size_t i = 0; i < items_.size(); ++i) {
      const auto before = lay.find(at_[i]);
      if (before != lay.end() && before->second != i) Join(i, before->second);
    }
    std::map<size_t, std::vector<SlotMove>> groups;
    std::map<size_t, int64_t> efforts;
    for (size_t i = 0; i < items_.size(); ++i) {
      if (at_[i] == items_[i].bin) continue;
      const size_t leader = Leader(i);
      groups[leader].push_back({.item = i,
                                .from = items_[i].bin,
                                .to = at_[i],
                                .group_saved = saved_[leader],
                                .effort_cm = EffortOf(i, at_[i])});
      efforts[leader] += groups[leader].back().effort_cm;
    }
    std::vector<size_t> order;
    for (const auto& [leader, moves] : groups) order.push_back(leader);
    std::ranges::stable_sort(order, [&](size_t a, size_t b) {
      return static_cast<__int128>(saved_[a]) * efforts[b] >
             static_cast<__int128>(saved_[b]) * efforts[a];
    });
    std::vector<SlotMove> all;
    int group = 0;
    for (const size_t leader : order) {
      ++group;
      for (SlotMove& move : groups[leader]) {
        move.group = group;
        all.push_back(move);
      }
    }
    return all;
  }

 private:
  struct Step {
    size_t item = 0;
    int64_t saved = 0, effort = 1;
    // The most saved for its effort is the greatest; of equals the first item.
    friend bool operator<(const Step& a, const Step& b) {
      const __int128 left = static_cast<__int128>(a.saved) * b.effort;
      const __int128 right = static_cast<__int128>(b.saved) * a.effort;
      return left != right ? left < right : a.item > b.item;
    }
  };

  // Nothing saved where the exchange cannot be made.
  Step StepOf(size_t item, size_t bin) const {
    Step step{.item = item};
    if (bin == kNoBin || at_[item] == bin || !Fits(items_[item], bins_[bin])) return step;
    const size_t other = occupants_[bin];
    if (other != kNoBin && (at_[item] == kNoBin || !Fits(items_[other], bins_[at_[item]]))) {
      return step;
    }
    step.saved = -walking_.DeltaOfExchange(at_, item, bin, other);
    step.effort = EffortOf(item, bin) + (other == kNoBin ? 0 : EffortOf(other, at_[item]));
    return step;
  }

  // There and back for every load, from where it lies at first.
  int64_t EffortOf(size_t item, size_t to) const {
    const SlotItem& each = items_[item];
    const int64_t walks =
        std::max<int64_t>(1, (each.pieces + policy_.pieces_per_walk - 1) / policy_.pieces_per_walk);
    if (to == kNoBin) return EffortOf(item, each.bin);
    const SlotBin& end = bins_[to];
    int64_t way = end.distance_cm;
    if (each.bin != kNoBin) {
      const SlotBin& begin = bins_[each.bin];
      way = begin.aisle == end.aisle && !end.aisle.empty()
                ? std::abs(begin.distance_cm - end.distance_cm)
                : begin.distance_cm + end.distance_cm;
    }
    return std::max<int64_t>(1, 2 * walks * way);
  }

  // By how much the exchange changes the number of items that lie elsewhere than at first.
  int64_t DisplacedBy(size_t item, size_t bin) const {
    const auto moved = [&](size_t i, size_t to) { return items_[i].bin != to ? 1 : 0; };
    int64_t change = moved(item, bin) - moved(item, at_[item]);
    const size_t other = occupants_[bin];
    if (other != kNoBin) change += moved(other, at_[item]) - moved(other, bin);
    return change;
  }

  void Exchange(size_t item, size_t bin) {
    displaced_ += DisplacedBy(item, bin);
    const size_t other = occupants_[bin], from = at_[item];
    const int64_t saved = -walking_.DeltaOfExchange(at_, item, bin, other);
    at_[item] = bin;
    occupants_[bin] = item;
    if (from != kNoBin) occupants_[from] = other;
    if (other != kNoBin) {
      at_[other] = from;
      Join(item, other);
    }
    saved_[Leader(item)] += saved;
  }

  size_t Leader(size_t item) {
    while (leader_[item] != item) item = leader_[item] = leader_[leader_[item]];
    return item;
  }
  void Join(size_t a, size_t b) {
    a = Leader(a);
    b = Leader(b);
    if (a == b) return;
    if (b < a) std::swap(a, b);
    leader_[b] = a;
    saved_[a] += saved_[b];
  }

  const SlottingPolicy& policy_;
  const Walking& walking_;
  const std::span<const SlotItem> items_;
  const std::span<const SlotBin> bins_;
  std::vector<size_t> at_, occupants_;
  std::vector<size_t> leader_;  // of items whose moves belong together
  std::vector<int64_t> saved_;  // by leader
  int64_t displaced_ = 0;
};

}  // namespace

Slotting PlanSlotting(const SlottingPolicy& policy, int64_t days, std::span<const SlotItem> items,
                      std::span<const SlotBin> bins, std::span<const ItemPair> pairs,
                      int max_moves) {
  const Walking walking(policy, days, items, bins, pairs);
  std::vector<size_t> now;
  for (const SlotItem& item : items) now.push_back(item.bin);
  Slotting plan;
  plan.before = walking.Total(now);
  plan.best = AssignByDistance(items, bins);
  plan.affinity_saved = ImproveByAffinity(policy, walking, items, bins, plan.best);
  plan.walking_best = walking.Total(plan.best);
  if (plan.walking_best > plan.before) {
    // What lies well together already may beat the sorted order: then improve what is.
    std::vector<size_t> kept = now;
    const int64_t saved = ImproveByAffinity(policy, walking, items, bins, kept);
    if (plan.before - saved < plan.walking_best) {
      plan.best = std::move(kept);
      plan.affinity_saved = saved;
      plan.walking_best = plan.before - saved;
    }
  }
  int64_t moved = 0;
  for (size_t i = 0; i < items.size(); ++i) moved += plan.best[i] != now[i];
  Mover mover(policy, walking, items, bins);
  if (max_moves < 0 || moved <= max_moves) {
    mover.MoveAll(plan.best);
  } else {
    mover.MoveSome(plan.best, max_moves);
  }
  plan.proposed = mover.at();
  plan.after = walking.Total(plan.proposed);
  plan.moves = mover.Moves();
  return plan;
}

}  // namespace kefu::warehouse::domain
