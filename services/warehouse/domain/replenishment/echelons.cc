#include "services/warehouse/domain/replenishment/echelons.h"

#include <algorithm>
#include <map>

#include "common/status/status_macros.h"

namespace kefu::warehouse::domain::replenishment {
namespace {

constexpr Formula kGuaranteed{"guaranteed service", "min Σ h z σ sqrt(SI + T - S) on a tree",
                              "Graves & Willems (2000); Snyder & Shen (2019), Algorithm 6.1"};
constexpr size_t kMaxStages = 2000;
constexpr int kMaxTime = 2000;     // periods of one stage
constexpr double kMaxSteps = 4e8;  // stages × longest time², a few seconds

// The tree by index, and what the program computes on it.
struct Tree {
  const std::vector<Stage>* stages;
  std::vector<std::vector<int>> suppliers, customers;
  std::vector<int> order;   // leaves first; each but the last has one later neighbour
  std::vector<int> parent;  // that neighbour, -1 for the last
  std::vector<bool> parent_is_customer;
  std::vector<int> rank;                 // place in `order`
  std::vector<int> longest;              // M: most time until a stage can deliver
  std::vector<double> mean, sd, factor;  // of the demand at and below, and z

  const Stage& at(int k) const { return (*stages)[k]; }
  int top(int k) const { return longest[k] - at(k).processing_time; }  // most SI
};

void CheckStages(const std::vector<Stage>& stages, FieldViolations& violations) {
  violations.Check(!stages.empty() && stages.size() <= kMaxStages, "stages",
                   "must hold 1 to 2000 stages");
  for (size_t i = 0; i < stages.size(); ++i) {
    const Stage& stage = stages[i];
    const std::string path = At("stages", i);
    const auto time = [&](int value, std::string_view name, int least) {
      violations.Check(value >= least && value <= kMaxTime, fmt::format("{}.{}", path, name),
                       "must be 0 to 2000 periods");
    };
    time(stage.processing_time, "processing_time", 0);
    time(stage.inbound_service_time, "inbound_service_time", 0);
    time(stage.outbound_service_time, "outbound_service_time", -1);
    NotNegative(stage.holding_cost, path + ".holding_cost", violations);
    NotNegative(stage.safety_factor, path + ".safety_factor", violations);
    NotNegative(stage.demand_mean, path + ".demand_mean", violations);
    NotNegative(stage.demand_sd, path + ".demand_standard_deviation", violations);
  }
}

// Fills suppliers and customers.
void Link(const std::vector<StageLink>& links, Tree& tree, FieldViolations& violations) {
  std::map<std::string, int> index;
  const auto& stages = *tree.stages;
  for (size_t i = 0; i < stages.size(); ++i) {
    violations.Check(!stages[i].id.empty() && index.emplace(stages[i].id, i).second,
                     At("stages", i) + ".stage_id", "must be set and differ from the others");
  }
  tree.suppliers.resize(stages.size());
  tree.customers.resize(stages.size());
  for (size_t i = 0; i < links.size(); ++i) {
    const auto from = index.find(links[i].from), to = index.find(links[i].to);
    const bool known =
        violations.Check(from != index.end(), At("links", i) + ".from_stage_id",
                         "must name a stage") &
        violations.Check(to != index.end(), At("links", i) + ".to_stage_id", "must name a stage");
    if (!known) continue;
    tree.customers[from->second].push_back(to->second);
    tree.suppliers[to->second].push_back(from->second);
  }
}

// Takes leaves off one by one: `order`, `parent`. False when the links make no tree.
bool Order(Tree& tree) {
  const int n = static_cast<int>(tree.stages->size());
  std::vector<int> degree(n), leaves;
  std::vector<bool> taken(n);
  for (int k = 0; k < n; ++k) {
    degree[k] = static_cast<int>(tree.suppliers[k].size() + tree.customers[k].size());
    if (degree[k] <= 1) leaves.push_back(k);
  }
  tree.parent.assign(n, -1);
  tree.parent_is_customer.assign(n, false);
  tree.rank.assign(n, 0);
  for (size_t i = 0; i < leaves.size(); ++i) {
    const int k = leaves[i];
    taken[k] = true;
    tree.rank[k] = static_cast<int>(tree.order.size());
    tree.order.push_back(k);
    for (const bool customers : {true, false}) {
      for (const int other : (customers ? tree.customers : tree.suppliers)[k]) {
        if (taken[other]) continue;
        tree.parent[k] = other;
        tree.parent_is_customer[k] = customers;
        if (--degree[other] == 1) leaves.push_back(other);
      }
    }
  }
  return tree.order.size() == static_cast<size_t>(n);
}

// Suppliers before customers.
std::vector<int> Downstream(const Tree& tree) {
  const int n = static_cast<int>(tree.stages->size());
  std::vector<int> waiting(n), order;
  for (int k = 0; k < n; ++k) {
    waiting[k] = static_cast<int>(tree.suppliers[k].size());
    if (waiting[k] == 0) order.push_back(k);
  }
  for (size_t i = 0; i < order.size(); ++i) {
    for (const int other : tree.customers[order[i]]) {
      if (--waiting[other] == 0) order.push_back(other);
    }
  }
  return order;
}

// Longest times down the tree, demand up it.
void Measure(Tree& tree, FieldViolations& violations) {
  const size_t n = tree.stages->size();
  tree.longest.assign(n, 0);
  tree.mean.assign(n, 0);
  tree.sd.assign(n, 0);
  tree.factor.assign(n, 0);
  const std::vector<int> order = Downstream(tree);
  int longest = 0;
  for (const int k : order) {
    int inbound = tree.at(k).inbound_service_time;
    for (const int i : tree.suppliers[k]) inbound = std::max(inbound, tree.longest[i]);
    tree.longest[k] = inbound + tree.at(k).processing_time;
    longest = std::max(longest, tree.longest[k]);
  }
  violations.Check(
      static_cast<double>(n) * longest * longest <= kMaxSteps, "stages",
      "take too long: stages times the square of the longest time must be at most 4e8");
  for (size_t i = order.size(); i-- > 0;) {
    const int k = order[i];
    const Stage& stage = tree.at(k);
    double mean = stage.demand_mean, variance = stage.demand_sd * stage.demand_sd;
    double factor = 0;
    for (const int j : tree.customers[k]) {
      mean += tree.mean[j];
      variance += tree.sd[j] * tree.sd[j];
      factor = std::max(factor, tree.factor[j]);
    }
    tree.mean[k] = mean;
    tree.sd[k] = std::sqrt(variance);
    tree.factor[k] = stage.safety_factor > 0 ? stage.safety_factor : factor;
    if (tree.customers[k].empty()) {
      violations.Check(stage.outbound_service_time >= 0, At("stages", k) + ".outbound_service_time",
                       "must be set where a stage has no customers among the stages");
    }
  }
}

// The dynamic program. out[k][S]: least cost of the part behind k when k promises S to its parent;
// in[k][SI]: the same when the parent, its supplier, promises SI.
class Program {
 public:
  explicit Program(const Tree& tree)
      : tree_(tree), best_(tree.order.size()), choice_(tree.order.size()) {
    int longest = 0;
    for (const int m : tree.longest) longest = std::max(longest, m);
    for (int t = 0; t <= longest; ++t) root_.push_back(std::sqrt(t));
  }

  EchelonPlan Solve() {
    for (const int k : tree_.order) SolveStage(k);
    EchelonPlan plan{.formula = kGuaranteed};
    plan.stages.resize(tree_.order.size());
    const int last = tree_.order.back();
    const auto best = std::ranges::min_element(best_[last]);
    plan.cost = *best;
    Trace(last, static_cast<int>(best - best_[last].begin()), plan);
    return plan;
  }

 private:
  struct Pair {
    int service = 0, inbound = 0;
  };

  int MostService(int k) const {
    const int outside = tree_.at(k).outbound_service_time;
    return outside >= 0 ? std::min(outside, tree_.longest[k]) : tree_.longest[k];
  }
  bool PromisesParent(int k) const { return tree_.parent[k] >= 0 && tree_.parent_is_customer[k]; }

  // Least cost of the parts behind k's suppliers for each SI, and behind its customers for each S.
  void Behind(int k, std::vector<double>& by_inbound, std::vector<double>& by_service) const {
    by_inbound.assign(tree_.top(k) + 1, 0);
    by_service.assign(tree_.longest[k] + 1, 0);
    for (const int i : tree_.suppliers[k]) {
      if (tree_.rank[i] > tree_.rank[k]) continue;
      double least = INFINITY;
      for (int x = 0; x <= tree_.top(k); ++x) {
        if (x < static_cast<int>(best_[i].size())) least = std::min(least, best_[i][x]);
        by_inbound[x] += least;
      }
    }
    for (const int j : tree_.customers[k]) {
      if (tree_.rank[j] > tree_.rank[k]) continue;
      double least = INFINITY;
      for (int y = static_cast<int>(best_[j].size()) - 1; y >= 0; --y) {
        least = std::min(least, best_[j][y]);
        if (y <= tree_.longest[k]) by_service[y] += least;
      }
    }
  }

  void SolveStage(int k) {
    const Stage& stage = tree_.at(k);
    std::vector<double> by_inbound, by_service;
    Behind(k, by_inbound, by_service);
    const bool by_s = PromisesParent(k);
    const int count = by_s ? tree_.longest[k] + 1 : tree_.top(k) + 1;
    best_[k].assign(count, INFINITY);
    choice_[k].resize(count);
    const double scale = stage.holding_cost * tree_.factor[k] * tree_.sd[k];
    for (int inbound = stage.inbound_service_time; inbound <= tree_.top(k); ++inbound) {
      const int most = std::min(MostService(k), inbound + stage.processing_time);
      for (int service = 0; service <= most; ++service) {
        const double cost = scale * root_[inbound + stage.processing_time - service] +
                            by_inbound[inbound] + by_service[service];
        const int slot = by_s ? service : inbound;
        // Equal but for rounding: the earlier, shorter time stays.
        if (cost < best_[k][slot] - 1e-12 * std::abs(cost)) {
          best_[k][slot] = cost;
          choice_[k][slot] = {service, inbound};
        }
      }
    }
  }

  // Fixes k at one slot, then what lies behind it.
  void Trace(int k, int slot, EchelonPlan& plan) const {
    const Pair pair = choice_[k][slot];
    const int net = pair.inbound + tree_.at(k).processing_time - pair.service;
    StagePlan& stage = plan.stages[k];
    stage = {.id = tree_.at(k).id,
             .service_time = pair.service,
             .inbound_time = pair.inbound,
             .net_time = net,
             .demand_mean = tree_.mean[k],
             .demand_sd = tree_.sd[k],
             .safety_stock = tree_.factor[k] * tree_.sd[k] * root_[net]};
    stage.base_stock = stage.demand_mean * net + stage.safety_stock;
    stage.cost = tree_.at(k).holding_cost * stage.safety_stock;
    for (const int i : tree_.suppliers[k]) {
      if (tree_.rank[i] > tree_.rank[k]) continue;
      const auto& best = best_[i];
      const auto end = best.begin() + std::min<size_t>(best.size(), pair.inbound + 1);
      Trace(i, static_cast<int>(std::min_element(best.begin(), end) - best.begin()), plan);
    }
    for (const int j : tree_.customers[k]) {
      if (tree_.rank[j] > tree_.rank[k]) continue;
      const auto& best = best_[j];
      Trace(j,
            static_cast<int>(std::min_element(best.begin() + pair.service, best.end()) -
                             best.begin()),
            plan);
    }
  }

  const Tree& tree_;
  std::vector<std::vector<double>> best_;
  std::vector<std::vector<Pair>> choice_;
  std::vector<double> root_;
};

}  // namespace

absl::StatusOr<EchelonPlan> OptimizeServiceTimes(const std::vector<Stage>& stages,
                                                 const std::vector<StageLink>& links) {
  FieldViolations violations;
  CheckStages(stages, violations);
  Tree tree{.stages = &stages};
  Link(links, tree, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  if (links.size() + 1 != stages.size() || !Order(tree)) {
    violations.Add("links", "must make one tree: one fewer than stages, without a loop");
    return violations.ToStatus();
  }
  Measure(tree, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return Program(tree).Solve();
}

}  // namespace kefu::warehouse::domain::replenishment
