// What of an order was paid back: nobody pays it or expects it again, whoever granted it.
#include "services/aftersales/tests/processes/flows_fixture.h"

namespace kefu::aftersales {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Line = std::pair<std::string, int64_t>;

// An order is 90.00 for ten pieces of S-1, 5.40 each, and ten of S-2, 3.60 each; 10.00 of freight.
class PaidBackTest : public FlowsTest {
 protected:
  static std::string Of(const std::string& order, const std::string& sku, int pieces) {
    return fmt::format(R"(order_id: "{}" lines {{ sku: "{}" quantity: {} }} )", order, sku, pieces);
  }
  // A claim to money, granted at this cost and carried out.
  void Grant(const std::string& name, const std::string& more, int64_t minor,
             const std::string& kind = "REFUND_ONLY") {
    Decide(name, fmt::format("kind: CASE_KIND_{} {}", kind, more), "APPROVED",
           fmt::format(R"(cost {{ currency_code: "CNY" minor_units: {} }})", minor));
    Run();
  }
  int64_t PaidOf(const std::string& name) {
    int64_t paid = 0;
    for (const v1::Payment& payment : PaymentsOf(name)) {
      const bool to_buyer = payment.purpose() != v1::PAYMENT_PURPOSE_CHARGE;
      if (payment.state() == v1::PAYMENT_STATE_PAID && to_buyer) {
        paid += payment.amount().minor_units();
      }
    }
    return paid;
  }
  void ExpectGivenBack(const std::string& name, const std::string& reason) {
    EXPECT_EQ(ProcessOf(name).facts().undo_reason(), reason) << name;
    EXPECT_EQ(CaseOf(name).state(), v1::CASE_STATE_OPEN) << name;
    EXPECT_EQ(PaidOf(name), 0) << name;
  }
};

TEST_F(PaidBackTest, WhatAReviewerPaidForIsPaidForOnce) {
  Grant("$TWO", Of("order-1", "S-1", 2), 1080);
  EXPECT_EQ(PaidOf("$TWO"), 1080);
  // A return of more than is left is refused before anything is sent back.
  Decide("$ALL", Of("order-1", "S-1", 9));
  Run();
  ExpectGivenBack("$ALL", "PIECES_PAID_BACK");
  EXPECT_THAT(ProcessOf("$ALL").facts().undo_text(), HasSubstr("all but 8"));
  EXPECT_THAT(world_.returns, IsEmpty());
  Grant("$NINE", Of("order-1", "S-1", 9), 4860);
  ExpectGivenBack("$NINE", "PIECES_PAID_BACK");
  // Below what they are worth it is a goodwill, for goods that may still come back.
  Grant("$SORRY", Of("order-1", "S-1", 8), 300);
  EXPECT_EQ(PaidOf("$SORRY"), 300);
  Decide("$REST", Of("order-1", "S-1", 8));
  Run();
  ComeBack();
  Run();
  EXPECT_EQ(PaidOf("$REST"), 8 * 540);
  // None of it is left: whatever is granted for it would be paid again.
  Grant("$AGAIN", Of("order-1", "S-1", 1), 1);
  ExpectGivenBack("$AGAIN", "PIECES_PAID_BACK");
  Decide("$ORDER", "");
  Run();
  EXPECT_THAT(world_.returns["return-2"].lines, ElementsAre(Line("S-2", 10)));
}

TEST_F(PaidBackTest, WhatWasPaidInAdvanceIsPaidForToo) {
  Grant("$LESS", Of("order-1", "S-1", 10), 5399, "DISPUTE");
  EXPECT_EQ(PaidOf("$LESS"), 5399);
  Grant("$D", Of("order-2", "S-1", 10), 5400, "DISPUTE");
  EXPECT_EQ(PaidOf("$D"), 5400);
  Decide("$C", Of("order-2", "S-1", 1));
  Decide("$X", "kind: CASE_KIND_EXCHANGE " + Of("order-2", "S-1", 1));
  Decide("$OTHER", Of("order-1", "S-1", 1));
  Run();
  ExpectGivenBack("$C", "PIECES_PAID_BACK");
  ExpectGivenBack("$X", "PIECES_PAID_BACK");
  EXPECT_EQ(world_.reservations["reservation-1"].state, "RELEASED");
  EXPECT_EQ(ProcessOf("$OTHER").awaits(), "GOODS_INSPECTED");
  Grant("$E", Of("order-2", "S-1", 1), 540, "DISPUTE");
  ExpectGivenBack("$E", "PIECES_PAID_BACK");
}

// What was given as a goodwill is not there any more when goods come back.
TEST_F(PaidBackTest, AReturnPaysWhatIsLeftOfTheOrder) {
  Grant("$SORRY", R"(order_id: "order-1" )", 2000);
  const std::string all = Of("order-1", "S-1", 10) + R"(lines { sku: "S-2" quantity: 10 } )";
  Decide("$C", all);
  Run();
  ComeBack();
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_CLOSED);
  EXPECT_EQ(PaidOf("$C"), 8000);
  EXPECT_THAT(PaymentsOf("$C").at(0).explanation(), HasSubstr("cut to what was left"));
  // What a reviewer has said is not cut.
  Grant("$KIND", R"(order_id: "order-2" )", 2000);
  Decide("$SAID", Of("order-2", "S-1", 10) + R"(lines { sku: "S-2" quantity: 10 } )", "APPROVED",
         R"(cost { currency_code: "CNY" minor_units: 9000 })");
  Run();
  ComeBack();
  Run();
  ExpectGivenBack("$SAID", "REFUND_EXCEEDS_PAID");
  Grant("$GONE", R"(order_id: "o1" )", 10000);
  Decide("$LATE", Of("o1", "S-1", 1));
  Run();
  ExpectGivenBack("$LATE", "PIECES_PAID_BACK");
  // Nobody sends anything back for which nothing is left, however it went.
  Grant("$HALF", R"(order_id: "o2" )", 5000);
  Grant("$REST", R"(order_id: "o2" )", 5000);
  Decide("$NONE", Of("o2", "S-1", 1));
  Run();
  ExpectGivenBack("$NONE", "NOTHING_LEFT");
  EXPECT_EQ(world_.returns.size(), 2);
  // Who wants the goods back for nothing says so.
  Decide("$GOODS", Of("o2", "S-1", 1), "APPROVED",
         R"(cost { currency_code: "CNY" minor_units: 0 })");
  Run();
  EXPECT_EQ(world_.returns.size(), 3);
  // Of what was paid back too.
  Decide("$BACK", Of("o1", "S-1", 1), "APPROVED",
         R"(cost { currency_code: "CNY" minor_units: 0 })");
  Run();
  ComeBack();
  Run();
  EXPECT_EQ(world_.returns.size(), 4);
  for (const std::string name : {"$GOODS", "$BACK"}) {
    EXPECT_EQ(CaseOf(name).state(), v1::CASE_STATE_CLOSED) << name;
    EXPECT_THAT(PaymentsOf(name), IsEmpty()) << name;
  }
}

TEST_F(PaidBackTest, NothingIsSentAnewForWhatWasPaidBackOnItsWay) {
  Decide("$X", "kind: CASE_KIND_EXCHANGE " + Of("order-1", "S-1", 1));
  Decide("$Y", "kind: CASE_KIND_EXCHANGE " + Of("order-2", "S-1", 1));
  Run();
  Grant("$DISPUTE", Of("order-1", "S-1", 10), 5400, "DISPUTE");
  ComeBack();
  Run();
  ExpectGivenBack("$X", "PIECES_PAID_BACK");
  EXPECT_EQ(world_.reservations["reservation-1"].state, "RELEASED");
  EXPECT_EQ(world_.reservations["reservation-2"].state, "CONFIRMED");
  // Whoever wants the goods is told; the money is gone.
  ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$X"
                                         result: REVIEW_RESULT_REJECTED
                                         note: "paid back")pb"));
}

// Goods that were paid back while they were on their way come back all the same, with others.
TEST_F(PaidBackTest, AReturnPaysForThePiecesThatAreLeftOfIt) {
  const std::string all = Of("order-1", "S-1", 10) + R"(lines { sku: "S-2" quantity: 10 } )";
  Decide("$C", all);
  Decide("$E", Of("order-2", "S-1", 1));
  Run();
  Grant("$DISPUTE", Of("order-1", "S-1", 10), 5400, "DISPUTE");
  Grant("$ALSO", Of("order-2", "S-1", 10), 5400);
  ComeBack();
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_CLOSED);
  EXPECT_EQ(PaidOf("$C"), 3600);
  EXPECT_THAT(PaymentsOf("$C").at(0).explanation(), HasSubstr("without the pieces"));
  ExpectGivenBack("$E", "PIECES_PAID_BACK");
  // The rest of what was paid is no piece of it.
  Grant("$AGAIN", Of("order-1", "S-2", 1), 360);
  ExpectGivenBack("$AGAIN", "PIECES_PAID_BACK");
}

TEST_F(PaidBackTest, WhatIsLeftOfTheNamedPiecesIsPaidByWhatItIsWorth) {
  Grant("$TWO", Of("o1", "S-1", 2), 1080);
  Grant("$OVER", Of("o1", "S-1", 10), 4321);
  ExpectGivenBack("$OVER", "PIECES_PAID_BACK");
  Grant("$EIGHT", Of("o1", "S-1", 10), 4320);
  EXPECT_EQ(PaidOf("$EIGHT"), 4320);
  Grant("$NONE", Of("o1", "S-1", 1), 540);
  ExpectGivenBack("$NONE", "PIECES_PAID_BACK");
  // A goodwill for a gift takes nothing from it.
  Db().Exec("UPDATE sales_order_line SET price_minor = 0 WHERE order_id = 'o2' AND sku = 'S-2'");
  Grant("$SORRY", Of("o2", "S-2", 1), 500);
  EXPECT_EQ(PaidOf("$SORRY"), 500);
  Decide("$GIFT", Of("o2", "S-1", 1) + R"(lines { sku: "S-2" quantity: 10 } )");
  Run();
  EXPECT_EQ(ProcessOf("$GIFT").awaits(), "GOODS_INSPECTED");
  // The order was told anew with less than the case names: what was granted is granted.
  Open("$FEWER", "kind: CASE_KIND_REFUND_ONLY " + Of("order-2", "S-1", 10));
  Db().Exec("UPDATE sales_order_line SET quantity = 1 WHERE order_id = 'order-2' AND sku = 'S-1'");
  ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$FEWER"
                                         result: REVIEW_RESULT_APPROVED
                                         cost { currency_code: "CNY" minor_units: 300 })pb"));
  Run();
  EXPECT_EQ(PaidOf("$FEWER"), 300);
}

// The warehouse expects the goods, and nobody has heard so yet: they are not forgotten there.
TEST_F(PaidBackTest, WhatMayHaveBeenAskedForIsAskedForAgain) {
  world_.lose_answer = [](const Command& command) {
    return command.action == domain::Action::kExpectReturn;
  };
  Decide("$C", Of("order-1", "S-1", 1));
  Run();
  world_.lose_answer = nullptr;
  ASSERT_EQ(world_.returns.size(), 1);
  Grant("$D", Of("order-1", "S-1", 10), 5400, "DISPUTE");
  clock_.Advance(absl::Minutes(11));
  Run();
  EXPECT_EQ(ProcessOf("$C").awaits(), "GOODS_INSPECTED");
  EXPECT_EQ(world_.returns.size(), 1);
  ComeBack();
  Run();
  ExpectGivenBack("$C", "PIECES_PAID_BACK");
}

TEST_F(PaidBackTest, OfAnOrderThatWasNotPaidNothingIsPaidBack) {
  Db().Exec("UPDATE sales_order SET paid_minor = 0, freight_minor = 0 WHERE order_id = 'o1'");
  Decide("$C", "kind: CASE_KIND_REFUND_ONLY " + Of("o1", "S-1", 2));
  Run();
  ExpectGivenBack("$C", "NOTHING_LEFT");
  // A gift of an order that was paid was free.
  Db().Exec("UPDATE sales_order_line SET price_minor = 0 WHERE order_id = 'o2' AND sku = 'S-2'");
  Decide("$GIFT", "kind: CASE_KIND_REFUND_ONLY " + Of("o2", "S-2", 2));
  Run();
  EXPECT_EQ(CaseOf("$GIFT").state(), v1::CASE_STATE_CLOSED);
  EXPECT_THAT(PaymentsOf("$GIFT"), IsEmpty());
}

}  // namespace
}  // namespace kefu::aftersales
