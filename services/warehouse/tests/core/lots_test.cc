// Lots and their dates as goods come in.
#include "services/warehouse/tests/fixture.h"

namespace kefu::warehouse {
namespace {

class LotsTest : public WarehouseTest {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    ASSERT_OK_AND_ASSIGN(const v1::Sku sku,
                         Call(&Stub::CreateSku,
                              "sku { code: 'milk' display_name: 'milk' lot_tracked: true"
                              " shelf_life_days: 30 }"));
    world_["$MILK"] = sku.sku_id();
  }
  void TearDown() override { CheckBooks(); }

  absl::Status In(const std::string& line) {
    return Call(&Stub::Receive,
                "node_id: '$NODE1' lines { sku_id: '$MILK' quantity: 5 " + line + "}")
        .status();
  }
  static std::string Day(std::string_view field, int month, int day) {
    return fmt::format("{} {{ year: 2026 month: {} day: {} }} ", field, month, day);
  }
  int64_t Lots(const std::string& where) {
    return Db().Count("SELECT COUNT(*) FROM lot WHERE " + where);
  }
};

TEST_F(LotsTest, ALotKeepsTheDatesItCameWith) {
  EXPECT_THAT(In("lot: 'L1'"), HasReason("LOT_DATE_REQUIRED"));
  EXPECT_EQ(Lots("1 = 1"), 0);
  EXPECT_OK(In("lot: 'L1' " + Day("made_date", 1, 10)));
  EXPECT_EQ(Lots("lot = 'L1' AND expiry_date = '2026-02-09' AND made_date = '2026-01-10'"), 1);
  EXPECT_OK(In("lot: 'L1'"));
  EXPECT_OK(In("lot: 'L1' " + Day("expire_date", 2, 9)));
  EXPECT_THAT(In("lot: 'L1' " + Day("expire_date", 2, 10)), HasReason("LOT_MISMATCH"));
  EXPECT_THAT(In("lot: 'L1' " + Day("made_date", 1, 11)), HasReason("LOT_MISMATCH"));
  EXPECT_OK(In("lot: 'L2' " + Day("expire_date", 3, 1)));
  EXPECT_OK(In("lot: 'L2' " + Day("made_date", 1, 2)));  // not known so far
  EXPECT_EQ(Lots("lot = 'L2' AND expiry_date = '2026-03-01' AND made_date = '2026-01-02'"), 1);
  EXPECT_THAT(In("lot: 'L3' " + Day("made_date", 1, 16)), HasReason("LOT_MISMATCH"));
  EXPECT_THAT(In("lot: 'L3' " + Day("made_date", 1, 9) + Day("expire_date", 1, 8)),
              HasReason("LOT_MISMATCH"));
  EXPECT_EQ(Db().Count("SELECT SUM(on_hand) FROM stock WHERE lot <> ''"), 25);
}

TEST_F(LotsTest, GoodsThatMayNotBeSoldComeInOtherwise) {
  EXPECT_OK(In("lot: 'L1' " + Day("expire_date", 1, 15)));  // today is its last day
  EXPECT_THAT(In("lot: 'L2' " + Day("expire_date", 1, 14)), HasReason("LOT_EXPIRED"));
  EXPECT_OK(In("lot: 'L2' condition: STOCK_CONDITION_QUARANTINED " + Day("expire_date", 1, 14)));
  Db().Exec("UPDATE lot SET state = 'RECALLED' WHERE lot = 'L1'");
  EXPECT_THAT(In("lot: 'L1'"), HasReason("LOT_RECALLED"));
  EXPECT_OK(In("lot: 'L1' condition: STOCK_CONDITION_DAMAGED"));
}

TEST_F(LotsTest, DatesBelongToLots) {
  const auto in = [&](const std::string& line) {
    return Call(&Stub::Receive,
                "node_id: '$NODE1' lines { sku_id: '$SKU1' quantity: 5 " + line + "}");
  };
  EXPECT_THAT(in(Day("expire_date", 5, 1)), HasReason("LOT_NOT_ALLOWED"));
  EXPECT_THAT(in(Day("made_date", 2, 30)), HasReason("INVALID_FIELDS"));
  // Without a shelf life a lot needs no date, and may learn one.
  const auto lot = [&](const std::string& line) {
    return Call(&Stub::Receive,
                "node_id: '$NODE1' lines { sku_id: '$LOTSKU' quantity: 5 lot: 'X' " + line + "}");
  };
  EXPECT_OK(lot(""));
  EXPECT_OK(lot(Day("expire_date", 5, 1)));
  EXPECT_EQ(Lots("lot = 'X' AND expiry_date = '2026-05-01' AND version = 2"), 1);
}

TEST_F(LotsTest, TwoReceiptsOfOneNewLotAgree) {
  std::vector<std::thread> callers;
  std::atomic<int> in = 0, refused = 0;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&, i] {
      const auto status = In("lot: 'L9' " + Day("expire_date", 3, 1 + i % 2));
      ++(status.ok() ? in : refused);
      if (!status.ok()) {
        EXPECT_THAT(status, HasReason("LOT_MISMATCH"));
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(in, 4);
  EXPECT_EQ(refused, 4);
}

}  // namespace
}  // namespace kefu::warehouse
