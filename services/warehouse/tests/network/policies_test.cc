// Policies of the network, its shape, and batches.
#include "services/warehouse/tests/network/fixture.h"

namespace kefu::warehouse {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

constexpr std::string_view kDirected =
    "policy { effective_from { year: 2026 month: 1 day: 10 } mode: OPERATING_MODE_DIRECTED }";

class PolicyTest : public NetworkTest {
 protected:
  absl::StatusOr<v1::NetworkPolicy> On(int day) {
    return Call(&NetworkStub::GetNetworkPolicy,
                fmt::format("day {{ year: 2026 month: 1 day: {} }}", day));
  }
};

TEST_F(PolicyTest, TheShippedOneUntilAnotherBegins) {
  ASSERT_OK_AND_ASSIGN(const auto shipped, Call(&NetworkStub::GetNetworkPolicy, ""));
  EXPECT_EQ(shipped.version(), 0);
  EXPECT_EQ(shipped.mode(), v1::OPERATING_MODE_ORDER_POINT);
  EXPECT_EQ(shipped.site_rule().rent_above_orders_per_day(), 5'000);
  EXPECT_EQ(shipped.site_rule().build_above_orders_per_day(), 100'000);
  EXPECT_EQ(shipped.acknowledgement_grace_seconds(), 86'400);
  ASSERT_OK_AND_ASSIGN(const auto first,
                       Call(&NetworkStub::SetNetworkPolicy, std::string(kDirected)));
  EXPECT_EQ(first.version(), 1);
  EXPECT_EQ(first.actor(), "tester");
  ASSERT_OK_AND_ASSIGN(auto second,
                       Call(&NetworkStub::SetNetworkPolicy,
                            "policy { effective_from { year: 2026 month: 1 day: 20 }"
                            " mode: OPERATING_MODE_THREE_LEVEL least_transfer_units: 12"
                            " levels: NODE_KIND_LOGISTICS_CENTRE levels: NODE_KIND_PICKUP_POINT"
                            " site_rule { rent_above_orders_per_day: 7 } }"));
  EXPECT_EQ(second.version(), 2);
  EXPECT_EQ(On(9)->version(), 0);
  EXPECT_EQ(On(10)->version(), 1);
  EXPECT_EQ(On(19)->mode(), v1::OPERATING_MODE_DIRECTED);
  ASSERT_OK_AND_ASSIGN(const auto read, On(25));
  EXPECT_THAT(read, EqualsProto(second));
  EXPECT_EQ(read.site_rule().rent_above_orders_per_day(), 7);
  // The same day again: the newest counts. Today is the 15th.
  SetMode("SELF_RUN");
  EXPECT_EQ(Call(&NetworkStub::GetNetworkPolicy, "")->mode(), v1::OPERATING_MODE_DIRECTED);
  ASSERT_OK(Call(&NetworkStub::SetNetworkPolicy,
                 "policy { effective_from { year: 2026 month: 1 day: 10 }"
                 " mode: OPERATING_MODE_SHARED_LEDGER }"));
  EXPECT_EQ(Call(&NetworkStub::GetNetworkPolicy, "")->mode(), v1::OPERATING_MODE_SHARED_LEDGER);
  EXPECT_EQ(Call(&NetworkStub::GetNetworkPolicy, "", "org-b")->version(), 0);
}

TEST_F(PolicyTest, ManyAtOnceGetDifferentVersions) {
  std::vector<std::thread> threads;
  std::array<int64_t, 8> versions{};
  for (size_t i = 0; i < versions.size(); ++i) {
    threads.emplace_back([&, i] {
      const auto made = Call(&NetworkStub::SetNetworkPolicy, std::string(kDirected));
      if (made.ok()) versions[i] = made->version();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(versions, UnorderedElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
}

TEST_F(PolicyTest, ReplaysAndRefuses) {
  MakeWorld();
  const std::string text = std::string(kDirected) + " request_id: 'p1'";
  ASSERT_OK_AND_ASSIGN(const auto first, Call(&NetworkStub::SetNetworkPolicy, text));
  clock_.Advance(absl::Seconds(5));
  ASSERT_OK_AND_ASSIGN(const auto again, Call(&NetworkStub::SetNetworkPolicy, text));
  EXPECT_THAT(again, EqualsProto(first));
  const auto faults = Call(
      &NetworkStub::SetNetworkPolicy,
      "policy { vendor_route: VENDOR_ROUTE_NAMED_NODES mode: OPERATING_MODE_SELF_RUN"
      " levels: NODE_KIND_UNSPECIFIED least_transfer_units: -1 trade_accounts: LEDGER_ACCOUNT_FREE"
      " acknowledgement_grace_seconds: 2592001"
      " site_rule { rent_above_orders_per_day: 200000"
      " rent_per_1000_orders { currency_code: 'x' } } }");
  EXPECT_THAT(faults.status(), HasReason("INVALID_FIELDS"));
  const auto detail = GetDetail<google::rpc::BadRequest>(faults.status());
  ASSERT_TRUE(detail);
  std::set<std::string> fields;
  for (const auto& v : detail->field_violations()) fields.insert(v.field());
  EXPECT_THAT(fields,
              UnorderedElementsAre("policy.effective_from", "policy.named_node_ids",
                                   "policy.levels[0]", "policy.least_transfer_units",
                                   "policy.trade_accounts", "policy.acknowledgement_grace_seconds",
                                   "policy.site_rule.build_above_orders_per_day",
                                   "policy.site_rule.rent_per_1000_orders.currency_code"));
  const std::string named =
      "policy { effective_from { year: 2026 month: 1 day: 1 } mode: OPERATING_MODE_SELF_RUN"
      " vendor_route: VENDOR_ROUTE_NAMED_NODES named_node_ids: '$NODE1' }";
  EXPECT_THAT(Call(&NetworkStub::SetNetworkPolicy, named, "org-b").status(),
              StatusIs(absl::StatusCode::kNotFound));
  // As of a time when nodes with stock could be archived.
  Db().Exec(Fill("UPDATE node SET state = 'ARCHIVED' WHERE node_id = '$NODE1'"));
  EXPECT_THAT(Call(&NetworkStub::SetNetworkPolicy, named).status(), HasReason("RECORD_ARCHIVED"));
}

TEST_F(PolicyTest, TheDirectedModeTakesGoodsInByItsProcessOnly) {
  MakeWorld();
  SetMode("DIRECTED");
  const std::string before = StockOf("$NODE1", "$SKU1");
  EXPECT_THAT(Receive("$NODE1", "$SKU1", 5).status(), HasReason("PROCESS_REQUIRED"));
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), before);
  SetMode("ORDER_POINT");
  EXPECT_OK(Receive("$NODE1", "$SKU1", 5));
  CheckBooks();
}

TEST_F(PolicyTest, TheDirectedModeTakesTransfersInByNotice) {
  MakeWorld();
  ASSERT_OK_AND_ASSIGN(const auto transfer,
                       Call(&Stub::Transfer,
                            "transfer { from_node_id: '$NODE1' to_node_id: '$NODE2'"
                            " lines { sku_id: '$SKU1' quantity: 5 } }"));
  const std::string receive = fmt::format(
      "transfer_id: '{}' lines {{ line_number: 1 quantity: 5 }}", transfer.transfer_id());
  SetMode("DIRECTED");
  EXPECT_THAT(Call(&Stub::ReceiveTransfer, receive).status(), HasReason("PROCESS_REQUIRED"));
  EXPECT_EQ(StockOf("$NODE2", "$SKU1"), "0/0");
  SetMode("ORDER_POINT");
  EXPECT_OK(Call(&Stub::ReceiveTransfer, receive));
  EXPECT_EQ(StockOf("$NODE2", "$SKU1"), "5/0");
  CheckBooks();
}

TEST_F(PolicyTest, TheDirectedModeLetsGoodsLeaveByWavesOnly) {
  MakeWorld();
  const std::string named = "reservation_id: '$RES'";
  ASSERT_OK(Call(&Stub::ConfirmReservation, named));
  SetMode("DIRECTED");
  EXPECT_THAT(Call(&Stub::ShipOrder, named).status(), HasReason("PROCESS_REQUIRED"));
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "100/10");
  ASSERT_OK_AND_ASSIGN(const auto kept, Call(&Stub::GetReservation, named));
  EXPECT_EQ(kept.state(), v1::RESERVATION_STATE_CONFIRMED);
  SetMode("ORDER_POINT");
  EXPECT_OK(Call(&Stub::ShipOrder, named));
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "90/0");
  CheckBooks();
}

class BatchTest : public NetworkTest {};

TEST_F(BatchTest, NodesWithParentsInTheBatchAndBefore) {
  MakeWorld();
  const std::string text =
      "nodes { node { external_id: 'c' display_name: 'C' kind: NODE_KIND_CITY_WAREHOUSE"
      " parent_node_id: '$NODE1' region_code: '110101' } }"
      "nodes { node { external_id: 's' display_name: 'S' kind: NODE_KIND_DELIVERY_STATION"
      " region_code: '110105' } parent_external_id: 'c' }"
      "nodes { node { external_id: 'NODE2' display_name: 'x' kind: NODE_KIND_PICKUP_POINT } }"
      "nodes { node { external_id: 't' display_name: 'T' kind: NODE_KIND_DELIVERY_STATION }"
      " parent_external_id: 'NODE2' }";
  ASSERT_OK_AND_ASSIGN(const auto made, Call(&NetworkStub::BatchCreateNodes, text));
  ASSERT_EQ(made.items_size(), 4);
  EXPECT_TRUE(made.items(0).created());
  EXPECT_FALSE(made.items(2).created());
  EXPECT_EQ(made.items(2).id(), Fill("$NODE2"));
  ASSERT_OK_AND_ASSIGN(const auto again, Call(&NetworkStub::BatchCreateNodes, text));
  for (int i = 0; i < 4; ++i) {
    EXPECT_FALSE(again.items(i).created());
    EXPECT_EQ(again.items(i).id(), made.items(i).id());
  }
  ASSERT_OK_AND_ASSIGN(const auto network, Call(&NetworkStub::GetNetwork, ""));
  EXPECT_EQ(network.total(), 5);
  EXPECT_EQ(network.by_depth_size(), 3);
  EXPECT_EQ(network.regions(), 2);
  EXPECT_EQ(network.nodes(0).descendants() + network.nodes(1).descendants(), 3);
  ASSERT_OK_AND_ASSIGN(const auto below,
                       Call(&NetworkStub::GetNetwork, "root_node_id: '$NODE1' max_nodes: 2"));
  EXPECT_EQ(below.total(), 3);
  EXPECT_TRUE(below.truncated());
  EXPECT_EQ(below.nodes_size(), 2);
  EXPECT_EQ(below.nodes(1).depth(), 1);
  EXPECT_THAT(Call(&NetworkStub::GetNetwork, "root_node_id: '$NODE1'", "org-b").status(),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(Call(&NetworkStub::GetNetwork, "", "org-b")->total(), 0);
  // Made nodes work like any other: their chains are there.
  world_["$C"] = made.items(0).id();
  EXPECT_OK(Receive("$C", "$SKU1", 5));
  CheckBooks();
}

TEST_F(BatchTest, RefusesAllOrNone) {
  MakeWorld();
  const auto unknown = [&](std::string_view parent) {
    return Call(&NetworkStub::BatchCreateNodes,
                fmt::format("nodes {{ node {{ external_id: 'p' display_name: 'P'"
                            " kind: NODE_KIND_CITY_WAREHOUSE }} }}"
                            "nodes {{ node {{ external_id: 'q' display_name: 'Q'"
                            " kind: NODE_KIND_CITY_WAREHOUSE }} {} }}",
                            parent),
                "org-b")
        .status();
  };
  EXPECT_THAT(unknown("parent_external_id: 'r'"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(unknown("parent_external_id: 'NODE1'"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(Call(&NetworkStub::GetNetwork, "", "org-b")->total(), 0);
  EXPECT_OK(unknown("parent_external_id: 'p'"));
  // As of a time when nodes with stock could be archived.
  Db().Exec(Fill("UPDATE node SET state = 'ARCHIVED' WHERE node_id = '$NODE1'"));
  EXPECT_THAT(Call(&NetworkStub::BatchCreateNodes,
                   "nodes { node { external_id: 'a' display_name: 'A'"
                   " kind: NODE_KIND_CITY_WAREHOUSE } parent_external_id: 'NODE1' }")
                  .status(),
              HasReason("RECORD_ARCHIVED"));
  const auto faults = Call(&NetworkStub::BatchCreateNodes,
                           "nodes { node { display_name: 'x' kind: NODE_KIND_CITY_WAREHOUSE } }"
                           "nodes { node { external_id: 'a' } }"
                           "nodes { node { external_id: 'a' display_name: 'x'"
                           " kind: NODE_KIND_CITY_WAREHOUSE parent_node_id: 'p' }"
                           " parent_external_id: 'q' }");
  const auto detail = GetDetail<google::rpc::BadRequest>(faults.status());
  ASSERT_TRUE(detail);
  std::set<std::string> fields;
  for (const auto& v : detail->field_violations()) fields.insert(v.field());
  EXPECT_THAT(fields,
              UnorderedElementsAre("nodes[0].node.external_id", "nodes[1].node.display_name",
                                   "nodes[1].node.kind", "nodes[2].node.external_id",
                                   "nodes[2].parent_external_id"));
  EXPECT_THAT(Call(&NetworkStub::BatchCreateNodes, "").status(), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Call(&NetworkStub::BatchCreateSkus, "").status(), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Call(&NetworkStub::GetNetwork, "max_nodes: -1").status(),
              HasReason("INVALID_FIELDS"));
}

TEST_F(BatchTest, AThousandSkus) {
  v1::BatchCreateSkusRequest request;
  for (int i = 0; i < 1000; ++i) {
    request.add_skus()->set_code(fmt::format("code-{}", i));
    request.mutable_skus(i)->set_display_name("s");
  }
  request.set_request_id("batch");
  ASSERT_OK_AND_ASSIGN(const auto made, Send(&NetworkStub::BatchCreateSkus, request));
  ASSERT_EQ(made.items_size(), 1000);
  EXPECT_TRUE(std::ranges::all_of(made.items(), [](const auto& i) { return i.created(); }));
  ASSERT_OK_AND_ASSIGN(const auto replayed, Send(&NetworkStub::BatchCreateSkus, request));
  EXPECT_THAT(replayed, EqualsProto(made));
  request.clear_request_id();
  ASSERT_OK_AND_ASSIGN(const auto again, Send(&NetworkStub::BatchCreateSkus, request));
  EXPECT_EQ(again.items(999).id(), made.items(999).id());
  EXPECT_FALSE(again.items(999).created());
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM sku"), 1000);
  *request.add_skus() = request.skus(0);
  EXPECT_THAT(Send(&NetworkStub::BatchCreateSkus, request).status(), HasReason("INVALID_FIELDS"));
}

}  // namespace
}  // namespace kefu::warehouse
