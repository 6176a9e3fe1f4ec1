#include "services/warehouse/domain/network/fulfilment.h"

#include <algorithm>
#include <random>

#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/warehouse/domain/network/mode_rules.h"
#include "services/warehouse/domain/network/tree.h"

namespace kefu::warehouse::domain {
namespace {

using ::kefu::testing::HasReason;
using ::kefu::testing::IsOk;
using ::testing::ElementsAre;

constexpr GeoPoint kBeijing{39'904'989, 116'405'285}, kShanghai{31'231'706, 121'472'644};

std::vector<std::string> Ids(const NetworkPolicy& policy, const Destination& destination,
                             const std::vector<FulfilmentCandidate>& candidates) {
  std::vector<std::string> ids;
  for (const RankedCandidate& r : FulfilmentOrder(policy, destination, candidates)) {
    ids.push_back(candidates[r.index].node_id);
  }
  return ids;
}

TEST(FulfilmentOrderTest, NearestFirstThenRegionThenId) {
  const std::vector<FulfilmentCandidate> nodes = {
      {"far", NodeKind::kCityWarehouse, "310101", kShanghai},
      {"near", NodeKind::kLogisticsCentre, "110101", kBeijing},
      {"province", NodeKind::kCityWarehouse, "110228", std::nullopt},
      {"nowhere-b", NodeKind::kCityWarehouse, "", std::nullopt},
      {"nowhere-a", NodeKind::kCityWarehouse, "", std::nullopt},
      {"district", NodeKind::kPickupPoint, "110105", std::nullopt}};
  const Destination destination{kBeijing, "110105"};
  for (const OperatingMode mode : {OperatingMode::kOrderPoint, OperatingMode::kDirected,
                                   OperatingMode::kSelfRun, OperatingMode::kSharedLedger}) {
    EXPECT_THAT(Ids({.mode = mode}, destination, nodes),
                ElementsAre("near", "far", "district", "province", "nowhere-a", "nowhere-b"));
  }
  EXPECT_THAT(Ids({}, {}, nodes),
              ElementsAre("district", "far", "near", "nowhere-a", "nowhere-b", "province"));
}

TEST(FulfilmentOrderTest, ThreeLevelsAskTheLowestFirst) {
  const std::vector<FulfilmentCandidate> nodes = {
      {"regional", NodeKind::kLogisticsCentre, "", kBeijing},
      {"front-far", NodeKind::kFrontWarehouse, "", kShanghai},
      {"station", NodeKind::kDeliveryStation, "", kBeijing},
      {"city", NodeKind::kCityWarehouse, "", kBeijing},
      {"front-near", NodeKind::kFrontWarehouse, "", kBeijing}};
  const NetworkPolicy policy{.mode = OperatingMode::kThreeLevel};
  EXPECT_THAT(Ids(policy, {kBeijing, ""}, nodes),
              ElementsAre("front-near", "front-far", "city", "regional", "station"));
  const auto ranked = FulfilmentOrder(policy, {kBeijing, ""}, nodes);
  EXPECT_EQ(ranked[0].level, 0);
  EXPECT_EQ(ranked[4].level, 3);
  EXPECT_EQ(ExplainRank(nodes[ranked[2].index], ranked[2]), "level 1 (CITY_WAREHOUSE), 0.0 km");
}

TEST(FulfilmentOrderTest, TheOrderOfCandidatesDoesNotMatter) {
  std::mt19937 random(5);
  std::vector<FulfilmentCandidate> nodes;
  for (int i = 0; i < 60; ++i) {
    nodes.push_back({"n" + std::to_string(i), static_cast<NodeKind>(1 + i % 8),
                     std::to_string(110000 + i * 37),
                     i % 3 == 0 ? std::nullopt
                                : std::optional(GeoPoint{30'000'000 + i % 7 * 1000, 110'000'000})});
  }
  for (const OperatingMode mode : {OperatingMode::kOrderPoint, OperatingMode::kThreeLevel}) {
    const auto expected = Ids({.mode = mode}, {kBeijing, "110101"}, nodes);
    for (int round = 0; round < 20; ++round) {
      std::shuffle(nodes.begin(), nodes.end(), random);
      EXPECT_EQ(Ids({.mode = mode}, {kBeijing, "110101"}, nodes), expected);
    }
  }
}

TEST(ModeRulesTest, OnlyTheDirectedModeRefusesDirectCalls) {
  for (int mode = 1; mode <= 5; ++mode) {
    const NetworkPolicy policy{.mode = static_cast<OperatingMode>(mode)};
    for (const DirectCall call :
         {DirectCall::kReceive, DirectCall::kReceiveTransfer, DirectCall::kShipOrder}) {
      if (policy.mode == OperatingMode::kDirected) {
        EXPECT_THAT(CheckDirectCall(policy, call), HasReason("PROCESS_REQUIRED"));
      } else {
        EXPECT_THAT(CheckDirectCall(policy, call), IsOk());
      }
    }
  }
}

TEST(TreeTest, AnyDepthCountsAndSubtrees) {
  constexpr int kDepth = 50'000;
  std::vector<Node> chain(kDepth);
  for (int i = 0; i < kDepth; ++i) {
    chain[i].id = std::to_string(i);
    if (i > 0) chain[i].parent_node_id = std::to_string(i - 1);
  }
  std::vector<TreeNode> tree = Tree(chain);
  ASSERT_EQ(tree.size(), kDepth);
  EXPECT_EQ(tree.front().descendants, kDepth - 1);
  EXPECT_EQ(tree.back().depth, kDepth - 1);
  EXPECT_EQ(Tree(chain, "49990").size(), 10u);
  EXPECT_TRUE(Tree(chain, "elsewhere").empty());

  std::vector<Node> nodes(5);
  const char* const parents[] = {"", "a", "a", "gone", "e"};
  for (int i = 0; i < 5; ++i) {
    nodes[i].id = std::string(1, static_cast<char>('a' + i));
    nodes[i].parent_node_id = parents[i];
    nodes[i].kind = i == 0 ? NodeKind::kLogisticsCentre : NodeKind::kCityWarehouse;
    nodes[i].region_code = i < 2 ? "110101" : "440305";
  }
  tree = Tree(nodes);  // "e" is its own parent
  ASSERT_EQ(tree.size(), 4u);
  const TreeCounts counts = CountsOf(nodes, tree);
  EXPECT_EQ(counts.by_kind.at(NodeKind::kCityWarehouse), 3);
  EXPECT_EQ(counts.by_province.at("11"), 2);
  EXPECT_EQ(counts.by_depth.at(0), 2);
  EXPECT_EQ(counts.by_depth.at(1), 2);
  EXPECT_EQ(counts.regions, 2);
  EXPECT_EQ(Tree(nodes, "e").size(), 1u);
}

}  // namespace
}  // namespace kefu::warehouse::domain
