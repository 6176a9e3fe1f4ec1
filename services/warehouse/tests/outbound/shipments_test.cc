// From a sold reservation to the carrier, and back at every stage.
#include "services/warehouse/tests/outbound/fixture.h"

namespace kefu::warehouse {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class ShipmentsTest : public OutboundTest {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    Stock("$LOTSKU", "A-01-02", 10, Lot("soon", 10));
    Stock("$LOTSKU", "A-02-05", 10, Lot("late", 20));
    Stock("$LOTSKU", "A-01-09", 4, Lot("soon", 10));
  }
  void TearDown() override { CheckWork(); }
};

std::vector<std::string> Show(const std::vector<v1::PickTask>& tasks) {
  std::vector<std::string> out;
  for (const v1::PickTask& task : tasks) {
    out.push_back(fmt::format("{} {} {}", task.lot(), task.location(), task.quantity()));
  }
  return out;
}

TEST_F(ShipmentsTest, FromTheReservationToTheCarrier) {
  const std::string reservation = Sold({{"$NODE1", "$LOTSKU", 16}, {"$NODE1", "$SKU2", 3}});
  const std::string id = Shipped(reservation, "carrier: 'sf' cutoff_time { seconds: 1768470000 }");
  v1::Shipment shipment = Get(id);
  EXPECT_EQ(shipment.state(), v1::SHIPMENT_STATE_OPEN);
  EXPECT_EQ(shipment.order_id(), "O 1");
  EXPECT_THAT(
      Out(&OutStub::CreateShipment,
          fmt::format("shipment {{ reservation_id: '{}' node_id: '$NODE1' }}", reservation)),
      HasReason("SHIPMENT_EXISTS"));
  EXPECT_THAT(
      Out(&OutStub::CreateShipment,
          fmt::format("shipment {{ reservation_id: '{}' node_id: '$NODE2' }}", reservation)),
      HasReason("NOTHING_TO_SHIP"));
  EXPECT_THAT(
      Out(&OutStub::CreateShipment, "shipment { reservation_id: '$RES' node_id: '$NODE1' }"),
      HasReason("RESERVATION_NOT_CONFIRMED"));
  // While it is at work, nobody releases the reservation.
  EXPECT_THAT(Call(&Stub::ReleaseReservation, "reservation_id: '" + reservation + "'"),
              HasReason("RESERVATION_IN_SHIPMENT"));
  const std::string wave = Wave("carrier: 'sf'");
  CheckWork();
  EXPECT_EQ(Get(id).state(), v1::SHIPMENT_STATE_PICKING);
  EXPECT_THAT(Show(OpenTasks(id)),
              UnorderedElementsAre("soon A-01-02 10", "soon A-01-09 4", "late A-02-05 2", "  3"));
  EXPECT_EQ(Bin("$LOTSKU", "A-02-05"), "10/2");
  PickAll(id);
  shipment = Get(id);
  EXPECT_EQ(shipment.state(), v1::SHIPMENT_STATE_PICKED);
  EXPECT_EQ(Out(&OutStub::GetWave, "wave_id: '" + wave + "'")->state(), v1::WAVE_STATE_COMPLETED);
  EXPECT_EQ(Bin("$LOTSKU", "STAGE"), "16/16");
  EXPECT_EQ(Bin("$LOTSKU", "A-01-02"), "0/0");
  EXPECT_EQ(StockOf("$NODE1", "$LOTSKU"), "24/16");  // still in the house, still promised
  CheckWork();
  EXPECT_THAT(Ship(id), HasReason("SHIPMENT_STATE"));
  ASSERT_OK(Pack(id));
  ASSERT_OK(Out(&OutStub::UnpackShipment, "shipment_id: '" + id + "'"));
  ASSERT_OK(Pack(id));
  ASSERT_OK_AND_ASSIGN(shipment, Ship(id));
  EXPECT_EQ(shipment.state(), v1::SHIPMENT_STATE_SHIPPED);
  EXPECT_EQ(shipment.waybill(), "WB1");
  EXPECT_EQ(StockOf("$NODE1", "$LOTSKU"), "8/0");
  EXPECT_EQ(GetReservation(reservation).state(), v1::RESERVATION_STATE_SHIPPED);
  EXPECT_EQ(Db().Count(Fill("SELECT SUM(quantity) FROM ledger_entry WHERE to_account = 'CUSTOMER'"
                            " AND lot = 'soon' AND reference = '" +
                            reservation + "'")),
            14);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM outbox WHERE type = 'kefu.warehouse.v1.GoodsShipped'"
                       " AND payload LIKE '%soon%'"),
            1);
  EXPECT_THAT(Cancel(id, false), HasReason("SHIPMENT_STATE"));
  const auto hand_over = [&](const std::string& more) {
    return Out(&OutStub::HandOver,
               fmt::format("manifest {{ node_id: '$NODE1' shipment_ids: '{}' {} }}", id, more));
  };
  EXPECT_THAT(hand_over("carrier: 'yto'"), HasReason("MANIFEST_MISMATCH"));
  ASSERT_OK_AND_ASSIGN(const v1::Manifest manifest, hand_over("carrier: 'sf' document: 'truck 7'"));
  EXPECT_EQ(manifest.piece_count(), 19);
  EXPECT_EQ(manifest.carton_count(), 1);
  ASSERT_OK_AND_ASSIGN(const v1::Manifest read,
                       Out(&OutStub::GetManifest, "manifest_id: '" + manifest.manifest_id() + "'"));
  EXPECT_THAT(read, EqualsProto(manifest));
  EXPECT_EQ(Get(id).state(), v1::SHIPMENT_STATE_HANDED_OVER);
  EXPECT_THAT(hand_over("carrier: 'sf'"), HasReason("SHIPMENT_STATE"));
}

TEST_F(ShipmentsTest, CancelledAtEachStage) {
  // Each ends with the stock promised to nobody and every piece in a bin.
  const auto sold = [&] { return Sold({{"$NODE1", "$LOTSKU", 5}}); };
  // Waiting.
  std::string reservation = sold(), id = Shipped(reservation);
  ASSERT_OK(Cancel(id, true));
  EXPECT_EQ(GetReservation(reservation).state(), v1::RESERVATION_STATE_RELEASED);
  CheckWork();
  // In a wave.
  id = Shipped(sold());
  std::string wave = Wave("", false);
  ASSERT_OK(Cancel(id, true));
  EXPECT_EQ(Out(&OutStub::GetWave, "wave_id: '" + wave + "'")->shipment_count(), 0);
  CheckWork();
  // Being picked: the open task is dropped, the reservation kept.
  reservation = sold();
  id = Shipped(reservation);
  wave = Wave();
  EXPECT_EQ(Bin("$LOTSKU", "A-01-02"), "10/5");
  ASSERT_OK(Cancel(id, false));
  EXPECT_EQ(Bin("$LOTSKU", "A-01-02"), "10/0");
  EXPECT_EQ(Out(&OutStub::GetWave, "wave_id: '" + wave + "'")->state(), v1::WAVE_STATE_COMPLETED);
  EXPECT_EQ(GetReservation(reservation).state(), v1::RESERVATION_STATE_CONFIRMED);
  EXPECT_EQ(StockOf("$NODE1", "$LOTSKU"), "24/5");
  CheckWork();
  // Picked: put back, also to another bin.
  id = Shipped(reservation);
  Wave();
  PickAll(id);
  ASSERT_OK(Cancel(id, true));
  EXPECT_EQ(StockOf("$NODE1", "$LOTSKU"), "24/0");
  EXPECT_EQ(Bin("$LOTSKU", "STAGE"), "5/5");
  CheckWork();
  auto back = OpenTasks(id);
  ASSERT_THAT(back, SizeIs(1));
  EXPECT_EQ(back[0].kind(), v1::PICK_TASK_KIND_PUT_BACK);
  EXPECT_THAT(Pick(back[0]), HasReason("TASK_STATE"));
  EXPECT_THAT(Out(&OutStub::RecordPutBack,
                  fmt::format("task_id: '{}' location: 'STAGE'", back[0].task_id())),
              HasReason("INVALID_FIELDS"));
  ASSERT_OK(Out(&OutStub::RecordPutBack,
                fmt::format("task_id: '{}' location: 'A-03-01'", back[0].task_id())));
  EXPECT_EQ(Bin("$LOTSKU", "A-03-01", "soon"), "5/0");
  EXPECT_EQ(Bin("$LOTSKU", "STAGE"), "0/0");
  EXPECT_THAT(Out(&OutStub::RecordPutBack, fmt::format("task_id: '{}'", back[0].task_id())),
              HasReason("TASK_STATE"));
  CheckWork();
  // Packed: the cartons are void.
  id = Shipped(sold());
  Wave();
  PickAll(id);
  ASSERT_OK(Pack(id));
  ASSERT_OK_AND_ASSIGN(const v1::Shipment cancelled, Cancel(id, true));
  EXPECT_THAT(cancelled.cartons(), IsEmpty());
  for (const auto& task : OpenTasks(id)) {
    ASSERT_OK(Out(&OutStub::RecordPutBack, fmt::format("task_id: '{}'", task.task_id())));
  }
  EXPECT_EQ(StockOf("$NODE1", "$LOTSKU"), "24/0");
  EXPECT_EQ(Bin("$LOTSKU", "STAGE"), "0/0");
}

TEST_F(ShipmentsTest, SalesGuardsCountWhatShipsAndGetBackWhatIsCut) {
  Db().Exec(Fill("UPDATE sku SET guarded = 1 WHERE sku_id = '$SKU2'"));
  Db().Exec(Fill(
      "INSERT INTO sales_guard (org_id, sku_id, owner_id, channel, node_list, cap,"
      " safety_quantity, ignores_safety, start_us, end_us, used, counted_from_us, version,"
      " create_us, update_us)"
      " VALUES ('org-a', '$SKU2', '', '', '[]', 5, 0, 0, 0, 9000000000000000, 0, 0, 1, 0, 0)"));
  const auto used = [] { return Db().Count("SELECT used FROM sales_guard"); };
  const std::string gone = Shipped(Sold({{"$NODE1", "$SKU2", 2}}));
  const std::string cut = Shipped(Sold({{"$NODE1", "$SKU2", 3}}));
  EXPECT_EQ(used(), 5);
  EXPECT_THAT(Reserve({{"$NODE1", "$SKU2", 1}}), HasReason("CHANNEL_CAP"));
  ASSERT_OK(Cancel(cut, false));  // it stays reserved
  EXPECT_EQ(used(), 5);
  const std::string again = Shipped(Get(cut).reservation_id());
  ASSERT_OK(Cancel(again, true));
  EXPECT_EQ(used(), 2);
  Wave();
  PickAll(gone);
  ASSERT_OK(Pack(gone));
  ASSERT_OK(Ship(gone));
  EXPECT_EQ(used(), 2);
  CheckWork();
}

TEST_F(ShipmentsTest, AShortPickIsPickedElsewhereAndTheBinCounted) {
  const std::string reservation = Sold({{"$NODE1", "$LOTSKU", 20}});
  const std::string id = Shipped(reservation);
  Wave();
  auto tasks = OpenTasks(id);
  ASSERT_THAT(Show(tasks),
              UnorderedElementsAre("soon A-01-02 10", "soon A-01-09 4", "late A-02-05 6"));
  std::ranges::sort(tasks, {}, [](const auto& task) { return task.location(); });
  EXPECT_THAT(Pick(tasks[0], 11), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Out(&OutStub::RecordPick,
                  fmt::format("task_id: '{}' picked_quantity: 1", tasks[0].task_id())),
              HasReason("INVALID_FIELDS"));  // no reason given
  // 7 of 10: 3 are picked in the other lot's bin, where 4 are left.
  ASSERT_OK_AND_ASSIGN(auto recorded, Pick(tasks[0], 7));
  EXPECT_EQ(recorded.task().state(), v1::PICK_TASK_STATE_SHORT);
  EXPECT_THAT(Show({recorded.replacements().begin(), recorded.replacements().end()}),
              ElementsAre("late A-02-05 3"));
  EXPECT_EQ(recorded.back_ordered(), 0);
  EXPECT_FALSE(recorded.count_id().empty());
  EXPECT_EQ(Bin("$LOTSKU", "A-01-02"), "3/3");  // nobody looks for them until they are counted
  CheckWork();
  // Nothing of 4: one is left elsewhere, 3 are back-ordered.
  ASSERT_OK_AND_ASSIGN(recorded, Pick(tasks[1], 0));
  EXPECT_EQ(recorded.back_ordered(), 3);
  EXPECT_THAT(recorded.replacements(), SizeIs(1));
  PickAll(id);
  v1::Shipment shipment = Get(id);
  EXPECT_EQ(shipment.state(), v1::SHIPMENT_STATE_PICKED);
  EXPECT_EQ(shipment.lines(0).picked_quantity(), 17);
  ASSERT_OK(Pack(id));
  ASSERT_OK(Ship(id));
  v1::Reservation left = GetReservation(reservation);
  EXPECT_EQ(left.state(), v1::RESERVATION_STATE_CONFIRMED);
  EXPECT_EQ(left.lines(0).shipped_quantity(), 17);
  CheckWork();
  // The counts say that nothing is there; three pieces are still promised.
  ASSERT_OK_AND_ASSIGN(const auto counts, Out(&OutStub::ListCounts, "state: COUNT_STATE_OPEN"));
  ASSERT_THAT(counts.counts(), SizeIs(2));
  const std::string first = "count_id: '" + counts.counts(0).count_id() + "'";
  ASSERT_OK_AND_ASSIGN(auto count,
                       Out(&OutStub::SubmitCount, first + " lines { line_number: 1 }", "ann"));
  EXPECT_EQ(count.state(), v1::COUNT_STATE_OPEN);
  EXPECT_EQ(count.lines(0).state(), v1::COUNT_LINE_STATE_RECOUNT);
  EXPECT_EQ(count.lines(0).attempts(0).expected(), 0);  // hidden
  ASSERT_OK_AND_ASSIGN(count,
                       Out(&OutStub::SubmitCount, first + " lines { line_number: 1 }", "bob"));
  EXPECT_EQ(count.state(), v1::COUNT_STATE_SUBMITTED);
  EXPECT_EQ(count.lines(0).difference(), -3);
  EXPECT_THAT(Out(&OutStub::ApproveCount, first, "bob"), HasReason("COUNT_SELF_APPROVAL"));
  ASSERT_OK_AND_ASSIGN(count, Out(&OutStub::ApproveCount, first, "cid"));
  EXPECT_THAT(count.entries(), SizeIs(1));
  EXPECT_EQ(count.approver(), "cid");
  EXPECT_EQ(StockOf("$NODE1", "$LOTSKU"), "4/3");
  // The second finds its four, and the rest of the order ships.
  const std::string second = "count_id: '" + counts.counts(1).count_id() + "'";
  ASSERT_OK(Out(&OutStub::SubmitCount, second + " lines { line_number: 1 counted: 4 }", "ann"));
  ASSERT_OK(Out(&OutStub::ApproveCount, second, "cid"));
  const std::string rest = Shipped(reservation);
  Wave();
  PickAll(rest);
  ASSERT_OK(Pack(rest));
  ASSERT_OK(Ship(rest));
  EXPECT_EQ(GetReservation(reservation).state(), v1::RESERVATION_STATE_SHIPPED);
  EXPECT_EQ(StockOf("$NODE1", "$LOTSKU"), "1/0");
}

TEST_F(ShipmentsTest, WhatIsNotFoundAtAllWaitsForAnotherWave) {
  const std::string id = Shipped(Sold({{"$NODE1", "$SKU1", 5}}));
  Wave();
  const auto tasks = OpenTasks(id);
  ASSERT_THAT(tasks, SizeIs(1));
  ASSERT_OK_AND_ASSIGN(const auto recorded, Pick(tasks[0], 0, "DAMAGED"));
  EXPECT_EQ(recorded.back_ordered(), 5);
  EXPECT_EQ(recorded.shipment().state(), v1::SHIPMENT_STATE_OPEN);
  EXPECT_EQ(recorded.shipment().wave_id(), "");
  Stock("$SKU1", "B-1", 2);
  ASSERT_OK_AND_ASSIGN(const v1::Wave wave,
                       Out(&OutStub::CreateWave, "wave { node_id: '$NODE1' }"));
  ASSERT_OK(Out(&OutStub::ReleaseWave, "wave_id: '" + wave.wave_id() + "'"));
  // 95 of the 100 in the bin without a name are still to be had.
  EXPECT_THAT(Show(OpenTasks(id)), ElementsAre("  5"));
}

TEST_F(ShipmentsTest, TwoWavesNeverPickTheSamePieces) {
  const std::string a = Shipped(Sold({{"$NODE1", "$LOTSKU", 12}}));
  const std::string first = Wave("", false);
  const std::string b = Shipped(Sold({{"$NODE1", "$LOTSKU", 12}}));
  const std::string second = Wave("", false);
  std::vector<std::thread> threads;
  for (const std::string& wave : {first, second}) {
    threads.emplace_back(
        [&, wave] { EXPECT_OK(Out(&OutStub::ReleaseWave, "wave_id: '" + wave + "'")); });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(Db().Count("SELECT SUM(quantity) FROM pick_task"), 24);
  EXPECT_EQ(Db().Count(Fill("SELECT SUM(allocated) FROM stock WHERE sku_id = '$LOTSKU'")), 24);
  EXPECT_THAT(Out(&OutStub::ReleaseWave, "wave_id: '" + first + "'"), HasReason("WAVE_STATE"));
  EXPECT_THAT(Out(&OutStub::CancelWave, "wave_id: '" + first + "'"), HasReason("WAVE_STATE"));
  // Nor does anybody else take them: the bin holds them for the pickers.
  EXPECT_THAT(Call(&Stub::CountStock,
                   "node_id: '$NODE1' lines { key { sku_id: '$LOTSKU'"
                   " lot: 'soon' location: 'A-01-02' } counted: 0 }"),
              HasReason("COUNT_BELOW_RESERVED"));
}

TEST_F(ShipmentsTest, TwoOperatorsAtOneTaskRecordItOnce) {
  const std::string id = Shipped(Sold({{"$NODE1", "$LOTSKU", 14}}));
  Wave();
  const auto tasks = OpenTasks(id);
  std::atomic<int> done = 0, refused = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&, i] {
      const auto recorded = Pick(tasks[i % tasks.size()]);
      if (recorded.ok()) {
        ++done;
      } else {
        EXPECT_THAT(recorded, HasReason("TASK_STATE"));
        ++refused;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(done, static_cast<int>(tasks.size()));
  EXPECT_EQ(refused, 6 - static_cast<int>(tasks.size()));
  EXPECT_EQ(Get(id).state(), v1::SHIPMENT_STATE_PICKED);
}

TEST_F(ShipmentsTest, WavesChooseByZoneGroupingAndReservations) {
  Stock("$SKU1", "B-7", 10);
  const std::string lots = Sold({{"$NODE1", "$LOTSKU", 2}});
  const std::string single = Sold({{"$NODE1", "$SKU1", 2}});
  Sold({{"$NODE1", "$SKU1", 1}, {"$NODE1", "$SKU2", 1}});
  ASSERT_OK_AND_ASSIGN(v1::Wave wave, Out(&OutStub::CreateWave,
                                          "wave { node_id: '$NODE1' zones: 'B' carrier: 'sf' }"
                                          " include_reservations: true"));
  EXPECT_EQ(wave.shipment_count(), 1);
  ASSERT_OK(Out(&OutStub::ReleaseWave, "wave_id: '" + wave.wave_id() + "'"));
  auto tasks = Tasks("wave_id: '" + wave.wave_id() + "'");
  EXPECT_THAT(Show(tasks), ElementsAre(" B-7 2"));
  EXPECT_EQ(Get(tasks[0].shipment_id()).reservation_id(), single);
  EXPECT_EQ(Get(tasks[0].shipment_id()).carrier(), "sf");
  ASSERT_OK_AND_ASSIGN(wave, Out(&OutStub::CreateWave,
                                 "wave { node_id: '$NODE1' grouping: WAVE_GROUPING_SINGLE_SKU }"
                                 " include_reservations: true"));
  EXPECT_EQ(wave.shipment_count(), 1);
  EXPECT_EQ(wave.piece_count(), 2);
  ASSERT_OK(Out(&OutStub::CancelWave, "wave_id: '" + wave.wave_id() + "'"));
  ASSERT_OK_AND_ASSIGN(const auto waiting, Out(&OutStub::ListShipments,
                                               "node_id: '$NODE1' state: SHIPMENT_STATE_OPEN"));
  ASSERT_THAT(waiting.shipments(), SizeIs(1));
  EXPECT_EQ(waiting.shipments(0).reservation_id(), lots);
  ASSERT_OK_AND_ASSIGN(wave, Out(&OutStub::CreateWave,
                                 "wave { node_id: '$NODE1' }"
                                 " include_reservations: true"));
  EXPECT_EQ(wave.shipment_count(), 2);
  EXPECT_THAT(Out(&OutStub::CreateWave, "wave { node_id: '$NODE1' } include_reservations: true"),
              HasReason("WAVE_EMPTY"));
  EXPECT_THAT(Out(&OutStub::CreateWave, "wave { node_id: '$NODE2' } include_reservations: true"),
              HasReason("WAVE_EMPTY"));
}

TEST_F(ShipmentsTest, OrdersThatStillWaitElsewhereDoNotHideNewOnes) {
  ASSERT_OK(Receive("$NODE2", "$SKU2", 10));
  // Twice as many as the wave takes: sent from here, open at the other node.
  for (int i = 0; i < 2; ++i) {
    const std::string id = Shipped(Sold({{"$NODE1", "$SKU2", 1}, {"$NODE2", "$SKU2", 1}}));
    Wave();
    PickAll(id);
    ASSERT_OK(Pack(id));
    ASSERT_OK(Ship(id));
  }
  clock_.Advance(absl::Minutes(1));
  const std::string fresh = Sold({{"$NODE1", "$SKU2", 3}});
  const std::string ask = "wave { node_id: '$NODE1' max_orders: 1 } include_reservations: true";
  ASSERT_OK_AND_ASSIGN(const auto wave, Out(&OutStub::CreateWave, ask));
  EXPECT_EQ(wave.shipment_count(), 1);
  EXPECT_EQ(wave.piece_count(), 3);
  EXPECT_EQ(GetReservation(fresh).state(), v1::RESERVATION_STATE_CONFIRMED);
  EXPECT_THAT(Out(&OutStub::CreateWave, ask), HasReason("WAVE_EMPTY"));
}

TEST_F(ShipmentsTest, AWalkIsAtMostAsLongAsTheSShape) {
  for (const char* bin : {"A-1-1", "A-1-40", "A-2-1", "A-3-40", "Z-1-9"}) Stock("$SKU2", bin, 1);
  ASSERT_OK(
      Call(&Stub::CountStock, "node_id: '$NODE1' lines { key { sku_id: '$SKU2' } counted: 0 }"));
  Shipped(Sold({{"$NODE1", "$SKU2", 5}}));
  const std::string wave = Wave();
  ASSERT_OK_AND_ASSIGN(const auto all, Out(&OutStub::GetPickPath, "wave_id: '" + wave + "'"));
  EXPECT_THAT(all.stops(), SizeIs(5));
  ASSERT_OK_AND_ASSIGN(const auto path,
                       Out(&OutStub::GetPickPath, "wave_id: '" + wave + "' zones: 'A'"));
  ASSERT_THAT(path.stops(), SizeIs(4));
  EXPECT_LT(path.distance_mm(), path.s_shape_distance_mm());
  int64_t legs = 0;
  for (const auto& stop : path.stops()) legs += stop.distance_mm();
  EXPECT_LE(legs, path.distance_mm());
  EXPECT_EQ(path.stops(0).tasks(0).quantity(), 1);
}

TEST_F(ShipmentsTest, CartonsAreCheckedByContentAndWeight) {
  ASSERT_OK(Call(&Stub::UpdateSku,
                 "sku { sku_id: '$SKU2' weight_grams: 500 }"
                 " update_mask { paths: 'weight_grams' }"));
  const std::string id = Shipped(Sold({{"$NODE1", "$SKU2", 4}}));
  Wave();
  PickAll(id);
  const auto pack = [&](int pieces, int grams) {
    return Out(&OutStub::PackShipment,
               fmt::format("shipment_id: '{}' cartons {{ code: 'c1' tare_grams: 100"
                           " weight_grams: {} contents {{ sku_id: '$SKU2' quantity: {} }} }}",
                           id, grams, pieces));
  };
  EXPECT_THAT(pack(3, 0), HasReason("PACK_MISMATCH"));
  EXPECT_THAT(pack(5, 0), HasReason("PACK_MISMATCH"));
  EXPECT_THAT(pack(4, 2164), HasReason("WEIGHT_MISMATCH"));
  ASSERT_OK_AND_ASSIGN(const v1::Shipment packed, pack(4, 2163));  // 3 % of 2100
  EXPECT_EQ(packed.cartons(0).expected_weight_grams(), 2100);
  EXPECT_EQ(packed.policy_version(), 0);
  EXPECT_THAT(pack(4, 2100), HasReason("SHIPMENT_STATE"));
  ASSERT_OK_AND_ASSIGN(v1::OutboundPolicy policy, Out(&OutStub::GetOutboundPolicy, ""));
  EXPECT_EQ(policy.version(), 0);
  policy.set_weight_tolerance_bps(0);
  policy.set_weight_tolerance_grams(0);
  v1::SetOutboundPolicyRequest set;
  *set.mutable_policy() = policy;
  ASSERT_OK(rpc::Call(*outbound_, &OutStub::SetOutboundPolicy, set, Person("boss")));
  EXPECT_THAT(rpc::Call(*outbound_, &OutStub::SetOutboundPolicy, set, Person("boss")),
              HasReason("ETAG_MISMATCH"));
  set.set_expected_version(1);
  set.mutable_policy()->set_staging_location("DOCK");
  EXPECT_THAT(rpc::Call(*outbound_, &OutStub::SetOutboundPolicy, set, Person("boss")),
              HasReason("STAGING_IN_USE"));
  ASSERT_OK(Out(&OutStub::UnpackShipment, "shipment_id: '" + id + "'"));
  EXPECT_THAT(pack(4, 2101), HasReason("WEIGHT_MISMATCH"));
  ASSERT_OK_AND_ASSIGN(const v1::Shipment again, pack(4, 2100));
  EXPECT_EQ(again.policy_version(), 1);
  EXPECT_THAT(Out(&OutStub::ShipShipment, fmt::format("shipment_id: '{}' waybill: 'W'",
                                                      Shipped(Sold({{"$NODE1", "$SKU1", 1}}), ""))),
              HasReason("SHIPMENT_STATE"));
}

}  // namespace
}  // namespace kefu::warehouse
