#include "services/warehouse/domain/slotting.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

namespace kefu::warehouse::domain {
namespace {

// Item in each bin, kNoBin for none.
std::vector<size_t> Occupants(std::span<const size_t> assignment, size_t bins) {
  std::vector<size_t> occupants(bins, kNoBin);
  for (size_t i = 0; i < assignment.size(); ++i) {
    if (assignment[i] != kNoBin) occupants[assignment[i]] = i;
  }
  return occupants;
}

// Item `a` goes to `bin`, whoever lies there to where `a` was.
void Exchange(std::vector<size_t>& assignment, std::vector<size_t>& occupants, size_t a,
              size_t bin) {
  const size_t from = assignment[a], other = occupants[bin];
  assignment[a] = bin;
  occupants[bin] = a;
  if (from != kNoBin) occupants[from] = other;
  if (other != kNoBin) assignment[other] = from;
}

// Whether `a` may go to `bin` and its occupant to where `a` lies.
bool MayExchange(std::span<const SlotItem> items, std::span<const SlotBin> bins,
                 std::span<const size_t> assignment, std::span<const size_t> occupants, size_t a,
                 size_t bin) {
  if (assignment[a] == bin || !Fits(items[a], bins[bin])) return false;
  const size_t other = occupants[bin];
  return other == kNoBin || (assignment[a] != kNoBin && Fits(items[other], bins[assignment[a]]));
}

// Items that exclude no bin of their group, and those bins: a group is a connected part of "fits".
struct Group {
  std::vector<size_t> items, bins;
};

// The most picked first; equal ones by where they lie, then by name.
std::vector<size_t> ByPicks(std::span<const SlotItem> items, std::vector<size_t> of) {
  std::ranges::sort(of, [&](size_t a, size_t b) {
    return std::tuple(-items[a].picks, items[a].sku_id) <
           std::tuple(-items[b].picks, items[b].sku_id);
  });
  return of;
}

std::vector<size_t> ByDistance(std::span<const SlotBin> bins, std::vector<size_t> of) {
  std::ranges::sort(of, [&](size_t a, size_t b) {
    return std::tie(bins[a].distance_cm, bins[a].location) <
           std::tie(bins[b].distance_cm, bins[b].location);
  });
  return of;
}

// The assignment problem by shortest augmenting paths with potentials (Kuhn 1955; Jonker and
// Volgenant 1987). cost(row, column); rows ≤ columns; returns the column of each row.
template <class Cost>
std::vector<size_t> Assign(size_t rows, size_t columns, Cost cost) {
  using Wide = __int128;  // potentials are sums of costs
  constexpr Wide kInfinite = Wide{1} << 120;
  std::vector<Wide> u(rows + 1), v(columns + 1);
  std::vector<size_t> row_of(columns + 1), way(columns + 1);
  for (size_t row = 1; row <= rows; ++row) {
    row_of[0] = row;
    size_t at = 0;
    std::vector<Wide> least(columns + 1, kInfinite);
    std::vector<bool> used(columns + 1);
    do {
      used[at] = true;
      Wide delta = kInfinite;
      size_t next = 0;
      for (size_t column = 1; column <= columns; ++column) {
        if (used[column]) continue;
        const Wide reduced = cost(row_of[at] - 1, column - 1) - u[row_of[at]] - v[column];
        if (reduced < least[column]) {
          least[column] = reduced;
          way[column] = at;
        }
        if (least[column] < delta) {
          delta = least[column];
          next = column;
        }
      }
      for (size_t column = 0; column <= columns; ++column) {
        if (used[column]) {
          u[row_of[column]] += delta;
          v[column] -= delta;
        } else {
          least[column] -= delta;
        }
      }
      at = next;
    } while (row_of[at] != 0);
    for (; at != 0; at = way[at]) row_of[at] = row_of[way[at]];
  }
  std::vector<size_t> result(rows);
  for (size_t column = 1; column <= columns; ++column) {
    if (row_of[column] != 0) result[row_of[column] - 1] = column - 1;
  }
  return result;
}

// Exactly, with constraints. Columns beyond the bins stand for "no bin".
void AssignExactly(std::span<const SlotItem> items, std::span<const SlotBin> bins,
                   const std::vector<size_t>& goods, const std::vector<size_t>& places,
                   std::vector<size_t>& assignment) {
  int64_t farthest = 0, picks = 1;
  for (const SlotBin& bin : bins) farthest = std::max(farthest, bin.distance_cm);
  for (const size_t i : goods) picks += items[i].picks;
  // Doubled, so that having no bin can cost a little more than the farthest one.
  const int64_t barred = 2 * picks * (farthest + 1);
  const std::vector<size_t> columns =
      Assign(goods.size(), places.size() + goods.size(), [&](size_t row, size_t column) {
        const SlotItem& item = items[goods[row]];
        if (column >= places.size()) return 2 * item.picks * farthest + 1;
        const SlotBin& bin = bins[places[column]];
        return Fits(item, bin) ? 2 * item.picks * bin.distance_cm : barred;
      });
  for (size_t row = 0; row < goods.size(); ++row) {
    assignment[goods[row]] = columns[row] < places.size() ? places[columns[row]] : kNoBin;
  }
}

// The most picked first take the nearest bin that fits, then exchanges while they gain.
void AssignGreedily(std::span<const SlotItem> items, std::span<const SlotBin> bins,
                    const std::vector<size_t>& goods, const std::vector<size_t>& places,
                    std::vector<size_t>& assignment) {
  std::vector<size_t> occupants(bins.size(), kNoBin);
  for (const size_t i : goods) {
    for (const size_t b : places) {
      if (occupants[b] != kNoBin || !Fits(items[i], bins[b])) continue;
      assignment[i] = b;
      occupants[b] = i;
      break;
    }
  }
  // A bin that is nearer and whose occupant is picked less may still be barred by what fits where.
  for (bool better = true; better;) {
    better = false;
    for (const size_t i : goods) {
      for (const size_t b : places) {
        if (assignment[i] != kNoBin && bins[b].distance_cm >= bins[assignment[i]].distance_cm)
          break;
        const size_t other = occupants[b];
        if (other != kNoBin && items[other].picks >= items[i].picks) continue;
        if (!MayExchange(items, bins, assignment, occupants, i, b)) continue;
        Exchange(assignment, occupants, i, b);
        better = true;
      }
    }
  }
}

// Items that moved without gain go back: where the exchange with who took their place costs
// nothing.
void KeepInPlace(std::span<const SlotItem> items, std::span<const SlotBin> bins,
                 std::vector<size_t>& assignment) {
  std::vector<size_t> occupants = Occupants(assignment, bins.size());
  const auto cost = [&](size_t item, size_t bin) {
    return item == kNoBin || bin == kNoBin ? 0 : items[item].picks * bins[bin].distance_cm;
  };
  for (size_t i = 0; i < items.size(); ++i) {
    const size_t home = items[i].bin;
    if (home == kNoBin || assignment[i] == kNoBin ||
        !MayExchange(items, bins, assignment, occupants, i, home)) {
      continue;
    }
    const size_t other = occupants[home];
    if (cost(i, home) + cost(other, assignment[i]) <= cost(i, assignment[i]) + cost(other, home)) {
      Exchange(assignment, occupants, i, home);
    }
  }
}

}  // namespace

std::vector<PickClass> ClassesByPicks(const SlottingPolicy& policy,
                                      std::span<const int64_t> picks) {
  std::vector<size_t> order(picks.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, [&](size_t a, size_t b) { return picks[a] > picks[b]; });
  __int128 total = 0, before = 0;
  for (const int64_t each : picks) total += each;
  std::vector<PickClass> classes(picks.size(), PickClass::kC);
  for (const size_t i : order) {
    if (picks[i] == 0) break;
    if (before * 10'000 < total * policy.class_a_bps) {
      classes[i] = PickClass::kA;
    } else if (before * 10'000 < total * policy.class_b_bps) {
      classes[i] = PickClass::kB;
    }
    before += picks[i];
  }
  return classes;
}

bool Fits(const SlotItem& item, const SlotBin& bin) {
  if (bin.closed || item.temperature_zone != bin.temperature_zone) return false;
  if (bin.size_classes != 0 && item.size_class != 0 && (bin.size_classes & item.size_class) == 0) {
    return false;
  }
  return bin.capacity_cm3 == 0 || item.volume_cm3 <= bin.capacity_cm3;
}

std::vector<size_t> AssignByDistance(std::span<const SlotItem> items,
                                     std::span<const SlotBin> bins) {
  std::vector<size_t> assignment(items.size(), kNoBin);
  // Temperature zones never mix, so each is a problem of its own.
  std::map<std::string_view, Group> zones;
  for (size_t i = 0; i < items.size(); ++i) zones[items[i].temperature_zone].items.push_back(i);
  for (size_t b = 0; b < bins.size(); ++b) {
    if (!bins[b].closed) zones[bins[b].temperature_zone].bins.push_back(b);
  }
  for (auto& [zone, group] : zones) {
    const std::vector<size_t> goods = ByPicks(items, std::move(group.items));
    std::vector<size_t> places = ByDistance(bins, std::move(group.bins));
    const bool free = std::ranges::all_of(goods, [&](size_t i) {
      return std::ranges::all_of(places, [&](size_t b) { return Fits(items[i], bins[b]); });
    });
    if (free) {
      for (size_t n = 0; n < std::min(goods.size(), places.size()); ++n) {
        assignment[goods[n]] = places[n];
      }
    } else if (goods.size() <= kExactAssignment) {
      AssignExactly(items, bins, goods, places, assignment);
    } else {
      AssignGreedily(items, bins, goods, places, assignment);
    }
  }
  KeepInPlace(items, bins, assignment);
  return assignment;
}

Walking::Walking(const SlottingPolicy& policy, int64_t days, std::span<const SlotItem> items,
                 std::span<const SlotBin> bins, std::span<const ItemPair> pairs)
    : items_(items), bins_(bins), days_(days), partners_(items.size()) {
  for (const SlotBin& bin : bins) farthest_ = std::max(farthest_, bin.distance_cm);
  for (const ItemPair& pair : pairs) {
    if (pair.first == pair.second) continue;
    const auto scaled = static_cast<int64_t>(static_cast<__int128>(pair.orders) * days /
                                             policy.affinity_period_days);
    const int64_t together = std::min({scaled, items[pair.first].picks, items[pair.second].picks});
    if (together == 0) continue;
    partners_[pair.first].push_back({pair.second, together});
    partners_[pair.second].push_back({pair.first, together});
  }
}

int64_t Walking::Saving(size_t bin_a, size_t bin_b) const {
  if (bin_a == kNoBin || bin_b == kNoBin) return 0;
  const SlotBin &a = bins_[bin_a], &b = bins_[bin_b];
  // d_a + d_b - |d_a - d_b| within an aisle, nothing between aisles.
  return !a.aisle.empty() && a.aisle == b.aisle ? 2 * std::min(a.distance_cm, b.distance_cm) : 0;
}

int64_t Walking::Total(std::span<const size_t> assignment) const {
  int64_t total = 0, saved_twice = 0;
  for (size_t i = 0; i < assignment.size(); ++i) {
    total += 2 * items_[i].picks * DistanceOf(assignment[i]);
    for (const Partner& each : partners_[i]) {
      saved_twice += each.together * Saving(assignment[i], assignment[each.item]);
    }
  }
  return total - saved_twice / 2;
}

int64_t Walking::DeltaOfExchange(std::span<const size_t> assignment, size_t a, size_t bin,
                                 size_t occupant) const {
  const size_t from = assignment[a];
  int64_t delta = 2 * items_[a].picks * (DistanceOf(bin) - DistanceOf(from));
  for (const Partner& each : partners_[a]) {
    if (each.item == occupant) continue;  // the two change places: their pair saves as before
    const size_t other = assignment[each.item];
    delta -= each.together * (Saving(bin, other) - Saving(from, other));
  }
  if (occupant == kNoBin) return delta;
  delta += 2 * items_[occupant].picks * (DistanceOf(from) - DistanceOf(bin));
  for (const Partner& each : partners_[occupant]) {
    if (each.item == a) continue;
    const size_t other = assignment[each.item];
    delta -= each.together * (Saving(from, other) - Saving(bin, other));
  }
  return delta;
}

int64_t Walking::PerDay(int64_t over_period) const {
  const int64_t twice = 2 * over_period + (over_period < 0 ? -days_ : days_);
  return twice / (2 * days_);
}

int64_t ImproveByAffinity(const SlottingPolicy& policy, const Walking& walking,
                          std::span<const SlotItem> items, std::span<const SlotBin> bins,
                          std::vector<size_t>& assignment) {
  constexpr size_t kNeighbours =
      8;  // bins of an aisle on either side of a partner's that are tried
  std::map<std::string_view, std::vector<size_t>> aisles;
  std::vector<size_t> all(bins.size());
  std::iota(all.begin(), all.end(), size_t{0});
  std::vector<size_t> place(bins.size());
  for (const size_t b : ByDistance(bins, all)) {
    place[b] = aisles[bins[b].aisle].size();
    aisles[bins[b].aisle].push_back(b);
  }
  std::vector<size_t> occupants = Occupants(assignment, bins.size());
  int64_t saved = 0;
  for (int round = 0; round < policy.affinity_rounds; ++round) {
    int64_t saved_now = 0;
    for (size_t i = 0; i < items.size(); ++i) {
      if (assignment[i] == kNoBin) continue;
      int64_t best = 0;
      size_t best_bin = kNoBin;
      for (const Walking::Partner& partner : walking.PartnersOf(i)) {
        const size_t beside = assignment[partner.item];
        if (beside == kNoBin || bins[beside].aisle.empty()) continue;
        const std::vector<size_t>& aisle = aisles[bins[beside].aisle];
        const size_t from = place[beside] - std::min(place[beside], kNeighbours);
        const size_t to = std::min(aisle.size(), place[beside] + kNeighbours + 1);
        for (size_t at = from; at < to; ++at) {
          const size_t bin = aisle[at];
          if (!MayExchange(items, bins, assignment, occupants, i, bin)) continue;
          const int64_t delta = walking.DeltaOfExchange(assignment, i, bin, occupants[bin]);
          if (delta < best) std::tie(best, best_bin) = std::pair(delta, bin);
        }
      }
      if (best_bin == kNoBin) continue;
      Exchange(assignment, occupants, i, best_bin);
      saved_now -= best;
    }
    saved += saved_now;
    if (saved_now == 0) break;
  }
  return saved;
}

}  // namespace kefu::warehouse::domain
