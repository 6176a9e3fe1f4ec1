// What the supervision of bases does by itself: it tells what nobody has done in time, opens the
// breaches of missed milestones, and makes a report of each week and month.
#include "services/staffing/tests/contracts/supervision_fixture.h"

namespace kefu::staffing {
namespace {

using ::testing::Contains;
using ::testing::SizeIs;
using Contracts = v1::ContractService::Stub;
using Supervision = v1::SupervisionService::Stub;

TEST_F(SupervisionTest, OverdueFindingsEscalateOnceForEachDueDate) {
  ASSERT_OK(Make(Period() + kSeats));
  ASSERT_OK(Inspect());
  clock_.Advance(absl::Hours(48));  // the 22nd
  EXPECT_EQ(Escalations(), 0);
  clock_.Advance(absl::Hours(24));
  EXPECT_EQ(Escalations(), 1);
  EXPECT_EQ(Escalations(), 0) << "told once";
  EXPECT_THAT(EventTypes(), Contains("FindingsEscalated").Times(1));
  const std::string first = std::string(kInspection) + R"(finding_id: "$FINDING1" text: "已处理" )";
  ASSERT_OK(See(&Supervision::AnswerFinding, first));
  ASSERT_OK(See(&Supervision::DecideFinding,
                first + "send_back: true due_date { year: 2026 month: 2 day: 23 }"));
  clock_.Advance(absl::Hours(24));
  EXPECT_EQ(Escalations(), 1) << "the new due date has passed too";
  ASSERT_OK(See(&Supervision::DecideFinding, first));
  clock_.Advance(absl::Hours(24) * 30);
  EXPECT_EQ(Escalations(), 1) << "the minor one";
  EXPECT_EQ(Escalations(), 0);
}

TEST_F(SupervisionTest, AComplaintThatNobodyDecidesEscalatesOnce) {
  ASSERT_OK(Make(Period() + kSeats));
  ASSERT_OK_AND_ASSIGN(const auto filed, Complain(kCorrection, Owner()));
  EXPECT_EQ(filed.due_date().day(), 23);
  clock_.Advance(absl::Hours(24) * 3);
  EXPECT_EQ(TellsOf("BaseComplaintEscalated"), 0) << "the 23rd itself is in time";
  clock_.Advance(absl::Hours(24));
  EXPECT_EQ(TellsOf("BaseComplaintEscalated"), 1);
  EXPECT_EQ(TellsOf("BaseComplaintEscalated"), 0);
  ASSERT_OK_AND_ASSIGN(const auto accepted, Decide("accept: true", Manager()));
  EXPECT_FALSE(accepted.has_escalate_time());
  EXPECT_EQ(accepted.due_date().month(), 3) << "of the correction";
  clock_.Advance(absl::Hours(24) * 8);
  EXPECT_EQ(TellsOf("BaseComplaintEscalated"), 1) << "the correction's";
}

TEST_F(SupervisionTest, ATrialThatEndsUndecidedIsToldOnceForEachLastDate) {
  ASSERT_OK(Make(Period("year: 2026 month: 2 day: 1") + kSeats + "trial_days: 30"));  // to 2 March
  clock_.Advance(absl::Hours(24) * 2);
  EXPECT_EQ(TellsOf("TrialEnding"), 0);
  clock_.Advance(absl::Hours(24));
  EXPECT_EQ(TellsOf("TrialEnding"), 1) << "seven days before";
  EXPECT_EQ(TellsOf("TrialEnding"), 0);
  ASSERT_OK_AND_ASSIGN(const auto told, See(&Supervision::GetTrial, R"(contract_id: "$CONTRACT")"));
  EXPECT_TRUE(told.has_remind_time());
  EXPECT_EQ(told.decision(), v1::TRIAL_DECISION_UNSPECIFIED);
  const auto decide = [&](const std::string& text) {
    return See(&Supervision::DecideTrial, R"(contract_id: "$CONTRACT" reason: "试用" )" + text);
  };
  ASSERT_OK(decide("decision: TRIAL_DECISION_EXTENDED days: 10"));  // to 12 March
  EXPECT_EQ(TellsOf("TrialEnding"), 0);
  clock_.Advance(absl::Hours(24) * 10);
  EXPECT_EQ(TellsOf("TrialEnding"), 1) << "of the new last date";
  ASSERT_OK(decide("decision: TRIAL_DECISION_PASSED"));
  EXPECT_EQ(TellsOf("TrialEnding"), 0);
}

TEST_F(SupervisionTest, AMissedMilestoneOpensItsBreachByItself) {
  ASSERT_OK(Make(Period() + kSeats +
                 R"(milestones { milestone_id: "hired" text: "十人到岗"
                                 due_date { year: 2026 month: 2 day: 20 } } )"));
  EXPECT_EQ(TellsOf("BreachChanged"), 0);
  clock_.Advance(absl::Hours(24));
  EXPECT_EQ(TellsOf("BreachChanged"), 1);
  EXPECT_EQ(TellsOf("BreachChanged"), 0);
  ASSERT_OK_AND_ASSIGN(const auto list,
                       Do(&Contracts::ListBreaches, R"(contract_id: "$CONTRACT")"));
  ASSERT_THAT(list.breaches(), SizeIs(1));
  EXPECT_EQ(list.breaches(0).milestone().milestone_id(), "hired");
}

// The 20th of February is a Friday.
TEST_F(SupervisionTest, ReportsAreMadeByThemselvesAndStayAsTheyWere) {
  ASSERT_OK(Make(Period("year: 2026 month: 2 day: 4") + kSeats + kReplyRate));
  ASSERT_NO_FATAL_FAILURE(ReportWeek(absl::CivilDay(2026, 2, 9), {{"$B1", 85, 100, 0, 0}}));
  EXPECT_EQ(TellsOf("BaseReportMade"), 2);
  EXPECT_EQ(TellsOf("BaseReportMade"), 0) << "each once";
  const auto list = [&](const std::string& filter, const rpc::CallOptions& options) {
    const auto reports =
        See(&Supervision::ListBaseReports, R"(contract_id: "$CONTRACT" )" + filter, options);
    EXPECT_OK(reports);
    return reports.value_or(v1::ListBaseReportsResponse());
  };
  const auto weeks = list("", Owner());
  ASSERT_THAT(weeks.reports(), SizeIs(2));
  EXPECT_EQ(weeks.reports(0).period().start_date().day(), 2) << "begins before the contract does";
  EXPECT_FALSE(weeks.reports(0).complete()) << "nobody has told it, and three days are over";
  EXPECT_EQ(weeks.reports(1).period().start_date().day(), 9);
  EXPECT_TRUE(weeks.reports(1).complete());
  // The next one as soon as it is told; the month after three days without.
  clock_.Advance(absl::Hours(24) * 3);  // Monday the 23rd
  EXPECT_EQ(TellsOf("BaseReportMade"), 0);
  ASSERT_NO_FATAL_FAILURE(ReportWeek(absl::CivilDay(2026, 2, 16), {{"$B1", 95, 100, 0, 0}}));
  EXPECT_EQ(TellsOf("BaseReportMade"), 1);
  ASSERT_NO_FATAL_FAILURE(ReportWeek(absl::CivilDay(2026, 2, 16), {{"$B1", 10, 100, 0, 0}}, 2));
  ASSERT_NO_FATAL_FAILURE(ReportWeek(absl::CivilDay(2026, 2, 23), {{"$B1", 95, 100, 0, 0}}));
  clock_.Advance(absl::Hours(24) * 7);  // 2 March
  ASSERT_NO_FATAL_FAILURE(Report(
      "$SHOP1", {{"$B1", 85, 100, 10'000'00, 0, 5}, {"$B2", 85, 100, 10'000'00, 0, 3}}, 1, 2));
  EXPECT_EQ(TellsOf("BaseReportMade"), 2) << "the week's and the month's";
  const auto months = list("kind: BASE_REPORT_KIND_MONTHLY", Manager());
  ASSERT_THAT(months.reports(), SizeIs(1));
  const v1::BaseReport& february = months.reports(0);
  EXPECT_TRUE(february.complete());
  EXPECT_EQ(february.levels(0).denominator(), 100) << "on the contract's days";
  EXPECT_THAT(february.breaches(), SizeIs(1));
  // ¥3,000 · 25 ÷ 28, and 2 % of what was sold on the contract's days.
  EXPECT_EQ(february.invoice().charges().minor_units(), 267'857 + 200'00);
  // Who supervises does not read what is paid.
  const auto seen = list("kind: BASE_REPORT_KIND_MONTHLY", Supervisor());
  EXPECT_FALSE(seen.reports(0).has_invoice());
  EXPECT_FALSE(seen.reports(0).breaches(0).level().level().has_penalty());
  EXPECT_EQ(seen.reports(0).levels(0).denominator(), 100);
  ASSERT_OK_AND_ASSIGN(const auto now,
                       See(&Supervision::GetBaseReport,
                           R"(contract_id: "$CONTRACT" kind: BASE_REPORT_KIND_MONTHLY
                              day { year: 2026 month: 2 day: 9 })",
                           Supervisor()));
  EXPECT_FALSE(now.has_invoice());
}

}  // namespace
}  // namespace kefu::staffing
