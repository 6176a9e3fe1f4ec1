// Goods that leave, reservations that go to another node.
#include "kefu/warehouse/v1/shipped.pb.h"
#include "services/warehouse/tests/core/fixture.h"

namespace kefu::warehouse {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ShippingTest : public StockControlTest {
 protected:
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(MakeWorld()); }
  void TearDown() override {
    CheckBooks();
    EXPECT_THAT(Verify(), ElementsAre());
  }

  // A confirmed reservation as $SOLD.
  void Sell(const std::vector<Line>& lines) {
    ASSERT_OK_AND_ASSIGN(const v1::Reservation made, Reserve(lines));
    world_["$SOLD"] = made.reservation_id();
    ASSERT_OK(Call(&Stub::ConfirmReservation, "reservation_id: '$SOLD'"));
  }
  absl::StatusOr<v1::ShipOrderResponse> Ship(const std::string& more = "") {
    return Call(&Stub::ShipOrder, "reservation_id: '$SOLD' " + more);
  }
  void ReceiveLot(const std::string& lot, const std::string& bin, int quantity, int expire_day) {
    ASSERT_OK(Call(&Stub::Receive,
                   fmt::format("node_id: '$NODE1' lines {{ sku_id: '$LOTSKU' quantity: {} lot: '{}'"
                               " location: '{}' expire_date {{ year: 2026 month: 2 day: {} }} }}",
                               quantity, lot, bin, expire_day)));
  }
  // What the feed says has left, oldest first: "early 4" for pieces of a lot.
  static std::vector<std::string> Told() {
    static constexpr db::Sql kTold{
        "SELECT payload FROM outbox WHERE type = 'kefu.warehouse.v1.GoodsShipped'"
        " ORDER BY outbox_id"};
    const auto rows = Db().db().Read(absl::InfiniteFuture(), kTold);
    EXPECT_OK(rows);
    std::vector<std::string> told;
    for (const db::Row row : *rows) {
      v1::GoodsShipped event;
      EXPECT_TRUE(event.ParseFromString(row.Str(0)));
      std::string text;
      for (const v1::ShippedGoods& goods : event.goods()) {
        EXPECT_FALSE(goods.node_id().empty() || goods.sku_id().empty());
        text += fmt::format("[{} {}]", goods.lot(), goods.quantity());
      }
      told.push_back(fmt::format("{} {}", event.reservation_id(), text));
    }
    return told;
  }
  static std::vector<std::string> Picks(const v1::ShipOrderResponse& shipped) {
    std::vector<std::string> picks;
    for (const auto& e : shipped.entries()) {
      picks.push_back(fmt::format("{}@{} {}", e.key().lot(), e.key().location(), e.quantity()));
    }
    return picks;
  }
};

TEST_F(ShippingTest, FirstExpiredLeavesFirstAndTheRestLater) {
  ReceiveLot("late", "a", 5, 20);
  ReceiveLot("early", "b", 3, 10);
  ReceiveLot("early", "a", 3, 10);
  Sell({{"$NODE1", "$LOTSKU", 8}, {"$NODE1", "$SKU2", 4}});
  const std::string line = "lines { node_id: '$NODE1' sku_id: '$LOTSKU' quantity: ";
  EXPECT_THAT(Ship(line + "9 }"), HasReason("SHIPS_MORE_THAN_OPEN"));
  ASSERT_OK_AND_ASSIGN(const auto part, Ship(line + "4 } document: 'SF1'"));
  EXPECT_THAT(Picks(part), ElementsAre("early@a 3", "early@b 1"));
  EXPECT_EQ(part.entries(0).from_account(), v1::LEDGER_ACCOUNT_RESERVED);
  EXPECT_EQ(part.entries(0).to_account(), v1::LEDGER_ACCOUNT_CUSTOMER);
  EXPECT_EQ(part.entries(0).note(), "SF1");
  EXPECT_EQ(part.reservation().state(), v1::RESERVATION_STATE_CONFIRMED);
  EXPECT_EQ(part.reservation().lines(0).shipped_quantity(), 4);
  EXPECT_EQ(StockOf("$NODE1", "$LOTSKU"), "7/4");
  CheckBooks();
  ASSERT_OK_AND_ASSIGN(const auto rest, Ship());
  EXPECT_THAT(Picks(rest), ElementsAre("early@b 2", "late@a 2", "@ 4"));
  // By lot, whatever the bin; a refused or repeated call tells nothing.
  EXPECT_THAT(Told(),
              ElementsAre(world_["$SOLD"] + " [early 4]", HasSubstr(world_["$SOLD"] + " [")));
  EXPECT_THAT(Told()[1], AllOf(HasSubstr("[early 2]"), HasSubstr("[late 2]"), HasSubstr("[ 4]")));
  EXPECT_EQ(rest.reservation().state(), v1::RESERVATION_STATE_SHIPPED);
  EXPECT_EQ(StockOf("$NODE1", "$LOTSKU"), "3/0");
  EXPECT_THAT(Ship(), HasReason("RESERVATION_NOT_CONFIRMED"));
  EXPECT_THAT(Call(&Stub::ReleaseReservation, "reservation_id: '$SOLD'"),
              HasReason("RESERVATION_CLOSED"));
}

TEST_F(ShippingTest, WhatIsLeftOfAPartialShipmentGoesBack) {
  Sell({{"$NODE1", "$SKU2", 10}});
  ASSERT_OK(Ship("lines { node_id: '$NODE1' sku_id: '$SKU2' quantity: 4 }"));
  ASSERT_OK(Call(&Stub::ReleaseReservation, "reservation_id: '$SOLD'"));
  EXPECT_EQ(StockOf("$NODE1", "$SKU2"), "96/0");
}

TEST_F(ShippingTest, NamedPicksMustBeThereAndSellable) {
  ReceiveLot("L1", "a", 5, 10);
  ReceiveLot("L2", "a", 5, 20);
  Sell({{"$NODE1", "$LOTSKU", 6}});
  const auto pick = [](const std::string& picks) {
    return "lines { node_id: '$NODE1' sku_id: '$LOTSKU' " + picks + " }";
  };
  EXPECT_THAT(Ship(pick("picks { lot: 'L1' location: 'a' quantity: 6 }")), HasReason("BIN_SHORT"));
  EXPECT_THAT(Ship(pick("picks { lot: 'L1' location: 'z' quantity: 1 }")), HasReason("BIN_SHORT"));
  EXPECT_THAT(Ship(pick("quantity: 2 picks { lot: 'L1' location: 'a' quantity: 1 }")),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Ship("lines { node_id: '$NODE2' sku_id: '$LOTSKU' }"),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Ship("business_date { year: 2026 month: 1 day: 16 }"),
              HasReason("BUSINESS_DATE_IN_FUTURE"));
  Db().Exec("UPDATE lot SET state = 'RECALLED' WHERE lot = 'L2'");
  EXPECT_THAT(Ship(pick("picks { lot: 'L2' location: 'a' quantity: 1 }")),
              HasReason("LOT_RECALLED"));
  EXPECT_THAT(Ship(), HasReason("NOT_PICKABLE"));
  Db().Exec("UPDATE lot SET state = 'ACTIVE' WHERE lot = 'L2'");
  Db().Exec("UPDATE lot SET expiry_date = '2026-01-14' WHERE lot = 'L1'");
  EXPECT_THAT(Ship(pick("picks { lot: 'L1' location: 'a' quantity: 1 }")),
              HasReason("LOT_EXPIRED"));
  Db().Exec("UPDATE stock SET allocated = 1 WHERE lot = 'L2'");
  EXPECT_THAT(Ship(pick("quantity: 5")), HasReason("NOT_PICKABLE"));
  EXPECT_THAT(Ship(pick("picks { lot: 'L2' location: 'a' quantity: 5 }")), HasReason("BIN_SHORT"));
  ASSERT_OK_AND_ASSIGN(const auto shipped, Ship(pick("quantity: 4")));
  EXPECT_THAT(Picks(shipped), ElementsAre("L2@a 4"));
}

TEST_F(ShippingTest, OnlyWhatIsConfirmedShips) {
  world_["$SOLD"] = world_["$RES"];
  EXPECT_THAT(Ship(), HasReason("RESERVATION_NOT_CONFIRMED"));
  Db().Exec("UPDATE reservation SET state = 'CONFIRMED', open_shipments = 1");
  EXPECT_THAT(Ship(), HasReason("RESERVATION_IN_SHIPMENT"));
  EXPECT_THAT(Call(&Stub::MoveReservation, "reservation_id: '$RES' to_node_id: '$NODE2'"),
              HasReason("RESERVATION_IN_SHIPMENT"));
  Db().Exec("UPDATE reservation SET open_shipments = 0");
  EXPECT_THAT(Call(&Stub::ShipOrder, "reservation_id: 'nothing'"),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ShippingTest, AReservationMovesToAnotherNodeWholeOrNotAtAll) {
  const std::string move = "reservation_id: '$RES' to_node_id: '$NODE2' reason: 'nearer'";
  EXPECT_THAT(Call(&Stub::MoveReservation, move), HasReason("INSUFFICIENT_STOCK"));
  ASSERT_OK(Receive("$NODE2", "$SKU1", 9));
  EXPECT_THAT(Call(&Stub::MoveReservation, move), HasReason("INSUFFICIENT_STOCK"));
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "100/10");
  ASSERT_OK(Receive("$NODE2", "$SKU1", 1));
  const int64_t bins =
      Db().Count("SELECT SUM(CRC32(CONCAT_WS('/', sku_id, node_id, on_hand))) FROM stock");
  ASSERT_OK_AND_ASSIGN(const v1::Reservation moved, Call(&Stub::MoveReservation, move));
  EXPECT_EQ(moved.lines(0).node_id(), world_["$NODE2"]);
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "100/0");
  EXPECT_EQ(StockOf("$NODE2", "$SKU1"), "10/10");
  EXPECT_EQ(Db().Count("SELECT SUM(CRC32(CONCAT_WS('/', sku_id, node_id, on_hand))) FROM stock"),
            bins);
  // Again there is nothing to move.
  EXPECT_THAT(Call(&Stub::MoveReservation, move).value(), EqualsProto(moved));
  EXPECT_THAT(Call(&Stub::MoveReservation, "reservation_id: '$RES' to_node_id: 'nowhere'"),
              StatusIs(absl::StatusCode::kNotFound));
  clock_.Advance(absl::Minutes(30));
  EXPECT_THAT(Call(&Stub::MoveReservation, "reservation_id: '$RES' to_node_id: '$NODE1'"),
              HasReason("RESERVATION_NOT_HELD"));
}

TEST_F(ShippingTest, WhatWasShippedStaysWhereItWas) {
  ASSERT_OK(Receive("$NODE2", "$SKU2", 50));
  Sell({{"$NODE1", "$SKU2", 10}, {"$NODE2", "$SKU2", 5}});
  ASSERT_OK(Ship("lines { node_id: '$NODE1' sku_id: '$SKU2' quantity: 4 }"));
  ASSERT_OK_AND_ASSIGN(const v1::Reservation moved,
                       Call(&Stub::MoveReservation,
                            "reservation_id: '$SOLD' to_node_id: '$NODE2'"
                            " lines { node_id: '$NODE1' sku_id: '$SKU2' }"));
  ASSERT_EQ(moved.lines_size(), 2);
  EXPECT_EQ(moved.lines(0).quantity(), 4);
  EXPECT_EQ(moved.lines(0).shipped_quantity(), 4);
  EXPECT_EQ(moved.lines(1).quantity(), 11);
  EXPECT_EQ(StockOf("$NODE2", "$SKU2"), "50/11");
  ASSERT_OK_AND_ASSIGN(const auto shipped, Ship());
  EXPECT_EQ(shipped.reservation().state(), v1::RESERVATION_STATE_SHIPPED);
  EXPECT_EQ(StockOf("$NODE2", "$SKU2"), "39/0");
}

TEST_F(ShippingTest, NothingMovesToAnArchivedNodeAndNoNodeWithStockIsArchived) {
  const std::string archive = " state: RECORD_STATE_ARCHIVED } update_mask { paths: 'state' }";
  EXPECT_THAT(Call(&Stub::UpdateNode, "node { node_id: '$NODE1'" + archive),
              HasReason("NODE_HAS_STOCK"));
  EXPECT_OK(Call(&Stub::UpdateNode, "node { node_id: '$NODE2'" + archive));
  EXPECT_THAT(Call(&Stub::MoveReservation, "reservation_id: '$RES' to_node_id: '$NODE2'"),
              HasReason("RECORD_ARCHIVED"));
  EXPECT_THAT(Receive("$NODE2", "$SKU1", 1), HasReason("RECORD_ARCHIVED"));
}

TEST_F(ShippingTest, WhoIsConfinedToShopsSeesOnlyTheirs) {
  rpc::CallOptions confined = {.token = host_.tokens().Token("org-a", {auth::Role::kShopManager},
                                                             {"shop-1"}, "clerk", absl::Hours(72))};
  const auto not_found = StatusIs(absl::StatusCode::kNotFound);
  Sell({{"$NODE1", "$SKU2", 3}});
  EXPECT_THAT(Call(&Stub::ShipOrder, "reservation_id: '$SOLD'", confined), not_found);
  EXPECT_THAT(
      Call(&Stub::MoveReservation, "reservation_id: '$SOLD' to_node_id: '$NODE2'", confined),
      not_found);
  Db().Exec(Fill("UPDATE reservation SET shop_id = 'shop-1' WHERE reservation_id = '$SOLD'"));
  EXPECT_OK(Call(&Stub::ShipOrder, "reservation_id: '$SOLD'", confined));
}

}  // namespace
}  // namespace kefu::warehouse
