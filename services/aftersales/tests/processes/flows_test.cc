// What follows decisions, from the decision to the closed case or back to the agent.
#include <algorithm>
#include <thread>

#include "services/aftersales/processes/start.h"
#include "services/aftersales/tests/processes/flows_fixture.h"

namespace kefu::aftersales {
namespace {

using domain::Action;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kTwoPieces = R"(lines { sku: "S-1" quantity: 2 } )";
const std::string kRefundCase = "kind: CASE_KIND_REFUND_ONLY " + kTwoPieces;
constexpr int64_t kTwoPiecesPaid = 1080;  // 90.00 for goods, 6 : 4, ten pieces of S-1

TEST_F(FlowsTest, ARefundIsPaidReportedAndTheCaseCloses) {
  const v1::Case decided = Decide("$C", kRefundCase);
  EXPECT_EQ(decided.state(), v1::CASE_STATE_DECIDED);
  const v1::Process begun = ProcessOf("$C");
  EXPECT_EQ(begun.kind(), v1::PROCESS_KIND_REFUND);
  EXPECT_EQ(begun.state(), v1::PROCESS_STATE_RUNNING);
  EXPECT_EQ(begun.action(), "REQUEST_REFUND");
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_CLOSED);
  const v1::Process done = ProcessOf("$C");
  EXPECT_EQ(done.state(), v1::PROCESS_STATE_DONE);
  std::vector<std::string> steps;
  for (const v1::ProcessEntry& entry : done.entries()) {
    steps.push_back(entry.step() + ":" + entry.outcome());
  }
  EXPECT_THAT(steps, ElementsAre("REQUEST_REFUND:OK", "PAY_REFUND:OK", "REPORT_REFUND:OK"));
  const auto payments = PaymentsOf("$C");
  ASSERT_EQ(payments.size(), 1);
  EXPECT_EQ(payments[0].state(), v1::PAYMENT_STATE_PAID);
  EXPECT_EQ(payments[0].amount().minor_units(), kTwoPiecesPaid);
  EXPECT_EQ(payments[0].party(), "order/order-1");
  EXPECT_EQ(LedgerLines(), 1);
  EXPECT_EQ(world_.reports[payments[0].payment_id()], kTwoPiecesPaid);
  const auto history = Call(&Stub::ListCaseActivities, R"pb(case_id: "$C")pb");
  EXPECT_EQ(history->activities().rbegin()->verb(), "CloseCase");
  EXPECT_EQ(history->activities().rbegin()->actor(), "kefu-aftersales");
  EXPECT_EQ(EventTypes().back(), "CaseChanged");
}

TEST_F(FlowsTest, WhatTheReviewerSaidIsWhatIsPaid) {
  Decide("$C", kTwoPieces, "REFUND_WITHOUT_RETURN",
         R"(cost { currency_code: "CNY" minor_units: 500 })");
  Run();
  EXPECT_EQ(PaymentsOf("$C")[0].amount().minor_units(), 500);
  // A decision that leads to nothing has no process.
  Decide("$R", "", "REJECTED", R"(note: "no")");
  EXPECT_THAT(ProcessesOf("$R"), IsEmpty());
}

struct Story {
  std::string kind;
  std::string plan;
  int payments = 0, reports = 0, returns = 0, reservations = 0;
};

// The worker dies at each of its points in turn, before the command and before the commit of its
// outcome; another one takes over when the lease has run out.
TEST_F(FlowsTest, WhereverTheWorkerDiesEverythingIsDoneOnce) {
  const std::string cheaper = R"(price_difference { currency_code: "CNY" minor_units: -30 })";
  const std::string dearer = R"(price_difference { currency_code: "CNY" minor_units: 30 })";
  for (const Story& story :
       {Story{"REFUND_ONLY", "", 1, 1}, Story{"RETURN", "", 1, 1, 1},
        Story{"REISSUE", "", 0, 0, 0, 1}, Story{"DISPUTE", "", 2, 1},
        Story{"EXCHANGE", cheaper, 1, 1, 1, 1}, Story{"EXCHANGE", dearer, 1, 0, 1, 1}}) {
    bool died = true;
    for (int at = 0; died; ++at) {
      const std::string order = ids_.Next();
      Sell("org-a", "shop-1", order);
      Open("$K",
           fmt::format(R"(kind: CASE_KIND_{} order_id: "{}" {})", story.kind, order, kTwoPieces));
      if (!story.plan.empty()) {
        ASSERT_OK(Call(&ProcessStub::SetCasePlan,
                       fmt::format(R"(plan {{ case_id: "$K" {} }})", story.plan)));
      }
      ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$K" result: REVIEW_RESULT_APPROVED)pb"));
      world_.returns.clear();
      world_.reservations.clear();
      world_.reports.clear();
      const int64_t paid_before = LedgerLines();
      died = false;
      int point = 0;
      ProcessWorker doomed({*database_, ids_, [] {}}, clock_, world_,
                           {.dies_at = [&](std::string_view) {
                             died = died || point++ == at;
                             return died;
                           }});
      for (int round = 0; round < 4; ++round) {
        while (!died && *doomed.RunOnce(absl::Now() + absl::Minutes(1))) {
        }
        if (died) {
          Run();  // its lease lasts: nobody else sends the command
          clock_.Advance(absl::Seconds(61));
          Run();
        }
        ComeBack();
        Leave();
      }
      EXPECT_EQ(CaseOf("$K").state(), v1::CASE_STATE_CLOSED)
          << story.kind << at << ProcessOf("$K").DebugString();
      EXPECT_EQ(LedgerLines(), paid_before + story.payments) << story.kind << at;
      EXPECT_EQ(world_.reports.size(), story.reports) << story.kind << at;
      EXPECT_EQ(world_.returns.size(), story.returns) << story.kind << at;
      EXPECT_EQ(world_.reservations.size(), story.reservations) << story.kind << at;
    }
  }
}

TEST_F(FlowsTest, FailuresArePausedThenStuckAndAHandHelps) {
  world_.before = [](const Command& command) {
    return command.action == Action::kPay
               ? Unavailable("DOWN", "the gateway is down", absl::ZeroDuration())
               : absl::OkStatus();
  };
  Decide("$C", kRefundCase);
  Run();
  const v1::Process failed = ProcessOf("$C");
  EXPECT_EQ(failed.state(), v1::PROCESS_STATE_RUNNING);
  EXPECT_EQ(failed.attempts(), 1);
  EXPECT_EQ(failed.error_reason(), "DOWN");
  EXPECT_GT(failed.next_time().seconds(), absl::ToUnixSeconds(clock_.Now()));
  for (int i = 0; i < 12; ++i) {
    clock_.Advance(absl::Minutes(10));
    Run();
  }
  EXPECT_EQ(world_.calls[Action::kPay], 10);
  v1::Process stuck = ProcessOf("$C");
  EXPECT_EQ(stuck.state(), v1::PROCESS_STATE_STUCK);
  EXPECT_FALSE(stuck.has_next_time());
  names_["$P"] = stuck.process_id();
  const auto listed = Call(&ProcessStub::ListProcesses, "state: PROCESS_STATE_STUCK");
  EXPECT_EQ(listed->processes_size(), 1);
  world_.before = nullptr;
  ASSERT_OK(
      Call(&ProcessStub::ResumeProcess, R"pb(process_id: "$P" request_id: "r" note: "up")pb"));
  ASSERT_OK(
      Call(&ProcessStub::ResumeProcess, R"pb(process_id: "$P" request_id: "r" note: "up")pb"));
  EXPECT_THAT(Call(&ProcessStub::ResumeProcess, R"pb(process_id: "$P")pb"),
              HasReason("PROCESS_STATE"));
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_CLOSED);
  EXPECT_EQ(LedgerLines(), 1);
  EXPECT_THAT(Call(&ProcessStub::CancelProcess, R"pb(process_id: "$P" reason: "late")pb"),
              HasReason("PROCESS_STATE"));
}

TEST_F(FlowsTest, ALostAnswerIsAskedForAgainAndChangesNothing) {
  int lost = 0;
  world_.lose_answer = [&](const Command&) { return ++lost % 2 == 1; };
  Decide("$C", kRefundCase);
  for (int i = 0; i < 6; ++i) {
    Run();
    clock_.Advance(absl::Minutes(1));
  }
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_CLOSED);
  EXPECT_EQ(LedgerLines(), 1);
  EXPECT_EQ(world_.calls[Action::kPay], 2);
}

TEST_F(FlowsTest, ARefusalGivesTheCaseBackAndItIsDecidedAnew) {
  world_.before = [](const Command& command) {
    return command.action == Action::kPay ? FailedPrecondition("PAYEE_UNKNOWN", "party", "who?")
                                          : absl::OkStatus();
  };
  Decide("$C", kRefundCase);
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_OPEN);
  const v1::Process undone = ProcessOf("$C");
  EXPECT_EQ(undone.state(), v1::PROCESS_STATE_COMPENSATED);
  EXPECT_EQ(undone.facts().undo_reason(), "PAYEE_UNKNOWN");
  EXPECT_EQ(PaymentsOf("$C")[0].state(), v1::PAYMENT_STATE_WITHDRAWN);
  EXPECT_EQ(PaymentsOf("$C")[0].error_reason(), "PAYEE_UNKNOWN");
  const auto history = Call(&Stub::ListCaseActivities, R"pb(case_id: "$C")pb");
  EXPECT_THAT(history->activities().rbegin()->note(), HasSubstr("PAYEE_UNKNOWN"));
  world_.before = nullptr;
  ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_APPROVED)pb"));
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_CLOSED);
  EXPECT_EQ(ProcessesOf("$C").size(), 2);
  EXPECT_EQ(LedgerLines(), 1);
}

// However many cases an order has, and whoever runs them at once.
TEST_F(FlowsTest, RefundsOfAnOrderNeverExceedWhatWasPaid) {
  constexpr int kCases = 6;
  for (int i = 0; i < kCases; ++i) {
    Decide(fmt::format("$N{}_", i), "kind: CASE_KIND_REFUND_ONLY", "REFUND_WITHOUT_RETURN",
           R"(cost { currency_code: "CNY" minor_units: 3000 })");
  }
  const auto other = Db().OpenAnother();
  ProcessWorker one({*database_, ids_, [] {}}, clock_, world_),
      two({*other, ids_, [] {}}, clock_, world_);
  std::thread first([&] { RunAll(one); });
  std::thread second([&] { RunAll(two); });
  first.join();
  second.join();
  Run();
  int closed = 0, open = 0;
  for (int i = 0; i < kCases; ++i) {
    const auto state = CaseOf(fmt::format("$N{}_", i)).state();
    closed += state == v1::CASE_STATE_CLOSED;
    open += state == v1::CASE_STATE_OPEN;
  }
  EXPECT_EQ(closed, 3);  // of 100.00
  EXPECT_EQ(open, 3);
  EXPECT_EQ(LedgerLines(), 3);
  // What is left is paid to the last fen, and pieces are not paid twice.
  Decide("$L", "kind: CASE_KIND_REFUND_ONLY");
  Run();
  EXPECT_EQ(PaymentsOf("$L")[0].amount().minor_units(), 1000);
  Decide("$M", "kind: CASE_KIND_REFUND_ONLY", "REFUND_WITHOUT_RETURN",
         R"(cost { currency_code: "CNY" minor_units: 1 })");
  Run();
  EXPECT_EQ(ProcessOf("$M").facts().undo_reason(), "REFUND_EXCEEDS_PAID");
}

TEST_F(FlowsTest, WithoutAPeerAProcessWaitsVisibly) {
  world_.unconfigured = Action::kReportRefund;
  Decide("$C", kRefundCase);
  for (int i = 0; i < 30; ++i) {
    Run();
    clock_.Advance(absl::Minutes(10));
  }
  const v1::Process waits = ProcessOf("$C");
  EXPECT_EQ(waits.state(), v1::PROCESS_STATE_RUNNING);
  EXPECT_EQ(waits.error_reason(), "PEER_NOT_CONFIGURED");
  EXPECT_EQ(waits.attempts(), 0);
  EXPECT_EQ(waits.entries_size(), 3);  // said once
  world_.unconfigured = Action::kNone;
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_CLOSED);
  EXPECT_EQ(ProcessOf("$C").error_reason(), "");
}

TEST_F(FlowsTest, AReturnIsRefundedOnceItsGoodsWereSeen) {
  Decide("$C", kTwoPieces);
  Run();
  const v1::Process waits = ProcessOf("$C");
  EXPECT_EQ(waits.state(), v1::PROCESS_STATE_WAITING);
  EXPECT_EQ(waits.awaits(), "GOODS_INSPECTED");
  EXPECT_EQ(LedgerLines(), 0);
  ComeBack();
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_CLOSED);
  EXPECT_EQ(PaymentsOf("$C")[0].amount().minor_units(), kTwoPiecesPaid);
}

// The warehouse takes no return that names an SKU twice.
TEST_F(FlowsTest, LinesOfTheSameGoodsAreExpectedAsOne) {
  Decide("$C", kTwoPieces + R"(lines { sku: "S-2" quantity: 1 } lines { sku: "S-1" quantity: 3 })");
  Run();
  EXPECT_THAT(world_.returns["return-1"].lines,
              ElementsAre(std::pair<std::string, int64_t>("S-1", 5),
                          std::pair<std::string, int64_t>("S-2", 1)));
}

// The goods are inspected before the answer to EXPECT_RETURN is written.
TEST_F(FlowsTest, AnEventThatComesBeforeTheWaitIsNotLost) {
  world_.lose_answer = [this, lost = false](const Command& command) mutable {
    if (command.action != Action::kExpectReturn || lost) return false;
    lost = true;
    return true;
  };
  Decide("$C", kTwoPieces);
  Run();
  ComeBack();
  clock_.Advance(absl::Minutes(1));
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_CLOSED);
  EXPECT_EQ(world_.returns.size(), 1);
}

// More than three days later the request id is forgotten; the feed has told of the return.
TEST_F(FlowsTest, WhatTheFeedHasToldOfIsNotMadeAgain) {
  world_.before = [](const Command& command) {
    return command.action == Action::kExpectReturn
               ? Unavailable("DOWN", "down", absl::ZeroDuration())
               : absl::OkStatus();
  };
  Decide("$C", kTwoPieces);
  Run();
  world_.returns["by-hand"] = {"by-hand", names_["$C"], "EXPECTED", {{"S-1", 2}}};
  ComeBack();
  clock_.Advance(absl::Hours(100));
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_CLOSED);
  EXPECT_EQ(ProcessOf("$C").facts().return_id(), "by-hand");
}

TEST_F(FlowsTest, DamagedGoodsGoByThePolicy) {
  Decide("$HELD", kTwoPieces);
  Run();
  ComeBack({.damaged = 1});
  Run();
  EXPECT_EQ(CaseOf("$HELD").state(), v1::CASE_STATE_OPEN);
  EXPECT_EQ(ProcessOf("$HELD").facts().undo_reason(), "GOODS_NOT_INTACT");
  EXPECT_EQ(LedgerLines(), 0);

  ASSERT_OK(Call(&ProcessStub::SetFlowPolicy, R"pb(
    policy {
      shop_id: "shop-1"
      max_attempts: 3
      backoff_min_seconds: 1
      backoff_max_seconds: 2
      reservation_ttl_seconds: 3600
      missing_goods: GOODS_FAULT_ACTION_REDUCE
      damaged_goods: GOODS_FAULT_ACTION_REDUCE
    })pb"));
  Decide("$REDUCED", kTwoPieces);
  Run();
  ComeBack({.damaged = 1});
  Run();
  EXPECT_EQ(CaseOf("$REDUCED").state(), v1::CASE_STATE_CLOSED);
  EXPECT_EQ(PaymentsOf("$REDUCED")[0].amount().minor_units(), kTwoPiecesPaid / 2);
  // Of an exchange nothing is paid back: two new pieces would go out for one.
  Decide("$EXCHANGE", "kind: CASE_KIND_EXCHANGE " + kTwoPieces);
  Run();
  ComeBack({.missing = 1});
  Run();
  EXPECT_EQ(CaseOf("$EXCHANGE").state(), v1::CASE_STATE_OPEN);
  EXPECT_EQ(ProcessOf("$EXCHANGE").facts().undo_reason(), "GOODS_MISSING");
  EXPECT_EQ(world_.reservations["reservation-1"].state, "RELEASED");
}

TEST_F(FlowsTest, ACancelledReturnIsCalledOffUnlessTheGoodsAreThere) {
  Decide("$C", kTwoPieces);
  Decide("$LATE", kTwoPieces);
  Run();
  names_["$P"] = ProcessOf("$C").process_id();
  names_["$Q"] = ProcessOf("$LATE").process_id();
  EXPECT_THAT(Call(&ProcessStub::CancelProcess, R"pb(process_id: "$P")pb"),
              HasReason("INVALID_FIELDS"));
  ASSERT_OK(Call(&ProcessStub::CancelProcess, R"pb(process_id: "$P" reason: "buyer keeps it")pb"));
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_OPEN);
  EXPECT_EQ(ProcessOf("$C").facts().undo_reason(), "CANCELLED");
  EXPECT_EQ(world_.returns["return-1"].state, "CANCELLED");
  // The goods have come, and the feed has yet to tell.
  world_.returns["return-2"].state = "RECEIVED";
  ASSERT_OK(Call(&ProcessStub::CancelProcess, R"pb(process_id: "$Q" reason: "too late")pb"));
  Run();
  EXPECT_EQ(ProcessOf("$LATE").state(), v1::PROCESS_STATE_WAITING);
  world_.returns["return-2"].state = "EXPECTED";
  ComeBack();
  Run();
  EXPECT_EQ(CaseOf("$LATE").state(), v1::CASE_STATE_CLOSED);
}

// The second call could be refused, and the process undone, before the first one goes through.
TEST_F(FlowsTest, WhoCancelsWhileACallIsUnderWayWaitsForItsLease) {
  Decide("$C", kRefundCase);
  Run({.dies_at = [](std::string_view point) { return point == "claimed"; }});
  names_["$P"] = ProcessOf("$C").process_id();
  ASSERT_EQ(ProcessOf("$C").action(), "PAY");
  ASSERT_OK_AND_ASSIGN(const v1::Process cancelling, Call(&ProcessStub::CancelProcess,
                                                          R"pb(process_id: "$P"
                                                               reason: "wrong buyer")pb"));
  EXPECT_TRUE(cancelling.cancelling());
  Run();
  EXPECT_EQ(world_.calls[Action::kPay], 0);
  world_.before = [](const Command& command) {
    return command.action == Action::kPay ? FailedPrecondition("PAYEE_UNKNOWN", "party", "who?")
                                          : absl::OkStatus();
  };
  clock_.Advance(absl::Seconds(61));
  Run();
  EXPECT_EQ(world_.calls[Action::kPay], 1);
  EXPECT_EQ(ProcessOf("$C").state(), v1::PROCESS_STATE_COMPENSATED);
  EXPECT_EQ(ProcessOf("$C").facts().undo_reason(), "CANCELLED");
  EXPECT_EQ(LedgerLines(), 0);
}

TEST_F(FlowsTest, AReissueShipsOrIsUndone) {
  const std::string reissue = "kind: CASE_KIND_REISSUE " + kTwoPieces;
  Decide("$C", reissue);
  Run();
  EXPECT_EQ(ProcessOf("$C").awaits(), "GOODS_SHIPPED");
  EXPECT_EQ(world_.reservations["reservation-1"].state, "CONFIRMED");
  Leave();
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_CLOSED);

  world_.before = [](const Command& command) {
    return command.action == Action::kReserve ? FailedPrecondition("OUT_OF_STOCK", "S-1", "none")
                                              : absl::OkStatus();
  };
  Decide("$NONE", reissue);
  Run();
  EXPECT_EQ(CaseOf("$NONE").state(), v1::CASE_STATE_OPEN);
  EXPECT_EQ(ProcessOf("$NONE").facts().undo_reason(), "OUT_OF_STOCK");
  world_.before = nullptr;
  Decide("$BACK", reissue);
  Run();
  Leave("RELEASED");
  Run();
  EXPECT_EQ(CaseOf("$BACK").state(), v1::CASE_STATE_OPEN);
  EXPECT_EQ(ProcessOf("$BACK").facts().undo_reason(), "GOODS_TAKEN_BACK");
}

TEST_F(FlowsTest, ALateShipmentIsCompensatedOnce) {
  Db().Exec(
      "UPDATE sales_order SET promised_ship_us = 1767300000000000,"
      " ship_us = 1767400000000000 WHERE order_id = 'order-1'");
  Decide("$C", "kind: CASE_KIND_LATE_SHIPMENT");
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_CLOSED);
  const auto payments = PaymentsOf("$C");
  ASSERT_EQ(payments.size(), 1);
  EXPECT_EQ(payments[0].purpose(), v1::PAYMENT_PURPOSE_COMPENSATION);
  EXPECT_EQ(payments[0].amount().minor_units(), 3000);  // 30 % of 100.00
  EXPECT_EQ(payments[0].policy_id(), "default/compensation");
  EXPECT_EQ(payments[0].policy_version(), 1);
  EXPECT_THAT(world_.reports, IsEmpty());  // no sale is undone
  // The claim stands once, whatever case asks.
  Open("$AGAIN", "kind: CASE_KIND_LATE_SHIPMENT");
  const auto again =
      Call(&Stub::ReviewCase, R"pb(case_id: "$AGAIN" result: REVIEW_RESULT_APPROVED)pb");
  EXPECT_THAT(again, HasReason("COMPENSATED_BEFORE"));
  EXPECT_EQ(MetadataOf(again.status(), "payment_id"), payments[0].payment_id());
  EXPECT_EQ(CaseOf("$AGAIN").state(), v1::CASE_STATE_OPEN);
  EXPECT_OK(
      Call(&Stub::ReviewCase, R"pb(case_id: "$AGAIN" result: REVIEW_RESULT_REJECTED note: "n")pb"));
  EXPECT_THAT(Call(&Stub::PayCompensation, R"pb(case_id: "$AGAIN"
                                                kind: COMPENSATION_KIND_LATE_SHIPMENT)pb"),
              HasReason("COMPENSATED_BEFORE"));
  Decide("$INTIME", "kind: CASE_KIND_LATE_SHIPMENT order_id: 'order-2'");
  Run();
  EXPECT_EQ(ProcessOf("$INTIME").facts().undo_reason(), "SHIPPED_IN_TIME");
  // Freight beside a case of another kind, which goes its own way.
  Decide("$R", kTwoPieces);
  ASSERT_OK_AND_ASSIGN(const v1::Process freight, Call(&Stub::PayCompensation, R"pb(
                         case_id: "$R"
                         kind: COMPENSATION_KIND_FREIGHT)pb"));
  ASSERT_OK_AND_ASSIGN(const v1::Process same, Call(&Stub::PayCompensation, R"pb(
                         case_id: "$R"
                         kind: COMPENSATION_KIND_FREIGHT)pb"));
  EXPECT_EQ(freight.process_id(), same.process_id());
  Run();
  EXPECT_EQ(CaseOf("$R").state(), v1::CASE_STATE_DECIDED);
  EXPECT_EQ(PaymentsOf("$R")[0].amount().minor_units(), 3000);  // three times 10.00
  Open("$UNDECIDED");
  EXPECT_THAT(Call(&Stub::PayCompensation, R"pb(case_id: "$UNDECIDED"
                                                kind: COMPENSATION_KIND_FREIGHT)pb"),
              HasReason("CASE_NOT_DECIDED"));
  EXPECT_THAT(Call(&Stub::PayCompensation, R"pb(case_id: "$R")pb"), HasReason("INVALID_FIELDS"));
}

TEST_F(FlowsTest, AnAdvanceIsPaidFirstAndThenCharged) {
  Decide("$C", "kind: CASE_KIND_DISPUTE", "APPROVED",
         R"(cost { currency_code: "CNY" minor_units: 700 })");
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_CLOSED);
  auto payments = PaymentsOf("$C");
  std::ranges::sort(payments, {}, &v1::Payment::purpose);  // requested at one instant
  ASSERT_EQ(payments.size(), 2);
  EXPECT_EQ(payments[0].purpose(), v1::PAYMENT_PURPOSE_ADVANCE);
  EXPECT_EQ(payments[1].purpose(), v1::PAYMENT_PURPOSE_CHARGE);
  EXPECT_EQ(payments[1].party(), "org-a");
  EXPECT_EQ(payments[1].amount().minor_units(), 700);
  EXPECT_EQ(world_.reports.size(), 1);
}

TEST_F(FlowsTest, ComplaintsAndBreachesGoToTheConductLedger) {
  // Whom the buyer dealt with, not agent-1, who looks into the complaint.
  Db().Exec("UPDATE sales_order SET agent_id = 'agent-5' WHERE order_id = 'order-1'");
  Decide("$C", "kind: CASE_KIND_SERVICE_COMPLAINT");
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_CLOSED);
  ASSERT_EQ(world_.conduct.size(), 1) << ProcessOf("$C").DebugString();
  EXPECT_EQ(world_.conduct.begin()->second, "agent-5/upheld_complaint");
  EXPECT_EQ(ProcessOf("$C").facts().conduct_id(), "conduct");
  EXPECT_THAT(
      Call(&ProcessStub::SetCasePlan, R"pb(plan { case_id: "$C" conduct_agent_id: "agent-6" })pb"),
      HasReason("PLAN_TOO_LATE"));

  Open("$B");
  v1::DeadlineBreached breach = Parse<v1::DeadlineBreached>(Fill(R"pb(
    case_id: "$B"
    shop_id: "shop-1"
    clock {
      kind: CLOCK_KIND_NEXT_RESPONSE
      start_time { seconds: 1768400000 }
      breach_owner: "agent-7"
      breach_time { seconds: 1768500000 }
    })pb"));
  const auto tell_twice = [&] {
    ::kefu::common::v1::Event event;
    event.set_org_id("org-a");
    event.mutable_payload()->PackFrom(breach);
    for (int twice = 0; twice < 2; ++twice) {
      ASSERT_OK(database_->RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) {
        return ApplyOwnEvent(t, event, clock_.Now(), ids_);
      }));
    }
    Run();
  };
  tell_twice();
  ASSERT_EQ(ProcessesOf("$B").size(), 1);
  EXPECT_EQ(ProcessOf("$B").state(), v1::PROCESS_STATE_DONE);
  EXPECT_EQ(CaseOf("$B").state(), v1::CASE_STATE_OPEN);
  const std::string clock = names_["$B"] + ":NEXT_RESPONSE:";
  EXPECT_EQ(world_.conduct[clock + "1768400000"], "agent-7/own_shop_problem_ignored");
  // Answered late, asked again, missed again: it counts again.
  breach.mutable_clock()->mutable_start_time()->set_seconds(1768600000);
  breach.mutable_clock()->mutable_breach_time()->set_seconds(1768700000);
  breach.mutable_clock()->set_breach_owner("agent-8");
  tell_twice();
  ASSERT_EQ(ProcessesOf("$B").size(), 2);
  EXPECT_EQ(world_.conduct[clock + "1768600000"], "agent-8/own_shop_problem_ignored");
}

TEST_F(FlowsTest, OthersFindNothingAndFiltersAreChecked) {
  Decide("$C", kRefundCase);
  Run();
  names_["$P"] = ProcessOf("$C").process_id();
  names_["$PAY"] = PaymentsOf("$C")[0].payment_id();
  const auto as = [&](const rpc::CallOptions& options, const std::string& reason) {
    v1::GetProcessRequest process;
    process.set_process_id(names_["$P"]);
    EXPECT_THAT(rpc::Call(*processes_, &ProcessStub::GetProcess, process, options),
                HasReason(reason));
    v1::GetPaymentRequest payment;
    payment.set_payment_id(names_["$PAY"]);
    EXPECT_THAT(rpc::Call(*payments_, &PaymentStub::GetPayment, payment, options),
                HasReason(reason));
    v1::CancelProcessRequest cancel;
    cancel.set_process_id(names_["$P"]);
    cancel.set_reason("r");
    EXPECT_THAT(rpc::Call(*processes_, &ProcessStub::CancelProcess, cancel, options),
                HasReason(reason));
  };
  as(As("org-b"), "NOT_FOUND");
  as(As("org-a", {"shop-2"}), "SHOP_NOT_ALLOWED");
  const auto base = [&](const std::string& shop) {
    return host_.AsBase(
        "base-1", {auth::Role::kAgent},
        {{"org-a", shop, "contract-1", absl::CivilDay(2026, 1, 1), absl::CivilDay(2026, 12, 31)}});
  };
  as(base("shop-2"), "NOT_FOUND");
  // What is about a case goes as the case goes.
  const auto shown = [&] {
    const auto processes = rpc::Call(*processes_, &ProcessStub::ListProcesses,
                                     v1::ListProcessesRequest(), base("shop-1"));
    const auto payments = rpc::Call(*payments_, &PaymentStub::ListPayments,
                                    v1::ListPaymentsRequest(), base("shop-1"));
    EXPECT_OK(processes);
    EXPECT_OK(payments);
    return processes.ok() && payments.ok()
               ? std::pair(processes->processes_size(), payments->payments_size())
               : std::pair(-1, -1);
  };
  as(base("shop-1"), "NOT_FOUND");
  EXPECT_EQ(shown(), std::pair(0, 0)) << "own staff has it";
  GiveAll("");
  EXPECT_EQ(shown(), std::pair(1, 1));
  v1::GetPaymentRequest payment;
  payment.set_payment_id(names_["$PAY"]);
  ASSERT_OK_AND_ASSIGN(const v1::Payment masked,
                       rpc::Call(*payments_, &PaymentStub::GetPayment, payment, base("shop-1")));
  EXPECT_EQ(masked.party(), "***-1");
  EXPECT_THAT(Call(&PaymentStub::ListPayments, R"pb(order_id: "order-1")pb"),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Call(&ProcessStub::ListProcesses, "page_size: -1"), HasReason("INVALID_FIELDS"));

  Decide("$D", kRefundCase);
  Run();
  ASSERT_OK_AND_ASSIGN(const auto page, Call(&PaymentStub::ListPayments, "page_size: 1"));
  ASSERT_EQ(page.payments_size(), 1);
  ASSERT_OK_AND_ASSIGN(const auto next,
                       Call(&PaymentStub::ListPayments,
                            fmt::format("page_size: 1 page_token: '{}'", page.next_page_token())));
  ASSERT_EQ(next.payments_size(), 1);
  EXPECT_NE(page.payments(0).payment_id(), next.payments(0).payment_id());
  EXPECT_EQ(next.next_page_token(), "");
}

}  // namespace
}  // namespace kefu::aftersales
