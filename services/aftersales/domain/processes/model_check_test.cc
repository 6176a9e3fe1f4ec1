#include <array>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/aftersales/domain/processes/model_checker.h"

namespace kefu::aftersales::domain {
namespace {

using model::Checker;
using model::kMaxAttempts;
using model::Rules;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::array kAll = {ProcessKind::kReturn,       ProcessKind::kExchange,
                             ProcessKind::kRefund,       ProcessKind::kReissue,
                             ProcessKind::kCompensation, ProcessKind::kAdvancePayment,
                             ProcessKind::kComplaint,    ProcessKind::kBreach};

TEST(ModelCheckTest, EveryFlowEndsOrIsUndoneWhateverHappens) {
  for (const ProcessKind kind : kAll) {
    const Checker checker(kind, {});
    EXPECT_THAT(checker.faults(), IsEmpty()) << NameOf(kind);
    EXPECT_GT(checker.ended(ProcessState::kDone), 0) << NameOf(kind);
    EXPECT_GT(checker.ended(ProcessState::kCompensated), 0) << NameOf(kind);
    RecordProperty(std::string(NameOf(kind)), static_cast<int>(checker.size()));
    fmt::print("{}: {} states\n", NameOf(kind), checker.size());
  }
}

// --- each protection is needed: without it the checker finds what goes wrong ---

std::string FirstFault(ProcessKind kind, Rules rules) {
  const Checker checker(kind, std::move(rules));
  return checker.faults().empty() ? "" : checker.faults().front();
}

// What the other side refuses for good when there is no way back ends by a hand, and only so.
TEST(ModelCheckTest, WithoutSettlingARefusalPastThePivotNeverEnds) {
  for (const ProcessKind kind : {ProcessKind::kRefund, ProcessKind::kReturn, ProcessKind::kExchange,
                                 ProcessKind::kAdvancePayment}) {
    EXPECT_THAT(FirstFault(kind, {.hostile = true, .settles = false, .calm = true}),
                HasSubstr("no end can be reached"))
        << NameOf(kind);
    EXPECT_EQ(FirstFault(kind, {.hostile = true, .calm = true}), "") << NameOf(kind);
  }
}

// So does what was sent, whose answer was lost, and of which nothing is heard any more.
TEST(ModelCheckTest, WithoutSettlingADoubtThatNobodyAnswersNeverEnds) {
  const auto helpless = [](const Process& p, Input input) -> absl::StatusOr<Transition> {
    const bool by_hand = input == Input::kElsewhere || input == Input::kWaive;
    if (by_hand && !p.past_pivot && !p.compensating) return absl::FailedPreconditionError("no");
    return Step(p, input, kMaxAttempts);
  };
  for (const ProcessKind kind : kAll) {
    EXPECT_THAT(FirstFault(kind, {.step = helpless, .deaf = true, .calm = true}),
                HasSubstr("no end can be reached"))
        << NameOf(kind);
    EXPECT_EQ(FirstFault(kind, {.deaf = true, .calm = true}), "") << NameOf(kind);
  }
}

TEST(ModelCheckTest, WaivingAPaymentThatWasMadeIsFound) {
  // Whoever says that it was made is taken to say that it was not.
  const auto careless = [](const Process& p, Input input) {
    const bool doubt = input == Input::kElsewhere && !p.past_pivot && !p.compensating;
    return Step(p, doubt ? Input::kWaive : input, kMaxAttempts);
  };
  EXPECT_THAT(FirstFault(ProcessKind::kRefund, {.step = careless}), HasSubstr("undone but paid"));
}

TEST(ModelCheckTest, ReportingARefundThatWasWaivedIsFound) {
  const auto careless = [](const Process& p, Input input) {
    const bool waived = input == Input::kWaive && p.past_pivot;
    return Step(p, waived ? Input::kElsewhere : input, kMaxAttempts);
  };
  EXPECT_THAT(FirstFault(ProcessKind::kExchange, {.step = careless, .calm = true}),
              HasSubstr("a refund that performance does not know"));
}

TEST(ModelCheckTest, HaltingWhenOverdueGoodsHaveComeIsFound) {
  const auto hasty = [](const Process& p, Input input) {
    auto moved = Step(p, input, kMaxAttempts);
    if (moved.ok() && input == Input::kOverdue) moved->process.cancelling = false;
    return moved;
  };
  EXPECT_THAT(FirstFault(ProcessKind::kReturn, {.step = hasty, .settles = false}),
              HasSubstr("no end can be reached"));
}

TEST(ModelCheckTest, WithoutRequestIdsARetryDoubles) {
  EXPECT_THAT(FirstFault(ProcessKind::kRefund, {.replay = false}), HasSubstr("paid twice"));
  EXPECT_THAT(FirstFault(ProcessKind::kReissue, {.replay = false}), HasSubstr("nobody knows of"));
  EXPECT_THAT(FirstFault(ProcessKind::kBreach, {.replay = false}), HasSubstr("recorded twice"));
}

TEST(ModelCheckTest, ACallThatOutlivesItsLeaseLeavesAnOrphan) {
  EXPECT_THAT(FirstFault(ProcessKind::kReissue, {.late_sends = true}), HasSubstr("late RESERVE"));
}

TEST(ModelCheckTest, CancellingWhatIsInDoubtForgetsIt) {
  const auto hasty = [](const Process& p, Input input) {
    Process certain = p;
    if (input == Input::kCancel) certain.attempts = 0;
    return Step(certain, input, kMaxAttempts);
  };
  EXPECT_NE(FirstFault(ProcessKind::kReissue, {.step = hasty}), "");
  EXPECT_NE(FirstFault(ProcessKind::kRefund, {.step = hasty}), "");
}

TEST(ModelCheckTest, UndoingTheHoldLastRepaysWhatIsKept) {
  const auto forgetful = [](const Process& p, Input input) {
    auto moved = Step(p, input, kMaxAttempts);
    if (moved.ok() && moved->process.state == ProcessState::kCompensating) {
      moved->process.undo.Remove(Action::kRelease);  // the mutation
      if (moved->process.undo.empty()) moved->process.state = ProcessState::kCompensated;
    }
    return moved;
  };
  EXPECT_NE(FirstFault(ProcessKind::kExchange, {.step = forgetful}), "");
}

TEST(ModelCheckTest, GivingUpInsteadOfRetryingAfterThePaymentIsFound) {
  const auto hopeless = [](const Process& p, Input input) {
    return Step(p, p.past_pivot && input == Input::kFailed ? Input::kRefused : input, kMaxAttempts);
  };
  // A refusal that is none makes the answer that was lost be forgotten.
  EXPECT_EQ(FirstFault(ProcessKind::kRefund, {.step = hopeless}), "");
  const auto careless = [](const Process& p, Input input) {
    return Step(p, input == Input::kFailed ? Input::kRefused : input, kMaxAttempts);
  };
  EXPECT_THAT(FirstFault(ProcessKind::kRefund, {.step = careless}), HasSubstr("undone but paid"));
}

}  // namespace
}  // namespace kefu::aftersales::domain
