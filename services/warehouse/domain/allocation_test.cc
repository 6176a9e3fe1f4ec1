#include "services/warehouse/domain/allocation.h"

#include <algorithm>
#include <map>
#include <random>

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::warehouse::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string Show(const Allocation& allocation) {
  std::string text;
  for (const ReservationLine& line : allocation.lines) {
    text += fmt::format("{}{}:{}{}={}", text.empty() ? "" : " ", line.node_id, line.sku_id,
                        line.owner_id, line.quantity);
  }
  return text;
}

// Nodes on the equator, n degrees (111 km each) east of the destination.
class World {
 public:
  size_t Node(const std::string& id, int degrees, int64_t throughput = kUnlimited) {
    domain::Node node{.id = id, .kind = NodeKind::kCityWarehouse};
    node.location = {0, degrees * 1'000'000};
    return stock.AddNode(std::move(node), throughput);
  }
  void Stock(size_t node, const std::string& sku, int64_t available, const std::string& owner = "",
             int32_t expiry = kNeverExpires) {
    stock.Add(sku, owner, {node, available, 0, expiry});
  }
  Allocation Do(std::vector<WantedLine> lines, int explain = 10) {
    return Allocate(policy,
                    {"o", "", {.location = GeoPoint{0, 0}}, std::move(lines), node_ids, limits},
                    rules, explain, stock);
  }
  AllocationStock stock;
  AllocationPolicy policy;
  NodeRules rules;
  std::vector<std::string> node_ids;
  std::vector<GuardLimit> limits;
};

std::vector<NodeVerdict> Verdicts(const Allocation& allocation) {
  std::vector<NodeVerdict> verdicts;
  for (const NodeDecision& each : allocation.nodes) verdicts.push_back(each.verdict);
  return verdicts;
}

TEST(AllocationTest, OneParcelComesBeforeTheNearest) {
  World world;
  const size_t near = world.Node("near", 1), far = world.Node("far", 9), mid = world.Node("mid", 5);
  world.Stock(near, "a", 10);
  world.Stock(mid, "b", 10);
  for (const char* sku : {"a", "b"}) world.Stock(far, sku, 10);
  const Allocation one = world.Do({{"a", 2}, {"b", 3}});
  EXPECT_EQ(one.outcome, AllocationOutcome::kAllocated);
  EXPECT_EQ(Show(one), "far:a=2 far:b=3");
  EXPECT_EQ(one.parcels, 1);
  EXPECT_THAT(Verdicts(one), ElementsAre(NodeVerdict::kChosen, NodeVerdict::kPartOfStock,
                                         NodeVerdict::kPartOfStock));
  world.policy.objective = AllocationObjective::kNearest;
  EXPECT_EQ(Show(world.Do({{"a", 2}, {"b", 3}})), "near:a=2 mid:b=3");
  // 8 of each are left at "far", 8 at "near", 7 at "mid".
  EXPECT_EQ(Show(world.Do({{"a", 9}})), "near:a=8 far:a=1");
  EXPECT_EQ(Show(world.Do({{"b", 7}})), "mid:b=7");
}

TEST(AllocationTest, AmongEquallyFewTheNearest) {
  World world;
  const size_t b = world.Node("b", 3), a = world.Node("a", 2), c = world.Node("c", 1);
  for (const size_t node : {a, b, c}) world.Stock(node, "x", node == c ? 1 : 10);
  const Allocation allocation = world.Do({{"x", 4}});
  EXPECT_EQ(Show(allocation), "a:x=4");
  EXPECT_THAT(Verdicts(allocation),
              ElementsAre(NodeVerdict::kChosen, NodeVerdict::kPartOfStock, NodeVerdict::kFarther));
  EXPECT_EQ(allocation.nodes[0].available, 4);
}

TEST(AllocationTest, OwnersInTheirOrder) {
  World world;
  const size_t near = world.Node("near", 1), far = world.Node("far", 2);
  world.Stock(near, "a", 5, "v");
  world.Stock(far, "a", 5);
  world.Stock(far, "b", 5, "v");
  EXPECT_EQ(Show(world.Do({{"a", 1}})), "far:a=1");  // the organization's own alone
  world.policy.owner_ids = {"v", ""};
  EXPECT_EQ(Show(world.Do({{"a", 1}})), "near:av=1");
  EXPECT_EQ(Show(world.Do({{"a", 5}})), "");  // 4 each: nobody has 5
  world.policy.mix_owners = true;
  EXPECT_EQ(Show(world.Do({{"a", 5}})), "near:av=4 far:a=1");
}

TEST(AllocationTest, PartOfAnOrderOnlyWhereAllowed) {
  World world;
  const size_t node = world.Node("n", 1);
  world.Stock(node, "a", 3);
  Allocation allocation = world.Do({{"a", 5}, {"b", 1}});
  EXPECT_EQ(allocation.outcome, AllocationOutcome::kBackordered);
  EXPECT_THAT(allocation.lines, IsEmpty());
  EXPECT_THAT(allocation.missing, ElementsAre(5, 1));
  world.policy.allow_partial = true;
  allocation = world.Do({{"a", 5}, {"b", 1}});
  EXPECT_EQ(allocation.outcome, AllocationOutcome::kPartlyAllocated);
  EXPECT_EQ(Show(allocation), "n:a=3");
  EXPECT_THAT(allocation.missing, ElementsAre(2, 1));
  allocation = world.Do({{"a", 5}});
  EXPECT_EQ(allocation.outcome, AllocationOutcome::kBackordered);
}

TEST(AllocationTest, ParcelsAreLimited) {
  World world;
  for (int i = 0; i < 3; ++i) world.Stock(world.Node(fmt::format("n{}", i), i), "a", 2 + i);
  world.policy.max_parcels = 2;
  EXPECT_EQ(world.Do({{"a", 9}}).outcome, AllocationOutcome::kBackordered);
  world.policy.allow_partial = true;
  const Allocation partly = world.Do({{"a", 9}});
  EXPECT_EQ(Show(partly), "n1:a=3 n2:a=4");
  EXPECT_EQ(partly.explanation, "needs 3 parcels where the policy allows 2");
}

TEST(AllocationTest, WhatExpiresFirstGoesFirstWithinABand) {
  World world;
  const size_t near = world.Node("near", 1), next = world.Node("next", 2),
               far = world.Node("far", 20);
  world.Stock(near, "a", 5, "", 300);
  world.Stock(next, "a", 5, "", 200);
  world.Stock(far, "a", 5, "", 100);
  EXPECT_EQ(Show(world.Do({{"a", 1}})), "near:a=1");
  world.policy.fefo_band_km = 1000;
  const Allocation fefo = world.Do({{"a", 1}});
  EXPECT_EQ(Show(fefo), "next:a=1");
  EXPECT_THAT(Verdicts(fefo),
              ElementsAre(NodeVerdict::kChosen, NodeVerdict::kExpiresLater, NodeVerdict::kFarther));
}

TEST(AllocationTest, ThroughputIsKept) {
  World world;
  const size_t near = world.Node("near", 1, 3), far = world.Node("far", 2);
  for (const size_t node : {near, far}) world.Stock(node, "a", 100);
  EXPECT_EQ(Show(world.Do({{"a", 2}})), "near:a=2");
  EXPECT_EQ(Show(world.Do({{"a", 2}})), "far:a=2");
  EXPECT_EQ(Show(world.Do({{"a", 1}})), "near:a=1");
  const Allocation full = world.Do({{"a", 1}});
  EXPECT_EQ(Show(full), "far:a=1");
  EXPECT_THAT(Verdicts(full), ElementsAre(NodeVerdict::kChosen, NodeVerdict::kThroughputUsed));
}

TEST(AllocationTest, NodesThatDoNotComeIntoQuestionSayWhy) {
  World world;
  world.policy.max_distance_km = 1000;
  world.policy.node_kinds = {NodeKind::kCityWarehouse};
  for (const char* id : {"archived", "kind", "promise", "good", "other"}) {
    world.Stock(world.Node(id, 1), "a", 5);
  }
  world.Stock(world.Node("far", 30), "a", 5);
  const size_t kept = world.Node("kept", 1);
  world.stock.Add("a", "", {kept, 0, 7});
  world.stock.nodes[0].node.state = RecordState::kArchived;
  world.stock.nodes[1].node.kind = NodeKind::kPickupPoint;
  world.rules.keeps_promise = [](const Node& node) { return node.id != "promise"; };
  world.node_ids = {"archived", "far", "good", "kept", "kind", "promise"};
  const Allocation allocation = world.Do({{"a", 5}});
  EXPECT_EQ(Show(allocation), "good:a=5");
  std::map<std::string, NodeVerdict> verdicts;
  for (const NodeDecision& each : allocation.nodes) {
    verdicts[world.stock.nodes[each.node].node.id] = each.verdict;
  }
  const std::map<std::string, NodeVerdict> expected = {
      {"archived", NodeVerdict::kArchived},    {"far", NodeVerdict::kTooFar},
      {"good", NodeVerdict::kChosen},          {"kept", NodeVerdict::kKeptBack},
      {"kind", NodeVerdict::kKindNotAllowed},  {"other", NodeVerdict::kNotAsked},
      {"promise", NodeVerdict::kPromiseMissed}};
  EXPECT_EQ(verdicts, expected);
}

TEST(AllocationTest, SalesGuardsKeepBackWhatTheyDoNotLeave) {
  World world;
  const size_t near = world.Node("near", 1), far = world.Node("far", 2);
  for (const size_t node : {near, far}) world.Stock(node, "a", 10);
  world.limits = {{{"a", ""}, {}, 4}};
  // Within what is left nothing changes.
  EXPECT_EQ(Show(world.Do({{"a", 4}})), "near:a=4");
  const Allocation none = world.Do({{"a", 5}});
  EXPECT_EQ(none.outcome, AllocationOutcome::kBackordered);
  EXPECT_THAT(Verdicts(none), ElementsAre(NodeVerdict::kKeptBack, NodeVerdict::kKeptBack));
  world.policy.allow_partial = true;
  const Allocation part = world.Do({{"a", 5}});
  EXPECT_EQ(Show(part), "near:a=4");
  EXPECT_THAT(Verdicts(part), ElementsAre(NodeVerdict::kChosen, NodeVerdict::kKeptBack));
  // A guard of some nodes: the others give what it keeps back.
  world.limits = {{{"a", ""}, {"near"}, 0}, {{"b", ""}, {}, 0}};
  const Allocation other = world.Do({{"a", 5}});
  EXPECT_EQ(Show(other), "far:a=5");
  EXPECT_THAT(Verdicts(other), ElementsAre(NodeVerdict::kChosen, NodeVerdict::kKeptBack));
  // Two guards of one SKU: both hold.
  world.limits = {{{"a", ""}, {}, 3}, {{"a", ""}, {"far"}, 1}};
  EXPECT_EQ(Show(world.Do({{"a", 9}})), "near:a=2 far:a=1");
  // A node out of the question uses nothing up.
  world.limits = {{{"a", ""}, {}, 1}};
  world.Stock(near, "a", 5);
  world.stock.nodes[near].node.state = RecordState::kArchived;
  EXPECT_EQ(Show(world.Do({{"a", 3}})), "far:a=1");
}

TEST(AllocationTest, TheOrderOfTheNetworkComesBeforeDistance) {
  World world;
  world.Stock(world.Node("region", 1), "a", 5);
  world.Stock(world.Node("front", 3), "a", 1);
  world.rules.level = [](const Node& node) { return node.id == "front" ? 0 : 1; };
  const Allocation front = world.Do({{"a", 1}});
  EXPECT_EQ(Show(front), "front:a=1");
  EXPECT_THAT(Verdicts(front), ElementsAre(NodeVerdict::kChosen, NodeVerdict::kLaterInNetwork));
  EXPECT_EQ(Show(world.Do({{"a", 1}})), "region:a=1");
}

// --- Against brute force ---

// Whether the nodes of the mask cover everything: by Hall's condition over all subsets of lines.
bool Feasible(const std::vector<int64_t>& wanted, const std::vector<CoverNode>& nodes,
              unsigned mask) {
  for (unsigned lines = 1; lines < (1U << wanted.size()); ++lines) {
    int64_t need = 0, have = 0;
    for (size_t l = 0; l < wanted.size(); ++l) {
      if (lines >> l & 1) need += wanted[l];
    }
    for (size_t n = 0; n < nodes.size(); ++n) {
      if (!(mask >> n & 1)) continue;
      int64_t sum = 0;
      for (size_t l = 0; l < wanted.size(); ++l) {
        if (lines >> l & 1) sum += std::min(nodes[n].gives[l], wanted[l]);
      }
      have += std::min(sum, nodes[n].limit);
    }
    if (have >= need) continue;
    // With limits the cut may also cut single (node, line) pairs; Share tells exactly.
    return false;
  }
  std::vector<size_t> chosen;
  for (size_t n = 0; n < nodes.size(); ++n) {
    if (mask >> n & 1) chosen.push_back(n);
  }
  int64_t given = 0, need = 0;
  for (const auto& row : Share(wanted, nodes, chosen)) {
    for (const int64_t amount : row) given += amount;
  }
  for (const int64_t amount : wanted) need += amount;
  return given == need;
}

TEST(AllocationPropertyTest, SmallCasesAreOptimal) {
  std::mt19937_64 random(7);
  const auto pick = [&](int64_t from, int64_t to) {
    return std::uniform_int_distribution<int64_t>(from, to)(random);
  };
  int covered = 0, split = 0;
  for (int round = 0; round < 5000; ++round) {
    const size_t lines = static_cast<size_t>(pick(1, 4)), count = static_cast<size_t>(pick(1, 7));
    std::vector<int64_t> wanted;
    for (size_t l = 0; l < lines; ++l) wanted.push_back(pick(1, 6));
    std::vector<CoverNode> nodes(count);
    for (CoverNode& node : nodes) {
      for (size_t l = 0; l < lines; ++l) node.gives.push_back(std::max<int64_t>(0, pick(-3, 6)));
      if (pick(0, 3) == 0) node.limit = pick(1, 10);
      node.cost = {pick(0, 1), pick(0, 5)};
    }
    std::optional<std::pair<int, std::array<int64_t, 4>>> best;
    for (unsigned mask = 1; mask < (1U << count); ++mask) {
      if (!Feasible(wanted, nodes, mask)) continue;
      std::array<int64_t, 4> cost = {};
      for (size_t n = 0; n < count; ++n) {
        for (size_t c = 0; c < 4; ++c) cost[c] += mask >> n & 1 ? nodes[n].cost[c] : 0;
      }
      const std::pair candidate(std::popcount(mask), cost);
      if (!best || candidate < *best) best = candidate;
    }
    const auto found = FewestNodes(wanted, nodes, 16);
    ASSERT_EQ(found.has_value(), best.has_value()) << round;
    if (!found) continue;
    ++covered;
    split += found->size() > 1;
    unsigned mask = 0;
    std::array<int64_t, 4> cost = {};
    for (const size_t n : *found) {
      mask |= 1U << n;
      for (size_t c = 0; c < 4; ++c) cost[c] += nodes[n].cost[c];
    }
    ASSERT_TRUE(Feasible(wanted, nodes, mask)) << round;
    ASSERT_EQ(static_cast<int>(found->size()), best->first) << round;
    ASSERT_EQ(cost, best->second) << round;
    ASSERT_EQ(FewestNodes(wanted, nodes, 16), found);  // the same again
    const auto greedy = FewestNodes(wanted, nodes, 1);
    ASSERT_TRUE(greedy.has_value());
    ASSERT_GE(greedy->size(), found->size());
  }
  EXPECT_GT(covered, 1000);
  EXPECT_GT(split, 500);
}

TEST(AllocationPropertyTest, SharesAreWithinWhatThereIsAndAsMuchAsCanBe) {
  std::mt19937_64 random(11);
  const auto pick = [&](int64_t from, int64_t to) {
    return std::uniform_int_distribution<int64_t>(from, to)(random);
  };
  for (int round = 0; round < 3000; ++round) {
    const size_t lines = static_cast<size_t>(pick(1, 3)), count = static_cast<size_t>(pick(1, 3));
    std::vector<int64_t> wanted;
    for (size_t l = 0; l < lines; ++l) wanted.push_back(pick(1, 3));
    std::vector<CoverNode> nodes(count);
    std::vector<size_t> chosen;
    for (size_t n = 0; n < count; ++n) {
      for (size_t l = 0; l < lines; ++l) nodes[n].gives.push_back(pick(0, 3));
      nodes[n].limit = pick(0, 5);
      chosen.push_back(n);
    }
    const auto given = Share(wanted, nodes, chosen);
    int64_t total = 0;
    for (size_t n = 0; n < count; ++n) {
      int64_t sum = 0;
      for (size_t l = 0; l < lines; ++l) {
        ASSERT_GE(given[n][l], 0);
        ASSERT_LE(given[n][l], nodes[n].gives[l]);
        sum += given[n][l];
      }
      ASSERT_LE(sum, nodes[n].limit);
      total += sum;
    }
    // The minimum cut, over all subsets of lines and nodes on the source's side.
    int64_t cut = kUnlimited;
    for (unsigned ls = 0; ls < (1U << lines); ++ls) {
      int64_t sum = 0;
      for (size_t l = 0; l < lines; ++l) sum += ls >> l & 1 ? 0 : wanted[l];
      for (size_t n = 0; n < count; ++n) {
        int64_t edges = 0;
        for (size_t l = 0; l < lines; ++l) edges += ls >> l & 1 ? nodes[n].gives[l] : 0;
        sum += std::min(edges, nodes[n].limit);
      }
      cut = std::min(cut, sum);
    }
    ASSERT_EQ(total, cut) << round;
  }
}

TEST(AllocationPropertyTest, ABatchNeverTakesMoreThanThereIs) {
  std::mt19937_64 random(3);
  const auto pick = [&](int64_t from, int64_t to) {
    return std::uniform_int_distribution<int64_t>(from, to)(random);
  };
  for (int round = 0; round < 200; ++round) {
    World world, twin;
    std::map<std::string, int64_t> left;
    for (World* each : {&world, &twin}) {
      each->policy.owner_ids = {"", "v"};
      each->policy.mix_owners = round % 2 == 0;
      each->policy.allow_partial = round % 3 == 0;
      each->policy.fefo_band_km = round % 5 == 0 ? 300 : 0;
      if (round % 7 == 0) each->policy.objective = AllocationObjective::kNearest;
    }
    const auto state = random;
    for (World* each : {&world, &twin}) {
      random = state;
      left.clear();
      for (int n = 0; n < 20; ++n) {
        const size_t node = each->Node(fmt::format("n{}", n), static_cast<int>(pick(0, 40)),
                                       pick(0, 1) ? kUnlimited : pick(0, 20));
        for (const char* sku : {"a", "b", "c"}) {
          for (const char* owner : {"", "v"}) {
            const int64_t quantity = std::max<int64_t>(0, pick(-10, 8));
            each->Stock(node, sku, quantity, owner, static_cast<int32_t>(pick(1, 300)));
            left[fmt::format("n{} {} {}", n, sku, owner)] += quantity;
          }
        }
      }
    }
    for (int i = 0; i < 40; ++i) {
      std::vector<WantedLine> lines;
      for (const char* sku : {"a", "b", "c"}) {
        if (pick(0, 1)) lines.push_back({sku, pick(1, 12)});
      }
      if (lines.empty()) continue;
      const Allocation allocation = world.Do(lines);
      EXPECT_EQ(Show(twin.Do(lines)), Show(allocation));  // the same for the same
      std::map<std::string, int64_t> got;
      for (const ReservationLine& line : allocation.lines) {
        ASSERT_GT(line.quantity, 0);
        got[line.sku_id] += line.quantity;
        int64_t& there = left[fmt::format("{} {} {}", line.node_id, line.sku_id, line.owner_id)];
        there -= line.quantity;
        ASSERT_GE(there, 0) << round;
      }
      for (size_t l = 0; l < lines.size(); ++l) {
        ASSERT_EQ(got[lines[l].sku_id] + allocation.missing[l], lines[l].quantity);
        if (allocation.outcome == AllocationOutcome::kAllocated) {
          ASSERT_EQ(allocation.missing[l], 0);
        }
      }
    }
  }
}

}  // namespace
}  // namespace kefu::warehouse::domain
