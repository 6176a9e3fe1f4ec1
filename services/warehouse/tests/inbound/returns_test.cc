// What customers send back.
#include "common/rpc/acting.h"
#include "services/warehouse/handlers/posting.h"
#include "services/warehouse/tests/inbound/fixture.h"

namespace kefu::warehouse {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

class ReturnTest : public InboundTest {
 protected:
  // $RES, of which so many of its 10 pieces of $SKU1 have left the house.
  void ShipOf(int64_t shipped) {
    ASSERT_OK(Call(&Stub::ConfirmReservation, "reservation_id: '$RES'"));
    // As shipping does: the ledger first, then the line.
    ASSERT_OK(replica_.database->RunInTransaction(
        absl::InfiniteFuture(), [&](db::Transaction& t) -> absl::Status {
          ASSIGN_OR_RETURN(auto reservation, store::LockReservation(t, "org-a", world_.at("$RES")));
          reservation.lines[0].shipped = shipped;
          RETURN_IF_ERROR(store::Update(t, "org-a", reservation));
          const domain::Movement out{.key = {reservation.lines[0].key(), "", ""},
                                     .from = domain::LedgerAccount::kReserved,
                                     .to = domain::LedgerAccount::kCustomer,
                                     .quantity = shipped,
                                     .reason = "ShipOrder",
                                     .reference = reservation.id,
                                     .business_date = absl::CivilDay(2026, 1, 15)};
          ASSIGN_OR_RETURN(domain::Totals totals,
                           store::LockTotals(t, "org-a", domain::KeysOf({&out, 1})));
          const Posting posting{replica_.deps, t, "org-a", "tester",
                                absl::FromUnixSeconds(1768449600)};
          return Post(posting, {&out, 1}, totals).status();
        }));
  }
  absl::StatusOr<v1::CustomerReturn> Expect(const std::string& text) {
    return Call(&InboundStub::ExpectReturn,
                fmt::format("customer_return {{ node_id: '$NODE1' {} }}", text));
  }
  absl::StatusOr<v1::CustomerReturn> Take(const std::string& id, const std::string& text) {
    return Call(&InboundStub::ReceiveReturn, fmt::format("return_id: '{}' {}", id, text));
  }
  absl::StatusOr<v1::CustomerReturn> Inspect(const std::string& id, const std::string& text) {
    return Call(&InboundStub::InspectReturn, fmt::format("return_id: '{}' {}", id, text));
  }
  absl::StatusOr<v1::CustomerReturn> Close(const std::string& id) {
    return Call(&InboundStub::CloseReturn, fmt::format("return_id: '{}'", id));
  }
  std::string Made(const absl::StatusOr<v1::CustomerReturn>& made) {
    EXPECT_OK(made);
    return made.ok() ? made->return_id() : "";
  }
};

TEST_F(ReturnTest, ComesBackIsInspectedAndTold) {
  ASSERT_NO_FATAL_FAILURE(ShipOf(10));
  EXPECT_EQ(Totals("$NODE1", "$SKU1"), "SELLABLE 90");
  ASSERT_OK_AND_ASSIGN(const auto expected,
                       Expect("order_id: 'O 1' reservation_id: '$RES' case_id: 'case-1'"
                              " lines { sku_id: '$SKU1' quantity: 6 }"));
  EXPECT_EQ(expected.state(), v1::RETURN_STATE_EXPECTED);
  const std::string id = expected.return_id();
  ASSERT_OK_AND_ASSIGN(const auto part,
                       Take(id, "lines { sku_id: '$SKU1' quantity: 4 location: 'RET' }"));
  EXPECT_EQ(part.state(), v1::RETURN_STATE_RECEIVING);
  EXPECT_EQ(Totals("$NODE1", "$SKU1"), "AWAITING_INSPECTION 4, SELLABLE 90");
  ASSERT_OK_AND_ASSIGN(
      const auto looked,
      Inspect(
          id,
          "lines { receipt_number: 1 results { outcome: INSPECTION_OUTCOME_SELLABLE quantity: 2 }"
          " results { outcome: INSPECTION_OUTCOME_DAMAGED quantity: 1 reason: 'stained' }"
          " results { outcome: INSPECTION_OUTCOME_SCRAP quantity: 1 } }"));
  EXPECT_EQ(looked.state(), v1::RETURN_STATE_RECEIVING);  // two are still expected
  EXPECT_THAT(EventsOf("ReturnInspected"), SizeIs(0));
  ASSERT_OK(Take(id, "lines { sku_id: '$SKU1' quantity: 2 }"));
  ASSERT_OK_AND_ASSIGN(
      const auto done,
      Inspect(id,
              "lines { receipt_number: 2 results { outcome: INSPECTION_OUTCOME_TO_VENDOR"
              " quantity: 2 } }"));
  EXPECT_EQ(done.state(), v1::RETURN_STATE_INSPECTED);
  EXPECT_EQ(Totals("$NODE1", "$SKU1"), "DAMAGED 1, SELLABLE 92");
  const auto told = EventsOf("ReturnInspected");
  ASSERT_THAT(told, SizeIs(1));
  v1::ReturnInspected event;
  ASSERT_TRUE(event.ParseFromString(told[0]));
  EXPECT_EQ(event.case_id(), "case-1");
  EXPECT_EQ(event.lines(0).intact_quantity(), 2);
  EXPECT_EQ(event.lines(0).damaged_quantity(), 4);
  EXPECT_EQ(EventsOf("ReturnChanged").size(), 5u);
  ASSERT_OK_AND_ASSIGN(const auto read,
                       Call(&InboundStub::GetReturn, fmt::format("return_id: '{}'", id)));
  EXPECT_EQ(read.receipts_size(), 2);
  EXPECT_EQ(read.steps_size(), 5);
  EXPECT_EQ(read.steps(4).from_state(), "RECEIVED");
  // A service acts on what it is told: only what outlives a crash.
  const auto flushes = [] { return Db().Count("SELECT COALESCE(SUM(count), 0) FROM flush_mark"); };
  const int64_t before = flushes();
  v1::GetReturnRequest question;
  question.set_return_id(id);
  EXPECT_THAT(rpc::CallFor("org-a", *inbound_, &InboundStub::GetReturn, question,
                           inbound_host_.AsService()),
              IsOkAndHolds(EqualsProto(read)));
  EXPECT_EQ(flushes(), before + 1);
}

TEST_F(ReturnTest, NeverMoreThanWasShipped) {
  ASSERT_NO_FATAL_FAILURE(ShipOf(5));
  const std::string of = "reservation_id: '$RES' ";
  EXPECT_THAT(Expect(of + "lines { sku_id: '$SKU1' quantity: 6 }"),
              HasReason("RETURN_EXCEEDS_SHIPPED"));
  EXPECT_THAT(Expect(of + "lines { sku_id: '$SKU2' quantity: 1 }"),
              HasReason("RETURN_EXCEEDS_SHIPPED"));
  EXPECT_THAT(Expect("reservation_id: 'none' lines { sku_id: '$SKU1' quantity: 1 }"),
              StatusIs(absl::StatusCode::kNotFound));
  const std::string first = Made(Expect(of + "lines { sku_id: '$SKU1' quantity: 3 }"));
  EXPECT_THAT(Expect(of + "lines { sku_id: '$SKU1' quantity: 3 }"),
              HasReason("RETURN_EXCEEDS_SHIPPED"));
  const std::string second = Made(Expect(of + "lines { sku_id: '$SKU1' quantity: 2 }"));
  // Each may bring what is not claimed by the other; nothing is.
  EXPECT_THAT(Take(second, "lines { sku_id: '$SKU1' quantity: 3 }"),
              HasReason("RETURN_EXCEEDS_SHIPPED"));
  EXPECT_THAT(Take(second, "lines { sku_id: '$SKU2' quantity: 1 }"),
              HasReason("RETURN_EXCEEDS_SHIPPED"));
  EXPECT_EQ(Totals("$NODE1", "$SKU1"), "SELLABLE 95 (5 reserved)");
  // Once the first is called off its pieces are free again.
  ASSERT_OK(Call(&InboundStub::CancelReturn, fmt::format("return_id: '{}'", first)));
  EXPECT_OK(Take(second, "lines { sku_id: '$SKU1' quantity: 5 }"));
  EXPECT_THAT(Take(second, "lines { sku_id: '$SKU1' quantity: 1 }"),
              HasReason("RETURN_EXCEEDS_SHIPPED"));
}

TEST_F(ReturnTest, ParallelReturnsOfOneReservationStayBelowWhatWasShipped) {
  ASSERT_NO_FATAL_FAILURE(ShipOf(10));
  const rpc::CallOptions as = InboundAs("org-a");
  std::atomic<int> made = 0;
  std::vector<std::thread> running;
  for (int thread = 0; thread < 8; ++thread) {
    running.emplace_back([&] {
      const auto result = Call(&InboundStub::ExpectReturn,
                               "customer_return { node_id: '$NODE1' reservation_id: '$RES'"
                               " lines { sku_id: '$SKU1' quantity: 3 } }",
                               as);
      if (result.ok()) ++made;
    });
  }
  for (std::thread& thread : running) thread.join();
  EXPECT_EQ(made, 3);
}

TEST_F(ReturnTest, WhatWasNotAnnouncedIsTakenAndFlagged) {
  const std::string id = Made(Expect("lines { sku_id: '$SKU1' quantity: 1 }"));
  ASSERT_OK_AND_ASSIGN(
      const auto taken,
      Take(id,
           "lines { sku_id: '$SKU1' quantity: 1 } lines { sku_id: '$SKU2' quantity: 2 }"
           " lines { sku_id: '$SKU2' owner_id: 'brand' quantity: 1 }"));
  EXPECT_EQ(taken.state(), v1::RETURN_STATE_RECEIVED);
  ASSERT_EQ(taken.lines_size(), 3);
  EXPECT_FALSE(taken.lines(0).unannounced());
  EXPECT_TRUE(taken.lines(1).unannounced());
  EXPECT_EQ(taken.lines(2).owner_id(), "brand");
  EXPECT_EQ(Totals("$NODE1", "$SKU2"), "AWAITING_INSPECTION 3, SELLABLE 100");
  EXPECT_THAT(Take(id, "lines { sku_id: '$LOTSKU' quantity: 1 }"), HasReason("LOT_REQUIRED"));
  EXPECT_THAT(Take(id, "lines { sku_id: '$SKU1' quantity: 1 lot: 'L' }"),
              HasReason("LOT_NOT_ALLOWED"));
}

TEST_F(ReturnTest, EachMoveHasItsStates) {
  const std::string id = Made(Expect("lines { sku_id: '$SKU1' quantity: 3 }"));
  const std::string decide =
      "lines { receipt_number: 1 results { outcome: INSPECTION_OUTCOME_SELLABLE quantity: 1 } }";
  EXPECT_THAT(Inspect(id, decide), HasReason("RETURN_STATE"));
  EXPECT_THAT(Close(id), HasReason("RETURN_STATE"));
  ASSERT_OK(Take(id, "lines { sku_id: '$SKU1' quantity: 1 }"));
  EXPECT_THAT(Call(&InboundStub::CancelReturn, fmt::format("return_id: '{}'", id)),
              HasReason("RETURN_STATE"));
  ASSERT_OK(Inspect(id, decide));
  EXPECT_THAT(Inspect(id, decide), HasReason("INSPECTION_EXCEEDS_RECEIPT"));
  ASSERT_OK_AND_ASSIGN(const auto closed, Close(id));
  EXPECT_EQ(closed.state(), v1::RETURN_STATE_INSPECTED);  // nothing is left to decide about
  EXPECT_THAT(EventsOf("ReturnInspected"), SizeIs(1));
  EXPECT_THAT(Take(id, "lines { sku_id: '$SKU1' quantity: 1 }"), HasReason("RETURN_STATE"));
  const std::string other = Made(Expect("lines { sku_id: '$SKU1' quantity: 3 }"));
  ASSERT_OK(Take(other, "lines { sku_id: '$SKU1' quantity: 1 }"));
  ASSERT_OK_AND_ASSIGN(const auto waits, Close(other));
  EXPECT_EQ(waits.state(), v1::RETURN_STATE_RECEIVED);
  EXPECT_THAT(Close(other), HasReason("RETURN_STATE"));
}

TEST_F(ReturnTest, WhoIsConfinedToShopsReturnsToTheirReservationsOnly) {
  ASSERT_NO_FATAL_FAILURE(ShipOf(5));
  const rpc::CallOptions confined = {
      .token = inbound_host_.tokens().Token("org-a", {auth::Role::kIntegration}, {"shop-1"}, "erp",
                                            absl::Hours(72))};
  const std::string text =
      "customer_return { node_id: '$NODE1' reservation_id: '$RES'"
      " lines { sku_id: '$SKU1' quantity: 1 } }";
  EXPECT_THAT(Call(&InboundStub::ExpectReturn, text, confined),
              StatusIs(absl::StatusCode::kNotFound));
  Db().Exec("UPDATE reservation SET shop_id = 'shop-1'");
  EXPECT_OK(Call(&InboundStub::ExpectReturn, text, confined));
}

TEST_F(ReturnTest, ListsFilter) {
  ASSERT_NO_FATAL_FAILURE(ShipOf(5));
  Made(Expect("reservation_id: '$RES' lines { sku_id: '$SKU1' quantity: 1 }"));
  Made(Expect("lines { sku_id: '$SKU1' quantity: 1 }"));
  const auto count = [&](const std::string& filter) {
    const auto page = Call(&InboundStub::ListReturns, filter);
    EXPECT_OK(page);
    return page.ok() ? page->returns_size() : -1;
  };
  EXPECT_EQ(count(""), 2);
  EXPECT_EQ(count("reservation_id: '$RES'"), 1);
  EXPECT_EQ(count("node_id: '$NODE1' state: RETURN_STATE_EXPECTED"), 2);
  EXPECT_EQ(count("node_id: '$NODE2'"), 0);
}

}  // namespace
}  // namespace kefu::warehouse
