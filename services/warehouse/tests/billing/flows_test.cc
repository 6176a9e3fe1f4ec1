// Work as the house does it, through the services, and what is settled for it.
#include "kefu/warehouse/v1/inbound_service.grpc.pb.h"
#include "services/warehouse/inbound_service.h"
#include "services/warehouse/tests/billing/fixture.h"

namespace kefu::warehouse {
namespace {

using ::testing::ElementsAre;
using InboundStub = v1::InboundService::Stub;

constexpr absl::CivilDay kToday(2026, 1, 15);

class FlowsTest : public BillingTest {
 protected:
  FlowsTest() : inbound_service_(inbound_host_.dispatcher(), replica_.deps) {
    inbound_host_.Start({&inbound_service_});
    inbound_ = v1::InboundService::NewStub(inbound_host_.channel());
  }
  ~FlowsTest() override { inbound_host_.Stop(); }
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(MakeWorld()); }
  void TearDown() override { CheckBooks(); }

  using BillingTest::Call;
  template <class Request, class Response>
  absl::StatusOr<Response> Call(grpc::Status (InboundStub::*method)(grpc::ClientContext*,
                                                                    const Request&, Response*),
                                const std::string& text) {
    return rpc::Call(*inbound_, method, Parse<Request>(Fill(text)),
                     {.token = inbound_host_.tokens().Token("org-a", {auth::Role::kOwner}, {},
                                                            "tester", absl::Hours(72))});
  }
  void Agree(std::string_view owner, std::string_view more) {
    ASSERT_OK(
        Call(&BillingStub::SetOwnerTerms,
             fmt::format("terms {{ owner_id: '{}' effective_from {} currency_code: 'CNY' {} }}",
                         owner, DateText(absl::CivilDay(2026, 1, 1)), more)));
  }
  // Ten of brand's $SKU1 at $NODE1, four of them sold and shipped; the reservation.
  std::string SellFour() {
    EXPECT_OK(Call(&Stub::Receive,
                   "node_id: '$NODE1' document: 'PO-9'"
                   " lines { sku_id: '$SKU1' owner_id: 'brand' quantity: 10 }"));
    const auto made = Call(&Stub::Reserve,
                           "reservation { lines { node_id: '$NODE1' sku_id: '$SKU1'"
                           " owner_id: 'brand' quantity: 4 } }");
    EXPECT_OK(made);
    if (!made.ok()) return "";
    const std::string id = made->reservation_id();
    EXPECT_OK(Call(&Stub::ConfirmReservation, fmt::format("reservation_id: '{}'", id)));
    EXPECT_OK(Call(&Stub::ShipOrder, fmt::format("reservation_id: '{}' document: 'SF-1'", id)));
    return id;
  }
  absl::StatusOr<v1::WarehouseReport> January(std::string_view node) {
    return Call(&BillingStub::GetWarehouseReport,
                fmt::format("node_id: '{}' year: 2026 month: 1", node));
  }

  testing::ServiceHost inbound_host_{{.dispatcher = {.clock = &clock_, .workers = 8}}};
  InboundServiceImpl inbound_service_;
  std::unique_ptr<InboundStub> inbound_;
};

TEST_F(FlowsTest, WhatIsSoldForAnOwnerIsOwedToHim) {
  Agree("brand",
        "commission_bps: 1000 prices { sku_id: '$SKU1' price { currency_code: 'CNY'"
        " minor_units: 1000 } } entry_rates { price { currency_code: 'CNY' minor_units: 20 } }"
        " order_rate { price { currency_code: 'CNY' minor_units: 100 } }");
  const std::string reservation = SellFour();
  EXPECT_THAT(Show(*Compute("brand", kToday, kToday)),
              ElementsAre("SALE SKU1 15-15 q=4 3600", "ENTRY SKU1 15-15 q=10 200",
                          "HANDLING_ORDER - 15-15 q=1 100"));
  // The line leads to the entry, by node and number, and the entry to the order.
  v1::ListSettlementEntriesRequest ask;
  ask.set_owner_id("brand");
  *ask.mutable_line() = Compute("brand", kToday, kToday)->lines(0);
  ASSERT_OK_AND_ASSIGN(const auto behind,
                       Call(&BillingStub::ListSettlementEntries, ask.ShortDebugString()));
  ASSERT_EQ(behind.entries_size(), 1);
  const v1::LedgerEntry& entry = behind.entries(0).entry();
  EXPECT_EQ(entry.reference(), reservation);
  EXPECT_EQ(entry.reason(), "Ship");
  ASSERT_OK_AND_ASSIGN(const auto ledger,
                       Call(&Stub::GetLedger, fmt::format("node_id: '{}'", entry.node_id())));
  EXPECT_THAT(ledger.entries(static_cast<int>(entry.entry_number() - 1)), EqualsProto(entry));

  // What comes back is taken off again.
  ASSERT_OK_AND_ASSIGN(const auto back,
                       Call(&InboundStub::ExpectReturn,
                            fmt::format("customer_return {{ node_id: '$NODE1' reservation_id: '{}'"
                                        " lines {{ sku_id: '$SKU1' owner_id: 'brand' quantity: 1"
                                        " sent_wrongly: true }} }}",
                                        reservation)));
  EXPECT_TRUE(back.lines(0).sent_wrongly());
  ASSERT_OK_AND_ASSIGN(
      const auto taken,
      Call(&InboundStub::ReceiveReturn,
           fmt::format("return_id: '{}' lines {{ sku_id: '$SKU1' owner_id: 'brand' quantity: 1 }}",
                       back.return_id())));
  EXPECT_TRUE(taken.lines(0).sent_wrongly());
  EXPECT_EQ(Show(*Compute("brand", kToday, kToday))[0], "SALE SKU1 15-15 q=3 2700");
  ASSERT_OK(Call(&BillingStub::SetWarehouseContract,
                 "contract { node_id: '$NODE1' effective_from { year: 2026 month: 1 day: 1 }"
                 " currency_code: 'CNY' return_piece { price { currency_code: 'CNY'"
                 " minor_units: 50 } } }"));
  ASSERT_OK_AND_ASSIGN(const auto report, January("$NODE1"));
  EXPECT_EQ(report.outbound_orders(), 1);
  EXPECT_EQ(report.wrong_pieces(), 1);
  EXPECT_EQ(report.shipment_accuracy_bps(), 7500);
  EXPECT_EQ(report.on_time_bps(), 10'000);
  EXPECT_EQ(report.cost().minor_units(), 50);
}

TEST_F(FlowsTest, WhatGoesBackToAVendorIsNotOwed) {
  Agree("",
        "prices { sku_id: '$SKU2' vendor_id: 'maker' payment_days: 30 price { currency_code: 'CNY'"
        " minor_units: 700 } } prices { sku_id: '$SKU1' price { currency_code: 'CNY' } }");
  ASSERT_OK_AND_ASSIGN(const auto notice,
                       Call(&InboundStub::CreateInboundNotice,
                            "notice { node_id: '$NODE2' kind: INBOUND_KIND_PURCHASE"
                            " lines { sku_id: '$SKU2' quantity: 10 } }"));
  const std::string id = fmt::format("notice_id: '{}'", notice.notice_id());
  ASSERT_OK(Call(&InboundStub::StartReceiving, id + " dock: 'D'"));
  ASSERT_OK(Call(&InboundStub::RecordReceipt, id + " lines { line_number: 1 quantity: 10 }"));
  ASSERT_OK(Call(&InboundStub::InspectReceipt,
                 id + " lines { receipt_number: 1"
                      " results { outcome: INSPECTION_OUTCOME_SELLABLE quantity: 7 }"
                      " results { outcome: INSPECTION_OUTCOME_TO_VENDOR quantity: 3 } }"));
  // The world's own 100, and 10 less 3.
  EXPECT_THAT(Show(*Compute("", kToday, kToday)),
              ElementsAre("PURCHASE SKU1 15-15 q=100 0", "PURCHASE SKU2 15-15 q=107 74900"));
}

TEST_F(FlowsTest, TransfersAreThroughputAndStayTheOwners) {
  Agree("brand", "storage_rates { price { currency_code: 'CNY' minor_units: 1 } }");
  SellFour();
  ASSERT_OK(Call(&BillingStub::SetWarehouseContract,
                 "contract { node_id: '$NODE2' effective_from { year: 2026 month: 1 day: 1 }"
                 " currency_code: 'CNY' inbound_piece { price { currency_code: 'CNY'"
                 " minor_units: 10 } } }"));
  ASSERT_OK_AND_ASSIGN(const auto sent,
                       Call(&Stub::Transfer,
                            "transfer { from_node_id: '$NODE1' to_node_id: '$NODE2'"
                            " lines { sku_id: '$SKU1' owner_id: 'brand' quantity: 3 } }"));
  // On the way they are the owner's, and nowhere in a house.
  EXPECT_THAT(Show(*Compute("brand", kToday, kToday)),
              ElementsAre("SALE SKU1 15-15 q=4 0", "STORAGE SKU1 15-15 q=6 6"));
  EXPECT_EQ(January("$NODE2")->closing_pieces(), 0);
  ASSERT_OK(Call(&Stub::ReceiveTransfer,
                 fmt::format("transfer_id: '{}' lines {{ line_number: 1 quantity: 2 }} final: true",
                             sent.transfer_id())));
  EXPECT_THAT(Show(*Compute("brand", kToday, kToday)),
              ElementsAre("SALE SKU1 15-15 q=4 0", "STORAGE SKU1 15-15 q=5 5"));
  ASSERT_OK_AND_ASSIGN(const auto report, January("$NODE2"));
  EXPECT_EQ(report.transferred_in_pieces(), 2);
  EXPECT_EQ(report.closing_pieces(), 2);
  EXPECT_EQ(report.missing_pieces(), 0);  // lost on the way
  EXPECT_EQ(report.cost().minor_units(), 20);
}

TEST_F(FlowsTest, OnlyOfTheRegisteredOnceSomebodyIs) {
  const std::string notice =
      "notice { node_id: '$NODE1' kind: INBOUND_KIND_PURCHASE"
      " lines { sku_id: '$SKU1' quantity: 1 owner_id: '";
  EXPECT_THAT(Call(&InboundStub::CreateInboundNotice, notice + "newcomer' } }"),
              StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK_AND_ASSIGN(const auto made,
                       Call(&InboundStub::CreateInboundNotice, notice + "brand' } }"));
  EXPECT_THAT(Call(&InboundStub::ExpectReturn,
                   "customer_return { node_id: '$NODE1'"
                   " lines { sku_id: '$SKU1' owner_id: 'newcomer' quantity: 1 } }"),
              StatusIs(absl::StatusCode::kNotFound));
  // Who gets nothing new still gets what is on its way and what customers send back.
  ASSERT_OK(Call(&BillingStub::UpdateStockOwner,
                 "owner { owner_id: 'brand' state: RECORD_STATE_ARCHIVED }"
                 " update_mask { paths: 'state' }"));
  EXPECT_THAT(Call(&InboundStub::CreateInboundNotice, notice + "brand' } }"),
              HasReason("RECORD_ARCHIVED"));
  const std::string id = fmt::format("notice_id: '{}'", made.notice_id());
  ASSERT_OK(Call(&InboundStub::StartReceiving, id + " dock: 'D'"));
  EXPECT_OK(Call(&InboundStub::RecordReceipt, id + " lines { line_number: 1 quantity: 1 }"));
  EXPECT_OK(Call(&InboundStub::ExpectReturn,
                 "customer_return { node_id: '$NODE1'"
                 " lines { sku_id: '$SKU1' owner_id: 'brand' quantity: 1 } }"));
  // Who keeps no register names whom he likes.
  Db().Exec("DELETE FROM stock_owner");
  EXPECT_OK(Call(&Stub::Receive,
                 "node_id: '$NODE1' lines { sku_id: '$SKU1' quantity: 1 owner_id: 'newcomer' }"));
}

}  // namespace
}  // namespace kefu::warehouse
