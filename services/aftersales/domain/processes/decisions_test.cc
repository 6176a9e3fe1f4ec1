// Which flow follows which result, what a return is worth, and that the drawing shows the tables.
#include "services/aftersales/domain/processes/decisions.h"

#include <fstream>
#include <sstream>

#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/aftersales/domain/processes/process.h"

namespace kefu::aftersales::domain {
namespace {

using ::kefu::testing::HasReason;

TEST(FlowTest, TheDrawingShowsTheTables) {
  std::ifstream in(std::string(KEFU_DOCS) + "/processes.md");
  std::stringstream text;
  text << in.rdbuf();
  EXPECT_EQ(text.str(), DrawFlows()) << "docs/processes.md must be:\n" << DrawFlows();
}

TEST(FlowTest, TablesAreWhole) {
  for (int k = 1; k < static_cast<int>(kEnumNames<ProcessKind>.size()); ++k) {
    const auto kind = static_cast<ProcessKind>(k);
    bool past_pivot = false;
    for (const StepRow& row : StepsOf(kind)) {
      EXPECT_NE(row.action == Action::kNone, row.awaits == Signal::kNone) << NameOf(row.step);
      // Once there is no way back, nothing may ask for one.
      if (past_pivot) {
        EXPECT_EQ(row.refusal, OnRefusal::kHalt) << NameOf(row.step);
        EXPECT_TRUE(row.undo.empty()) << NameOf(row.step);
      }
      past_pivot = past_pivot || row.pivot;
    }
    EXPECT_TRUE(past_pivot) << NameOf(kind);
  }
}

TEST(FlowTest, ResultsLeadToFlows) {
  using R = ReviewResult;
  EXPECT_EQ(FlowOf(CaseKind::kReturn, R::kApproved), ProcessKind::kReturn);
  EXPECT_EQ(FlowOf(CaseKind::kReturn, R::kRefundWithoutReturn), ProcessKind::kRefund);
  EXPECT_EQ(FlowOf(CaseKind::kExchange, R::kReissueWithoutReturn), ProcessKind::kReissue);
  EXPECT_EQ(FlowOf(CaseKind::kDispute, R::kApproved), ProcessKind::kAdvancePayment);
  EXPECT_EQ(FlowOf(CaseKind::kRepair, R::kApproved), std::nullopt);
  for (const R words : {R::kRejected, R::kCustomerGaveUp, R::kOfflineReissue}) {
    EXPECT_EQ(FlowOf(CaseKind::kReturn, words), std::nullopt);
  }
}

std::vector<ReturnedLine> Line(int64_t expected, int64_t received, int64_t intact,
                               bool wrongly = false) {
  return {{"sku", expected, received, intact, wrongly}};
}
int64_t Pieces(const FlowPolicy& policy, const std::vector<ReturnedLine>& lines,
               bool merchants_fault = false) {
  const auto judged = JudgeGoods(policy, lines, merchants_fault);
  return judged.ok() ? judged->front().quantity : -1;
}

TEST(JudgeGoodsTest, IntactGoodsAreRefundedAndOthersByThePolicy) {
  const FlowPolicy holds;
  EXPECT_EQ(Pieces(holds, Line(3, 3, 3)), 3);
  EXPECT_EQ(Pieces(holds, Line(3, 4, 4)), 3);  // more than was to come
  EXPECT_THAT(JudgeGoods(holds, Line(3, 2, 2), false), HasReason("GOODS_MISSING"));
  EXPECT_THAT(JudgeGoods(holds, Line(3, 3, 2), false), HasReason("GOODS_NOT_INTACT"));
  // The house's own fault is not held against what came back; what did not is missing all the same.
  EXPECT_EQ(Pieces(holds, Line(3, 3, 0, /*wrongly=*/true)), 3);
  EXPECT_THAT(JudgeGoods(holds, Line(3, 2, 2, /*wrongly=*/true), false),
              HasReason("GOODS_MISSING"));

  FlowPolicy reduces;
  reduces.missing_goods = reduces.damaged_goods = GoodsFaultAction::kReduce;
  EXPECT_EQ(Pieces(reduces, Line(5, 4, 3)), 3);
  EXPECT_EQ(Pieces(reduces, Line(5, 4, 3, /*wrongly=*/true)), 4);
  EXPECT_THAT(JudgeGoods(reduces, Line(5, 4, 0), false), HasReason("NOTHING_INTACT"));
  FlowPolicy ignores;
  ignores.missing_goods = ignores.damaged_goods = GoodsFaultAction::kIgnore;
  EXPECT_EQ(Pieces(ignores, Line(5, 4, 3)), 5);
  EXPECT_EQ(Pieces(ignores, Line(5, 4, 3, /*wrongly=*/true)), 5);
  FlowPolicy mixed = reduces;
  mixed.missing_goods = GoodsFaultAction::kIgnore;
  EXPECT_EQ(Pieces(mixed, Line(5, 4, 3)), 4);
  // What nobody asked for is not paid back.
  EXPECT_THAT(JudgeGoods(holds, Line(0, 2, 2), false), HasReason("NOTHING_INTACT"));
}

TEST(JudgeGoodsTest, DamageIsNotHeldAgainstTheBuyerWhereTheFaultIsTheMerchants) {
  const FlowPolicy holds;
  EXPECT_EQ(Pieces(holds, Line(3, 3, 0), /*merchants_fault=*/true), 3);
  EXPECT_THAT(JudgeGoods(holds, Line(3, 2, 0), /*merchants_fault=*/true),
              HasReason("GOODS_MISSING"));
  FlowPolicy reduces;
  reduces.missing_goods = reduces.damaged_goods = GoodsFaultAction::kReduce;
  EXPECT_EQ(Pieces(reduces, Line(5, 4, 3), /*merchants_fault=*/true), 4);
}

// DOMAIN 4.4: by reason, what an evaluation gives, and what a refund takes over from a return.
TEST(TermsTest, AreThoseOfWhatTheFlowGives) {
  using returns::Payer, returns::Reason, returns::Remedy;
  const auto offer = [](Payer back, Payer out,
                        returns::Decision decision = returns::Decision::kAllowed) {
    return returns::Offer{.decision = decision, .return_freight = back, .outbound_freight = out};
  };
  const std::map<Remedy, returns::Offer> offers = {
      {Remedy::kReturn, offer(Payer::kMerchant, Payer::kBuyer)},
      {Remedy::kExchange, offer(Payer::kBuyer, Payer::kBuyer, returns::Decision::kNeedsMore)},
      {Remedy::kRefundOnly, returns::Offer{}}};
  const ReturnTerms whim = TermsOf(ProcessKind::kReturn, Reason::kNoReason, offers);
  EXPECT_EQ(whim, (ReturnTerms{Payer::kBuyer, Payer::kMerchant, {}}));
  // Nothing is sent back of a refund.
  EXPECT_EQ(TermsOf(ProcessKind::kRefund, Reason::kNoReason, offers),
            (ReturnTerms{Payer::kBuyer, Payer::kUnspecified, {}}));
  EXPECT_EQ(TermsOf(ProcessKind::kExchange, Reason::kNoReason, offers),
            (ReturnTerms{Payer::kBuyer, Payer::kBuyer, {}}));
  for (int r = static_cast<int>(Reason::kSizeDiffers); r < static_cast<int>(Reason::kNoReason);
       ++r) {
    EXPECT_EQ(TermsOf(ProcessKind::kReturn, static_cast<Reason>(r), offers),
              (ReturnTerms{Payer::kMerchant, Payer::kMerchant, {MerchantFault::kReason}}));
  }
  // What no rule gives says nothing; nor does a flow without goods or money of the order.
  EXPECT_EQ(TermsOf(ProcessKind::kReturn, Reason::kDamaged, {}), ReturnTerms{});
  EXPECT_EQ(TermsOf(ProcessKind::kReissue, Reason::kDamaged, offers), ReturnTerms{});
  ReturnTerms found = whim;
  AddFault(ProcessKind::kReturn, MerchantFault::kSentWrongly, found);
  AddFault(ProcessKind::kReturn, MerchantFault::kSentWrongly, found);
  EXPECT_EQ(found,
            (ReturnTerms{Payer::kMerchant, Payer::kMerchant, {MerchantFault::kSentWrongly}}));
}

TEST(TermsTest, APlatformsWordCountsForTheSameGoodsOfTheSameOrder) {
  Case record, other;
  record.order_id = other.order_id = "o";
  record.lines = {{"a", "", 1}, {"b", "", 1}};
  other.kind = CaseKind::kDispute;
  other.state = CaseState::kClosed;
  other.result = ReviewResult::kApproved;
  EXPECT_TRUE(UpheldByPlatform(other, record));  // of the whole order
  other.lines = {{"b", "", 1}};
  EXPECT_TRUE(UpheldByPlatform(other, record));
  other.lines = {{"c", "", 1}};
  EXPECT_FALSE(UpheldByPlatform(other, record));
  other.lines.clear();
  const auto without = [&](auto change) {
    Case changed = other;
    change(changed);
    return UpheldByPlatform(changed, record);
  };
  EXPECT_FALSE(without([](Case& c) { c.kind = CaseKind::kReturn; }));
  EXPECT_FALSE(without([](Case& c) { c.state = CaseState::kAppealed; }));
  EXPECT_FALSE(without([](Case& c) { c.result = ReviewResult::kRejected; }));
  EXPECT_FALSE(without([](Case& c) { c.result = ReviewResult::kCustomerGaveUp; }));
  EXPECT_FALSE(without([](Case& c) { c.order_id = "p"; }));
  EXPECT_FALSE(without([](Case& c) { c.shop_id = "s"; }));
  record.order_id = other.order_id = "";
  EXPECT_FALSE(UpheldByPlatform(other, record));
}

TEST(RefundTest, GoodsAndTheFirstFreightNeverMoreThanIsLeft) {
  using returns::Payer;
  struct Row {
    std::optional<int64_t> goods, limit;
    int64_t left, freight_left;
    Payer payer;
    int64_t amount, freight;
  };
  const std::optional<int64_t> none;
  for (const Row& row : std::vector<Row>{
           {1080, none, 10000, 1000, Payer::kUnspecified, 1080, 0},
           {1080, none, 10000, 1000, Payer::kBuyer, 1080, 0},
           {1080, none, 10000, 1000, Payer::kMerchant, 2080, 1000},
           {9000, none, 10000, 1000, Payer::kMerchant, 10000, 1000},
           {1080, none, 10000, 0, Payer::kMerchant, 1080, 0},
           {1080, none, 1500, 1000, Payer::kMerchant, 1500, 420},
           {1080, none, 1000, 1000, Payer::kMerchant, 1000, 0},
           {1080, none, 1000, 1000, Payer::kUnspecified, 1000, 0},
           {1080, none, 0, 1000, Payer::kMerchant, 0, 0},
           {1080, 1080, 1000, 1000, Payer::kMerchant, 1080, 0},  // the caller refuses it
           {1080, 1500, 10000, 1000, Payer::kMerchant, 1500, 420},
           {1080, 900, 10000, 1000, Payer::kMerchant, 900, 0},
           {1080, 5000, 10000, 1000, Payer::kMerchant, 2080, 1000},
           {none, none, 10000, 1000, Payer::kUnspecified, 10000, 1000},
           {none, none, 10000, 1000, Payer::kMerchant, 10000, 1000},
           {none, none, 10000, 1000, Payer::kBuyer, 9000, 0},
           {none, none, 600, 1000, Payer::kBuyer, 0, 0},
           {none, 9500, 10000, 1000, Payer::kMerchant, 9500, 500},
       }) {
    const Refund refund = RefundOf({row.goods, row.limit, row.left, row.freight_left}, row.payer);
    EXPECT_EQ(refund.amount, row.amount) << row.left;
    EXPECT_EQ(refund.freight, row.freight) << row.left;
    EXPECT_EQ(refund.explanation.find("cut to what was left") != std::string::npos,
              !row.limit && row.goods.value_or(0) > row.left);
  }
}

TEST(BackoffTest, DoublesUpToTheMostAndSpreads) {
  const auto seconds = [](int attempts, double spread) {
    return absl::ToDoubleSeconds(Backoff(absl::Seconds(5), absl::Seconds(600), attempts, spread));
  };
  EXPECT_EQ(seconds(1, 0), 5);
  EXPECT_EQ(seconds(2, 0), 10);
  EXPECT_EQ(seconds(8, 0), 600);
  EXPECT_EQ(seconds(1000, 0), 600);
  EXPECT_EQ(seconds(1, 1), 2.5);
}

TEST(StepTest, WhatDoesNotGoWithTheStateIsRefused) {
  const Process running = StartProcess(ProcessKind::kRefund);
  EXPECT_THAT(Step(running, Input::kResume, 3), HasReason("PROCESS_STATE"));
  const Process done{
      .kind = ProcessKind::kRefund, .state = ProcessState::kDone, .step = ProcessStep::kEnd};
  for (const Input input : {Input::kCancel, Input::kSend, Input::kOk, Input::kResume}) {
    EXPECT_THAT(Step(done, input, 3), HasReason("PROCESS_STATE"));
  }
  Process paid = running;
  paid.step = ProcessStep::kReportRefund;
  paid.past_pivot = true;
  EXPECT_THAT(Step(paid, Input::kCancel, 3), HasReason("PROCESS_PAST_CANCELLING"));
  // A step is settled by hand where the process is stuck and there is no way back.
  EXPECT_THAT(Step(paid, Input::kElsewhere, 3), HasReason("PROCESS_STATE"));
  Process stuck = running;
  stuck.state = ProcessState::kStuck;
  EXPECT_THAT(Step(stuck, Input::kElsewhere, 3), HasReason("PROCESS_CANCELLABLE"));
  EXPECT_THAT(Step(stuck, Input::kWaive, 3), HasReason("PROCESS_CANCELLABLE"));
  // Only goods that are waited for can be overdue.
  EXPECT_THAT(Step(running, Input::kOverdue, 3), HasReason("PROCESS_STATE"));
}

TEST(StepTest, WhoSettlesAStepLeadsPastIt) {
  const auto past = [](ProcessKind kind, ProcessStep step, Input input) {
    const Process stuck{
        .kind = kind, .state = ProcessState::kStuck, .step = step, .past_pivot = true};
    const auto moved = Step(stuck, input, 3);
    return moved.ok() ? moved->process.step : ProcessStep::kUnspecified;
  };
  using enum ProcessStep;
  constexpr auto kSwap = ProcessKind::kExchange, kAdvance = ProcessKind::kAdvancePayment;
  // What was paid by other means is told to performance, what was waived is not.
  EXPECT_EQ(past(kSwap, kPayRefund, Input::kElsewhere), kReportRefund);
  EXPECT_EQ(past(kSwap, kPayRefund, Input::kWaive), kEnd);
  EXPECT_EQ(past(kSwap, kRequestDifference, Input::kElsewhere), kEnd);
  EXPECT_EQ(past(kAdvance, kCharge, Input::kWaive), kReportRefund);
  // A payment whose amount was never fixed is not made.
  EXPECT_EQ(past(kAdvance, kRequestCharge, Input::kElsewhere), kReportRefund);
  EXPECT_EQ(past(ProcessKind::kRefund, kReportRefund, Input::kElsewhere), kEnd);
  // Of what is undone the next thing is undone.
  const Process undoing{
      .kind = kSwap,
      .state = ProcessState::kStuck,
      .step = kConfirm,
      .undo = {Action::kRequestRepayment, Action::kRepay, Action::kWithdrawPayment},
      .compensating = true};
  const auto moved = Step(undoing, Input::kElsewhere, 3);
  ASSERT_TRUE(moved.ok());
  EXPECT_EQ(moved->process.state, ProcessState::kCompensating);
  EXPECT_EQ(ActionOf(moved->process), Action::kWithdrawPayment);
}

TEST(StepTest, WhoSettlesADoubtSaysWhetherItWasCarriedOut) {
  using enum ProcessStep;
  const Process doubt{.kind = ProcessKind::kRefund,
                      .state = ProcessState::kStuck,
                      .step = kPayRefund,
                      .undo = {Action::kWithdrawPayment},
                      .cancelling = true,
                      .attempts = 2};
  const auto paid = Step(doubt, Input::kElsewhere, 3);
  ASSERT_TRUE(paid.ok()) << paid.status();
  EXPECT_EQ(paid->process.step, kReportRefund);
  EXPECT_TRUE(paid->process.past_pivot);
  EXPECT_FALSE(paid->process.cancelling);
  EXPECT_TRUE(paid->process.undo.empty());
  const auto not_paid = Step(doubt, Input::kWaive, 3);
  ASSERT_TRUE(not_paid.ok()) << not_paid.status();
  EXPECT_EQ(ActionOf(not_paid->process), Action::kWithdrawPayment);
  EXPECT_EQ(not_paid->process.attempts, 0);
  EXPECT_GT(not_paid->process.round, doubt.round);
  // What a step within the service does is never in doubt.
  Process local = doubt;
  local.step = kRequestRefund;
  EXPECT_THAT(Step(local, Input::kWaive, 3), HasReason("PROCESS_CANCELLABLE"));
}

TEST(StepTest, AReturnIsWaitedForAsLongAsThePolicySays) {
  const absl::Time approved = absl::FromUnixSeconds(1768500000);
  EXPECT_EQ(ReturnDeadline({}, approved), absl::InfiniteFuture());
  EXPECT_EQ(ReturnDeadline({.return_wait_days = 7}, approved), approved + absl::Hours(168));
}

}  // namespace
}  // namespace kefu::aftersales::domain
