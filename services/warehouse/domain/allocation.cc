#include "services/warehouse/domain/allocation.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "fmt/format.h"

namespace kefu::warehouse::domain {
namespace {

using Amounts = std::vector<std::vector<int64_t>>;  // [node][line]

// A node that comes into question, or why it does not.
struct Candidate {
  size_t node = 0;
  NodeVerdict excluded = NodeVerdict::kUnspecified;
  int64_t distance_metres = 0;
  int level = 0;
  int32_t expiry_day = kNeverExpires;
  int64_t kept_back = 0;
  CoverNode cover;
};

int64_t Sum(std::span<const int64_t> values) {
  return std::accumulate(values.begin(), values.end(), int64_t{0});
}

// One order with goods of one set of owners.
class Attempt {
 public:
  Attempt(const AllocationPolicy& policy, const AllocationOrder& order, const NodeRules& rules,
          std::span<const std::string> owners, AllocationStock& stock)
      : policy_(policy), order_(order), rules_(rules), owners_(owners), stock_(stock) {
    for (const WantedLine& line : order.lines) wanted_.push_back(line.quantity);
    Collect();
    for (Candidate& each : candidates_) Judge(each);
    SortCandidates();
    for (const GuardLimit& limit : order.limits) KeepBack(limit);
    if (!kept_.empty()) SortCandidates();
    for (const Candidate& each : candidates_) {
      if (each.excluded == NodeVerdict::kUnspecified) covers_.push_back(each.cover);
    }
    Choose();
  }

  int64_t given() const { return given_; }
  bool complete() const { return given_ == Sum(wanted_); }
  // Also when nothing comes of it.
  Allocation Result(int explain) const;
  // Takes what the result uses out of the stock.
  void Take(Allocation& result);

 private:
  void Collect();
  void Judge(Candidate& candidate) const;
  void SortCandidates();
  void KeepBack(const GuardLimit& limit);
  void Choose();
  void Settle(std::vector<size_t> chosen);
  NodeVerdict VerdictOf(size_t candidate) const;
  std::string Explain() const;

  const AllocationPolicy& policy_;
  const AllocationOrder& order_;
  const NodeRules& rules_;
  const std::span<const std::string> owners_;
  AllocationStock& stock_;
  std::vector<int64_t> wanted_;
  std::vector<Candidate> candidates_;  // those in question first, by cost
  std::vector<CoverNode> covers_;      // of the candidates in question, index by index
  std::vector<size_t> chosen_;         // into covers_
  Amounts amounts_;                    // of the chosen
  int64_t given_ = 0;
  size_t needed_parcels_ = 0;                           // more than the policy allows
  std::unordered_map<const StockCell*, int64_t> kept_;  // of their pieces, by limits of the order
};

void Attempt::Collect() {
  std::unordered_map<size_t, size_t> index;  // node → candidate
  for (size_t line = 0; line < order_.lines.size(); ++line) {
    for (const std::string& owner : owners_) {
      for (const StockCell& cell : stock_.Of(order_.lines[line].sku_id, owner)) {
        if (cell.available <= 0 && cell.kept_back <= 0) continue;
        const auto [at, added] = index.emplace(cell.node, candidates_.size());
        if (added) {
          candidates_.push_back({.node = cell.node});
          candidates_.back().cover.gives.resize(wanted_.size());
        }
        Candidate& candidate = candidates_[at->second];
        candidate.kept_back += cell.kept_back;
        if (cell.available <= 0) continue;
        candidate.cover.gives[line] += cell.available;
        candidate.expiry_day = std::min(candidate.expiry_day, cell.expiry_day);
      }
    }
  }
}

void Attempt::Judge(Candidate& candidate) const {
  const AllocationStock::NodeState& state = stock_.nodes[candidate.node];
  const Node& node = state.node;
  candidate.distance_metres = DistanceMetres(node, order_.destination, policy_.region_distances);
  candidate.level = rules_.level ? rules_.level(node) : 0;
  if (policy_.respect_throughput) candidate.cover.limit = state.throughput_left;
  const int64_t band = int64_t{policy_.fefo_band_km} * 1000;
  candidate.cover.cost =
      band == 0 ? std::array<int64_t, 4>{candidate.level, candidate.distance_metres}
                : std::array<int64_t, 4>{candidate.level, candidate.distance_metres / band,
                                         candidate.expiry_day, candidate.distance_metres};
  const bool asked =
      order_.node_ids.empty() || std::ranges::binary_search(order_.node_ids, node.id);
  if (!asked) {
    candidate.excluded = NodeVerdict::kNotAsked;
  } else if (node.state != RecordState::kActive) {
    candidate.excluded = NodeVerdict::kArchived;
  } else if (!policy_.node_kinds.empty() && !std::ranges::count(policy_.node_kinds, node.kind)) {
    candidate.excluded = NodeVerdict::kKindNotAllowed;
  } else if (policy_.max_distance_km > 0 &&
             candidate.distance_metres > int64_t{policy_.max_distance_km} * 1000) {
    candidate.excluded = NodeVerdict::kTooFar;
  } else if (candidate.cover.limit <= 0) {
    candidate.excluded = NodeVerdict::kThroughputUsed;
  } else if (Sum(candidate.cover.gives) == 0) {
    candidate.excluded = NodeVerdict::kKeptBack;
  } else if (rules_.keeps_promise && !rules_.keeps_promise(node)) {
    candidate.excluded = NodeVerdict::kPromiseMissed;
  }
}

void Attempt::SortCandidates() {
  std::ranges::sort(candidates_, [&](const Candidate& a, const Candidate& b) {
    return std::tuple(a.excluded != NodeVerdict::kUnspecified, a.cover.cost,
                      std::string_view(stock_.nodes[a.node].node.id)) <
           std::tuple(b.excluded != NodeVerdict::kUnspecified, b.cover.cost,
                      std::string_view(stock_.nodes[b.node].node.id));
  });
}

// Leaves the nodes of the limit, the best first, no more than it has left between them. What the
// order cannot exceed anyway keeps nothing back.
void Attempt::KeepBack(const GuardLimit& limit) {
  const auto line = std::ranges::find(order_.lines, limit.key.first, &WantedLine::sku_id);
  if (line == order_.lines.end() || limit.left >= line->quantity ||
      std::ranges::find(owners_, limit.key.second) == owners_.end()) {
    return;
  }
  const auto at = static_cast<size_t>(line - order_.lines.begin());
  std::unordered_map<size_t, const StockCell*> cells;  // by node
  for (const StockCell& cell : stock_.Of(limit.key.first, limit.key.second)) {
    if (cell.available > 0) cells.emplace(cell.node, &cell);
  }
  int64_t left = limit.left;
  for (Candidate& candidate : candidates_) {
    const auto found = cells.find(candidate.node);
    if (candidate.excluded != NodeVerdict::kUnspecified || found == cells.end()) continue;
    if (!limit.node_ids.empty() &&
        !std::ranges::binary_search(limit.node_ids, stock_.nodes[candidate.node].node.id)) {
      continue;
    }
    const auto before = kept_.find(found->second);
    const int64_t free = found->second->available - (before == kept_.end() ? 0 : before->second);
    const int64_t more = std::max<int64_t>(free - left, 0);
    left -= free - more;
    if (more == 0) continue;
    kept_[found->second] += more;
    candidate.kept_back += more;
    candidate.cover.gives[at] -= more;
    if (Sum(candidate.cover.gives) == 0) candidate.excluded = NodeVerdict::kKeptBack;
  }
}

void Attempt::Choose() {
  std::vector<size_t> all(covers_.size());
  std::iota(all.begin(), all.end(), size_t{0});
  Settle(all);
  const size_t limit =
      policy_.max_parcels == 0 ? covers_.size() : static_cast<size_t>(policy_.max_parcels);
  // What is still wanted when not all of it can be had: as much of each line as there is.
  std::vector<int64_t> possible(wanted_.size());
  for (const auto& row : amounts_) {
    for (size_t line = 0; line < row.size(); ++line) possible[line] += row[line];
  }
  const bool nearest = policy_.objective == AllocationObjective::kNearest;
  if (given_ == 0 || (nearest && chosen_.size() <= limit)) return;
  auto fewest = FewestNodes(possible, covers_, policy_.exact_nodes);
  if (!fewest) return;
  if (fewest->size() > limit) {
    needed_parcels_ = fewest->size();
    // The most pieces with so many parcels, one node after the other.
    std::vector<size_t> some;
    while (some.size() < limit) {
      size_t best = covers_.size();
      int64_t most = 0;
      for (size_t i = 0; i < covers_.size(); ++i) {
        if (std::ranges::count(some, i)) continue;
        some.push_back(i);
        int64_t sum = 0;
        for (const auto& row : Share(wanted_, covers_, some)) sum += Sum(row);
        some.pop_back();
        if (sum > most) std::tie(best, most) = std::pair(i, sum);
      }
      if (best == covers_.size()) break;
      some.push_back(best);
    }
    fewest = std::move(some);
  }
  std::ranges::sort(*fewest);
  Settle(*std::move(fewest));
}

// Keeps of the nodes those that give something.
void Attempt::Settle(std::vector<size_t> chosen) {
  Amounts amounts = Share(wanted_, covers_, chosen);
  chosen_.clear();
  amounts_.clear();
  given_ = 0;
  for (size_t n = 0; n < chosen.size(); ++n) {
    const int64_t sum = Sum(amounts[n]);
    if (sum == 0) continue;
    given_ += sum;
    chosen_.push_back(chosen[n]);
    amounts_.push_back(std::move(amounts[n]));
  }
}

NodeVerdict Attempt::VerdictOf(size_t candidate) const {
  const Candidate& each = candidates_[candidate];
  if (each.excluded != NodeVerdict::kUnspecified) return each.excluded;
  if (std::ranges::count(chosen_, candidate)) return NodeVerdict::kChosen;
  for (size_t line = 0; line < wanted_.size(); ++line) {
    if (each.cover.gives[line] >= wanted_[line]) continue;
    return each.kept_back > 0 ? NodeVerdict::kKeptBack : NodeVerdict::kPartOfStock;
  }
  if (each.cover.limit < Sum(wanted_)) return NodeVerdict::kThroughputUsed;
  if (!chosen_.empty()) {
    const Candidate& first = candidates_[chosen_.front()];
    if (each.level > first.level) return NodeVerdict::kLaterInNetwork;
    if (policy_.fefo_band_km > 0 && each.cover.cost[1] == first.cover.cost[1] &&
        each.expiry_day > first.expiry_day) {
      return NodeVerdict::kExpiresLater;
    }
  }
  return NodeVerdict::kFarther;
}

std::string Attempt::Explain() const {
  const int64_t wanted = Sum(wanted_);
  const auto whole = std::ranges::count_if(covers_, [&](const CoverNode& node) {
    for (size_t line = 0; line < wanted_.size(); ++line) {
      if (node.gives[line] < wanted_[line]) return false;
    }
    return node.limit >= wanted;
  });
  if (!complete()) {
    if (needed_parcels_ > 0) {
      return fmt::format("needs {} parcels where the policy allows {}", needed_parcels_,
                         policy_.max_parcels);
    }
    return fmt::format("{} of {} pieces are there at the {} nodes in question{}", given_, wanted,
                       covers_.size(),
                       kept_.empty() ? "" : "; sales guards keep back what is left besides");
  }
  if (chosen_.size() == 1) {
    return fmt::format("one parcel: first of {} nodes that have everything", whole);
  }
  if (whole > 0) return fmt::format("{} parcels: each line from its nearest node", chosen_.size());
  return fmt::format("{} parcels: no node has everything", chosen_.size());
}

Allocation Attempt::Result(int explain) const {
  Allocation result;
  result.explanation = Explain();
  result.missing = wanted_;
  const bool keep = complete() || (policy_.allow_partial && given_ > 0);
  if (keep) {
    result.outcome =
        complete() ? AllocationOutcome::kAllocated : AllocationOutcome::kPartlyAllocated;
    result.parcels = static_cast<int>(chosen_.size());
    for (const auto& row : amounts_) {
      for (size_t line = 0; line < row.size(); ++line) result.missing[line] -= row[line];
    }
  }
  const auto add = [&](size_t candidate) {
    const Candidate& each = candidates_[candidate];
    int64_t available = 0;
    for (size_t line = 0; line < wanted_.size(); ++line) {
      available += std::min(wanted_[line], each.cover.gives[line]);
    }
    NodeVerdict verdict = VerdictOf(candidate);
    if (!keep && verdict == NodeVerdict::kChosen) {
      verdict = each.kept_back > 0 ? NodeVerdict::kKeptBack : NodeVerdict::kPartOfStock;
    }
    result.nodes.push_back({each.node, verdict, each.distance_metres,
                            std::min(available, std::max<int64_t>(each.cover.limit, 0))});
  };
  if (keep) std::ranges::for_each(chosen_, add);
  for (size_t i = 0; i < candidates_.size() && explain > 0; ++i) {
    if (keep && i < covers_.size() && std::ranges::count(chosen_, i)) continue;
    add(i);
    --explain;
  }
  return result;
}

void Attempt::Take(Allocation& result) {
  for (size_t n = 0; n < chosen_.size(); ++n) {
    AllocationStock::NodeState& state = stock_.nodes[candidates_[chosen_[n]].node];
    for (size_t line = 0; line < wanted_.size(); ++line) {
      int64_t left = amounts_[n][line];
      if (state.throughput_left != kUnlimited) state.throughput_left -= left;
      for (const std::string& owner : owners_) {
        for (StockCell& cell : stock_.Of(order_.lines[line].sku_id, owner)) {
          if (left == 0 || cell.node != candidates_[chosen_[n]].node) continue;
          const auto kept = kept_.find(&cell);
          const int64_t take =
              std::min(left, cell.available - (kept == kept_.end() ? 0 : kept->second));
          if (take <= 0) continue;
          cell.available -= take;
          left -= take;
          result.lines.push_back({state.node.id, order_.lines[line].sku_id, owner, take});
        }
      }
    }
  }
}

}  // namespace

size_t AllocationStock::AddNode(Node node, int64_t throughput_left) {
  nodes.push_back({std::move(node), throughput_left});
  return nodes.size() - 1;
}

void AllocationStock::Add(const std::string& sku_id, const std::string& owner_id, StockCell cell) {
  cells_[{sku_id, owner_id}].push_back(cell);
}

std::span<StockCell> AllocationStock::Of(const std::string& sku_id, const std::string& owner_id) {
  const auto found = cells_.find({sku_id, owner_id});
  return found == cells_.end() ? std::span<StockCell>() : std::span<StockCell>(found->second);
}

Allocation Allocate(const AllocationPolicy& policy, const AllocationOrder& order,
                    const NodeRules& rules, int explain, AllocationStock& stock) {
  const std::span<const std::string> owners(policy.owner_ids);
  std::optional<Attempt> best;
  for (size_t from = 0; from < (policy.mix_owners ? 1 : owners.size()); ++from) {
    Attempt attempt(policy, order, rules, policy.mix_owners ? owners : owners.subspan(from, 1),
                    stock);
    const bool complete = attempt.complete();
    if (!best || complete || attempt.given() > best->given()) best.emplace(std::move(attempt));
    if (complete) break;
  }
  Allocation result = best->Result(explain);
  if (result.parcels > 0) best->Take(result);
  return result;
}

}  // namespace kefu::warehouse::domain
