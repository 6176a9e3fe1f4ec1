// Notices: received, inspected, closed.
#include "services/warehouse/tests/inbound/fixture.h"

namespace kefu::warehouse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class NoticeTest : public InboundTest {
 protected:
  std::string Announce(const std::string& lines, const std::string& more = "") {
    const auto made = Call(&InboundStub::CreateInboundNotice,
                           fmt::format("notice {{ node_id: '$NODE2' kind: INBOUND_KIND_PURCHASE"
                                       " document: 'PO 7' {} {} }}",
                                       lines, more));
    EXPECT_OK(made);
    return made.ok() ? made->notice_id() : "";
  }
  // Announced and at the dock.
  std::string AtDock(const std::string& lines) {
    const std::string id = Announce(lines);
    EXPECT_OK(Call(&InboundStub::StartReceiving,
                   fmt::format("notice_id: '{}' dock: 'DOCK-1' note: 'plate 1'", id)));
    return id;
  }
  absl::StatusOr<v1::InboundNotice> Take(const std::string& id, const std::string& text) {
    return Call(&InboundStub::RecordReceipt, fmt::format("notice_id: '{}' {}", id, text));
  }
  absl::StatusOr<v1::InboundNotice> Inspect(const std::string& id, const std::string& text) {
    return Call(&InboundStub::InspectReceipt, fmt::format("notice_id: '{}' {}", id, text));
  }
  absl::StatusOr<v1::InboundNotice> Close(const std::string& id) {
    return Call(&InboundStub::CloseInboundNotice, fmt::format("notice_id: '{}'", id));
  }
  absl::StatusOr<v1::InboundNotice> Get(const std::string& id) {
    return Call(&InboundStub::GetInboundNotice, fmt::format("notice_id: '{}'", id));
  }
  static std::vector<std::string> Show(const v1::InboundNotice& notice) {
    std::vector<std::string> all;
    for (const v1::Discrepancy& d : notice.discrepancies()) {
      all.push_back(fmt::format("{} {} {}", d.line_number(),
                                v1::DiscrepancyKind_Name(d.kind()).substr(17), d.quantity()));
    }
    return all;
  }
  void SetPolicy(const std::string& text) {
    ASSERT_OK(Call(&InboundStub::SetInboundPolicy, fmt::format("policy {{ {} }}", text)));
  }
};

TEST_F(NoticeTest, GoodsAreReceivedInspectedAndAccountedFor) {
  const std::string id = AtDock(
      "lines { sku_id: '$SKU1' quantity: 100 } lines { sku_id: '$SKU2' quantity: 10 }"
      " lines { sku_id: '$LOTSKU' quantity: 4 lot: 'L1' expire_date { year: 2027 month: 1 day: 2 } "
      "}");
  ASSERT_OK(Take(id,
                 "lines { line_number: 1 quantity: 60 } lines { sku_id: '$SKU2' quantity: 9 }"
                 " lines { line_number: 1 quantity: 5 condition: STOCK_CONDITION_DAMAGED"
                 "  location: 'CAGE' }"));
  CheckInbound();
  ASSERT_OK_AND_ASSIGN(const v1::InboundNotice received,
                       Take(id,
                            "lines { line_number: 1 quantity: 37 } lines { line_number: 3"
                            " quantity: 4 } note: 'second truck'"));
  EXPECT_EQ(received.state(), v1::INBOUND_STATE_RECEIVING);  // one of $SKU2 is missing
  EXPECT_EQ(received.receipts_size(), 5);
  EXPECT_EQ(received.receipts(0).location(), "DOCK-1");
  EXPECT_EQ(received.receipts(4).lot(), "L1");
  EXPECT_THAT(Show(received), ElementsAre("1 OVER 2", "1 DAMAGED 5"));
  EXPECT_EQ(Totals("$NODE2", "$SKU1"), "AWAITING_INSPECTION 97, DAMAGED 5");
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM lot WHERE expiry_date = '2027-01-02'"), 1);
  ASSERT_OK_AND_ASSIGN(
      const v1::InboundNotice inspected,
      Inspect(id,
              "lines { receipt_number: 1 sample_quantity: 8 sample_failed_quantity: 1"
              "  results { outcome: INSPECTION_OUTCOME_SELLABLE quantity: 50 }"
              "  results { outcome: INSPECTION_OUTCOME_DAMAGED quantity: 3 reason: 'crushed' }"
              "  results { outcome: INSPECTION_OUTCOME_QUARANTINED quantity: 2 }"
              "  results { outcome: INSPECTION_OUTCOME_TO_VENDOR quantity: 4 }"
              "  results { outcome: INSPECTION_OUTCOME_SCRAP quantity: 1 } }"
              " lines { receipt_number: 2"
              "  results { outcome: INSPECTION_OUTCOME_SELLABLE quantity: 9 } }"));
  EXPECT_EQ(inspected.receipts(0).uninspected_quantity(), 0);
  EXPECT_EQ(inspected.receipts(0).sample_quantity(), 8);
  EXPECT_EQ(inspected.receipts(1).sample_quantity(), 9);
  EXPECT_EQ(Totals("$NODE2", "$SKU1"),
            "AWAITING_INSPECTION 37, DAMAGED 8, QUARANTINED 2, SELLABLE 50");
  EXPECT_EQ(Totals("$NODE2", "$SKU2"), "SELLABLE 9");
  ASSERT_OK_AND_ASSIGN(const v1::InboundNotice closed, Close(id));
  EXPECT_EQ(closed.state(), v1::INBOUND_STATE_CLOSED);
  EXPECT_THAT(Show(closed), ElementsAre("1 OVER 2", "1 DAMAGED 9", "2 SHORT 1"));
  // What awaits inspection does so after the notice is closed, too.
  ASSERT_OK(Inspect(id,
                    "lines { receipt_number: 4"
                    " results { outcome: INSPECTION_OUTCOME_SELLABLE quantity: 37 } }"));
  ASSERT_OK_AND_ASSIGN(const v1::InboundNotice read, Get(id));
  std::vector<std::string> steps;
  for (const auto& step : read.steps()) steps.push_back(step.verb() + " " + step.to_state());
  EXPECT_THAT(steps, ElementsAre("CreateInboundNotice EXPECTED", "StartReceiving RECEIVING",
                                 "RecordReceipt RECEIVING", "RecordReceipt RECEIVING",
                                 "InspectReceipt RECEIVING", "CloseInboundNotice CLOSED",
                                 "InspectReceipt CLOSED"));
  EXPECT_EQ(EventsOf("InboundNoticeChanged").size(), 7u);
}

TEST_F(NoticeTest, EachMoveHasItsStates) {
  const std::string id = Announce("lines { sku_id: '$SKU1' quantity: 2 }");
  EXPECT_THAT(Take(id, "lines { line_number: 1 quantity: 1 }"), HasReason("NOTICE_STATE"));
  EXPECT_THAT(Close(id), HasReason("NOTICE_STATE"));
  EXPECT_THAT(Inspect(id,
                      "lines { receipt_number: 1 results { quantity: 1"
                      " outcome: INSPECTION_OUTCOME_SCRAP } }"),
              HasReason("NOTICE_STATE"));
  ASSERT_OK(Call(&InboundStub::StartReceiving, fmt::format("notice_id: '{}' dock: 'D'", id)));
  ASSERT_OK(Call(&InboundStub::StartReceiving, fmt::format("notice_id: '{}' dock: 'E'", id)));
  const std::string cancel = fmt::format("notice_id: '{}' reason: 'sent back'", id);
  ASSERT_OK(Take(id, "lines { line_number: 1 quantity: 1 }"));
  const auto refused = Call(&InboundStub::CancelInboundNotice, cancel);
  EXPECT_THAT(refused, HasReason("NOTICE_STATE"));
  EXPECT_THAT(
      GetDetail<google::rpc::PreconditionFailure>(refused.status())->violations(0).description(),
      HasSubstr("close it"));
  ASSERT_OK_AND_ASSIGN(const auto whole, Take(id, "lines { line_number: 1 quantity: 1 }"));
  EXPECT_EQ(whole.state(), v1::INBOUND_STATE_RECEIVED);
  ASSERT_OK(Close(id));
  EXPECT_THAT(Take(id, "lines { line_number: 1 quantity: 1 }"), HasReason("NOTICE_STATE"));
  const std::string other = Announce("lines { sku_id: '$SKU1' quantity: 2 }");
  ASSERT_OK(Call(&InboundStub::CancelInboundNotice, fmt::format("notice_id: '{}'", other)));
  EXPECT_THAT(Call(&InboundStub::StartReceiving, fmt::format("notice_id: '{}' dock: 'D'", other)),
              HasReason("NOTICE_STATE"));
}

TEST_F(NoticeTest, TheToleranceIsAPolicy) {
  const std::string id = AtDock("lines { sku_id: '$SKU1' quantity: 39 }");
  // Shipped: 5 %, rounded down: 1 of 39.
  const auto over = Take(id,
                         "lines { line_number: 1 quantity: 20 }"
                         " lines { line_number: 1 quantity: 21 }");
  EXPECT_THAT(over, HasReason("OVER_RECEIPT"));
  EXPECT_EQ(GetDetail<google::rpc::PreconditionFailure>(over.status())->violations(0).description(),
            "39 announced, 41 with this one, at most 40");
  EXPECT_THAT(Take(id, "lines { sku_id: '$SKU2' quantity: 1 }"), HasReason("OVER_RECEIPT"));
  EXPECT_EQ(Totals("$NODE2", "$SKU1"), "");
  SetPolicy("over_receipt_action: OVER_RECEIPT_ACTION_REFUSE over_receipt_pieces: 2");
  SetPolicy(
      "node_id: '$NODE1' over_receipt_action: OVER_RECEIPT_ACTION_ACCEPT_FLAGGED");  // another's
  ASSERT_OK(
      Take(id, "lines { line_number: 1 quantity: 41 } lines { sku_id: '$SKU2' quantity: 2 }"));
  EXPECT_THAT(Take(id, "lines { line_number: 1 quantity: 1 }"), HasReason("OVER_RECEIPT"));
  SetPolicy("node_id: '$NODE2' over_receipt_action: OVER_RECEIPT_ACTION_ACCEPT_FLAGGED");
  ASSERT_OK_AND_ASSIGN(const auto flagged, Take(id, "lines { line_number: 1 quantity: 100 }"));
  EXPECT_TRUE(flagged.lines(0).over_tolerance());
  EXPECT_FALSE(flagged.lines(1).over_tolerance());
  EXPECT_TRUE(flagged.lines(1).unannounced());
  EXPECT_THAT(Show(flagged), ElementsAre("1 OVER 102", "2 UNANNOUNCED 2"));
}

TEST_F(NoticeTest, WhatNeedsNoInspectionIsSellableAtOnce) {
  const std::string id = AtDock("lines { sku_id: '$SKU1' quantity: 9 }");
  EXPECT_THAT(Take(id, "lines { line_number: 1 quantity: 1 condition: STOCK_CONDITION_SELLABLE }"),
              HasReason("INSPECTION_REQUIRED"));
  SetPolicy(
      "over_receipt_action: OVER_RECEIPT_ACTION_REFUSE"
      " inspection_rules { category: 'shoes' required: true }"
      " inspection_rules { kind: INBOUND_KIND_PURCHASE category: 'shirts' }");
  ASSERT_OK_AND_ASSIGN(const auto taken, Take(id, "lines { line_number: 1 quantity: 8 }"));
  EXPECT_EQ(taken.receipts(0).uninspected_quantity(), 0);
  EXPECT_EQ(Totals("$NODE2", "$SKU1"), "SELLABLE 8");
  EXPECT_THAT(Inspect(id,
                      "lines { receipt_number: 1 results { quantity: 1"
                      " outcome: INSPECTION_OUTCOME_DAMAGED } }"),
              HasReason("INSPECTION_EXCEEDS_RECEIPT"));
}

TEST_F(NoticeTest, PoliciesAreVersions) {
  ASSERT_OK_AND_ASSIGN(const auto shipped, Call(&InboundStub::GetInboundPolicy, ""));
  EXPECT_EQ(shipped.version(), 0);
  EXPECT_EQ(shipped.over_receipt_bps(), 500);
  SetPolicy("over_receipt_action: OVER_RECEIPT_ACTION_REFUSE over_receipt_bps: 100");
  SetPolicy(
      "over_receipt_action: OVER_RECEIPT_ACTION_REFUSE over_receipt_bps: 200"
      " effective_time { seconds: 1800000000 }");
  ASSERT_OK_AND_ASSIGN(const auto now, Call(&InboundStub::GetInboundPolicy, "node_id: '$NODE1'"));
  EXPECT_EQ(now.version(), 1);
  ASSERT_OK_AND_ASSIGN(const auto later,
                       Call(&InboundStub::GetInboundPolicy, "at_time { seconds: 1800000000 }"));
  EXPECT_EQ(later.version(), 2);
  EXPECT_EQ(later.over_receipt_bps(), 200);
}

TEST_F(NoticeTest, LotsFollowTheirRules) {
  const std::string id =
      AtDock("lines { sku_id: '$LOTSKU' quantity: 9 } lines { sku_id: '$SKU1' quantity: 9 }");
  EXPECT_THAT(Take(id, "lines { line_number: 1 quantity: 1 }"), HasReason("LOT_REQUIRED"));
  EXPECT_THAT(Take(id, "lines { line_number: 2 quantity: 1 lot: 'L' }"),
              HasReason("LOT_NOT_ALLOWED"));
  EXPECT_THAT(Call(&InboundStub::CreateInboundNotice,
                   "notice { node_id: '$NODE1' kind: INBOUND_KIND_PURCHASE"
                   " lines { sku_id: '$SKU1' quantity: 1 lot: 'L' } }"),
              HasReason("LOT_NOT_ALLOWED"));
  const std::string dated =
      "lines { line_number: 1 quantity: 1 lot: 'L' expire_date { year: 2026 month: 1 day: 14 } }";
  ASSERT_OK(Take(id, dated));  // yesterday: it comes in, but not for sale
  EXPECT_THAT(Inspect(id,
                      "lines { receipt_number: 1 results { quantity: 1"
                      " outcome: INSPECTION_OUTCOME_SELLABLE } }"),
              HasReason("LOT_EXPIRED"));
  EXPECT_OK(Inspect(id,
                    "lines { receipt_number: 1 results { quantity: 1"
                    " outcome: INSPECTION_OUTCOME_SCRAP } }"));
  EXPECT_THAT(Take(id,
                   "lines { line_number: 1 quantity: 1 lot: 'L'"
                   " expire_date { year: 2027 month: 1 day: 14 } }"),
              HasReason("LOT_MISMATCH"));
}

TEST_F(NoticeTest, InspectionDecidesAboutWhatIsThere) {
  const std::string id = AtDock("lines { sku_id: '$SKU1' quantity: 9 }");
  ASSERT_OK(Take(id, "lines { line_number: 1 quantity: 5 }"));
  EXPECT_THAT(Inspect(id,
                      "lines { receipt_number: 1 results { quantity: 6"
                      " outcome: INSPECTION_OUTCOME_SELLABLE } }"),
              HasReason("INSPECTION_EXCEEDS_RECEIPT"));
  EXPECT_THAT(Inspect(id,
                      "lines { receipt_number: 2 results { quantity: 1"
                      " outcome: INSPECTION_OUTCOME_SELLABLE } }"),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Inspect(id,
                      "lines { receipt_number: 1 location: 'ELSEWHERE' results { quantity: 1"
                      " outcome: INSPECTION_OUTCOME_SELLABLE } }"),
              HasReason("BIN_SHORT"));
  EXPECT_EQ(Totals("$NODE2", "$SKU1"), "AWAITING_INSPECTION 5");
}

TEST_F(NoticeTest, AReturnDeliveryComesFromCustomers) {
  ASSERT_OK_AND_ASSIGN(const auto made, Call(&InboundStub::CreateInboundNotice,
                                             "notice { node_id: '$NODE2' kind: INBOUND_KIND_RETURN"
                                             " lines { sku_id: '$SKU1' quantity: 3 } }"));
  ASSERT_OK(Call(&InboundStub::StartReceiving,
                 fmt::format("notice_id: '{}' dock: 'D'", made.notice_id())));
  ASSERT_OK(Take(made.notice_id(),
                 "lines { line_number: 1 quantity: 3 }"
                 " business_date { year: 2026 month: 1 day: 10 }"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM ledger_entry WHERE from_account = 'CUSTOMER'"
                       " AND business_date = '2026-01-10'"),
            1);
  EXPECT_THAT(Take(made.notice_id(),
                   "lines { line_number: 1 quantity: 1 }"
                   " business_date { year: 2026 month: 1 day: 16 }"),
              HasReason("BUSINESS_DATE_IN_FUTURE"));
}

TEST_F(NoticeTest, ATransferIsReceivedByItsNotice) {
  const auto send = [&](const std::string& lines) {
    return Call(&Stub::Transfer, fmt::format("transfer {{ from_node_id: '$NODE1'"
                                             " to_node_id: '$NODE2' {} }}",
                                             lines));
  };
  ASSERT_OK_AND_ASSIGN(const auto sent, send("lines { sku_id: '$SKU1' quantity: 20 }"
                                             " lines { sku_id: '$SKU2' quantity: 5 }"));
  const std::string text =
      fmt::format("notice {{ node_id: '$NODE2' kind: INBOUND_KIND_TRANSFER transfer_id: '{}' }}",
                  sent.transfer_id());
  ASSERT_OK_AND_ASSIGN(const auto notice, Call(&InboundStub::CreateInboundNotice, text));
  EXPECT_EQ(notice.lines_size(), 2);
  EXPECT_EQ(notice.lines(0).quantity(), 20);
  EXPECT_THAT(Call(&InboundStub::CreateInboundNotice, text), HasReason("TRANSFER_ON_NOTICE"));
  const std::string transfer = fmt::format("transfer_id: '{}'", sent.transfer_id());
  EXPECT_THAT(Call(&Stub::ReceiveTransfer, transfer + " final: true"),
              HasReason("TRANSFER_ON_NOTICE"));
  EXPECT_THAT(Call(&Stub::CancelTransfer, transfer), HasReason("TRANSFER_ON_NOTICE"));
  ASSERT_OK(Call(&InboundStub::StartReceiving,
                 fmt::format("notice_id: '{}' dock: 'D'", notice.notice_id())));
  ASSERT_OK(Take(notice.notice_id(),
                 "lines { line_number: 1 quantity: 15 }"
                 " lines { line_number: 1 quantity: 2 condition: STOCK_CONDITION_DAMAGED }"));
  EXPECT_THAT(Take(notice.notice_id(), "lines { sku_id: '$LOTSKU' quantity: 1 lot: 'L' }"),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(Totals("$NODE2", "$SKU1"),
            "AWAITING_INSPECTION 15, DAMAGED 2, SELLABLE 0 (3 in transit)");
  CheckInbound();
  ASSERT_OK(Take(notice.notice_id(), "lines { line_number: 2 quantity: 5 }"));
  ASSERT_OK_AND_ASSIGN(const auto closed, Close(notice.notice_id()));
  EXPECT_THAT(Show(closed), ElementsAre("1 SHORT 3", "1 DAMAGED 2"));
  ASSERT_OK_AND_ASSIGN(const auto done, Call(&Stub::GetTransfer, transfer));
  EXPECT_EQ(done.state(), v1::TRANSFER_STATE_RECEIVED);
  EXPECT_EQ(done.lines(0).short_quantity(), 3);
  EXPECT_EQ(Totals("$NODE2", "$SKU1"), "AWAITING_INSPECTION 15, DAMAGED 2");
  // A notice that is called off frees its transfer.
  ASSERT_OK_AND_ASSIGN(const auto next, send("lines { sku_id: '$SKU1' quantity: 1 }"));
  ASSERT_OK_AND_ASSIGN(const auto paper,
                       Call(&InboundStub::CreateInboundNotice,
                            fmt::format("notice {{ node_id: '$NODE2' kind: INBOUND_KIND_TRANSFER"
                                        " transfer_id: '{}' }}",
                                        next.transfer_id())));
  ASSERT_OK(
      Call(&InboundStub::CancelInboundNotice, fmt::format("notice_id: '{}'", paper.notice_id())));
  EXPECT_OK(Call(&Stub::CancelTransfer, fmt::format("transfer_id: '{}'", next.transfer_id())));
}

TEST_F(NoticeTest, TwoReceiptsOfALineAtOnceStayWithinTheTolerance) {
  const std::string id = AtDock("lines { sku_id: '$SKU1' quantity: 100 }");
  const rpc::CallOptions as = InboundAs("org-a");
  std::atomic<int> taken = 0;
  std::vector<std::thread> running;
  for (int thread = 0; thread < 8; ++thread) {
    running.emplace_back([&] {
      for (int i = 0; i < 4; ++i) {
        const auto result =
            Call(&InboundStub::RecordReceipt,
                 fmt::format("notice_id: '{}' lines {{ line_number: 1 quantity: 7 }}", id), as);
        if (result.ok()) {
          ++taken;
        } else {
          EXPECT_THAT(result, HasReason("OVER_RECEIPT"));
        }
      }
    });
  }
  for (std::thread& thread : running) thread.join();
  EXPECT_EQ(taken, 15);  // 105 of at most 105
  EXPECT_EQ(Totals("$NODE2", "$SKU1"), "AWAITING_INSPECTION 105");
  ASSERT_OK_AND_ASSIGN(const auto read, Get(id));
  EXPECT_EQ(read.receipts_size(), 15);
  EXPECT_EQ(read.receipts(14).receipt_number(), 15);
}

TEST_F(NoticeTest, ListsFilterAndPage) {
  for (int i = 0; i < 3; ++i) Announce("lines { sku_id: '$SKU1' quantity: 1 }");
  AtDock("lines { sku_id: '$SKU1' quantity: 1 }");
  const auto count = [&](const std::string& filter) {
    int rows = 0;
    std::string token;
    do {
      const auto page = Call(&InboundStub::ListInboundNotices,
                             fmt::format("page_size: 2 page_token: '{}' {}", token, filter));
      EXPECT_OK(page);
      if (!page.ok()) return -1;
      rows += page->notices_size();
      token = page->next_page_token();
    } while (!token.empty());
    return rows;
  };
  EXPECT_EQ(count(""), 4);
  EXPECT_EQ(count("node_id: '$NODE2' state: INBOUND_STATE_EXPECTED"), 3);
  EXPECT_EQ(count("state: INBOUND_STATE_RECEIVING"), 1);
  EXPECT_EQ(count("node_id: '$NODE1'"), 0);
}

}  // namespace
}  // namespace kefu::warehouse
