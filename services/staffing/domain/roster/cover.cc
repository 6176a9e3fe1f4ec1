#include "services/staffing/domain/roster/cover.h"

#include <algorithm>
#include <bit>

namespace kefu::staffing::roster {

SlotCover::SlotCover(const std::vector<SupplyClass>& classes, const std::vector<int64_t>& penalties,
                     const int* need)
    : classes_(&classes),
      penalties_(&penalties),
      used_(classes.size() * penalties.size()),
      idle_(classes.size()),
      uncovered_(need, need + penalties.size()) {
  for (int k = 0; k < skills(); ++k) cost_ += uncovered_[k] * penalties[k];
  Refresh();
}

int64_t SlotCover::GainOf(uint32_t mask) const {
  int64_t most = 0;
  for (; mask != 0; mask &= mask - 1) most = std::max(most, gain_[std::countr_zero(mask)]);
  return most;
}

int64_t SlotCover::Freed(int skill) const {
  int64_t most = uncovered_[skill] > 0 ? (*penalties_)[skill] : 0;
  for (size_t c = 0; c < classes_->size(); ++c) {
    if (used(static_cast<int>(c), skill) > 0) most = std::max(most, (*classes_)[c].price_minor);
  }
  return most;
}

int64_t SlotCover::Replaced(int skill) const {
  int64_t least = (*penalties_)[skill];
  for (size_t c = 0; c < classes_->size(); ++c) {
    if (idle_[c] > 0 && ((*classes_)[c].skills >> skill & 1) != 0) {
      least = std::min(least, (*classes_)[c].price_minor);
    }
  }
  return least;
}

template <class Value>
SlotCover::Path SlotCover::BestPath(int from, bool backwards, Value value) const {
  std::array<int8_t, kMaxSkills> parent{}, queue{};
  uint32_t seen = 1u << from;
  int head = 0, tail = 0, best = from;
  queue[tail++] = static_cast<int8_t>(from);
  while (head < tail) {
    const int k = queue[head++];
    if (value(k) > value(best)) best = k;
    for (int next = 0; next < skills(); ++next) {
      const bool step = ((backwards ? onto_[next] >> k : onto_[k] >> next) & 1) != 0;
      if (!step || (seen >> next & 1) != 0) continue;
      seen |= 1u << next;
      parent[next] = static_cast<int8_t>(k);
      queue[tail++] = static_cast<int8_t>(next);
    }
  }
  Path path;
  for (int k = best;; k = parent[k]) {
    path.skills[path.length++] = static_cast<int8_t>(k);
    if (k == from) break;
  }
  std::reverse(path.skills.begin(), path.skills.begin() + path.length);
  return path;
}

void SlotCover::Step(int from, int to) {
  for (size_t c = 0; c < classes_->size(); ++c) {
    if (used(static_cast<int>(c), from) == 0 || ((*classes_)[c].skills >> to & 1) == 0) continue;
    --Used(static_cast<int>(c), from);
    ++Used(static_cast<int>(c), to);
    return;
  }
}

void SlotCover::Add(int supply_class) {
  const SupplyClass& added = (*classes_)[supply_class];
  int first = -1;
  for (int k = 0; k < skills(); ++k) {
    if ((added.skills >> k & 1) == 0 || gain_[k] <= added.price_minor) continue;
    if (first < 0 || gain_[k] > gain_[first]) first = k;
  }
  if (first < 0) {
    ++idle_[supply_class];
    Refresh();
    return;
  }
  const Path path = BestPath(first, false, [this](int k) { return Freed(k); });
  cost_ += added.price_minor - gain_[first];
  const int last = path.skills[path.length - 1];
  // From the end, so that each step moves a unit that was there before.
  if (uncovered_[last] > 0 && (*penalties_)[last] == Freed(last)) {
    --uncovered_[last];
  } else {
    int dearest = -1;
    for (int c = 0; c < static_cast<int>(classes_->size()); ++c) {
      if (used(c, last) == 0) continue;
      if (dearest < 0 || (*classes_)[c].price_minor > (*classes_)[dearest].price_minor) dearest = c;
    }
    --Used(dearest, last);
    ++idle_[dearest];
  }
  for (int i = path.length - 2; i >= 0; --i) Step(path.skills[i], path.skills[i + 1]);
  ++Used(supply_class, first);
  Refresh();
}

void SlotCover::Remove(int supply_class) {
  if (idle_[supply_class] > 0) {
    --idle_[supply_class];
    Refresh();
    return;
  }
  const auto value = [this](int k) { return -Replaced(k); };
  Path best;
  for (int k = 0; k < skills(); ++k) {
    if (used(supply_class, k) == 0) continue;
    const Path path = BestPath(k, true, value);
    if (best.length == 0 ||
        value(path.skills[path.length - 1]) > value(best.skills[best.length - 1])) {
      best = path;
    }
  }
  const int last = best.skills[best.length - 1];
  const int64_t loss = Replaced(last);
  cost_ += loss - (*classes_)[supply_class].price_minor;
  --Used(supply_class, best.skills[0]);
  for (int i = 0; i + 1 < best.length; ++i) Step(best.skills[i + 1], best.skills[i]);
  int replacement = -1;
  for (int c = 0; c < static_cast<int>(classes_->size()); ++c) {
    const bool fits = idle_[c] > 0 && ((*classes_)[c].skills >> last & 1) != 0;
    if (fits && (*classes_)[c].price_minor == loss) replacement = c;
  }
  if (replacement < 0) {
    ++uncovered_[last];
  } else {
    --idle_[replacement];
    ++Used(replacement, last);
  }
  Refresh();
}

void SlotCover::Refresh() {
  onto_.fill(0);
  std::array<int64_t, kMaxSkills> freed{};
  for (int k = 0; k < skills(); ++k) freed[k] = uncovered_[k] > 0 ? (*penalties_)[k] : 0;
  for (size_t c = 0; c < classes_->size(); ++c) {
    for (uint32_t mask = (*classes_)[c].skills; mask != 0; mask &= mask - 1) {
      const int k = std::countr_zero(mask);
      if (used(static_cast<int>(c), k) == 0) continue;
      onto_[k] |= (*classes_)[c].skills;
      freed[k] = std::max(freed[k], (*classes_)[c].price_minor);
    }
  }
  for (int k = 0; k < skills(); ++k) {
    uint32_t reached = 1u << k, next = reached;
    while (next != 0) {
      uint32_t found = 0;
      for (; next != 0; next &= next - 1) found |= onto_[std::countr_zero(next)];
      next = found & ~reached;
      reached |= found;
    }
    gain_[k] = 0;
    for (; reached != 0; reached &= reached - 1) {
      gain_[k] = std::max(gain_[k], freed[std::countr_zero(reached)]);
    }
  }
}

}  // namespace kefu::staffing::roster
