#include "services/staffing/domain/supervision/follow_up.h"

#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/staffing/domain/supervision/reporting.h"

namespace kefu::staffing::supervision {
namespace {

using absl::CivilDay;
using ::kefu::testing::HasReason;
using ::kefu::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(PolicyTest, GraverFindingsAreDueSooner) {
  const Policy shipped;
  EXPECT_EQ(shipped.DaysFor(Severity::kMinor), 14);
  EXPECT_EQ(shipped.DaysFor(Severity::kMajor), 7);
  EXPECT_EQ(shipped.DaysFor(Severity::kCritical), 2);
  EXPECT_THAT(WrongFields(shipped), IsEmpty());
  EXPECT_THAT(WrongFields({.minor_days = 0, .major_days = 366, .critical_days = 1}),
              ElementsAre("minor_days", "major_days"));
  EXPECT_THAT(WrongFields({.minor_days = 365, .correction_days = -1}),
              ElementsAre("correction_days"));
}

TEST(FindingTest, OverdueFromTheDayAfterAndOnce) {
  const CivilDay due(2026, 3, 31);
  std::vector<Finding> findings{{FindingState::kOpen, due},
                                {FindingState::kAnswered, due - 9},
                                {FindingState::kClosed, due - 9},
                                {FindingState::kOpen, due + 1},
                                {FindingState::kOpen, due - 9, /*escalated=*/true}};
  EXPECT_EQ(NextDue(findings), due);
  EXPECT_THAT(Overdue(findings, due), IsEmpty());
  EXPECT_THAT(Overdue(findings, due + 1), ElementsAre(0));
  EXPECT_THAT(Overdue(findings, due + 2), ElementsAre(0, 3));
  findings[0].escalated = true;
  EXPECT_EQ(NextDue(findings), due + 1);
  findings[3].state = FindingState::kAnswered;
  EXPECT_EQ(NextDue(findings), std::nullopt);
  EXPECT_FALSE(AllClosed(findings));
  EXPECT_TRUE(AllClosed({}));
  for (Finding& finding : findings) finding.state = FindingState::kClosed;
  EXPECT_TRUE(AllClosed(findings));
}

TEST(FindingTest, WhatIsClosedStaysClosedAndOnlyAnAnswerIsSentBack) {
  EXPECT_THAT(CheckAnswer(FindingState::kOpen, "f"), IsOk());
  EXPECT_THAT(CheckAnswer(FindingState::kAnswered, "f"), IsOk());
  EXPECT_THAT(CheckAnswer(FindingState::kClosed, "f"), HasReason("FINDING_CLOSED"));
  EXPECT_THAT(CheckDecision(FindingState::kOpen, false, "f"), IsOk());
  EXPECT_THAT(CheckDecision(FindingState::kOpen, true, "f"), HasReason("FINDING_NOT_ANSWERED"));
  EXPECT_THAT(CheckDecision(FindingState::kAnswered, true, "f"), IsOk());
  EXPECT_THAT(CheckDecision(FindingState::kClosed, false, "f"), HasReason("FINDING_CLOSED"));
}

TEST(ComplaintTest, TheOtherSideDecidesAndTheSameOneCloses) {
  for (const auto& [side, other] :
       {std::pair(Side::kMerchant, Side::kBase), std::pair(Side::kBase, Side::kMerchant)}) {
    EXPECT_THAT(CheckDecide(ComplaintState::kOpen, side, other, "c"), IsOk());
    EXPECT_THAT(CheckDecide(ComplaintState::kOpen, side, side, "c"),
                HasReason("OTHER_SIDE_DECIDES"));
    EXPECT_THAT(CheckClose(ComplaintState::kInCorrection, side, side, "c"), IsOk());
    EXPECT_THAT(CheckClose(ComplaintState::kInCorrection, side, other, "c"),
                HasReason("OTHER_SIDE_DECIDES"));
  }
  for (const ComplaintState state :
       {ComplaintState::kInCorrection, ComplaintState::kClosed, ComplaintState::kRejected}) {
    EXPECT_THAT(CheckDecide(state, Side::kBase, Side::kMerchant, "c"),
                HasReason("COMPLAINT_DECIDED"));
  }
  for (const ComplaintState state :
       {ComplaintState::kOpen, ComplaintState::kClosed, ComplaintState::kRejected}) {
    EXPECT_THAT(CheckClose(state, Side::kBase, Side::kBase, "c"),
                HasReason("COMPLAINT_NOT_IN_CORRECTION"));
  }
}

TEST(TrialTest, IsDecidedOnItsDaysOnly) {
  outsourcing::Terms terms;
  terms.first_day = CivilDay(2026, 2, 1);
  terms.last_day = CivilDay(2026, 12, 31);
  const auto check = [&](CivilDay day, TrialDecision last = TrialDecision::kUnspecified) {
    return CheckTrial(terms, last, day, "c");
  };
  EXPECT_THAT(check(terms.first_day), HasReason("NO_TRIAL"));
  terms.trial_days = 28;
  EXPECT_THAT(check(CivilDay(2026, 1, 31)), HasReason("TRIAL_OVER"));
  EXPECT_THAT(check(CivilDay(2026, 2, 1)), IsOk());
  EXPECT_THAT(check(CivilDay(2026, 2, 28)), IsOk());
  EXPECT_THAT(check(CivilDay(2026, 3, 1)), HasReason("TRIAL_OVER"));
  EXPECT_THAT(check(CivilDay(2026, 2, 28), TrialDecision::kExtended), IsOk());
  EXPECT_THAT(check(CivilDay(2026, 2, 28), TrialDecision::kPassed), HasReason("TRIAL_DECIDED"));
  EXPECT_THAT(check(CivilDay(2026, 2, 28), TrialDecision::kFailed), HasReason("TRIAL_DECIDED"));
  terms.last_day = CivilDay(2026, 2, 10);  // ended before
  EXPECT_THAT(check(CivilDay(2026, 2, 11)), HasReason("TRIAL_OVER"));
}

TEST(TrialTest, EndsUndecidedFromItsNoticeOn) {
  outsourcing::Terms terms;
  terms.first_day = CivilDay(2026, 2, 1);
  terms.last_day = CivilDay(2026, 12, 31);
  terms.trial_days = 28;
  const auto ends = [&](CivilDay day, TrialDecision last = TrialDecision::kUnspecified) {
    return EndsUndecided(terms, last, Policy{}, day);
  };
  EXPECT_FALSE(ends(CivilDay(2026, 2, 20)));
  EXPECT_TRUE(ends(CivilDay(2026, 2, 21)));
  EXPECT_TRUE(ends(CivilDay(2026, 2, 28), TrialDecision::kExtended));
  EXPECT_FALSE(ends(CivilDay(2026, 3, 1)));
  EXPECT_FALSE(ends(CivilDay(2026, 2, 28), TrialDecision::kPassed));
  terms.last_day = CivilDay(2026, 2, 25);  // the contract ends in its trial
  EXPECT_EQ(TrialEnd(terms), CivilDay(2026, 2, 25));
  EXPECT_TRUE(ends(CivilDay(2026, 2, 18)));
}

TEST(ReportingTest, PeriodsThatAreOverAndShareADayWithTheContract) {
  outsourcing::Terms terms;
  terms.first_day = CivilDay(2026, 2, 15);  // a Sunday
  terms.last_day = CivilDay(2026, 3, 2);    // a Monday
  const auto firsts = [&](CivilDay today) {
    std::vector<CivilDay> days;
    for (const ReportPeriod& each : EndedPeriods(terms, today)) days.push_back(each.first);
    return days;
  };
  EXPECT_THAT(firsts(CivilDay(2026, 2, 15)), IsEmpty()) << "the week ends with the day";
  EXPECT_THAT(firsts(CivilDay(2026, 2, 16)), ElementsAre(CivilDay(2026, 2, 9)));
  EXPECT_THAT(firsts(CivilDay(2026, 3, 1)),
              ElementsAre(CivilDay(2026, 2, 9), CivilDay(2026, 2, 16), CivilDay(2026, 2, 1)));
  EXPECT_THAT(firsts(CivilDay(2026, 4, 8)),
              ElementsAre(CivilDay(2026, 3, 2), CivilDay(2026, 2, 1), CivilDay(2026, 3, 1)));
}

TEST(ReportingTest, IsDueWhenAllIsThereOrTheDaysAreOver) {
  const ReportPeriod week = PeriodOf(ReportKind::kWeekly, CivilDay(2026, 2, 11));
  EXPECT_EQ(week, (ReportPeriod{ReportKind::kWeekly, CivilDay(2026, 2, 9), CivilDay(2026, 2, 15)}));
  EXPECT_FALSE(ReportIsDue(week, true, 3, CivilDay(2026, 2, 15)));
  EXPECT_TRUE(ReportIsDue(week, true, 3, CivilDay(2026, 2, 16)));
  EXPECT_FALSE(ReportIsDue(week, false, 3, CivilDay(2026, 2, 18)));
  EXPECT_TRUE(ReportIsDue(week, false, 3, CivilDay(2026, 2, 19)));
  EXPECT_EQ(ReportId("c", week), "c.WEEKLY.20260209");
  EXPECT_EQ(PeriodOf(ReportKind::kMonthly, CivilDay(2024, 2, 29)).last, CivilDay(2024, 2, 29));
}

TEST(TrialTest, ADecisionEndsItTodayAnExtensionLater) {
  outsourcing::Terms terms;
  terms.first_day = CivilDay(2026, 2, 1);
  terms.trial_days = 28;
  EXPECT_EQ(TrialDays(terms, TrialDecision::kExtended, 10, CivilDay(2026, 2, 5)), 38);
  terms.trial_days = TrialDays(terms, TrialDecision::kPassed, 0, CivilDay(2026, 2, 5));
  EXPECT_TRUE(terms.InTrial(CivilDay(2026, 2, 5)));
  EXPECT_FALSE(terms.InTrial(CivilDay(2026, 2, 6)));
  EXPECT_EQ(TrialDays(terms, TrialDecision::kFailed, 0, CivilDay(2026, 2, 1)), 1);
}

}  // namespace
}  // namespace kefu::staffing::supervision
