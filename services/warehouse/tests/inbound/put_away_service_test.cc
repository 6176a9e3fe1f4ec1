// Goods into bins.
#include "services/warehouse/tests/inbound/fixture.h"

namespace kefu::warehouse {
namespace {

using ::testing::ElementsAre;

class PutAwayServiceTest : public InboundTest {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    ASSERT_OK(Call(&Stub::Receive,
                   "node_id: '$NODE2' lines { sku_id: '$LOTSKU' quantity: 12 lot: 'L1'"
                   " location: 'DOCK' } lines { sku_id: '$LOTSKU' quantity: 4 lot: 'L2'"
                   " location: 'DOCK' } lines { sku_id: '$SKU1' quantity: 5 location: 'DOCK'"
                   " condition: STOCK_CONDITION_DAMAGED }"));
    int distance = 100;
    for (const char* bin : {"A-1", "A-2", "B-1"}) {
      Db().Exec(Fill(fmt::format(
          "INSERT INTO bin (org_id, node_id, location, aisle, aisle_position, distance_cm,"
          " capacity_cm3, size_classes, temperature_zone, closed, update_us)"
          " VALUES ('org-a', '$NODE2', '{}', '', 0, {}, 0, 'A,B', '', 0, 0)",
          bin, distance)));
      distance -= 10;
    }
    ASSERT_OK(Call(&InboundStub::SetInboundPolicy,
                   "policy { node_id: '$NODE2' over_receipt_action: OVER_RECEIPT_ACTION_REFUSE"
                   " put_away_rules { categories: 'shirts' conditions: STOCK_CONDITION_SELLABLE"
                   "  zones: 'A' zones: 'B' keep_lots_apart: true max_bin_pieces: 10 } }"));
  }
  absl::StatusOr<v1::ConfirmPutAwayResponse> Confirm(const std::string& moves) {
    return Call(&InboundStub::ConfirmPutAway, "node_id: '$NODE2' document: 'task 1' " + moves);
  }
};

TEST_F(PutAwayServiceTest, ProposesByRulesAndMovesWhatIsConfirmed) {
  ASSERT_OK_AND_ASSIGN(const auto proposal, Call(&InboundStub::ProposePutAway,
                                                 "node_id: '$NODE2' from_location: 'DOCK'"));
  std::vector<std::string> moves;
  std::string confirm;
  for (const v1::PutAwayMove& move : proposal.moves()) {
    moves.push_back(fmt::format("{} {}>{}", move.lot(), move.quantity(), move.to_location()));
    confirm += fmt::format("moves {{ {} }} ", move.ShortDebugString());
  }
  EXPECT_THAT(moves, ElementsAre("L1 10>A-2", "L1 2>A-1", "L2 4>B-1"));
  ASSERT_EQ(proposal.leftovers_size(), 1);
  EXPECT_EQ(proposal.leftovers(0).reason(), v1::NO_PROPOSAL_REASON_NO_RULE);
  EXPECT_EQ(proposal.policy_version(), 1);
  ASSERT_OK_AND_ASSIGN(const auto done, Confirm(confirm));
  EXPECT_EQ(done.entries_size(), 6);
  EXPECT_EQ(done.entries(0).reference(), "task 1");
  EXPECT_EQ(Bins("$NODE2", "$LOTSKU"), "L1@A-1 2, L1@A-2 10, L2@B-1 4");
  EXPECT_EQ(Totals("$NODE2", "$LOTSKU"), "SELLABLE 16");
  EXPECT_EQ(EventsOf("StockPutAway").size(), 1u);
  // All of it is gone from the dock.
  EXPECT_THAT(Confirm("moves { sku_id: '$LOTSKU' lot: 'L1' from_location: 'DOCK'"
                      " to_location: 'A-1' quantity: 1 }"),
              HasReason("BIN_SHORT"));
}

TEST_F(PutAwayServiceTest, BinsTakeOnlyWhatTheyMay) {
  const auto to = [&](const std::string& bin, int quantity, const std::string& lot = "L1") {
    return fmt::format(
        "moves {{ sku_id: '$LOTSKU' lot: '{}' from_location: 'DOCK'"
        " to_location: '{}' quantity: {} }} ",
        lot, bin, quantity);
  };
  EXPECT_THAT(Confirm(to("Z-9", 1)), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Confirm(to("A-1", 11)), HasReason("BIN_REFUSES"));
  EXPECT_THAT(Confirm(to("A-1", 1) + to("A-1", 1, "L2")), HasReason("BIN_REFUSES"));
  Db().Exec("UPDATE bin SET closed = 1 WHERE location = 'A-2'");
  EXPECT_THAT(Confirm(to("A-2", 1)), HasReason("BIN_REFUSES"));
  EXPECT_EQ(Bins("$NODE2", "$LOTSKU"), "L1@DOCK 12, L2@DOCK 4");
}

TEST_F(PutAwayServiceTest, ANodeWithoutAListOfBinsTakesAny) {
  // 10 of 100 are promised: a move between bins never uncovers them.
  ASSERT_OK(Call(&InboundStub::ConfirmPutAway,
                 "node_id: '$NODE1' moves { sku_id: '$SKU1' to_location: 'X' quantity: 100 }"));
  EXPECT_EQ(Bins("$NODE1", "$SKU1"), "@X 100");
  EXPECT_EQ(Totals("$NODE1", "$SKU1"), "SELLABLE 100 (10 reserved)");
}

TEST_F(PutAwayServiceTest, ParallelMovesIntoOneBinStayWithinItsRoom) {
  const rpc::CallOptions as = InboundAs("org-a");
  std::atomic<int> moved = 0;
  std::vector<std::thread> running;
  for (int thread = 0; thread < 6; ++thread) {
    running.emplace_back([&] {
      const auto result = Call(&InboundStub::ConfirmPutAway,
                               "node_id: '$NODE2' moves { sku_id: '$LOTSKU' lot: 'L1'"
                               " from_location: 'DOCK' to_location: 'A-1' quantity: 2 }",
                               as);
      if (result.ok()) {
        ++moved;
      } else {
        EXPECT_THAT(result, HasReason("BIN_REFUSES"));
      }
    });
  }
  for (std::thread& thread : running) thread.join();
  EXPECT_EQ(moved, 5);
  EXPECT_EQ(Bins("$NODE2", "$LOTSKU"), "L1@A-1 10, L1@DOCK 2, L2@DOCK 4");
}

}  // namespace
}  // namespace kefu::warehouse
