// Orders to nodes over real stock.
#include <chrono>

#include "services/warehouse/tests/planning/planning_fixture.h"

namespace kefu::warehouse {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class AllocateTest : public PlanningTest {
 protected:
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(MakeWorld()); }

  static std::string Order(std::string_view id, std::string_view sku, int64_t quantity,
                           std::string_view more = "") {
    return fmt::format(
        " orders {{ order_id: '{}' destination {{ region_code: '310115' }}"
        " lines {{ sku_id: '{}' quantity: {} }} {} }}",
        id, sku, quantity, more);
  }
  absl::StatusOr<v1::AllocateResponse> Allocate(const std::string& text,
                                                std::string_view org_id = "org-a") {
    return Call(&Stub::Allocate, text, As(org_id));
  }
};

TEST_F(AllocateTest, ReservesWhatItDecides) {
  ASSERT_OK(Receive("$NODE2", "$SKU1", 200));
  ASSERT_OK_AND_ASSIGN(
      const auto answer,
      Allocate(Order("o1", "$SKU1", 80, "channel: 'jd'") + Order("o2", "$SKU1", 50) +
               Order("o3", "$SKU1", 161) + Order("o4", "$SKU1", 150)));
  ASSERT_EQ(answer.results_size(), 4);
  // Both nodes are equally far; 90 are free at the first.
  EXPECT_EQ(answer.results(0).lines(0).node_id(), Fill("$NODE1"));
  EXPECT_EQ(answer.results(1).lines(0).node_id(), Fill("$NODE2"));
  EXPECT_EQ(answer.results(2).outcome(), v1::ALLOCATION_OUTCOME_BACKORDERED);
  EXPECT_EQ(answer.results(2).short_lines(0).wanted(), 161);
  EXPECT_EQ(answer.results(3).parcels(), 1);
  EXPECT_EQ(answer.results(1).nodes(0).verdict(), v1::NODE_VERDICT_CHOSEN);
  EXPECT_EQ(answer.results(1).nodes(1).verdict(), v1::NODE_VERDICT_PART_OF_STOCK);
  EXPECT_EQ(answer.allocated(), 3);
  EXPECT_EQ(answer.backordered(), 1);
  EXPECT_EQ(answer.parcels(), 3);
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "100/90");
  EXPECT_EQ(StockOf("$NODE2", "$SKU1"), "200/200");
  ASSERT_OK_AND_ASSIGN(
      const auto reservation,
      Call(&Stub::GetReservation, "reservation_id: '" + answer.results(0).reservation_id() + "'"));
  EXPECT_EQ(reservation.order_id(), "o1");
  EXPECT_EQ(reservation.channel(), "jd");
  EXPECT_EQ(reservation.state(), v1::RESERVATION_STATE_HELD);
  CheckBooks();
}

TEST_F(AllocateTest, ADryRunReservesNothing) {
  ASSERT_OK_AND_ASSIGN(const auto answer, Allocate("dry_run: true" + Order("o", "$SKU1", 90)));
  EXPECT_EQ(answer.allocated(), 1);
  EXPECT_EQ(answer.results(0).reservation_id(), "");
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "100/10");
}

TEST_F(AllocateTest, APolicyOfTheOrganizationOrOfTheRequest) {
  ASSERT_OK(Receive("$NODE2", "$SKU2", 7));
  const std::string dry = "dry_run: true ";
  ASSERT_OK_AND_ASSIGN(auto answer, Allocate(dry + Order("o", "$SKU2", 105)));
  EXPECT_EQ(answer.results(0).parcels(), 2);
  EXPECT_EQ(answer.policy_version(), 0);
  ASSERT_OK(Plan(&PlanStub::SetAllocationPolicy,
                 "policy { effective_from { year: 2026 month: 1 day: 1 } max_parcels: 1"
                 " exact_nodes: 8 }"));
  ASSERT_OK_AND_ASSIGN(answer, Allocate(dry + Order("o", "$SKU2", 105)));
  EXPECT_EQ(answer.results(0).outcome(), v1::ALLOCATION_OUTCOME_BACKORDERED);
  EXPECT_EQ(answer.policy_version(), 1);
  ASSERT_OK_AND_ASSIGN(answer, Allocate(dry +
                                        "policy { allow_partial: true max_parcels: 1"
                                        " exact_nodes: 8 }" +
                                        Order("o", "$SKU2", 105)));
  EXPECT_EQ(answer.results(0).outcome(), v1::ALLOCATION_OUTCOME_PARTLY_ALLOCATED);
  EXPECT_EQ(answer.results(0).short_lines(0).allocated(), 100);
  EXPECT_EQ(answer.policy_version(), -1);
  ASSERT_OK_AND_ASSIGN(const auto read, Plan(&PlanStub::GetAllocationPolicy, ""));
  EXPECT_EQ(read.max_parcels(), 1);
  ASSERT_OK_AND_ASSIGN(const auto shipped,
                       Plan(&PlanStub::GetAllocationPolicy, "day { year: 2025 month: 1 day: 1 }"));
  EXPECT_EQ(shipped.version(), 0);
  EXPECT_TRUE(shipped.respect_throughput());
}

TEST_F(AllocateTest, AWrongOrderHurtsNoOther) {
  ASSERT_OK_AND_ASSIGN(const auto answer, Allocate(Order("a", "nope", 1) + Order("b", "$SKU1", 1) +
                                                   Order("c", "$SKU1", 1, "node_ids: 'nope'")));
  EXPECT_EQ(answer.refused(), 2);
  EXPECT_EQ(answer.allocated(), 1);
  EXPECT_EQ(answer.results(0).error().code(), static_cast<int>(absl::StatusCode::kNotFound));
  EXPECT_EQ(answer.results(2).outcome(), v1::ALLOCATION_OUTCOME_REFUSED);
  // What another organization owns does not exist.
  ASSERT_OK_AND_ASSIGN(const auto other, Allocate(Order("a", "$SKU1", 1), "org-b"));
  EXPECT_EQ(other.results(0).error().code(), static_cast<int>(absl::StatusCode::kNotFound));
}

TEST_F(AllocateTest, ThroughputOfTheDayIsKeptAcrossCalls) {
  ASSERT_OK(Call(&Stub::UpdateNode,
                 "node { node_id: '$NODE1' daily_throughput_units: 30 }"
                 " update_mask { paths: 'daily_throughput_units' }"));
  ASSERT_OK_AND_ASSIGN(auto answer, Allocate(Order("a", "$SKU1", 20)));
  EXPECT_EQ(answer.allocated(), 1);
  ASSERT_OK_AND_ASSIGN(answer, Allocate(Order("b", "$SKU1", 11)));
  EXPECT_EQ(answer.backordered(), 1);
  clock_.Advance(absl::Hours(24));
  ASSERT_OK_AND_ASSIGN(answer, Allocate(Order("b", "$SKU1", 11)));
  EXPECT_EQ(answer.allocated(), 1);
}

TEST_F(AllocateTest, OnlyNodesThatKeepTheDay) {
  const std::string soon = "promise_by { year: 2026 month: 1 day: 17 }";
  ASSERT_OK_AND_ASSIGN(auto answer, Allocate("dry_run: true" + Order("a", "$SKU1", 1, soon)));
  EXPECT_EQ(answer.results(0).outcome(), v1::ALLOCATION_OUTCOME_BACKORDERED);
  EXPECT_EQ(answer.results(0).nodes(0).verdict(), v1::NODE_VERDICT_PROMISE_MISSED);
  ASSERT_OK(Call(&Stub::UpdateNode,
                 "node { node_id: '$NODE1' region_code: '310101' }"
                 " update_mask { paths: 'region_code' }"));
  ASSERT_OK_AND_ASSIGN(answer, Allocate("dry_run: true" + Order("a", "$SKU1", 1, soon)));
  EXPECT_EQ(answer.results(0).outcome(), v1::ALLOCATION_OUTCOME_ALLOCATED);
}

TEST_F(AllocateTest, ARetryAnswersWhatWasDecidedAlsoHalfWay) {
  ASSERT_OK(Receive("$NODE1", "$SKU1", 100'000));
  std::string text = "request_id: 'batch-1'";
  for (int i = 0; i < 1000; ++i) text += Order(fmt::format("o{}", i), "$SKU1", 2);
  ASSERT_OK_AND_ASSIGN(const auto first, Allocate(text));
  EXPECT_EQ(first.allocated(), 1000);
  ASSERT_OK_AND_ASSIGN(const auto again, Allocate(text));
  EXPECT_THAT(again, EqualsProto(first));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM reservation"), 1001);
  EXPECT_THAT(Allocate("request_id: 'batch-1'" + Order("x", "$SKU1", 1)).status(),
              HasReason("REQUEST_ID_REUSED"));
  // A call that broke off after its first group: the others are made, the first is not repeated.
  Db().Count("SELECT 1");
  ASSERT_OK(Db().db().RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) {
    static constexpr db::Sql kForget{
        "DELETE FROM request_log WHERE request_id <> 'batch-1' AND method LIKE '%/Allocate'"};
    return t.Execute(kForget).status();
  }));
  ASSERT_OK_AND_ASSIGN(const auto rest, Allocate(text));
  EXPECT_EQ(rest.allocated(), 1000);
  EXPECT_EQ(rest.results(0).reservation_id(), first.results(0).reservation_id());
  EXPECT_NE(rest.results(999).reservation_id(), first.results(999).reservation_id());
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM reservation"), 1601);
  CheckBooks();
}

TEST_F(AllocateTest, CallersAtOnceNeverOversell) {
  ASSERT_OK(Receive("$NODE1", "$SKU1", 410));  // 500 are free
  std::vector<std::thread> callers;
  std::atomic<int> allocated = 0;
  for (int c = 0; c < 6; ++c) {
    callers.emplace_back([&, c] {
      std::string text;
      for (int i = 0; i < 150; ++i) text += Order(fmt::format("c{}-{}", c, i), "$SKU1", 1);
      const auto answer = Allocate(text);
      EXPECT_OK(answer);
      if (answer.ok()) allocated += answer->allocated();
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(allocated, 500);
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "510/510");
  CheckBooks();
}

TEST_F(AllocateTest, TenThousandOrdersInOneCall) {
  v1::AllocateRequest request;
  request.set_request_id("ten-thousand");
  std::vector<std::string> nodes = {Fill("$NODE1"), Fill("$NODE2")}, skus;
  for (int n = 0; n < 18; ++n) {
    ASSERT_OK_AND_ASSIGN(
        const auto node,
        Call(&Stub::CreateNode, fmt::format("node {{ display_name: 'n{0}' kind:"
                                            " NODE_KIND_CITY_WAREHOUSE region_code: '{1}0101' }}",
                                            n, 11 + n)));
    nodes.push_back(node.node_id());
  }
  for (int s = 0; s < 40; ++s) {
    ASSERT_OK_AND_ASSIGN(
        const auto sku,
        Call(&Stub::CreateSku, fmt::format("sku {{ code: 't{0}' display_name: 't' }}", s)));
    skus.push_back(sku.sku_id());
  }
  for (const std::string& node : nodes) {
    v1::ReceiveRequest receive;
    receive.set_node_id(node);
    for (size_t s = 0; s < skus.size(); ++s) {
      v1::ReceiptLine* line = receive.add_lines();
      line->set_sku_id(skus[s]);
      line->set_quantity(60);
    }
    ASSERT_OK(rpc::Call(*stub_, &Stub::Receive, receive, As("org-a")));
  }
  for (int i = 0; i < 10'000; ++i) {
    v1::AllocationOrder* order = request.add_orders();
    order->set_order_id(fmt::format("order-{}", i));
    order->mutable_destination()->set_region_code(fmt::format("{}0115", 11 + i % 20));
    for (const int s : {i % 40, (i * 7 + 1) % 40}) {
      if (order->lines_size() == 1 && order->lines(0).sku_id() == skus[s]) continue;
      v1::OrderLine* line = order->add_lines();
      line->set_sku_id(skus[s]);
      line->set_quantity(1 + i % 3);
    }
  }
  const auto start = std::chrono::steady_clock::now();
  ASSERT_OK_AND_ASSIGN(const auto answer, rpc::Call(*stub_, &Stub::Allocate, request, As("org-a")));
  const auto took = std::chrono::steady_clock::now() - start;
  RecordProperty("milliseconds", static_cast<int>(took / std::chrono::milliseconds(1)));
  std::printf("10000 orders: %d ms, %d allocated, %d parcels\n",
              static_cast<int>(took / std::chrono::milliseconds(1)), answer.allocated(),
              answer.parcels());
  EXPECT_EQ(answer.results_size(), 10'000);
  EXPECT_EQ(answer.allocated() + answer.backordered(), 10'000);
  EXPECT_EQ(answer.results(0).nodes_size(), answer.results(0).parcels());
  EXPECT_GE(answer.allocated(), 8'000);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM stock_total WHERE available < 0"), 0);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM reservation"), answer.allocated() + 1);
}

TEST_F(AllocateTest, EveryFaultIsNamed) {
  EXPECT_THAT(
      FieldsOf(
          Allocate("orders { order_id: 'a' channel: '!' lines { } node_ids: '!'"
                   " promise_by { month: 13 } time_zone: 'Mars' }"
                   " orders { order_id: 'a' destination { region_code: '1' } lines { sku_id: 's'"
                   " quantity: 1 } } policy { max_parcels: 101 owner_ids: 'a' owner_ids: 'a'"
                   " node_kinds: NODE_KIND_UNSPECIFIED max_distance_km: -1 fefo_band_km: -1"
                   " region_distances { elsewhere_km: -1 } } ttl_seconds: -1 explain_nodes: 101")
              .status()),
      UnorderedElementsAre("orders[0].channel", "orders[0].destination",
                           "orders[0].lines[0].sku_id", "orders[0].lines[0].quantity",
                           "orders[0].node_ids[0]", "orders[0].promise_by", "orders[0].time_zone",
                           "orders[1].order_id", "policy.max_parcels", "policy.owner_ids[1]",
                           "policy.node_kinds[0]", "policy.max_distance_km", "policy.fefo_band_km",
                           "policy.exact_nodes", "policy.region_distances.elsewhere_km",
                           "ttl_seconds", "explain_nodes"));
  EXPECT_THAT(FieldsOf(Allocate("").status()), ElementsAre("orders"));
}

}  // namespace
}  // namespace kefu::warehouse
