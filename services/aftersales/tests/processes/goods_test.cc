// Goods that are to come back: how long they are waited for, which of them, and what an earlier
// attempt has left behind; and claims of which nobody knows whom they concern.
#include "services/aftersales/tests/processes/flows_fixture.h"

namespace kefu::aftersales {
namespace {

using domain::Action;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Line = std::pair<std::string, int64_t>;

const std::string kTwoPieces = R"(lines { sku: "S-1" quantity: 2 } )";

TEST_F(FlowsTest, GoodsThatDoNotComeInTimeAreCalledOff) {
  ASSERT_OK(WaitFor(7));
  Decide("$C", kTwoPieces);
  Decide("$X", "kind: CASE_KIND_EXCHANGE " + kTwoPieces);
  Run();
  clock_.Advance(absl::Hours(7 * 24) - absl::Seconds(1));
  Run();
  EXPECT_EQ(ProcessOf("$C").state(), v1::PROCESS_STATE_WAITING);
  EXPECT_EQ(ProcessOf("$X").state(), v1::PROCESS_STATE_WAITING);
  clock_.Advance(absl::Seconds(1));
  Run();
  for (const std::string name : {"$C", "$X"}) {
    const v1::Process undone = ProcessOf(name);
    EXPECT_EQ(undone.state(), v1::PROCESS_STATE_COMPENSATED) << name;
    EXPECT_EQ(undone.facts().undo_reason(), "RETURN_OVERDUE");
    EXPECT_EQ(world_.returns[undone.facts().return_id()].state, "CANCELLED");
    EXPECT_EQ(CaseOf(name).state(), v1::CASE_STATE_OPEN);
    std::vector<std::string> outcomes;
    for (const v1::ProcessEntry& entry : undone.entries()) outcomes.push_back(entry.outcome());
    EXPECT_THAT(outcomes, ::testing::Contains("OVERDUE"));
    const auto history = Call(&Stub::ListCaseActivities, fmt::format(R"(case_id: "{}")", name));
    ASSERT_OK(history);
    EXPECT_THAT(history->activities().rbegin()->note(),
                ContainsRegex("RETURN_OVERDUE .*the goods have not come within 7 days"));
  }
  EXPECT_EQ(world_.reservations["reservation-1"].state, "RELEASED");
  EXPECT_EQ(LedgerLines(), 0);
}

// The warehouse has them, and the feed has yet to tell: they are not lost, and not called off
// again.
TEST_F(FlowsTest, GoodsThatComeInTheVeryMomentAreInspectedAsEver) {
  ASSERT_OK(WaitFor(7));
  Decide("$C", kTwoPieces);
  Run();
  world_.returns["return-1"].state = "RECEIVED";
  clock_.Advance(absl::Hours(7 * 24));
  Run();
  const v1::Process waits = ProcessOf("$C");
  EXPECT_EQ(waits.state(), v1::PROCESS_STATE_WAITING);
  EXPECT_FALSE(waits.cancelling());
  EXPECT_TRUE(waits.facts().goods_arrived());
  EXPECT_EQ(waits.facts().undo_reason(), "");
  clock_.Advance(absl::Hours(20 * 24));
  Run();
  EXPECT_EQ(world_.calls[Action::kCancelReturn], 1);
  world_.returns["return-1"].state = "EXPECTED";
  ComeBack();
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_CLOSED);
  EXPECT_EQ(PaymentsOf("$C")[0].amount().minor_units(), 1080);
}

// As shipped there is no term; one that is set later holds for what waits already.
TEST_F(FlowsTest, ATermThatIsSetLaterHoldsForWhatWaits) {
  Decide("$C", kTwoPieces);
  Run();
  clock_.Advance(absl::Hours(10 * 24));
  Run();
  EXPECT_EQ(ProcessOf("$C").state(), v1::PROCESS_STATE_WAITING);
  ASSERT_OK(WaitFor(7));
  clock_.Advance(absl::Hours(24));
  Run();
  EXPECT_EQ(ProcessOf("$C").facts().undo_reason(), "RETURN_OVERDUE");
  EXPECT_THAT(WaitFor(-1), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(WaitFor(366), HasReason("INVALID_FIELDS"));
}

// The feed still tells of the return that was called off, and of the goods that were given free.
TEST_F(FlowsTest, WhatAnEarlierAttemptHasGivenUpIsNotTakenForAnAnswer) {
  Decide("$C", "kind: CASE_KIND_EXCHANGE " + kTwoPieces);
  Run();
  TellAll();  // EXPECTED, HELD
  names_["$P"] = ProcessOf("$C").process_id();
  ASSERT_OK(Call(&ProcessStub::CancelProcess, R"pb(process_id: "$P" reason: "buyer waits")pb"));
  Run();
  EXPECT_EQ(world_.returns["return-1"].state, "CANCELLED");
  ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_APPROVED)pb"));
  Run();
  const v1::Process second = ProcessOf("$C");
  EXPECT_EQ(second.facts().return_id(), "return-2");
  EXPECT_EQ(second.facts().reservation_id(), "reservation-2");
  clock_.Advance(absl::Seconds(1));
  TellAll();
  Run();
  EXPECT_EQ(ProcessOf("$C").state(), v1::PROCESS_STATE_WAITING);
  ComeBack();
  Run();
  Leave();
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_CLOSED);
}

// Goods that were seen are there: the next attempt judges them anew.
TEST_F(FlowsTest, GoodsThatWereInspectedAreNotAskedForAgain) {
  Decide("$C", kTwoPieces);
  Run();
  ComeBack({.damaged = 1});
  Run();
  EXPECT_EQ(ProcessOf("$C").facts().undo_reason(), "GOODS_NOT_INTACT");
  ASSERT_OK(Call(&ProcessStub::SetFlowPolicy, R"pb(
    policy {
      max_attempts: 3
      backoff_min_seconds: 1
      backoff_max_seconds: 2
      reservation_ttl_seconds: 3600
      missing_goods: GOODS_FAULT_ACTION_HOLD
      damaged_goods: GOODS_FAULT_ACTION_IGNORE
    })pb"));
  ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_APPROVED)pb"));
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_CLOSED);
  EXPECT_EQ(world_.returns.size(), 1);
}

TEST_F(FlowsTest, ACaseAboutTheWholeOrderIsAboutWhatIsLeftOfIt) {
  Decide("$FIRST", kTwoPieces + R"(lines { sku: "S-2" quantity: 10 })");
  Run();
  ComeBack();
  Run();
  EXPECT_EQ(CaseOf("$FIRST").state(), v1::CASE_STATE_CLOSED);
  const int64_t first = PaymentsOf("$FIRST")[0].amount().minor_units();

  Decide("$SWAP", "kind: CASE_KIND_EXCHANGE");
  Decide("$AGAIN", "kind: CASE_KIND_REISSUE");
  Decide("$REST", "");
  Run();
  for (const std::string id : {"reservation-1", "reservation-2"}) {
    EXPECT_THAT(world_.reservations[id].lines, ElementsAre(Line("S-1", 8))) << id;
  }
  for (const std::string id : {"return-2", "return-3"}) {
    EXPECT_THAT(world_.returns[id].lines, ElementsAre(Line("S-1", 8))) << id;
  }
  ComeBack();
  Run();
  EXPECT_EQ(CaseOf("$REST").state(), v1::CASE_STATE_CLOSED) << ProcessOf("$REST").DebugString();
  EXPECT_EQ(PaymentsOf("$REST")[0].amount().minor_units(), 9000 - first);
  // Nothing is left to come back, or to be sent.
  Decide("$NONE", "");
  Decide("$NOSWAP", "kind: CASE_KIND_EXCHANGE");
  Run();
  for (const std::string name : {"$NONE", "$NOSWAP"}) {
    EXPECT_EQ(ProcessOf(name).facts().undo_reason(), "NOTHING_LEFT") << name;
    EXPECT_EQ(CaseOf(name).state(), v1::CASE_STATE_OPEN) << name;
  }
}

// A platform's work order may name no order.
TEST_F(FlowsTest, NothingIsSentAnewWithoutAnOrder) {
  Open("$C", "kind: CASE_KIND_PLATFORM_WORK_ORDER");
  Db().Exec("UPDATE aftersales_case SET order_id = ''");
  ASSERT_OK(
      Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_REISSUE_WITHOUT_RETURN)pb"));
  Run();
  EXPECT_EQ(ProcessOf("$C").facts().undo_reason(), "ORDER_UNKNOWN");
}

// Nobody hears that a case ended well of which nothing came.
TEST_F(FlowsTest, ARefundOfNothingGoesBackToTheAgent) {
  Decide("$ALL", "kind: CASE_KIND_REFUND_ONLY");
  Run();
  EXPECT_EQ(PaymentsOf("$ALL")[0].amount().minor_units(), 10000);
  // What was paid turns out to be less than what has gone back.
  const auto less = [&](int64_t paid) {
    Db().Exec(
        fmt::format("UPDATE sales_order SET paid_minor = {}, freight_minor = 0"
                    " WHERE order_id = 'order-1'",
                    paid));
  };
  int round = 0;
  for (const int64_t paid : {10000, 4000, 0}) {
    less(paid);
    for (const std::string kind : {"REFUND_ONLY", "DISPUTE"}) {
      const std::string name = fmt::format("$N{}_", ++round);
      Decide(name, "kind: CASE_KIND_" + kind);
      Run();
      EXPECT_EQ(ProcessOf(name).facts().undo_reason(), "NOTHING_LEFT") << name;
      EXPECT_EQ(CaseOf(name).state(), v1::CASE_STATE_OPEN) << name;
      EXPECT_THAT(PaymentsOf(name), IsEmpty()) << name;
    }
  }
  less(4000);
  Decide("$MORE", "kind: CASE_KIND_REFUND_ONLY", "REFUND_WITHOUT_RETURN",
         R"(cost { currency_code: "CNY" minor_units: 1 })");
  Run();
  EXPECT_EQ(ProcessOf("$MORE").facts().undo_reason(), "REFUND_EXCEEDS_PAID");
}

// Whoever says that nothing is paid is believed.
TEST_F(FlowsTest, AReviewerMayGrantNothing) {
  Decide("$C", "kind: CASE_KIND_REFUND_ONLY", "APPROVED",
         R"(cost { currency_code: "CNY" minor_units: 0 })");
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_CLOSED);
  EXPECT_THAT(PaymentsOf("$C"), IsEmpty());
}

// DOMAIN 4.5: a share of what was actually paid.
TEST_F(FlowsTest, OfNothingPaidNothingIsCompensated) {
  const std::string late =
      "UPDATE sales_order SET promised_ship_us = 1767300000000000, ship_us = 1767400000000000, ";
  Db().Exec(late + "pay_us = NULL WHERE order_id = 'o1'");
  Db().Exec(late + "paid_minor = 0, freight_minor = 0 WHERE order_id = 'o2'");
  for (const std::string order : {"o1", "o2"}) {
    Open("$C", fmt::format(R"(kind: CASE_KIND_LATE_SHIPMENT order_id: "{}")", order));
    EXPECT_THAT(Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_APPROVED)pb"),
                AllOf(StatusIs(absl::StatusCode::kFailedPrecondition), HasReason("ORDER_NOT_PAID")))
        << order;
    EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_OPEN);
    EXPECT_THAT(ProcessesOf("$C"), IsEmpty());
  }
  Decide("$R", R"(order_id: "o1" )" + kTwoPieces);
  EXPECT_THAT(Call(&Stub::PayCompensation, R"pb(case_id: "$R" kind: COMPENSATION_KIND_FREIGHT)pb"),
              HasReason("ORDER_NOT_PAID"));
  const auto quote = Call(&Stub::QuoteCompensation,
                          R"pb(kind: COMPENSATION_KIND_LATE_SHIPMENT
                               shop_id: "shop-1"
                               order_id: "o2"
                               paid { currency_code: "CNY" })pb");
  ASSERT_OK(quote);
  EXPECT_EQ(quote->amount().minor_units(), 0);
}

// agent-1 looks into the complaint; nobody knows who gave cause for it.
TEST_F(FlowsTest, AComplaintThatNamesNobodyWaitsForAName) {
  Decide("$C", "kind: CASE_KIND_SERVICE_COMPLAINT");
  Run();
  EXPECT_THAT(ProcessesOf("$C"), IsEmpty());
  EXPECT_THAT(world_.conduct, IsEmpty());
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_DECIDED);
  auto history = Call(&Stub::ListCaseActivities, R"pb(case_id: "$C")pb");
  ASSERT_OK(history);
  ASSERT_EQ(history->activities().rbegin()->changes_size(), 1);
  EXPECT_EQ(history->activities().rbegin()->changes(0).field(), "plan.conduct_agent_id");
  EXPECT_EQ(history->activities().rbegin()->changes(0).new_value(), "UNKNOWN");

  const std::string name = R"pb(plan { case_id: "$C" conduct_agent_id: "agent-7" })pb";
  EXPECT_THAT(Call(&ProcessStub::SetCasePlan, R"pb(plan { case_id: "$C" })pb"),
              HasReason("INVALID_FIELDS"));
  // To name is to uphold: an agent without authority cannot.
  Employ("org-a", "agent-9", "trainee");
  v1::SetCasePlanRequest request = Parse<v1::SetCasePlanRequest>(Fill(name));
  EXPECT_THAT(rpc::Call(*processes_, &ProcessStub::SetCasePlan, request, AsAgent("agent-9")),
              HasReason("REVIEW_BEYOND_AUTHORITY"));
  request.set_request_id("named");
  ASSERT_OK(rpc::Call(*processes_, &ProcessStub::SetCasePlan, request, As("org-a")));
  ASSERT_OK(rpc::Call(*processes_, &ProcessStub::SetCasePlan, request, As("org-a")));
  EXPECT_THAT(Call(&ProcessStub::SetCasePlan, name), HasReason("PLAN_TOO_LATE"));
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_CLOSED);
  ASSERT_EQ(world_.conduct.size(), 1);
  EXPECT_EQ(world_.conduct.begin()->second, "agent-7/upheld_complaint");
  // Nothing follows from a complaint that was not upheld.
  Decide("$NO", "kind: CASE_KIND_SERVICE_COMPLAINT", "REJECTED", R"(note: "n")");
  EXPECT_THAT(
      Call(&ProcessStub::SetCasePlan, R"pb(plan { case_id: "$NO" conduct_agent_id: "agent-7" })pb"),
      HasReason("PLAN_TOO_LATE"));
}

}  // namespace
}  // namespace kefu::aftersales
