#include "services/warehouse/domain/network/supply.h"

#include <random>

#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/warehouse/domain/network/trades.h"

namespace kefu::warehouse::domain {
namespace {

using ::kefu::testing::HasReason;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// region ← city-a, city-b ← front-a (below city-a); a transfer centre and a vendor. A degree of
// longitude on the equator is 111.195 km.
NodesById Nodes() {
  NodesById nodes;
  const auto add = [&](std::string id, NodeKind kind, std::string parent, int degrees) {
    nodes[id] = {.id = id,
                 .kind = kind,
                 .parent_node_id = std::move(parent),
                 .location = GeoPoint{0, degrees * 1'000'000}};
  };
  add("region", NodeKind::kLogisticsCentre, "", 0);
  add("city-a", NodeKind::kCityWarehouse, "region", 1);
  add("city-b", NodeKind::kCityWarehouse, "region", 5);
  add("front-a", NodeKind::kFrontWarehouse, "city-a", 2);
  add("tc-near", NodeKind::kTransferCentre, "", 9);
  add("tc-far", NodeKind::kTransferCentre, "", 30);
  add("vendor", NodeKind::kVendorWarehouse, "", 10);
  return nodes;
}

// Sells 10 a day, two days to come, 5 for safety: order point 25; 40 an order.
SupplyNeed Need(std::string node, int64_t available, int64_t in_transit = 0) {
  return {.node_id = std::move(node),
          .sku_id = "sku",
          .daily_demand_milli = 10'000,
          .lead_time_days = 2,
          .safety_stock = 5,
          .order_quantity = 40,
          .available = available,
          .in_transit = in_transit};
}

// "PURCHASE vendor>city-a 40", with "/ready" for moves.
std::vector<std::string> Short(const std::vector<SupplyProposal>& proposals) {
  std::vector<std::string> lines;
  for (const SupplyProposal& p : proposals) {
    EXPECT_FALSE(p.explanation.empty());
    std::string line = std::string(NameOf(p.kind)) + " " + p.from_node_id + ">" + p.to_node_id +
                       " " + std::to_string(p.quantity);
    if (p.kind != SupplyKind::kPurchase) line += "/" + std::to_string(p.ready_quantity);
    lines.push_back(line);
  }
  return lines;
}

std::vector<std::string> Plan(const NetworkPolicy& policy, const std::vector<SupplyNeed>& needs,
                              std::string_view vendor = "vendor") {
  const auto plan = PlanSupply(policy, Nodes(), needs, vendor);
  EXPECT_TRUE(plan.ok()) << plan.status();
  return plan.ok() ? Short(*plan) : std::vector<std::string>();
}

TEST(SupplyNeedTest, OrderPointQuantityShortfallAndSpare) {
  EXPECT_EQ(OrderPoint(Need("n", 0)), 25);
  EXPECT_EQ(Shortfall(Need("n", 26)), 0);
  EXPECT_EQ(Shortfall(Need("n", 25)), 40);
  EXPECT_EQ(Shortfall(Need("n", 20, 5)), 40);
  EXPECT_EQ(Shortfall(Need("n", 0)), 40);
  EXPECT_EQ(Spare(Need("n", 100)), 74);
  EXPECT_EQ(Spare(Need("n", 25)), 0);
  EXPECT_EQ(Spare(Need("n", 3, 100)), 3);
  SupplyNeed need = Need("n", 20);
  // What is on order is not ordered again, and cannot be given.
  need.on_order = 5;
  EXPECT_EQ(Shortfall(need), 40);
  need.on_order = 6;
  EXPECT_EQ(Shortfall(need), 0);
  need.on_order = 1000;
  EXPECT_EQ(Spare(need), 0);
  need.available = 30;
  EXPECT_EQ(Spare(need), 4);
  need = Need("n", 0);
  need.order_quantity = 10;
  EXPECT_EQ(Shortfall(need), 30);  // 26 in tens
  // K = 8, h = 0.225, λ = 1300 a year: Q* = 304.05 (Snyder & Shen, example 3.1).
  need.order_cost = 8;
  need.unit_holding_cost_per_year = 0.225;
  need.daily_demand_milli = 3'562;
  EXPECT_EQ(OrderQuantity(need), 304);
  need.order_cost = need.order_quantity = 0;
  EXPECT_EQ(OrderQuantity(need), 25);  // a week's 24.934
  EXPECT_EQ(Shortfall({.node_id = "n", .sku_id = "s"}), 0);
  EXPECT_EQ(Shortfall({.node_id = "n", .sku_id = "s", .safety_stock = 3}), 3);
}

TEST(PlanSupplyTest, EachNodeBuysForItself) {
  const std::vector<SupplyNeed> needs = {Need("city-a", 10), Need("city-b", 90),
                                         Need("front-a", 25)};
  EXPECT_THAT(Plan({}, needs),
              ElementsAre("PURCHASE vendor>city-a 40", "PURCHASE vendor>front-a 40"));
  const auto directed = PlanSupply({.mode = OperatingMode::kDirected}, Nodes(), needs, "");
  ASSERT_TRUE(directed.ok());
  EXPECT_TRUE((*directed)[0].process_required);
  EXPECT_FALSE((*PlanSupply({}, Nodes(), needs, ""))[0].process_required);
}

TEST(PlanSupplyTest, TheVendorShipsToNamedNodesOrTheNearestTransferCentre) {
  NetworkPolicy policy{.mode = OperatingMode::kSelfRun};
  const std::vector<SupplyNeed> needs = {Need("city-a", 10), Need("city-b", 0),
                                         Need("tc-near", 56)};
  // What the centre can spare (30) need not be bought.
  EXPECT_THAT(Plan(policy, needs),
              ElementsAre("PURCHASE vendor>tc-near 50", "TRANSFER tc-near>city-a 40/30",
                          "TRANSFER tc-near>city-b 40/0"));
  // Without the vendor's place: the centre that is nearest to those in need.
  EXPECT_THAT(Plan(policy, {Need("city-a", 10)}, ""),
              ElementsAre("PURCHASE >tc-near 40", "TRANSFER tc-near>city-a 40/0"));
  policy.vendor_route = VendorRoute::kNamedNodes;
  policy.named_node_ids = {"city-a", "city-b"};
  EXPECT_THAT(Plan(policy, {Need("city-a", 10), Need("city-b", 90), Need("front-a", 0)}),
              ElementsAre("PURCHASE vendor>city-a 80", "TRANSFER city-a>front-a 40/0"));
  NodesById nodes = Nodes();
  nodes.erase("tc-near");
  nodes.erase("tc-far");
  EXPECT_THAT(PlanSupply({.mode = OperatingMode::kSelfRun}, nodes, needs, "vendor").status(),
              HasReason("NO_TRANSFER_CENTRE"));
}

TEST(PlanSupplyTest, ThreeLevelsReplenishDownwards) {
  const NetworkPolicy policy{.mode = OperatingMode::kThreeLevel};
  // front-a is short; city-a can spare 14 of its 40 and asks for the rest; the region has plenty.
  EXPECT_THAT(Plan(policy, {Need("front-a", 0), Need("city-a", 40), Need("region", 500)}),
              ElementsAre("TRANSFER region>city-a 26/26", "TRANSFER city-a>front-a 40/14"));
  // Nobody has anything: the top buys for all.
  EXPECT_THAT(Plan(policy, {Need("front-a", 0), Need("city-a", 0), Need("region", 0)}),
              ElementsAre("PURCHASE vendor>region 120", "TRANSFER region>city-a 80/0",
                          "TRANSFER city-a>front-a 40/0"));
  // A level without figures of its own passes on.
  EXPECT_THAT(Plan(policy, {Need("front-a", 0)}),
              ElementsAre("PURCHASE vendor>region 40", "TRANSFER region>city-a 40/0",
                          "TRANSFER city-a>front-a 40/0"));
  EXPECT_THAT(
      Plan({.mode = OperatingMode::kThreeLevel, .least_transfer_units = 100}, {Need("city-b", 0)}),
      ElementsAre("PURCHASE vendor>region 100", "TRANSFER region>city-b 100/0"));
}

TEST(PlanSupplyTest, TheSharedLedgerTradesBeforeItBuys) {
  const NetworkPolicy policy{.mode = OperatingMode::kSharedLedger};
  SupplyNeed other = Need("city-b", 60);  // can spare 34
  other.owner_id = "other";
  const std::vector<SupplyNeed> needs = {Need("front-a", 0), other, Need("region", 30)};
  const auto plan = PlanSupply(policy, Nodes(), needs, "vendor");
  ASSERT_TRUE(plan.ok());
  EXPECT_THAT(Short(*plan), ElementsAre("PURCHASE vendor>front-a 2", "TRANSFER region>front-a 4/4",
                                        "TRADE city-b>front-a 34/34"));
  EXPECT_EQ((*plan)[2].from_owner_id, "other");
  EXPECT_EQ((*plan)[2].to_owner_id, "");
  EXPECT_NEAR(static_cast<double>((*plan)[2].distance_metres), 3 * 111'195, 10);
}

TEST(PlanRebalancingTest, OnlyInItsModesAndOnlyWhatIsThere) {
  int64_t lacking = 0;
  const std::vector<SupplyNeed> needs = {Need("front-a", 0), Need("city-b", 45),
                                         Need("region", 60)};
  for (const auto mode :
       {OperatingMode::kOrderPoint, OperatingMode::kDirected, OperatingMode::kSelfRun}) {
    EXPECT_THAT(PlanRebalancing({.mode = mode}, Nodes(), needs, &lacking).status(),
                HasReason("MODE_HAS_NO_REBALANCING"));
  }
  // THREE_LEVEL: from above and from siblings; city-b is neither to front-a.
  auto moves = PlanRebalancing({.mode = OperatingMode::kThreeLevel}, Nodes(), needs, &lacking);
  EXPECT_THAT(Short(*moves), ElementsAre("TRANSFER region>front-a 34/34"));
  EXPECT_EQ(lacking, 6);
  moves = PlanRebalancing({.mode = OperatingMode::kThreeLevel}, Nodes(),
                          std::vector{Need("city-a", 0), Need("city-b", 45)}, &lacking);
  EXPECT_THAT(Short(*moves), ElementsAre("TRANSFER city-b>city-a 19/19"));
  moves = PlanRebalancing({.mode = OperatingMode::kSharedLedger}, Nodes(), needs, &lacking);
  EXPECT_THAT(Short(*moves),
              ElementsAre("TRANSFER region>front-a 34/34", "TRANSFER city-b>front-a 6/6"));
  EXPECT_EQ(lacking, 0);
  moves = PlanRebalancing({.mode = OperatingMode::kSharedLedger, .least_transfer_units = 35},
                          Nodes(), needs, &lacking);
  EXPECT_THAT(*moves, IsEmpty());
  EXPECT_EQ(lacking, 40);
}

// In every mode: what a node is short of is on its way after the plan, and nobody gives what it
// does not have.
TEST(PlanSupplyTest, EveryShortfallIsCoveredInEveryMode) {
  std::mt19937 random(11);
  const NodesById nodes = Nodes();
  for (int round = 0; round < 300; ++round) {
    std::vector<SupplyNeed> needs;
    std::map<std::pair<std::string, std::string>, int64_t> short_of, given;
    for (const auto& [id, node] : nodes) {
      if (id == "vendor" || random() % 4 == 0) continue;
      SupplyNeed need = Need(id, random() % 120, random() % 30);
      need.owner_id = random() % 3 == 0 ? "o" : "";
      short_of[{id, need.owner_id}] = Shortfall(need);
      needs.push_back(need);
    }
    NetworkPolicy policy{.mode = static_cast<OperatingMode>(1 + round % 5)};
    const auto plan = PlanSupply(policy, nodes, needs, "vendor");
    ASSERT_TRUE(plan.ok());
    std::map<std::pair<std::string, std::string>, int64_t> in;
    for (const SupplyProposal& p : *plan) {
      EXPECT_GT(p.quantity, 0);
      EXPECT_LE(p.ready_quantity, p.quantity);
      in[{p.to_node_id, p.to_owner_id}] += p.quantity;
      if (p.kind == SupplyKind::kPurchase) continue;
      in[{p.from_node_id, p.from_owner_id}] -= p.quantity - p.ready_quantity;
      given[{p.from_node_id, p.from_owner_id}] += p.ready_quantity;
    }
    for (const auto& [key, quantity] : short_of) EXPECT_GE(in[key], quantity) << round;
    for (const SupplyNeed& need : needs) {
      EXPECT_LE((given[{need.node_id, need.owner_id}]), Spare(need)) << round;
    }
  }
}

TEST(TradesTest, WhatIsATradeAndWhoConfirmsIt) {
  NetworkPolicy policy{.mode = OperatingMode::kSharedLedger};
  Movement movement{.from = LedgerAccount::kFree, .to = LedgerAccount::kReserved};
  EXPECT_FALSE(IsTrade(policy, movement));
  movement.to = LedgerAccount::kCustomer;
  EXPECT_TRUE(IsTrade(policy, movement));
  EXPECT_FALSE(IsTrade({}, movement));
  movement.to = LedgerAccount::kClearing;
  EXPECT_TRUE(IsTrade(policy, movement));
  policy.trade_accounts = {LedgerAccount::kCustomer};
  EXPECT_FALSE(IsTrade(policy, movement));
  const NodesById nodes = Nodes();
  EXPECT_THAT(WitnessesOf(policy, nodes.at("city-a")), ElementsAre("region"));
  EXPECT_THAT(WitnessesOf(policy, nodes.at("region")), ElementsAre("region"));
  policy.witness_node_ids = {"city-b", "city-a"};
  EXPECT_THAT(WitnessesOf(policy, nodes.at("region")), ElementsAre("city-a", "city-b"));

  const LedgerEntry entry{
      .entry_number = 7, .record_time = absl::FromUnixSeconds(1000), .hash = std::string(32, 'h')};
  const auto word = [&](AckVerdict verdict, char hash) {
    return TradeAck{.entry_number = 7,
                    .entry_hash = std::string(32, hash),
                    .verdict = verdict,
                    .reason = verdict == AckVerdict::kContradicted ? "never came" : ""};
  };
  const auto faults = [&](const std::map<std::string, TradeAck>& words) {
    std::vector<std::string> lines;
    for (const AckFault& f : AckFaultsOf(policy, nodes.at("region"), entry, {{7, words}})) {
      lines.push_back(f.witness_node_id + ": " +
                      (f.kind == AckFault::Kind::kMissing ? "missing" : f.reason));
      if (f.kind == AckFault::Kind::kMissing) {
        EXPECT_EQ(f.due_time, entry.record_time + absl::Hours(24));
      }
    }
    return lines;
  };
  EXPECT_THAT(faults({}), ElementsAre("city-a: missing", "city-b: missing"));
  EXPECT_THAT(faults({{"city-a", word(AckVerdict::kAccepted, 'h')},
                      {"city-b", word(AckVerdict::kContradicted, 'h')}}),
              ElementsAre("city-b: never came"));
  // The ledger is not what was confirmed.
  EXPECT_THAT(faults({{"city-a", word(AckVerdict::kAccepted, 'x')},
                      {"city-b", word(AckVerdict::kAccepted, 'h')}}),
              ElementsAre("city-a: the entry's hash is another one there"));
}

}  // namespace
}  // namespace kefu::warehouse::domain
