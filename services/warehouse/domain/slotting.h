// Which goods lie in which bin: the most picked nearest the packing station, what is ordered
// together near one another. Pure and deterministic; integers throughout.
//
// Walking a day, in centimetres: every pick walks to its bin and back, 2 d; a pair that is picked
// together is one walk d_i + gap + d_j instead of two, so it saves d_i + d_j - gap(i, j). The gap
// is |d_i - d_j| within one aisle and d_i + d_j (over the station) between aisles.
//
// Without affinity the best assignment pairs the most picks with the least distance (rearrangement
// inequality; Hardy, Littlewood, Pólya, "Inequalities", 1934, ch. 10). Where bins and goods exclude
// one another it is the assignment problem (Kuhn, 1955), solved exactly up to kExactAssignment
// goods and by the sorted order with exchanges beyond. Affinity then exchanges bins as long as the
// whole walk gets shorter, so it never worsens it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace kefu::warehouse::domain {

inline constexpr size_t kNoBin = SIZE_MAX;
inline constexpr size_t kExactAssignment = 300;  // goods: n³ steps, well below a second

struct SlotBin {
  std::string location;
  std::string aisle;
  int64_t distance_cm = 0;
  int64_t capacity_cm3 = 0;   // 0: not known
  unsigned size_classes = 0;  // bits of domain::SizeClass; 0: all
  std::string temperature_zone;
  bool closed = false;
};

struct SlotItem {
  std::string sku_id;
  int64_t picks = 0;        // over the period
  int64_t volume_cm3 = 0;   // of what lies there; 0: not known
  unsigned size_class = 0;  // bit of its class; 0: not known, fits anywhere
  std::string temperature_zone;
  int64_t pieces = 0;
  size_t bin = kNoBin;  // where it lies now; no two in one bin
};

// Two items that are ordered together; `orders` over the period of the affinities.
struct ItemPair {
  size_t first = 0, second = 0;
  int64_t orders = 0;
};

// The default values are the shipped policy.
struct SlottingPolicy {
  int32_t class_a_bps = 8000;
  int32_t class_b_bps = 9500;
  int32_t affinity_period_days = 365;
  int32_t affinity_rounds = 10;
  int32_t pieces_per_walk = 100;
};

enum class PickClass : uint8_t { kUnspecified, kA, kB, kC };

// Class of each by its share of all picks, the most picked first: A as long as the picks before it
// are below class_a_bps of all, B below class_b_bps, C the rest and all without picks.
std::vector<PickClass> ClassesByPicks(const SlottingPolicy& policy, std::span<const int64_t> picks);

// Whether the item may lie in the bin.
bool Fits(const SlotItem& item, const SlotBin& bin);

// Bin of each item, kNoBin for none: least Σ picks × distance, where an item without bin counts as
// lying in the farthest one. An item stays where moving it gains nothing.
std::vector<size_t> AssignByDistance(std::span<const SlotItem> items,
                                     std::span<const SlotBin> bins);

// Walking of an assignment, scaled: cm × days (divide by the days of the period for a day).
class Walking {
 public:
  // `days`: of the picks. Pairs are scaled to the same period and at most the picks of both.
  Walking(const SlottingPolicy& policy, int64_t days, std::span<const SlotItem> items,
          std::span<const SlotBin> bins, std::span<const ItemPair> pairs);

  // Over the period; items without bin count as lying in the farthest one.
  int64_t Total(std::span<const size_t> assignment) const;
  // What changes when `a` and what lies in `bin` (or nobody) change places; 0 or more is no gain.
  int64_t DeltaOfExchange(std::span<const size_t> assignment, size_t a, size_t bin,
                          size_t occupant) const;
  // Items ordered together with `item`.
  struct Partner {
    size_t item = 0;
    int64_t together = 0;
  };
  const std::vector<Partner>& PartnersOf(size_t item) const { return partners_[item]; }
  int64_t PerDay(int64_t over_period) const;  // half up

 private:
  int64_t Saving(size_t bin_a, size_t bin_b) const;
  int64_t DistanceOf(size_t bin) const {
    return bin == kNoBin ? farthest_ : bins_[bin].distance_cm;
  }
  std::span<const SlotItem> items_;
  std::span<const SlotBin> bins_;
  int64_t days_;
  int64_t farthest_ = 0;
  std::vector<std::vector<Partner>> partners_;
};

// Exchanges bins while that shortens the walk, at most `affinity_rounds` rounds; returns how much
// shorter it is. Never longer.
int64_t ImproveByAffinity(const SlottingPolicy& policy, const Walking& walking,
                          std::span<const SlotItem> items, std::span<const SlotBin> bins,
                          std::vector<size_t>& assignment);

// An item that changes its bin. Moves with one group belong together.
struct SlotMove {
  int group = 0;
  size_t item = 0;
  size_t from = kNoBin, to = kNoBin;
  int64_t group_saved = 0;  // over the period
  int64_t effort_cm = 0;
};

struct Slotting {
  std::vector<size_t> best;      // bin of each item if all moved
  std::vector<size_t> proposed;  // after the moves
  std::vector<SlotMove> moves;   // the best group first: most saved for its effort
  int64_t before = 0, after = 0, walking_best = 0, affinity_saved = 0;  // over the period
};

// The whole of it. At most `max_moves` items move; negative: no limit. The moves alone never make
// the walk longer: after ≤ before.
Slotting PlanSlotting(const SlottingPolicy& policy, int64_t days, std::span<const SlotItem> items,
                      std::span<const SlotBin> bins, std::span<const ItemPair> pairs,
                      int max_moves);

}  // namespace kefu::warehouse::domain
