// What a decision says of the process that follows it: when the case closes, what it may cost, who
// pays the freights and whose fault it is.
#include "services/aftersales/tests/processes/flows_fixture.h"

namespace kefu::aftersales {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kTwoPieces = R"(lines { sku: "S-1" quantity: 2 } )";
constexpr int64_t kTwoPiecesPaid = 1080;  // of 90.00 for goods, 6 : 4, ten pieces of S-1
constexpr int64_t kFreight = 1000;

class DecidedTest : public FlowsTest {
 protected:
  // A case about an order of its own, or about this one.
  std::string OpenOf(const std::string& name, const std::string& more = kTwoPieces,
                     std::string order = "") {
    if (order.empty()) {
      order = ids_.Next();
      Sell("org-a", "shop-1", order);
    }
    Open(name, fmt::format(R"(order_id: "{}" {})", order, more));
    return order;
  }
  // Of intact clothing that was signed for the day before.
  void Evaluate(const std::string& name, const std::string& reason) {
    EXPECT_OK(
        Call(&Stub::EvaluateReturn, fmt::format(R"(case_id: "{}" question {{ category: "clothing"
                                    reason: RETURN_REASON_{} sign_time {{ seconds: 1768400000 }}
                                    answers {{ condition: RETURN_CONDITION_LABEL_REMOVED }}
                                    answers {{ condition: RETURN_CONDITION_SOILED_OR_DAMAGED }} }})",
                                                name, reason)));
  }
  absl::Status Approve(const std::string& name, const std::string& more = "") {
    return Call(&Stub::ReviewCase,
                fmt::format(R"(case_id: "{}" result: REVIEW_RESULT_APPROVED {})", name, more))
        .status();
  }
  // Approved, sent back and paid for: the payment, or none.
  v1::Payment Refund(const std::string& name, const std::string& review = "",
                     const Back& back = {}) {
    EXPECT_OK(Approve(name, review));
    Run();
    ComeBack(back);
    Run();
    const auto payments = PaymentsOf(name);
    return payments.empty() ? v1::Payment() : payments[0];
  }
  static std::string Cost(int64_t minor) {
    return fmt::format(R"(cost {{ currency_code: "CNY" minor_units: {} }})", minor);
  }
};

// What is under way would go on behind a closed case, and give it back when it fails.
TEST_F(DecidedTest, ACaseIsNotClosedByHandBeforeWhatFollowsHasEnded) {
  const std::string close = R"pb(case_id: "$C")pb";
  Decide("$C", kTwoPieces);
  const auto refused = Call(&Stub::CloseCase, close);
  EXPECT_THAT(refused,
              AllOf(StatusIs(absl::StatusCode::kFailedPrecondition), HasReason("PROCESS_RUNNING")));
  EXPECT_THAT(refused.status().message(), HasSubstr("wait for it, or cancel it"));
  EXPECT_EQ(MetadataOf(refused.status(), "process_id"), ProcessOf("$C").process_id());
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_DECIDED);
  Run();
  EXPECT_THAT(Call(&Stub::CloseCase, close), HasReason("PROCESS_RUNNING"));  // waits for goods
  names_["$P"] = ProcessOf("$C").process_id();
  ASSERT_OK(Call(&ProcessStub::CancelProcess, R"pb(process_id: "$P" reason: "kept")pb"));
  Run();
  ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_CUSTOMER_GAVE_UP)pb"));
  // Compensation goes its own way: it neither closes the case nor gives it back.
  ASSERT_OK(Call(&Stub::PayCompensation, R"pb(case_id: "$C" kind: COMPENSATION_KIND_FREIGHT)pb"));
  EXPECT_EQ(Call(&Stub::CloseCase, close)->state(), v1::CASE_STATE_CLOSED);
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_CLOSED);
}

// DOMAIN 4.4: the first freight is the merchant's where the rule says so, and only there.
TEST_F(DecidedTest, TheFreightGoesBackWhereTheVerdictSaysSo) {
  OpenOf("$UNASKED");
  EXPECT_EQ(Refund("$UNASKED").amount().minor_units(), kTwoPiecesPaid);
  EXPECT_EQ(ProcessOf("$UNASKED").facts().outbound_freight(), v1::FREIGHT_PAYER_UNSPECIFIED);

  OpenOf("$WHIM");
  Evaluate("$WHIM", "NO_REASON");
  const v1::Payment whim = Refund("$WHIM");
  EXPECT_EQ(whim.amount().minor_units(), kTwoPiecesPaid);
  EXPECT_FALSE(whim.has_freight());
  EXPECT_EQ(ProcessOf("$WHIM").facts().outbound_freight(), v1::FREIGHT_PAYER_BUYER);
  EXPECT_THAT(ProcessOf("$WHIM").facts().merchant_faults(), IsEmpty());

  const std::string order = OpenOf("$TORN");
  Evaluate("$TORN", "NO_REASON");
  Evaluate("$TORN", "DAMAGED");  // the latest counts
  const v1::Payment torn = Refund("$TORN");
  EXPECT_EQ(torn.amount().minor_units(), kTwoPiecesPaid + kFreight);
  EXPECT_EQ(torn.freight().minor_units(), kFreight);
  EXPECT_THAT(torn.explanation(), HasSubstr("for sending them"));
  const v1::ProcessFacts facts = ProcessOf("$TORN").facts();
  EXPECT_EQ(facts.outbound_freight(), v1::FREIGHT_PAYER_MERCHANT);
  EXPECT_EQ(facts.return_freight(), v1::FREIGHT_PAYER_MERCHANT);
  EXPECT_THAT(facts.merchant_faults(), ElementsAre(v1::MERCHANT_FAULT_REASON));
  EXPECT_NE(facts.evaluation_id(), "");
  EXPECT_EQ(world_.reports[torn.payment_id()], kTwoPiecesPaid + kFreight);

  // An order has one first freight, and what is left of it goes back to the last fen and no
  // further.
  OpenOf("$AGAIN", kTwoPieces, order);
  Evaluate("$AGAIN", "QUALITY_DEFECT");
  EXPECT_EQ(Refund("$AGAIN").amount().minor_units(), kTwoPiecesPaid);
  OpenOf("$REST", R"(lines { sku: "S-1" quantity: 6 } lines { sku: "S-2" quantity: 10 })", order);
  Evaluate("$REST", "SIZE_DIFFERS");
  EXPECT_EQ(Refund("$REST").amount().minor_units(), 10000 - kFreight - 2 * kTwoPiecesPaid);
}

TEST_F(DecidedTest, WithItsFreightAnOrderIsPaidBackWholeAndNeverMore) {
  OpenOf("$ALL", "");
  Evaluate("$ALL", "MODEL_DIFFERS");
  EXPECT_EQ(Refund("$ALL").amount().minor_units(), 10000);
  // Never more than the reviewer said, goods first.
  OpenOf("$LESS");
  Evaluate("$LESS", "MODEL_DIFFERS");
  const v1::Payment less = Refund("$LESS", Cost(1500));
  EXPECT_EQ(less.amount().minor_units(), 1500);
  EXPECT_EQ(less.freight().minor_units(), 1500 - kTwoPiecesPaid);
  // What was paid back before leaves less of the freight, not of the goods.
  const std::string order = OpenOf("$BEFORE", "kind: CASE_KIND_REFUND_ONLY");
  ASSERT_OK(Approve("$BEFORE", Cost(8500)));
  Run();
  OpenOf("$AFTER", kTwoPieces, order);
  Evaluate("$AFTER", "DAMAGED");
  EXPECT_EQ(Refund("$AFTER").amount().minor_units(), 1500);
  // A refund of all that is left goes without the freight that the buyer is to pay.
  Open("$KEPT", R"(kind: CASE_KIND_REFUND_ONLY order_id: "o1")");
  Evaluate("$KEPT", "NO_REASON");
  ASSERT_OK(Approve("$KEPT"));
  Run();
  EXPECT_EQ(PaymentsOf("$KEPT")[0].amount().minor_units(), 10000 - kFreight);
}

// DOMAIN 4.4: damaged, not as described, faulty; a platform's word; the house's own mistake.
TEST_F(DecidedTest, DamageIsNotHeldAgainstABuyerWhoIsNotAtFault) {
  const Back damaged{.damaged = 1};
  OpenOf("$WHIM");
  Evaluate("$WHIM", "NO_REASON");
  Refund("$WHIM", "", damaged);
  EXPECT_EQ(ProcessOf("$WHIM").facts().undo_reason(), "GOODS_NOT_INTACT");

  OpenOf("$TORN");
  Evaluate("$TORN", "DAMAGED");
  EXPECT_EQ(Refund("$TORN", "", damaged).amount().minor_units(), kTwoPiecesPaid + kFreight);

  // What does not come back is missing, whoever's fault the rest is.
  OpenOf("$SHORT");
  Evaluate("$SHORT", "DAMAGED");
  Refund("$SHORT", "", {.missing = 1});
  EXPECT_EQ(ProcessOf("$SHORT").facts().undo_reason(), "GOODS_MISSING");

  // The platform found the buyer right about these goods, not about those.
  const std::string order =
      OpenOf("$COMPLAINT", "kind: CASE_KIND_PLATFORM_WORK_ORDER " + kTwoPieces);
  ASSERT_OK(Approve("$COMPLAINT"));
  OpenOf("$OTHER", R"(lines { sku: "S-2" quantity: 2 })", order);
  Refund("$OTHER", "", damaged);
  EXPECT_EQ(ProcessOf("$OTHER").facts().undo_reason(), "GOODS_NOT_INTACT");
  OpenOf("$SAME", kTwoPieces, order);
  EXPECT_EQ(Refund("$SAME", "", damaged).amount().minor_units(), kTwoPiecesPaid + kFreight);
  EXPECT_THAT(ProcessOf("$SAME").facts().merchant_faults(),
              ElementsAre(v1::MERCHANT_FAULT_PLATFORM_VERDICT));

  OpenOf("$WRONG");
  Evaluate("$WRONG", "NO_REASON");
  EXPECT_EQ(Refund("$WRONG", "", {.damaged = 1, .sent_wrongly = true}).amount().minor_units(),
            kTwoPiecesPaid + kFreight);
  EXPECT_THAT(ProcessOf("$WRONG").facts().merchant_faults(),
              ElementsAre(v1::MERCHANT_FAULT_SENT_WRONGLY));
}

// The verdict is the case's own: what is decided for the buyer by the platform's word, without
// goods that come back, is the merchant's fault too.
TEST_F(DecidedTest, APlatformsOwnCaseCarriesItsVerdict) {
  for (const std::string kind : {"PLATFORM_WORK_ORDER", "DISPUTE"}) {
    const std::string name = "$" + kind;
    OpenOf(name, fmt::format("kind: CASE_KIND_{} {}", kind, kTwoPieces));
    ASSERT_OK(
        Call(&Stub::ReviewCase,
             fmt::format(R"(case_id: "{}" result: REVIEW_RESULT_REFUND_WITHOUT_RETURN)", name)));
    Run();
    EXPECT_THAT(ProcessOf(name).facts().merchant_faults(),
                ElementsAre(v1::MERCHANT_FAULT_PLATFORM_VERDICT));
    EXPECT_EQ(PaymentsOf(name).at(0).amount().minor_units(), kTwoPiecesPaid + kFreight);
  }
}

// Who lets a decision stand gives it again; what follows it was done, or is under way.
TEST_F(DecidedTest, ADecisionThatStandsIsNotCarriedOutTwice) {
  const auto stands = [&](const std::string& name) {
    ASSERT_OK(Call(&Stub::AppealCase,
                   fmt::format(R"(case_id: "{}" party: APPEAL_PARTY_MERCHANT reason: "r")", name)));
    ASSERT_OK(Call(
        &WorkStub::DecideAppeal,
        fmt::format(R"(case_id: "{}" outcome: APPEAL_OUTCOME_DECISION_STANDS note: "n")", name)));
    Run();
  };
  OpenOf("$PAID", "kind: CASE_KIND_REFUND_ONLY");
  ASSERT_OK(Approve("$PAID", Cost(2000)));
  Run();
  stands("$PAID");
  EXPECT_EQ(PaymentsOf("$PAID").size(), 1);
  OpenOf("$UNDER_WAY");
  ASSERT_OK(Approve("$UNDER_WAY"));
  Run();
  stands("$UNDER_WAY");
  EXPECT_EQ(ProcessesOf("$UNDER_WAY").size(), 1);
}

// What an overturned decision has paid is paid: who decides the same again learns that nothing more
// follows.
TEST_F(DecidedTest, ADecisionThatIsGivenAgainIsNotCarriedOutTwice) {
  OpenOf("$C", "kind: CASE_KIND_REFUND_ONLY");
  ASSERT_OK(Approve("$C", Cost(2000)));
  Run();
  clock_.Advance(absl::Minutes(1));
  ASSERT_OK(
      Call(&Stub::AppealCase, R"pb(case_id: "$C" party: APPEAL_PARTY_MERCHANT reason: "r")pb"));
  ASSERT_OK(Call(&WorkStub::DecideAppeal, R"pb(case_id: "$C"
                                               outcome: APPEAL_OUTCOME_DECISION_OVERTURNED
                                               result: REVIEW_RESULT_REJECTED
                                               note: "n")pb"));
  ASSERT_OK(Call(&WorkStub::ReopenCase, R"pb(case_id: "$C" reason: "r")pb"));
  const auto again = Approve("$C", Cost(3000));
  EXPECT_THAT(again, HasReason("CARRIED_OUT_BEFORE"));
  EXPECT_EQ(MetadataOf(again, "process_id"), ProcessOf("$C").process_id());
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_OPEN);
  EXPECT_EQ(PaymentsOf("$C").size(), 1);
  // Goods in its place are another matter.
  ASSERT_OK(Call(&Stub::ReviewCase,
                 R"(case_id: "$C" result: REVIEW_RESULT_REISSUE_WITHOUT_RETURN )" + Cost(10000)));
}

TEST_F(DecidedTest, NoReviewGivesBackMoreThanWasPaid) {
  const std::string order = OpenOf("$C", "kind: CASE_KIND_REFUND_ONLY");
  const auto too_much = Approve("$C", Cost(10001));
  EXPECT_THAT(too_much, AllOf(StatusIs(absl::StatusCode::kFailedPrecondition),
                              HasReason("COST_EXCEEDS_PAID")));
  EXPECT_EQ(MetadataOf(too_much, "order_id"), order);
  EXPECT_EQ(MetadataOf(too_much, "paid_minor_units"), "10000");
  EXPECT_THAT(Call(&WorkStub::ProposeReview,
                   R"(case_id: "$C" result: REVIEW_RESULT_APPROVED note: "n" )" + Cost(10001)),
              HasReason("COST_EXCEEDS_PAID"));
  EXPECT_EQ(CaseOf("$C").etag(), "1");
  EXPECT_THAT(ProcessesOf("$C"), IsEmpty());
  ASSERT_OK(Approve("$C", Cost(10000)));
  Run();
  EXPECT_EQ(PaymentsOf("$C")[0].amount().minor_units(), 10000);
  // An appeal is decided within the same bound; goods that are sent again cost what they cost.
  OpenOf("$D");
  ASSERT_OK(
      Call(&Stub::ReviewCase, R"pb(case_id: "$D" result: REVIEW_RESULT_REJECTED note: "n")pb"));
  ASSERT_OK(Call(&Stub::AppealCase, R"pb(case_id: "$D" party: APPEAL_PARTY_BUYER reason: "r")pb"));
  const std::string overturn = R"(case_id: "$D" outcome: APPEAL_OUTCOME_DECISION_OVERTURNED
                                  note: "n" result: REVIEW_RESULT_)";
  EXPECT_THAT(Call(&WorkStub::DecideAppeal, overturn + "REFUND_WITHOUT_RETURN " + Cost(10001)),
              HasReason("COST_EXCEEDS_PAID"));
  EXPECT_OK(Call(&WorkStub::DecideAppeal, overturn + "REISSUE_WITHOUT_RETURN " + Cost(10001)));
}

}  // namespace
}  // namespace kefu::aftersales
