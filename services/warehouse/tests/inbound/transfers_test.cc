// Goods between nodes.
#include "services/warehouse/tests/inbound/fixture.h"

namespace kefu::warehouse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class TransferTest : public InboundTest {
 protected:
  using InboundTest::InboundTest;

  absl::StatusOr<v1::StockTransfer> Send(const std::string& lines, const std::string& more = "") {
    return Call(&Stub::Transfer, fmt::format("transfer {{ from_node_id: '$NODE1'"
                                             " to_node_id: '$NODE2' {} }} {}",
                                             lines, more));
  }
  absl::StatusOr<v1::StockTransfer> Arrive(const std::string& id, const std::string& text) {
    return Call(&Stub::ReceiveTransfer, fmt::format("transfer_id: '{}' {}", id, text));
  }
  std::string IdOf(const absl::StatusOr<v1::StockTransfer>& made) {
    EXPECT_OK(made);
    return made.ok() ? made->transfer_id() : "";
  }
  void ArchiveNode(std::string_view node, std::string_view state) {
    Db().Exec(Fill(fmt::format("UPDATE node SET state = '{}' WHERE node_id = '{}'", state, node)));
  }
};

TEST_F(TransferTest, GoodsLeaveAreOnTheWayAndArrive) {
  ASSERT_OK_AND_ASSIGN(const v1::StockTransfer sent,
                       Send("lines { sku_id: '$SKU1' quantity: 30 } reason: 'refill'"));
  EXPECT_EQ(sent.state(), v1::TRANSFER_STATE_IN_TRANSIT);
  EXPECT_TRUE(sent.has_dispatch_time());
  EXPECT_EQ(sent.lines(0).picks(0).in_transit_quantity(), 30);
  EXPECT_EQ(Totals("$NODE1", "$SKU1"), "SELLABLE 70 (10 reserved)");
  EXPECT_EQ(Totals("$NODE2", "$SKU1"), "SELLABLE 0 (30 in transit)");
  CheckInbound();
  ASSERT_OK_AND_ASSIGN(
      const v1::StockTransfer part,
      Arrive(sent.transfer_id(), "lines { line_number: 1 quantity: 20 location: 'A-1' }"));
  EXPECT_EQ(part.state(), v1::TRANSFER_STATE_RECEIVING);
  EXPECT_FALSE(part.has_receive_time());
  EXPECT_EQ(Totals("$NODE2", "$SKU1"), "SELLABLE 20 (10 in transit)");
  CheckInbound();
  ASSERT_OK_AND_ASSIGN(const v1::StockTransfer whole,
                       Arrive(sent.transfer_id(), "lines { line_number: 1 quantity: 10 }"));
  EXPECT_EQ(whole.state(), v1::TRANSFER_STATE_RECEIVED);
  EXPECT_EQ(whole.lines(0).received_quantity(), 30);
  EXPECT_EQ(Totals("$NODE2", "$SKU1"), "SELLABLE 30");
  EXPECT_EQ(Bins("$NODE2", "$SKU1"), "@ 10, @A-1 20");
  ASSERT_OK_AND_ASSIGN(
      const v1::StockTransfer read,
      Call(&Stub::GetTransfer, fmt::format("transfer_id: '{}'", sent.transfer_id())));
  std::vector<std::string> steps;
  for (const auto& step : read.steps()) {
    steps.push_back(
        fmt::format("{} {}>{} {}", step.verb(), step.from_state(), step.to_state(), step.actor()));
  }
  EXPECT_THAT(steps,
              ElementsAre("Transfer >PLANNED tester", "DispatchTransfer PLANNED>IN_TRANSIT tester",
                          "ReceiveTransfer IN_TRANSIT>RECEIVING tester",
                          "ReceiveTransfer RECEIVING>RECEIVED tester"));
  EXPECT_EQ(EventsOf("TransferChanged").size(), 3u);
}

TEST_F(TransferTest, APlanMovesNothingUntilItIsDispatched) {
  const std::string id = IdOf(Send("lines { sku_id: '$SKU1' quantity: 90 }", "plan_only: true"));
  EXPECT_EQ(Totals("$NODE1", "$SKU1"), "SELLABLE 100 (10 reserved)");
  EXPECT_EQ(EventsOf("TransferChanged").size(), 1u);
  EXPECT_THAT(Arrive(id, "final: true"), HasReason("TRANSFER_STATE"));
  ASSERT_OK(Call(&Stub::DispatchTransfer, fmt::format("transfer_id: '{}'", id)));
  EXPECT_EQ(Totals("$NODE1", "$SKU1"), "SELLABLE 10 (10 reserved)");
  EXPECT_THAT(Call(&Stub::DispatchTransfer, fmt::format("transfer_id: '{}'", id)),
              HasReason("TRANSFER_STATE"));
  const std::string second = IdOf(Send("lines { sku_id: '$SKU1' quantity: 1 }", "plan_only: true"));
  EXPECT_THAT(Call(&Stub::DispatchTransfer, fmt::format("transfer_id: '{}'", second)),
              HasReason("INSUFFICIENT_STOCK"));
  ASSERT_OK(Call(&Stub::CancelTransfer, fmt::format("transfer_id: '{}'", second)));
}

TEST_F(TransferTest, WhatIsPromisedStays) {
  const auto refused = Send(
      "lines { sku_id: '$SKU1' quantity: 60 } lines { sku_id: '$SKU2' quantity: 101 }"
      " lines { sku_id: '$SKU1' quantity: 31 location: 'B' }");
  EXPECT_THAT(refused, HasReason("INSUFFICIENT_STOCK"));
  const auto failure = GetDetail<google::rpc::PreconditionFailure>(refused.status());
  ASSERT_EQ(failure->violations_size(), 2);
  EXPECT_THAT(failure->violations(0).subject(), HasSubstr("lines[1]"));
  EXPECT_EQ(failure->violations(1).description(), "wanted 31, available 30");
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM stock_transfer"), 0);
}

TEST_F(TransferTest, LotsAreNamedOrThoseThatExpireFirst) {
  ASSERT_OK(Call(&Stub::Receive,
                 "node_id: '$NODE1'"
                 " lines { sku_id: '$LOTSKU' quantity: 5 lot: 'LATE' location: 'B'"
                 "  expire_date { year: 2027 month: 6 day: 1 } }"
                 " lines { sku_id: '$LOTSKU' quantity: 5 lot: 'SOON' location: 'A'"
                 "  expire_date { year: 2026 month: 2 day: 1 } }"
                 " lines { sku_id: '$LOTSKU' quantity: 5 lot: 'LATE' location: 'C'"
                 "  expire_date { year: 2027 month: 6 day: 1 } }"));
  ASSERT_OK_AND_ASSIGN(const v1::StockTransfer sent,
                       Send("lines { sku_id: '$LOTSKU' quantity: 7 }"));
  ASSERT_EQ(sent.lines(0).picks_size(), 2);
  EXPECT_EQ(sent.lines(0).picks(0).lot(), "SOON");
  EXPECT_EQ(sent.lines(0).picks(1).location(), "B");
  EXPECT_EQ(Bins("$NODE1", "$LOTSKU"), "LATE@B 3, LATE@C 5");
  // Two lots are on the way: which one came must be said, unless all came.
  EXPECT_THAT(Arrive(sent.transfer_id(), "lines { line_number: 1 quantity: 3 }"),
              HasReason("LOT_AMBIGUOUS"));
  EXPECT_THAT(Arrive(sent.transfer_id(), "lines { line_number: 1 quantity: 1 lot: 'NONE' }"),
              HasReason("LOT_AMBIGUOUS"));
  ASSERT_OK(Arrive(sent.transfer_id(), "lines { line_number: 1 quantity: 1 lot: 'LATE' }"));
  ASSERT_OK(Arrive(sent.transfer_id(), "lines { line_number: 1 quantity: 6 }"));
  EXPECT_EQ(Bins("$NODE2", "$LOTSKU"), "LATE@ 2, SOON@ 5");
  ASSERT_OK(Send("lines { sku_id: '$LOTSKU' quantity: 4 lot: 'LATE' location: 'C' }"));
  EXPECT_EQ(Bins("$NODE1", "$LOTSKU"), "LATE@B 3, LATE@C 1");
  EXPECT_THAT(Send("lines { sku_id: '$LOTSKU' quantity: 4 lot: 'LATE' location: 'B' }"),
              HasReason("BIN_SHORT"));
  EXPECT_THAT(Send("lines { sku_id: '$LOTSKU' quantity: 1 lot: 'NONE' }"), HasReason("BIN_SHORT"));
}

TEST_F(TransferTest, WhatIsLateOutOfDateGoesOnlyWhenNamed) {
  ASSERT_OK(Call(&Stub::Receive,
                 "node_id: '$NODE1' lines { sku_id: '$LOTSKU' quantity: 5 lot: 'OLD'"
                 "  expire_date { year: 2026 month: 1 day: 20 } }"));
  clock_.Advance(absl::Hours(24 * 6));
  const rpc::CallOptions as = {.token = host_.tokens().Token("org-a", {auth::Role::kOwner}, {},
                                                             "tester", absl::Hours(24 * 30))};
  const std::string text =
      "transfer { from_node_id: '$NODE1' to_node_id: '$NODE2'"
      " lines { sku_id: '$LOTSKU' quantity: 2 ";
  EXPECT_THAT(Call(&Stub::Transfer, text + "} }", as), HasReason("BIN_SHORT"));
  EXPECT_OK(Call(&Stub::Transfer, text + "lot: 'OLD' } }", as));
}

TEST_F(TransferTest, ShortOverAndDamagedAreTheTransits) {
  const std::string id =
      IdOf(Send("lines { sku_id: '$SKU1' quantity: 40 } lines { sku_id: '$SKU2' quantity: 20 }"));
  // 5 % of 20 is one piece more.
  EXPECT_THAT(Arrive(id, "lines { line_number: 2 quantity: 22 }"), HasReason("OVER_RECEIPT"));
  EXPECT_THAT(Arrive(id, "lines { line_number: 3 quantity: 1 }"),
              StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK_AND_ASSIGN(
      const v1::StockTransfer done,
      Arrive(id,
             "lines { line_number: 1 quantity: 30 }"
             " lines { line_number: 1 quantity: 4 condition: STOCK_CONDITION_DAMAGED"
             "  location: 'D' reason: 'wet' }"
             " lines { line_number: 2 quantity: 21 } final: true note: 'six lost'"));
  EXPECT_EQ(done.state(), v1::TRANSFER_STATE_RECEIVED);
  EXPECT_EQ(done.lines(0).received_quantity(), 34);
  EXPECT_EQ(done.lines(0).damaged_quantity(), 4);
  EXPECT_EQ(done.lines(0).short_quantity(), 6);
  EXPECT_EQ(done.lines(1).over_quantity(), 1);
  EXPECT_EQ(Totals("$NODE2", "$SKU1"), "DAMAGED 4, SELLABLE 30");
  EXPECT_EQ(Totals("$NODE2", "$SKU2"), "SELLABLE 21");
  ASSERT_OK_AND_ASSIGN(const auto ledger, Call(&Stub::GetLedger, "node_id: '$NODE2'"));
  std::vector<std::string> entries;
  for (const auto& e : ledger.entries()) {
    entries.push_back(fmt::format(
        "{} {}>{} {} {}", e.reason(), v1::LedgerAccount_Name(e.from_account()).substr(15),
        v1::LedgerAccount_Name(e.to_account()).substr(15), e.quantity(), e.note()));
  }
  EXPECT_THAT(entries, ElementsAre("DispatchTransfer CLEARING>IN_TRANSIT 40 ",
                                   "DispatchTransfer CLEARING>IN_TRANSIT 20 ",
                                   "ReceiveTransfer IN_TRANSIT>FREE 30 six lost",
                                   "ReceiveTransfer IN_TRANSIT>CLEARING 4 wet",
                                   "ReceiveTransfer CLEARING>FREE 4 wet",
                                   "ReceiveTransfer IN_TRANSIT>FREE 20 six lost",
                                   "ReceiveTransfer ADJUSTMENT>FREE 1 six lost",
                                   "TransferLoss IN_TRANSIT>ADJUSTMENT 6 six lost"));
  EXPECT_THAT(Arrive(id, "final: true"), HasReason("TRANSFER_STATE"));
}

TEST_F(TransferTest, CancelledGoodsComeBackToTheirBins) {
  ASSERT_OK(Call(&Stub::Receive,
                 "node_id: '$NODE1' lines { sku_id: '$LOTSKU' quantity: 5 lot: 'L' location: 'A' }"
                 " lines { sku_id: '$LOTSKU' quantity: 5 lot: 'L' location: 'B' }"));
  const std::string id = IdOf(Send("lines { sku_id: '$LOTSKU' quantity: 8 }"));
  EXPECT_EQ(Bins("$NODE1", "$LOTSKU"), "L@B 2");
  ArchiveNode("$NODE2", "ARCHIVED");
  EXPECT_THAT(Arrive(id, "lines { line_number: 1 quantity: 8 }"), HasReason("RECORD_ARCHIVED"));
  ASSERT_OK_AND_ASSIGN(const v1::StockTransfer cancelled,
                       Call(&Stub::CancelTransfer, fmt::format("transfer_id: '{}'", id)));
  EXPECT_EQ(cancelled.state(), v1::TRANSFER_STATE_CANCELLED);
  EXPECT_EQ(Bins("$NODE1", "$LOTSKU"), "L@A 5, L@B 5");
  EXPECT_EQ(Totals("$NODE2", "$LOTSKU"), "");
  EXPECT_THAT(Call(&Stub::CancelTransfer, fmt::format("transfer_id: '{}'", id)),
              HasReason("TRANSFER_STATE"));
  ArchiveNode("$NODE2", "ACTIVE");
  const std::string other = IdOf(Send("lines { sku_id: '$SKU1' quantity: 8 }"));
  ASSERT_OK(Arrive(other, "lines { line_number: 1 quantity: 1 }"));
  EXPECT_THAT(Call(&Stub::CancelTransfer, fmt::format("transfer_id: '{}'", other)),
              HasReason("TRANSFER_STATE"));
}

TEST_F(TransferTest, PlacesThatCannotBeAreRefused) {
  EXPECT_THAT(Call(&Stub::Transfer,
                   "transfer { from_node_id: '$NODE1' to_node_id: '$NODE1'"
                   " lines { sku_id: '$SKU1' quantity: 1 } }"),
              HasReason("SAME_NODE"));
  EXPECT_THAT(Call(&Stub::Transfer,
                   "transfer { from_node_id: '$NODE1' to_node_id: 'nowhere'"
                   " lines { sku_id: '$SKU1' quantity: 1 } }"),
              StatusIs(absl::StatusCode::kNotFound));
  for (const char* node : {"$NODE1", "$NODE2"}) {
    ArchiveNode(node, "ARCHIVED");
    EXPECT_THAT(Send("lines { sku_id: '$SKU1' quantity: 1 }"), HasReason("RECORD_ARCHIVED"));
    EXPECT_THAT(Send("lines { sku_id: '$SKU1' quantity: 1 }", "plan_only: true"),
                HasReason("RECORD_ARCHIVED"));
    ArchiveNode(node, "ACTIVE");
  }
  const auto bad = Call(&Stub::Transfer,
                        "transfer { from_node_id: '' to_node_id: 'a b'"
                        " lines { sku_id: '' quantity: 0 condition: 77 }"
                        " lines { sku_id: 's' quantity: 10000001 } }");
  EXPECT_THAT(bad, HasReason("INVALID_FIELDS"));
  EXPECT_EQ(GetDetail<google::rpc::BadRequest>(bad.status())->field_violations_size(), 6);
  EXPECT_THAT(Send("lines { sku_id: '$SKU1' quantity: 1 } lines { sku_id: '$SKU1' quantity: 2 }"),
              HasReason("INVALID_FIELDS"));
}

TEST_F(TransferTest, OtherConditionsTravelAsTheyAre) {
  ASSERT_OK(Call(&Stub::Receive,
                 "node_id: '$NODE1' lines { sku_id: '$SKU1' quantity: 3"
                 " condition: STOCK_CONDITION_DAMAGED owner_id: 'brand' }"));
  const std::string id =
      IdOf(Send("lines { sku_id: '$SKU1' owner_id: 'brand' quantity: 3"
                " condition: STOCK_CONDITION_DAMAGED }"));
  ASSERT_OK(Arrive(id, "lines { line_number: 1 quantity: 3 }"));
  EXPECT_EQ(Totals("$NODE2", "$SKU1"), "DAMAGED 3");
}

TEST_F(TransferTest, ListsFilterAndPage) {
  for (int i = 0; i < 3; ++i) ASSERT_OK(Send("lines { sku_id: '$SKU1' quantity: 1 }"));
  ASSERT_OK(Send("lines { sku_id: '$SKU1' quantity: 1 }", "plan_only: true"));
  const auto count = [&](const std::string& filter) {
    int rows = 0;
    std::string token;
    do {
      const auto page = Call(&Stub::ListTransfers,
                             fmt::format("page_size: 2 page_token: '{}' {}", token, filter));
      EXPECT_OK(page);
      if (!page.ok()) return -1;
      rows += page->transfers_size();
      token = page->next_page_token();
    } while (!token.empty());
    return rows;
  };
  EXPECT_EQ(count(""), 4);
  EXPECT_EQ(count("from_node_id: '$NODE1' state: TRANSFER_STATE_IN_TRANSIT"), 3);
  EXPECT_EQ(count("to_node_id: '$NODE2' state: TRANSFER_STATE_PLANNED"), 1);
  EXPECT_EQ(count("from_node_id: '$NODE2'"), 0);
}

TEST_F(TransferTest, OppositeTransfersEnd) {
  ASSERT_OK(Receive("$NODE2", "$SKU1", 100));
  ASSERT_OK(Receive("$NODE2", "$SKU2", 100));
  const rpc::CallOptions as = As("org-a");
  std::vector<std::thread> running;
  for (int thread = 0; thread < 8; ++thread) {
    running.emplace_back([&, thread] {
      const bool forth = thread % 2 == 0;
      for (int i = 0; i < 6; ++i) {
        const auto sent = Call(
            &Stub::Transfer,
            fmt::format("transfer {{ from_node_id: '{}' to_node_id: '{}'"
                        " lines {{ sku_id: '{}' quantity: 1 }} lines {{ sku_id: '{}' quantity: 1 }}"
                        " }}",
                        forth ? "$NODE1" : "$NODE2", forth ? "$NODE2" : "$NODE1",
                        i % 2 == 0 ? "$SKU1" : "$SKU2", i % 2 == 0 ? "$SKU2" : "$SKU1"),
            as);
        ASSERT_OK(sent);
        EXPECT_OK(Call(&Stub::ReceiveTransfer,
                       fmt::format("transfer_id: '{}' lines {{ line_number: 1 quantity: 1 }}"
                                   " lines {{ line_number: 2 quantity: 1 }}",
                                   sent->transfer_id()),
                       as));
      }
    });
  }
  for (std::thread& thread : running) thread.join();
  EXPECT_EQ(Totals("$NODE1", "$SKU1"), "SELLABLE 100 (10 reserved)");
  EXPECT_EQ(Totals("$NODE2", "$SKU2"), "SELLABLE 100");
}

}  // namespace
}  // namespace kefu::warehouse
