// The search for the fewest nodes.
#include <algorithm>
#include <queue>
#include <tuple>

#include "services/warehouse/domain/allocation.h"

namespace kefu::warehouse::domain {
namespace {

using Cost = std::array<int64_t, 4>;
using Chosen = std::vector<size_t>;

Cost Plus(const Cost& a, const Cost& b) {
  return {a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]};
}

int64_t Sum(std::span<const int64_t> values) {
  int64_t sum = 0;
  for (const int64_t value : values) sum += value;
  return sum;
}

Cost CostOf(std::span<const CoverNode> nodes, const Chosen& chosen) {
  Cost cost = {};
  for (const size_t i : chosen) cost = Plus(cost, nodes[i].cost);
  return cost;
}

// Pieces that the node gives at most of what is wanted.
int64_t Useful(std::span<const int64_t> wanted, const CoverNode& node) {
  int64_t sum = 0;
  for (size_t line = 0; line < wanted.size(); ++line) {
    sum += std::min(wanted[line], node.gives[line]);
  }
  return std::min(sum, node.limit);
}

bool Limited(std::span<const int64_t> wanted, std::span<const CoverNode> nodes,
             const Chosen& chosen) {
  return std::ranges::any_of(chosen, [&](size_t i) {
    return nodes[i].limit < kUnlimited && nodes[i].limit < Sum(wanted);
  });
}

bool Covers(std::span<const int64_t> wanted, std::span<const CoverNode> nodes,
            const Chosen& chosen) {
  for (size_t line = 0; line < wanted.size(); ++line) {
    int64_t sum = 0;
    for (const size_t i : chosen) sum += std::min(wanted[line], nodes[i].gives[line]);
    if (sum < wanted[line]) return false;
  }
  if (!Limited(wanted, nodes, chosen)) return true;
  int64_t given = 0;
  for (const auto& row : Share(wanted, nodes, chosen)) given += Sum(row);
  return given == Sum(wanted);
}

// `a` can stand in for `b` in any cover, at no more cost.
bool StandsInFor(std::span<const int64_t> wanted, const CoverNode& a, const CoverNode& b) {
  if (b.cost < a.cost || std::min(a.limit, Sum(wanted)) < std::min(b.limit, Sum(wanted))) {
    return false;
  }
  for (size_t line = 0; line < wanted.size(); ++line) {
    if (std::min(a.gives[line], wanted[line]) < std::min(b.gives[line], wanted[line])) return false;
  }
  return true;
}

// Drops nodes that `keep` others, each before it where equal, can stand in for: a cover of at most
// `keep` nodes needs none of them.
Chosen WithoutUseless(std::span<const int64_t> wanted, std::span<const CoverNode> nodes,
                      const Chosen& candidates, size_t keep) {
  Chosen kept;
  for (const size_t b : candidates) {
    size_t better = 0;
    for (const size_t a : kept) {
      if (StandsInFor(wanted, nodes[a], nodes[b]) && ++better == keep) break;
    }
    if (better < keep) kept.push_back(b);
  }
  return kept;
}

// All covers of exactly `size` out of `candidates`, in order; keeps the cheapest, the first among
// equals.
void Search(std::span<const int64_t> wanted, std::span<const CoverNode> nodes,
            const Chosen& candidates, size_t size, size_t from, Chosen& chosen,
            std::optional<Chosen>& best, Cost& best_cost) {
  if (chosen.size() == size) {
    const Cost cost = CostOf(nodes, chosen);
    if (best && !(cost < best_cost)) return;
    if (!Covers(wanted, nodes, chosen)) return;
    best = chosen;
    best_cost = cost;
    return;
  }
  for (size_t at = from; at + (size - chosen.size()) <= candidates.size(); ++at) {
    chosen.push_back(candidates[at]);
    Search(wanted, nodes, candidates, size, at + 1, chosen, best, best_cost);
    chosen.pop_back();
  }
}

std::optional<Chosen> Exact(std::span<const int64_t> wanted, std::span<const CoverNode> nodes,
                            const Chosen& candidates, size_t max_size) {
  for (size_t size = 1; size <= std::min(max_size, candidates.size()); ++size) {
    std::optional<Chosen> best;
    Cost best_cost = {};
    Chosen chosen;
    Search(wanted, nodes, candidates, size, 0, chosen, best, best_cost);
    if (best) return best;
  }
  return std::nullopt;
}

// What is still wanted after the chosen have given their share.
std::vector<int64_t> Rest(std::span<const int64_t> wanted, std::span<const CoverNode> nodes,
                          const Chosen& chosen) {
  std::vector<int64_t> rest(wanted.begin(), wanted.end());
  for (const auto& row : Share(wanted, nodes, chosen)) {
    for (size_t line = 0; line < rest.size(); ++line) rest[line] -= row[line];
  }
  return rest;
}

Chosen Greedy(std::span<const int64_t> wanted, std::span<const CoverNode> nodes,
              const Chosen& candidates) {
  Chosen chosen;
  std::vector<int64_t> rest(wanted.begin(), wanted.end());
  while (Sum(rest) > 0) {
    size_t best = nodes.size();
    int64_t most = 0;
    for (const size_t i : candidates) {
      if (std::ranges::count(chosen, i)) continue;
      const int64_t useful = Useful(rest, nodes[i]);
      if (useful > most || (useful == most && best < nodes.size() && useful > 0 &&
                            nodes[i].cost < nodes[best].cost)) {
        best = i;
        most = useful;
      }
    }
    if (best == nodes.size()) {
      // Who gives what is short is at its limit: somebody must take another line off it.
      for (const size_t i : candidates) {
        if (std::ranges::count(chosen, i)) continue;
        chosen.push_back(i);
        const int64_t more = Sum(rest) - Sum(Rest(wanted, nodes, chosen));
        chosen.pop_back();
        if (more > most) std::tie(best, most) = std::pair(i, more);
      }
    }
    if (best == nodes.size()) break;
    chosen.push_back(best);
    rest = Rest(wanted, nodes, chosen);
  }
  return chosen;
}

// Leaves out what is not needed, the costliest first, then exchanges single nodes for cheaper ones.
void Improve(std::span<const int64_t> wanted, std::span<const CoverNode> nodes,
             const Chosen& candidates, Chosen& chosen) {
  std::ranges::sort(chosen, [&](size_t a, size_t b) {
    return std::pair(nodes[b].cost, b) < std::pair(nodes[a].cost, a);
  });
  for (size_t i = 0; i < chosen.size();) {
    Chosen without = chosen;
    without.erase(without.begin() + static_cast<ptrdiff_t>(i));
    if (Covers(wanted, nodes, without)) {
      chosen = std::move(without);
    } else {
      ++i;
    }
  }
  for (size_t& each : chosen) {
    for (const size_t other : candidates) {
      if (!(nodes[other].cost < nodes[each].cost) || std::ranges::count(chosen, other)) continue;
      const size_t before = std::exchange(each, other);
      if (Covers(wanted, nodes, chosen)) continue;
      each = before;
    }
  }
}

}  // namespace

std::vector<std::vector<int64_t>> Share(std::span<const int64_t> wanted,
                                        std::span<const CoverNode> nodes,
                                        std::span<const size_t> chosen) {
  const size_t lines = wanted.size();
  std::vector<std::vector<int64_t>> given(chosen.size(), std::vector<int64_t>(lines));
  std::vector<int64_t> rest(wanted.begin(), wanted.end()), room(chosen.size());
  for (size_t n = 0; n < chosen.size(); ++n) {
    room[n] = nodes[chosen[n]].limit;
    for (size_t line = 0; line < lines; ++line) {
      const int64_t take = std::min({rest[line], nodes[chosen[n]].gives[line], room[n]});
      given[n][line] = take;
      rest[line] -= take;
      room[n] -= take;
    }
  }
  // Augmenting paths (Ford and Fulkerson, 1956), the shortest first: a line that is short takes
  // from a node without room, which passes another line on to a node with room.
  for (size_t short_line = 0; short_line < lines; ++short_line) {
    while (rest[short_line] > 0) {
      std::vector<size_t> node_of_line(lines, SIZE_MAX), line_of_node(chosen.size(), SIZE_MAX);
      std::queue<size_t> queue;
      queue.push(short_line);
      std::vector<bool> seen(lines);
      seen[short_line] = true;
      size_t end = SIZE_MAX;
      while (!queue.empty() && end == SIZE_MAX) {
        const size_t line = queue.front();
        queue.pop();
        for (size_t n = 0; n < chosen.size() && end == SIZE_MAX; ++n) {
          if (line_of_node[n] != SIZE_MAX || given[n][line] >= nodes[chosen[n]].gives[line])
            continue;
          line_of_node[n] = line;
          if (room[n] > 0) {
            end = n;
            break;
          }
          for (size_t other = 0; other < lines; ++other) {
            if (seen[other] || given[n][other] == 0) continue;
            seen[other] = true;
            node_of_line[other] = n;
            queue.push(other);
          }
        }
      }
      if (end == SIZE_MAX) break;
      // Along the path from its end: each node takes more of one line and less of the next.
      int64_t amount = std::min(rest[short_line], room[end]);
      for (size_t n = end;;) {
        const size_t line = line_of_node[n];
        amount = std::min(amount, nodes[chosen[n]].gives[line] - given[n][line]);
        if (line == short_line) break;
        amount = std::min(amount, given[node_of_line[line]][line]);
        n = node_of_line[line];
      }
      room[end] -= amount;
      rest[short_line] -= amount;
      for (size_t n = end;;) {
        const size_t line = line_of_node[n];
        given[n][line] += amount;
        if (line == short_line) break;
        n = node_of_line[line];
        given[n][line] -= amount;
      }
    }
  }
  return given;
}

std::optional<std::vector<size_t>> FewestNodes(std::span<const int64_t> wanted,
                                               std::span<const CoverNode> nodes, int exact_nodes) {
  Chosen useful;
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (Useful(wanted, nodes[i]) > 0) useful.push_back(i);
  }
  // Cheapest first, so that the first cover found of a size is the cheapest for single nodes.
  std::ranges::stable_sort(useful,
                           [&](size_t a, size_t b) { return nodes[a].cost < nodes[b].cost; });
  for (const size_t i : useful) {
    if (Useful(wanted, nodes[i]) == Sum(wanted)) return Chosen{i};
  }
  if (!Covers(wanted, nodes, useful)) return std::nullopt;
  Chosen greedy = Greedy(wanted, nodes, useful);
  Improve(wanted, nodes, useful, greedy);
  const Chosen candidates = WithoutUseless(wanted, nodes, useful, greedy.size());
  if (candidates.size() <= static_cast<size_t>(exact_nodes)) {
    if (auto exact = Exact(wanted, nodes, candidates, greedy.size())) greedy = *std::move(exact);
  }
  std::ranges::sort(greedy, [&](size_t a, size_t b) {
    return std::pair(nodes[a].cost, a) < std::pair(nodes[b].cost, b);
  });
  return greedy;
}

}  // namespace kefu::warehouse::domain
