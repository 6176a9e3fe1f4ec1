// Steps that the other side refuses for good, settled by people who answer for it.
#include "services/aftersales/tests/processes/flows_fixture.h"

namespace kefu::aftersales {
namespace {

using domain::Action;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string kTwoPieces = R"(lines { sku: "S-1" quantity: 2 } )";

class SettlingTest : public FlowsTest {
 protected:
  // The gateway takes no payment of this purpose.
  void Refuse(const std::string& purpose) {
    world_.before = [purpose](const Command& command) {
      return command.payment && command.payment->purpose == purpose
                 ? FailedPrecondition("ACCOUNT_CLOSED", "party", "the account is closed")
                 : absl::OkStatus();
    };
  }
  // A dispute was upheld and the buyer paid; what the merchant owes is refused for good.
  void ChargeIsRefused() {
    Refuse("CHARGE");
    Decide("$C", "kind: CASE_KIND_DISPUTE", "APPROVED",
           R"(cost { currency_code: "CNY" minor_units: 700 })");
    Run();
    Take("$C");
  }
  // An exchange for something cheaper whose difference is refused for good, the goods having left.
  void DifferenceIsRefused(const std::string& name) {
    Refuse("REFUND");
    const std::string order = ids_.Next();
    Sell("org-a", "shop-1", order);
    Open(name, fmt::format(R"(kind: CASE_KIND_EXCHANGE order_id: "{}" {})", order, kTwoPieces));
    Plan(name, -300);
    Run();
    ComeBack();
    Run();
    Leave();
    Run();
    Take(name);
  }
  void Plan(const std::string& name, int64_t difference) {
    ASSERT_OK(Call(&ProcessStub::SetCasePlan,
                   fmt::format(R"(plan {{ case_id: "{}" price_difference {{ currency_code: "CNY"
                                  minor_units: {} }} }})",
                               name, difference)));
    ASSERT_OK(Call(&Stub::ReviewCase,
                   fmt::format(R"(case_id: "{}" result: REVIEW_RESULT_APPROVED)", name)));
  }
  // Names the process of the case and its etag.
  void Take(const std::string& name) {
    const v1::Process process = ProcessOf(name);
    EXPECT_EQ(process.state(), v1::PROCESS_STATE_STUCK) << process.DebugString();
    names_["$P"] = process.process_id();
    names_["$ETAG"] = process.etag();
  }
  absl::StatusOr<v1::Process> Settle(const std::string& more, const rpc::CallOptions& options) {
    return rpc::Call(*processes_, &ProcessStub::SettleStep,
                     Parse<v1::SettleStepRequest>(
                         Fill(R"(process_id: "$P" etag: "$ETAG" note: "by transfer" )" + more)),
                     options);
  }
  absl::StatusOr<v1::Process> Settle(const std::string& more) { return Settle(more, As("org-a")); }
  static v1::Payment Of(const std::vector<v1::Payment>& payments, v1::PaymentPurpose purpose) {
    for (const v1::Payment& payment : payments) {
      if (payment.purpose() == purpose) return payment;
    }
    ADD_FAILURE() << "no such payment";
    return {};
  }

  const std::string elsewhere_ =
      R"(settlement: STEP_SETTLEMENT_DONE_ELSEWHERE reference: "bank-7" )";
  const std::string waived_ = "settlement: STEP_SETTLEMENT_WAIVED ";
};

TEST_F(SettlingTest, AChargeThatIsRefusedForGoodIsSettledOnceByWhoAnswersForIt) {
  ChargeIsRefused();
  EXPECT_EQ(ProcessOf("$C").error_reason(), "ACCOUNT_CLOSED");
  // Nothing else helps.
  ASSERT_OK(Call(&ProcessStub::ResumeProcess, R"pb(process_id: "$P")pb"));
  Run();
  EXPECT_THAT(Call(&ProcessStub::CancelProcess, R"pb(process_id: "$P" reason: "r")pb"),
              HasReason("PROCESS_PAST_CANCELLING"));
  EXPECT_THAT(Settle(elsewhere_), HasReason("ETAG_MISMATCH"));  // it has moved since
  Take("$C");

  const rpc::CallOptions manager = {
      .token = host_.tokens().Token("org-a", {auth::Role::kShopManager}, {}, "anna")};
  const std::string once = elsewhere_ + R"(request_id: "once")";
  ASSERT_OK_AND_ASSIGN(const v1::Process settled, Settle(once, manager));
  EXPECT_EQ(settled.state(), v1::PROCESS_STATE_RUNNING);
  EXPECT_EQ(settled.step(), "REPORT_REFUND");
  EXPECT_EQ(settled.error_reason(), "");
  const v1::ProcessEntry& entry = *settled.entries().rbegin();
  EXPECT_EQ(entry.step(), "CHARGE");
  EXPECT_EQ(entry.action(), "PAY");
  EXPECT_EQ(entry.outcome(), "SETTLED");
  EXPECT_EQ(entry.error_text(), "by transfer");
  EXPECT_EQ(entry.reference(), "bank-7");
  EXPECT_EQ(entry.actor(), "anna");
  const v1::Payment charge = Of(PaymentsOf("$C"), v1::PAYMENT_PURPOSE_CHARGE);
  EXPECT_EQ(charge.state(), v1::PAYMENT_STATE_PAID_OUT_OF_BAND);
  EXPECT_EQ(charge.receipt(), "bank-7");
  EXPECT_EQ(charge.error_reason(), "");
  EXPECT_EQ(charge.pay_time().seconds(), absl::ToUnixSeconds(clock_.Now()));
  // Said twice it is done once.
  ASSERT_OK_AND_ASSIGN(const v1::Process again, Settle(once, manager));
  EXPECT_THAT(again, EqualsProto(settled));
  EXPECT_THAT(Settle(elsewhere_), HasReason("ETAG_MISMATCH"));

  const auto history = Call(&Stub::ListCaseActivities, R"pb(case_id: "$C")pb");
  ASSERT_OK(history);
  const v1::CaseActivity& told = *history->activities().rbegin();
  EXPECT_EQ(told.verb(), "SettleStep");
  EXPECT_EQ(told.actor(), "anna");
  EXPECT_EQ(told.note(), "by transfer");
  EXPECT_EQ(told.to_state(), v1::CASE_STATE_DECIDED);
  ASSERT_EQ(told.changes_size(), 1);
  EXPECT_EQ(told.changes(0).field(), "process.PAY");
  EXPECT_EQ(told.changes(0).old_value(), "STUCK");
  EXPECT_EQ(told.changes(0).new_value(), "DONE_ELSEWHERE: bank-7");
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_CLOSED);
  EXPECT_EQ(world_.reports.size(), 1);
  EXPECT_EQ(LedgerLines(), 1);  // the advance alone
}

TEST_F(SettlingTest, WhoMaySettleAndWhat) {
  ChargeIsRefused();
  EXPECT_THAT(Settle(elsewhere_, AsAgent("agent-1")),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Settle(elsewhere_,
                     {.token = host_.tokens().Token("org-a", {auth::Role::kSupervisor}, {}, "s")}),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Settle(elsewhere_, AsBase("shop-1", {auth::Role::kOwner})),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Settle(elsewhere_, As("org-b")), HasReason("NOT_FOUND"));
  EXPECT_THAT(Settle(elsewhere_, As("org-a", {"shop-2"})), HasReason("SHOP_NOT_ALLOWED"));
  const auto empty =
      rpc::Call(*processes_, &ProcessStub::SettleStep, v1::SettleStepRequest(), As("org-a"));
  const auto detail = GetDetail<google::rpc::BadRequest>(empty.status());
  ASSERT_TRUE(detail);
  std::vector<std::string> fields;
  for (const auto& violation : detail->field_violations()) fields.push_back(violation.field());
  EXPECT_THAT(fields, ElementsAre("process_id", "etag", "settlement", "note"));
  EXPECT_THAT(Settle("settlement: STEP_SETTLEMENT_DONE_ELSEWHERE"), HasReason("INVALID_FIELDS"));
  EXPECT_EQ(ProcessOf("$C").state(), v1::PROCESS_STATE_STUCK);
  EXPECT_OK(Settle(elsewhere_, As("org-a", {"shop-1"})));

  // Where there is a way back, it is taken.
  world_.before = [](const Command& command) {
    return command.action == Action::kLocateReturn
               ? FailedPrecondition("RETURN_NODE_UNKNOWN", "order", "where to?")
               : absl::OkStatus();
  };
  Decide("$R", kTwoPieces);
  Run();
  Take("$R");
  EXPECT_THAT(Settle(elsewhere_), HasReason("PROCESS_CANCELLABLE"));
  ASSERT_OK(Call(&ProcessStub::CancelProcess, R"pb(process_id: "$P" reason: "r")pb"));
  names_["$ETAG"] = ProcessOf("$R").etag();
  EXPECT_THAT(Settle(elsewhere_), HasReason("PROCESS_STATE"));
}

TEST_F(SettlingTest, WhatIsWaivedIsNeitherPaidNorReported) {
  DifferenceIsRefused("$W");
  ASSERT_OK(Settle(waived_));
  Run();
  EXPECT_EQ(CaseOf("$W").state(), v1::CASE_STATE_CLOSED);
  EXPECT_EQ(PaymentsOf("$W")[0].state(), v1::PAYMENT_STATE_WITHDRAWN);
  EXPECT_EQ(PaymentsOf("$W")[0].error_reason(), "ACCOUNT_CLOSED");
  EXPECT_THAT(world_.reports, IsEmpty());
  EXPECT_EQ(ProcessOf("$W").entries().rbegin()->outcome(), "WAIVED");

  DifferenceIsRefused("$D");
  ASSERT_OK(Settle(elsewhere_));
  Run();
  EXPECT_EQ(CaseOf("$D").state(), v1::CASE_STATE_CLOSED);
  const v1::Payment paid = PaymentsOf("$D")[0];
  EXPECT_EQ(paid.state(), v1::PAYMENT_STATE_PAID_OUT_OF_BAND);
  EXPECT_EQ(world_.reports[paid.payment_id()], 300);
  EXPECT_EQ(LedgerLines(), 0);
  // It counts: no more is given back than was paid.
  names_["$ORDER"] = CaseOf("$D").order_id();
  world_.before = nullptr;
  Decide("$REST", Fill(R"(kind: CASE_KIND_REFUND_ONLY order_id: "$ORDER")"));
  Run();
  EXPECT_EQ(PaymentsOf("$REST")[0].amount().minor_units(), 10000 - 300);
  const auto listed =
      Call(&PaymentStub::ListPayments, "state: PAYMENT_STATE_PAID_OUT_OF_BAND shop_id: 'shop-1'");
  ASSERT_OK(listed);
  EXPECT_EQ(listed->payments_size(), 1);
}

// What is done elsewhere would be done twice if the lost command had gone through.
TEST_F(SettlingTest, WhatIsInDoubtIsFoundOutFirst) {
  world_.lose_answer = [](const Command& command) {
    return command.payment && command.payment->purpose == "CHARGE";
  };
  ASSERT_OK(WaitFor(0));
  Decide("$C", "kind: CASE_KIND_DISPUTE", "APPROVED",
         R"(cost { currency_code: "CNY" minor_units: 700 })");
  for (int i = 0; i < 4; ++i) {
    Run();
    clock_.Advance(absl::Minutes(1));
  }
  Take("$C");
  EXPECT_THAT(Settle(elsewhere_), HasReason("STEP_IN_DOUBT"));
  EXPECT_THAT(Settle(waived_), HasReason("STEP_IN_DOUBT"));
  EXPECT_EQ(Of(PaymentsOf("$C"), v1::PAYMENT_PURPOSE_CHARGE).state(), v1::PAYMENT_STATE_REQUESTED);
  ASSERT_OK(Settle(elsewhere_ + "outcome_verified: true"));
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_CLOSED);
  EXPECT_EQ(LedgerLines(), 2);  // it had gone through
}

// The first answer is lost, and later the other side knows nothing of it: neither trying again nor
// cancelling helps.
class DoubtTest : public SettlingTest {
 protected:
  void Doubt(Action action, bool carried_out) {
    world_.before = [action, carried_out, sent = 0](const Command& command) mutable {
      if (command.action != action) return absl::OkStatus();
      if (sent++ > 0) return InvalidArgument("ACCOUNT_FORM", "party", "there is no such account");
      return carried_out ? absl::OkStatus()
                         : Unavailable("LOST", "no answer", absl::ZeroDuration());
    };
    world_.lose_answer = [action](const Command& command) { return command.action == action; };
  }
  void TryLong(const std::string& name) {
    for (int i = 0; i < 4; ++i) {
      Run();
      clock_.Advance(absl::Minutes(1));
    }
    Take(name);
  }

  const std::string verified_ = " outcome_verified: true ";
};

TEST_F(DoubtTest, ALostPaymentWasMadeAfterAllOrWasNot) {
  for (const bool paid : {true, false}) {
    const std::string name = paid ? "$MADE" : "$LOST";
    Doubt(Action::kPay, paid);
    Decide(name, "kind: CASE_KIND_REFUND_ONLY " + kTwoPieces, "REFUND_WITHOUT_RETURN",
           R"(cost { currency_code: "CNY" minor_units: 900 })");
    TryLong(name);
    ASSERT_OK(Call(&ProcessStub::ResumeProcess, R"pb(process_id: "$P")pb"));
    TryLong(name);
    ASSERT_OK(Call(&ProcessStub::CancelProcess, R"pb(process_id: "$P" reason: "r")pb"));
    TryLong(name);
    EXPECT_EQ(LedgerLines(), 1);
    const std::string how = paid ? elsewhere_ : waived_;
    EXPECT_THAT(Settle(how), HasReason("STEP_IN_DOUBT"));
    ASSERT_OK(Settle(how + verified_));
    Run();
    ASSERT_EQ(PaymentsOf(name).size(), 1);
    const v1::Payment payment = PaymentsOf(name)[0];
    EXPECT_EQ(payment.state(),
              paid ? v1::PAYMENT_STATE_PAID_OUT_OF_BAND : v1::PAYMENT_STATE_WITHDRAWN);
    EXPECT_EQ(world_.reports.count(payment.payment_id()), paid ? 1 : 0);
    EXPECT_EQ(CaseOf(name).state(), paid ? v1::CASE_STATE_CLOSED : v1::CASE_STATE_OPEN);
    EXPECT_EQ(ProcessOf(name).facts().undo_reason(), paid ? "" : "CANCELLED");
  }
  EXPECT_EQ(LedgerLines(), 1);
}

TEST_F(DoubtTest, WhatOnlyAnAnswerWouldNameIsCalledOff) {
  Doubt(Action::kReserve, true);
  Decide("$C", "kind: CASE_KIND_REISSUE " + kTwoPieces);
  TryLong("$C");
  EXPECT_THAT(Settle(elsewhere_ + verified_), HasReason("INVALID_FIELDS"));
  ASSERT_OK(Settle(waived_ + verified_));
  Run();
  EXPECT_EQ(ProcessOf("$C").state(), v1::PROCESS_STATE_COMPENSATED);
  EXPECT_EQ(ProcessOf("$C").facts().undo_text(), "by transfer");
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_OPEN);
}

// A missed deadline is told while the case is worked on.
TEST_F(DoubtTest, ABreachOfAnOpenCaseIsSettled) {
  Doubt(Action::kRecordConduct, true);
  Open("$B");
  ::kefu::common::v1::Event event;
  event.set_org_id("org-a");
  event.mutable_payload()->PackFrom(Parse<v1::DeadlineBreached>(Fill(R"pb(
    case_id: "$B"
    shop_id: "shop-1"
    clock {
      kind: CLOCK_KIND_NEXT_RESPONSE
      breach_owner: "agent-7"
      breach_time { seconds: 1768500000 }
    })pb")));
  ASSERT_OK(database_->RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) {
    return ApplyOwnEvent(t, event, clock_.Now(), ids_);
  }));
  TryLong("$B");
  ASSERT_OK(Settle(elsewhere_ + verified_));
  EXPECT_EQ(ProcessOf("$B").state(), v1::PROCESS_STATE_DONE);
  EXPECT_EQ(CaseOf("$B").state(), v1::CASE_STATE_OPEN);
  EXPECT_EQ(world_.conduct.size(), 1);
}

TEST_F(SettlingTest, WhatCannotBeUndoneIsSettledAsWell) {
  Refuse("REPAYMENT");
  Open("$C", "kind: CASE_KIND_EXCHANGE " + kTwoPieces);
  Plan("$C", 250);
  Run();
  ComeBack();
  Run();
  Leave("RELEASED");
  Run();
  Take("$C");
  ASSERT_OK_AND_ASSIGN(const v1::Process undone, Settle(elsewhere_));
  EXPECT_EQ(undone.entries().rbegin()->action(), "REPAY");
  Run();
  EXPECT_EQ(ProcessOf("$C").state(), v1::PROCESS_STATE_COMPENSATED);
  EXPECT_EQ(ProcessOf("$C").facts().undo_reason(), "GOODS_TAKEN_BACK");
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_OPEN);
  EXPECT_EQ(Of(PaymentsOf("$C"), v1::PAYMENT_PURPOSE_REPAYMENT).state(),
            v1::PAYMENT_STATE_PAID_OUT_OF_BAND);
  // Goods are where they are, whoever would do without.
  world_.before = [](const Command& command) {
    return command.action == Action::kRelease ? InvalidArgument("PARTLY_SHIPPED", "r", "partly")
                                              : absl::OkStatus();
  };
  Decide("$R", "kind: CASE_KIND_REISSUE " + kTwoPieces);
  Run();
  names_["$P"] = ProcessOf("$R").process_id();
  ASSERT_OK(Call(&ProcessStub::CancelProcess, R"pb(process_id: "$P" reason: "r")pb"));
  Run();
  Take("$R");
  EXPECT_THAT(Settle(waived_), HasReason("INVALID_FIELDS"));
  ASSERT_OK(Settle(elsewhere_));
  EXPECT_EQ(ProcessOf("$R").state(), v1::PROCESS_STATE_COMPENSATED);
}

}  // namespace
}  // namespace kefu::aftersales
