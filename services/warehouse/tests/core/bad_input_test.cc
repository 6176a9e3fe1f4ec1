// What is wrong is answered by its name, and the stock is as it was.
#include "services/warehouse/tests/core/fixture.h"

namespace kefu::warehouse {
namespace {

class BadInputTest : public StockControlTest {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    ASSERT_OK_AND_ASSIGN(const auto sku, Call(&Stub::CreateSku,
                                              "sku { code: 'milk' display_name: 'milk'"
                                              " lot_tracked: true shelf_life_days: 9 }"));
    world_["$MILK"] = sku.sku_id();
    ASSERT_OK(Call(&Stub::Receive,
                   "node_id: '$NODE1' lines { sku_id: '$MILK' quantity: 3 lot: 'M'"
                   " made_date { year: 2026 month: 1 day: 10 } }"));
    ASSERT_OK_AND_ASSIGN(const auto node, Call(&Stub::CreateNode,
                                               "node { display_name: 'shut' parent_node_id:"
                                               " '$NODE1' kind: NODE_KIND_FRONT_WAREHOUSE }"));
    world_["$SHUT"] = node.node_id();
    ASSERT_OK(Call(&Stub::UpdateNode,
                   "node { node_id: '$SHUT' state: RECORD_STATE_ARCHIVED }"
                   " update_mask { paths: 'state' }"));
    for (const char* name : {"$LATE", "$GONE"}) {
      ASSERT_OK_AND_ASSIGN(const auto made, Reserve({{"$NODE1", "$SKU2", 1}},
                                                    name[1] == 'L' ? "ttl_seconds: 1" : ""));
      world_[name] = made.reservation_id();
    }
    ASSERT_OK(Call(&Stub::ReleaseReservation, "reservation_id: '$GONE'"));
    clock_.Advance(absl::Seconds(2));
  }

  // A sum over everything that stock and ledger hold.
  int64_t Fingerprint() {
    return Db().Count(
        "SELECT CRC32(CONCAT_WS('|', (SELECT GROUP_CONCAT(sku_id, node_id, on_hand, reserved,"
        " in_transit, version ORDER BY sku_id, node_id, stock_condition) FROM stock_total),"
        " (SELECT SUM(CRC32(CONCAT_WS('/', sku_id, node_id, lot, location, on_hand))) FROM stock),"
        " (SELECT COUNT(*) FROM ledger_entry),"
        " (SELECT SUM(CRC32(CONCAT(reservation_id, state, line_list))) FROM reservation)))");
  }

  void Expect(const char* what, const absl::Status& status, std::string_view reason) {
    EXPECT_EQ(ReasonOf(status), reason) << what << ": " << status;
    EXPECT_EQ(Fingerprint(), before_) << what << " changed the stock";
  }
  int64_t before_ = 0;
};

struct BadCase {
  const char* what;
  absl::Status status;
  const char* reason;
};

TEST_F(BadInputTest, WrongReceiptsReservationsAndCorrectionsChangeNothing) {
  before_ = Fingerprint();
  const auto receive = [&](const std::string& text) { return Call(&Stub::Receive, text).status(); };
  const auto reserve = [&](const std::string& line) {
    return Call(&Stub::Reserve, "reservation { lines { " + line + " } }").status();
  };
  const auto adjust = [&](const std::string& text) {
    return Call(&Stub::AdjustStock, "node_id: '$NODE1' lines { " + text + " }").status();
  };
  const std::string loss = " reason: ADJUSTMENT_REASON_LOSS key { sku_id: '$SKU1' } quantity: ";
  const BadCase cases[] = {
      {"unknown SKU received", receive("node_id: '$NODE1' lines { sku_id: 'x' quantity: 1 }"),
       "NOT_FOUND"},
      {"unknown node", receive("node_id: 'x' lines { sku_id: '$SKU1' quantity: 1 }"), "NOT_FOUND"},
      {"unknown SKU reserved", reserve("node_id: '$NODE1' sku_id: 'x' quantity: 1"), "NOT_FOUND"},
      {"unknown node reserved", reserve("node_id: 'x' sku_id: '$SKU1' quantity: 1"), "NOT_FOUND"},
      {"negative quantity", reserve("node_id: '$NODE1' sku_id: '$SKU1' quantity: -1"),
       "INVALID_FIELDS"},
      {"no quantity", reserve("node_id: '$NODE1' sku_id: '$SKU1' quantity: 0"), "INVALID_FIELDS"},
      {"huge quantity", reserve("node_id: '$NODE1' sku_id: '$SKU1' quantity: 9223372036854775807"),
       "INVALID_FIELDS"},
      {"huge receipt",
       receive("node_id: '$NODE1' lines { sku_id: '$SKU1' quantity: 9223372036854775807 }"),
       "INVALID_FIELDS"},
      {"huge correction", adjust(loss + "9223372036854775807"), "INVALID_FIELDS"},
      {"negative correction", adjust(loss + "-5"), "INVALID_FIELDS"},
      {"more than is free", adjust(loss + "91"), "INSUFFICIENT_STOCK"},
      {"another owner's stock",
       reserve("node_id: '$NODE1' sku_id: '$SKU1' owner_id: 'brand' quantity: 1"),
       "INSUFFICIENT_STOCK"},
      {"one owner's pieces called another's",
       adjust("reason: ADJUSTMENT_REASON_RECLASSIFY quantity: 1 to { owner_id: '' }"
              " key { sku_id: '$SKU1' owner_id: 'brand' }"),
       "INSUFFICIENT_STOCK"},
      {"own pieces called a stranger's",
       adjust("reason: ADJUSTMENT_REASON_RECLASSIFY quantity: 1 to { owner_id: 'x' }"
              " key { sku_id: '$SKU1' }"),
       "NOT_FOUND"},
      {"goods of a stranger received",
       receive("node_id: '$NODE1' lines { sku_id: '$SKU1' quantity: 1 owner_id: 'x' }"),
       "NOT_FOUND"},
      {"goods of a stranger found",
       adjust("reason: ADJUSTMENT_REASON_FOUND quantity: 1 key { sku_id: '$SKU1' owner_id: 'x' }"),
       "NOT_FOUND"},
      {"goods of a stranger counted",
       Call(&Stub::CountStock,
            "node_id: '$NODE1' lines { key { sku_id: '$SKU1' owner_id: 'x' } counted: 1 }")
           .status(),
       "NOT_FOUND"},
  };
  for (const auto& c : cases) Expect(c.what, c.status, c.reason);
}

TEST_F(BadInputTest, WrongStatesNodesAndLotsChangeNothing) {
  before_ = Fingerprint();
  const auto receive = [&](const std::string& text) { return Call(&Stub::Receive, text).status(); };
  const auto reserve = [&](const std::string& line) {
    return Call(&Stub::Reserve, "reservation { lines { " + line + " } }").status();
  };
  const auto move = [&](const std::string& text) {
    return Call(&Stub::MoveReservation, text).status();
  };
  const BadCase cases[] = {
      {"confirmed too late", Call(&Stub::ConfirmReservation, "reservation_id: '$LATE'").status(),
       "RESERVATION_NOT_HELD"},
      {"moved too late", move("reservation_id: '$LATE' to_node_id: '$NODE2'"),
       "RESERVATION_NOT_HELD"},
      {"confirmed when released",
       Call(&Stub::ConfirmReservation, "reservation_id: '$GONE'").status(), "RESERVATION_NOT_HELD"},
      {"shipped when held", Call(&Stub::ShipOrder, "reservation_id: '$RES'").status(),
       "RESERVATION_NOT_CONFIRMED"},
      {"shipped when released", Call(&Stub::ShipOrder, "reservation_id: '$GONE'").status(),
       "RESERVATION_NOT_CONFIRMED"},
      {"moved to a closed node", move("reservation_id: '$RES' to_node_id: '$SHUT'"),
       "RECORD_ARCHIVED"},
      {"moved to nowhere", move("reservation_id: '$RES' to_node_id: 'x'"), "NOT_FOUND"},
      {"reserved at a closed node", reserve("node_id: '$SHUT' sku_id: '$SKU1' quantity: 1"),
       "RECORD_ARCHIVED"},
      {"a circle of nodes",
       Call(&Stub::UpdateNode,
            "node { node_id: '$NODE1' parent_node_id: '$NODE1' }"
            " update_mask { paths: 'parent_node_id' }")
           .status(),
       "NETWORK_CYCLE"},
      {"a node closed with its stock",
       Call(&Stub::UpdateNode,
            "node { node_id: '$NODE1' state: RECORD_STATE_ARCHIVED }"
            " update_mask { paths: 'state' }")
           .status(),
       "NODE_HAS_STOCK"},
      {"a lot out of date",
       receive("node_id: '$NODE1' lines { sku_id: '$MILK' quantity: 1 lot: 'O'"
               " made_date { year: 2026 month: 1 day: 1 } }"),
       "LOT_EXPIRED"},
      {"a lot that contradicts itself",
       receive("node_id: '$NODE1' lines { sku_id: '$MILK' quantity: 1 lot: 'M'"
               " made_date { year: 2026 month: 1 day: 11 } }"),
       "LOT_MISMATCH"},
      {"a lot without a date",
       receive("node_id: '$NODE1' lines { sku_id: '$MILK' quantity: 1 lot: 'N' }"),
       "LOT_DATE_REQUIRED"},
      {"a repair of nothing", Call(&Control::RepairStock, "node_id: '$NODE1' reason: 'x'").status(),
       "INVALID_FIELDS"},
  };
  for (const auto& c : cases) Expect(c.what, c.status, c.reason);
  CheckBooks();
}

}  // namespace
}  // namespace kefu::warehouse
