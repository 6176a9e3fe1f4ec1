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
int64_t Pieces(const FlowPolicy& policy, const std::vector<ReturnedLine>& lines) {
  const auto judged = JudgeGoods(policy, lines);
  return judged.ok() ? judged->front().quantity : -1;
}

TEST(JudgeGoodsTest, IntactGoodsAreRefundedAndOthersByThePolicy) {
  const FlowPolicy holds;
  EXPECT_EQ(Pieces(holds, Line(3, 3, 3)), 3);
  EXPECT_EQ(Pieces(holds, Line(3, 4, 4)), 3);  // more than was to come
  EXPECT_THAT(JudgeGoods(holds, Line(3, 2, 2)), HasReason("GOODS_MISSING"));
  EXPECT_THAT(JudgeGoods(holds, Line(3, 3, 2)), HasReason("GOODS_NOT_INTACT"));
  EXPECT_EQ(Pieces(holds, Line(3, 3, 0, /*wrongly=*/true)), 3);  // the house's own fault

  FlowPolicy reduces;
  reduces.missing_goods = reduces.damaged_goods = GoodsFaultAction::kReduce;
  EXPECT_EQ(Pieces(reduces, Line(5, 4, 3)), 3);
  EXPECT_THAT(JudgeGoods(reduces, Line(5, 4, 0)), HasReason("NOTHING_INTACT"));
  FlowPolicy ignores;
  ignores.missing_goods = ignores.damaged_goods = GoodsFaultAction::kIgnore;
  EXPECT_EQ(Pieces(ignores, Line(5, 4, 3)), 5);
  FlowPolicy mixed = reduces;
  mixed.missing_goods = GoodsFaultAction::kIgnore;
  EXPECT_EQ(Pieces(mixed, Line(5, 4, 3)), 4);
  // What nobody asked for is not paid back.
  EXPECT_THAT(JudgeGoods(holds, Line(0, 2, 2)), HasReason("NOTHING_INTACT"));
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
}

}  // namespace
}  // namespace kefu::aftersales::domain
