// Lots that must not go out: expired and recalled ones.
#include "services/warehouse/tests/outbound/fixture.h"

namespace kefu::warehouse {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

class LotsTest : public OutboundTest {
 protected:
  // It is the 15th of January; the lots end on the 3rd and the 10th of February.
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    Stock("$LOTSKU", "A-1", 10, Lot("soon", 3));
    Stock("$LOTSKU", "A-2", 10, Lot("late", 10));
    ASSERT_OK(Call(&Stub::Receive,
                   "node_id: '$NODE2' lines { sku_id: '$LOTSKU' quantity: 5"
                   " location: 'Z' lot: 'soon' }"));
  }
  void TearDown() override { CheckWork(); }

  absl::StatusOr<v1::LotRecall> Recall(std::string_view lot) {
    return Out(&OutStub::RecallLot,
               fmt::format("sku_id: '$LOTSKU' lot: '{}' reason: 'salmonella'", lot), "boss");
  }
  int64_t EventsOf(std::string_view type) {
    return Db().Count(
        fmt::format("SELECT COUNT(*) FROM outbox WHERE type = 'kefu.warehouse.v1.{}'", type));
  }
};

TEST_F(LotsTest, ExpiredLotsAreTakenOutOfSaleOnceAtTheNodesMidnight) {
  LotSweeper sweeper(replica_.deps, clock_);
  // Noon of 15 January in Shanghai. The last day is 3 February: still good at its last second.
  clock_.Advance(absl::Hours(24 * 19 + 12) - absl::Seconds(1));
  EXPECT_EQ(sweeper.RunOnce().value(), 0);
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(sweeper.RunOnce().value(), 15);
  EXPECT_EQ(sweeper.RunOnce().value(), 0);
  EXPECT_EQ(Bin("$LOTSKU", "A-1"), "0/0");
  EXPECT_EQ(Bin("$LOTSKU", "A-1", "soon", "QUARANTINED"), "10/0");
  EXPECT_EQ(StockOf("$NODE1", "$LOTSKU"), "10/0");
  EXPECT_EQ(EventsOf("LotsQuarantined"), 1);
}

TEST_F(LotsTest, WhatIsPromisedStaysUntilItIsFree) {
  const std::string reservation = Sold({{"$NODE1", "$LOTSKU", 14}});
  clock_.Advance(absl::Hours(24 * 20));
  LotSweeper sweeper(replica_.deps, clock_);
  EXPECT_EQ(sweeper.RunOnce().value(), 6 + 5);  // 20 − 14 here, all at the other node
  EXPECT_EQ(StockOf("$NODE1", "$LOTSKU"), "14/14");
  EXPECT_EQ(Bin("$LOTSKU", "A-1"), "4/0");
  // A wave never picks what is left of it: four are back-ordered.
  const std::string id = Shipped(reservation);
  Wave();
  const auto tasks = OpenTasks(id);
  ASSERT_THAT(tasks, SizeIs(1));
  EXPECT_EQ(tasks[0].lot(), "late");
  EXPECT_EQ(tasks[0].quantity(), 10);
  ASSERT_OK(Cancel(id, true));
  EXPECT_EQ(sweeper.RunOnce().value(), 4);
  EXPECT_EQ(StockOf("$NODE1", "$LOTSKU"), "10/0");
}

TEST_F(LotsTest, AnExpiredLotIsNeitherPickedNorShipped) {
  const std::string id = Shipped(Sold({{"$NODE1", "$LOTSKU", 12}}));
  Wave();
  auto tasks = OpenTasks(id);
  std::ranges::sort(tasks, {}, [](const auto& task) { return task.location(); });
  ASSERT_OK(Pick(tasks[1]));
  clock_.Advance(absl::Hours(24 * 20));
  EXPECT_THAT(Pick(tasks[0]), HasReason("LOT_EXPIRED"));
  ASSERT_OK_AND_ASSIGN(const auto recorded, Pick(tasks[0], 0, "LOT_BLOCKED"));
  EXPECT_EQ(recorded.count_id(), "");  // the bin is not to blame
  ASSERT_THAT(recorded.replacements(), SizeIs(1));
  EXPECT_EQ(recorded.replacements(0).lot(), "late");
  EXPECT_EQ(recorded.back_ordered(), 2);
  PickAll(id);
  ASSERT_OK(Pack(id));
  clock_.Advance(absl::Hours(24 * 10));  // now the other lot is over too
  EXPECT_THAT(Ship(id), HasReason("LOT_EXPIRED"));
  ASSERT_OK(Cancel(id, true));
  for (const auto& task : OpenTasks(id)) {
    ASSERT_OK(Out(&OutStub::RecordPutBack, "task_id: '" + task.task_id() + "'"));
  }
  EXPECT_EQ(LotSweeper(replica_.deps, clock_).RunOnce().value(), 25);
}

TEST_F(LotsTest, ARecallStopsTheLotEverywhereAtOnce) {
  // Five have gone out, three are picked, two planned; ten more pieces of the SKU are promised.
  const std::string gone = Sold({{"$NODE1", "$LOTSKU", 5}});
  const std::string shipped = Shipped(gone);
  Wave();
  PickAll(shipped);
  ASSERT_OK(Pack(shipped));
  ASSERT_OK(Ship(shipped));
  const std::string picked = Shipped(Sold({{"$NODE1", "$LOTSKU", 3}}));
  Wave();
  PickAll(picked);
  const std::string planned = Shipped(Sold({{"$NODE1", "$LOTSKU", 2}}));
  Wave();
  ASSERT_OK(Reserve({{"$NODE1", "$LOTSKU", 10}}));
  ASSERT_OK_AND_ASSIGN(const v1::LotRecall recall, Recall("soon"));
  EXPECT_EQ(recall.state(), v1::RECALL_STATE_ACTIVE);
  EXPECT_EQ(recall.actor(), "boss");
  ASSERT_THAT(recall.quarantined(), SizeIs(1));  // all at the other node; here all is promised
  EXPECT_EQ(recall.quarantined(0).quantity(), 5);
  ASSERT_THAT(recall.promised(), SizeIs(1));
  EXPECT_EQ(recall.promised(0).quantity(), 5);
  EXPECT_THAT(recall.open_reservations(), SizeIs(3));
  ASSERT_THAT(recall.open_shipments(), SizeIs(2));
  EXPECT_EQ(recall.open_shipments(0).shipment_id(), picked);
  EXPECT_EQ(recall.open_shipments(0).quantity(), 3);
  EXPECT_EQ(recall.open_shipments(1).quantity(), 2);
  ASSERT_THAT(recall.shipped(), SizeIs(1));
  EXPECT_EQ(recall.shipped(0).reservation_id(), gone);
  EXPECT_EQ(recall.shipped(0).shipment_id(), shipped);
  EXPECT_EQ(recall.shipped(0).order_id(), "O 1");
  EXPECT_EQ(recall.shipped(0).quantity(), 5);
  // Once more: the same recall.
  ASSERT_OK_AND_ASSIGN(const v1::LotRecall again, Recall("soon"));
  EXPECT_EQ(again.recall_id(), recall.recall_id());
  EXPECT_EQ(EventsOf("RecallChanged"), 1);
  // Neither received nor picked nor shipped.
  EXPECT_THAT(Call(&Stub::Receive,
                   "node_id: '$NODE1' lines { sku_id: '$LOTSKU' quantity: 1"
                   " lot: 'soon' }"),
              HasReason("LOT_RECALLED"));
  EXPECT_THAT(Pick(OpenTasks(planned)[0]), HasReason("LOT_RECALLED"));
  ASSERT_OK(Pack(picked));
  EXPECT_THAT(Ship(picked), HasReason("LOT_RECALLED"));
  ASSERT_OK(Cancel(picked, true));
  ASSERT_OK(Out(&OutStub::RecordPutBack, "task_id: '" + OpenTasks(picked)[0].task_id() + "'"));
  ASSERT_OK_AND_ASSIGN(const auto recorded, Pick(OpenTasks(planned)[0], 0, "LOT_BLOCKED"));
  EXPECT_EQ(recorded.replacements(0).lot(), "late");
  PickAll(planned);
  // What has become free is taken out, and the recall knows it.
  EXPECT_EQ(LotSweeper(replica_.deps, clock_).RunOnce().value(), 3);
  ASSERT_OK_AND_ASSIGN(const v1::LotRecall now,
                       Out(&OutStub::GetRecall, "recall_id: '" + recall.recall_id() + "'"));
  EXPECT_THAT(now.quarantined(), SizeIs(2));
  EXPECT_EQ(now.promised(0).quantity(), 2);
  // Lifted: what it took comes back.
  ASSERT_OK_AND_ASSIGN(
      const v1::LotRecall lifted,
      Out(&OutStub::LiftRecall, "recall_id: '" + recall.recall_id() + "' release_stock: true"));
  EXPECT_EQ(lifted.state(), v1::RECALL_STATE_LIFTED);
  EXPECT_EQ(StockOf("$NODE2", "$LOTSKU"), "5/0");
  EXPECT_EQ(StockOf("$NODE1", "$LOTSKU"), "15/12");
  EXPECT_THAT(Out(&OutStub::LiftRecall, "recall_id: '" + recall.recall_id() + "'"),
              HasReason("RECALL_STATE"));
  ASSERT_OK_AND_ASSIGN(const v1::LotRecall next, Recall("soon"));
  EXPECT_NE(next.recall_id(), recall.recall_id());
}

TEST_F(LotsTest, ListsWhatEndsSoonByChannel) {
  ASSERT_OK_AND_ASSIGN(v1::OutboundPolicy policy, Out(&OutStub::GetOutboundPolicy, ""));
  v1::SetOutboundPolicyRequest set;
  *set.mutable_policy() = policy;
  auto* channel = set.mutable_policy()->add_channels();
  channel->set_channel("export");
  channel->set_min_remaining_days(25);
  ASSERT_OK(rpc::Call(*outbound_, &OutStub::SetOutboundPolicy, set, Person("boss")));
  const auto list = [&](const std::string& more) {
    std::vector<std::string> rows;
    std::string token;
    do {
      const auto page = Out(&OutStub::ListExpiringLots,
                            fmt::format("page_size: 1 page_token: '{}' {}", token, more));
      EXPECT_OK(page);
      if (!page.ok()) break;
      for (const auto& lot : page->lots()) {
        rows.push_back(fmt::format("{} {} {} {}", lot.key().lot(), lot.remaining_days(),
                                   lot.on_hand(), lot.pickable()));
      }
      token = page->next_page_token();
    } while (!token.empty());
    return rows;
  };
  EXPECT_THAT(list("within_days: 18"), ElementsAre());
  EXPECT_THAT(list("within_days: 19"), ElementsAre("soon 19 10 true", "soon 19 5 true"));
  EXPECT_THAT(list("within_days: 60 channel: 'export'"),
              ElementsAre("soon 19 10 false", "soon 19 5 false", "late 26 10 true"));
  EXPECT_THAT(list("within_days: 60 node_id: '$NODE2'"), ElementsAre("soon 19 5 true"));
  // That channel's orders get only what lasts long enough.
  const std::string id = Shipped(Sold({{"$NODE1", "$LOTSKU", 12}}, "export"));
  Wave();
  const auto tasks = OpenTasks(id);
  ASSERT_THAT(tasks, SizeIs(1));
  EXPECT_EQ(tasks[0].lot(), "late");
}

}  // namespace
}  // namespace kefu::warehouse
