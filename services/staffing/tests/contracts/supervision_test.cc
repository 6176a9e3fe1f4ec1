// The supervision of bases over the wire: inspections until every finding is closed, complaints of
// both sides with their effects, trials, and the reports.
#include "common/testing/every_call.h"
#include "services/staffing/tests/contracts/supervision_fixture.h"

namespace kefu::staffing {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Stub = v1::StaffingService::Stub;
using Contracts = v1::ContractService::Stub;
using Supervision = v1::SupervisionService::Stub;

TEST_F(SupervisionTest, FindingsAreFollowedUpUntilEachIsClosed) {
  ASSERT_OK(Make(Period() + kSeats));
  ASSERT_OK_AND_ASSIGN(const v1::BaseInspection made, Inspect());
  EXPECT_EQ(made.state(), v1::BASE_INSPECTION_STATE_OPEN);
  EXPECT_EQ(made.findings(0).due_date().day(), 22);
  EXPECT_EQ(made.findings(1).due_date().month(), 3);
  EXPECT_THAT(See(&Supervision::GetBaseInspection, kInspection),
              testing::IsOkAndHolds(EqualsProto(made)));
  // The base answers, is sent back, answers again; the merchant closes.
  const std::string first = std::string(kInspection) + R"(finding_id: "$FINDING1" text: "已处理" )";
  const std::string by_base = first + R"(contract_id: "$CONTRACT")";
  const std::string back = first + "send_back: true due_date { year: 2026 month: 2 day: 25 }";
  EXPECT_THAT(See(&Supervision::DecideFinding, back), HasReason("FINDING_NOT_ANSWERED"));
  ASSERT_OK_AND_ASSIGN(const auto answered, See(&Supervision::AnswerFinding, by_base, Manager()));
  EXPECT_EQ(answered.findings(0).state(), v1::FINDING_STATE_ANSWERED);
  EXPECT_EQ(answered.findings(0).follow_ups(0).actor(), "base-tester");
  EXPECT_THAT(See(&Supervision::DecideFinding,
                  first + "send_back: true due_date { year: 2026 month: 2 day: 19 }"),
              HasReason("INVALID_FIELDS"));
  ASSERT_OK_AND_ASSIGN(const auto sent, See(&Supervision::DecideFinding, back, Supervisor()));
  EXPECT_EQ(sent.findings(0).due_date().day(), 25);
  ASSERT_OK(See(&Supervision::AnswerFinding, by_base, Manager()));
  ASSERT_OK(See(&Supervision::DecideFinding, first));
  EXPECT_THAT(See(&Supervision::AnswerFinding, by_base, Manager()), HasReason("FINDING_CLOSED"));
  EXPECT_THAT(See(&Supervision::DecideFinding, first), HasReason("FINDING_CLOSED"));
  ASSERT_OK_AND_ASSIGN(const auto closed,
                       See(&Supervision::DecideFinding,
                           std::string(kInspection) + R"(finding_id: "$FINDING2" text: "已改")"));
  EXPECT_EQ(closed.state(), v1::BASE_INSPECTION_STATE_CLOSED);
  EXPECT_THAT(closed.findings(0).follow_ups(), SizeIs(4));
  ASSERT_OK_AND_ASSIGN(const auto trained,
                       See(&Supervision::AddShortTraining, R"(inspection_id: "$INSPECTION"
                           training { topic: "新品培训" minutes: 45 agent_ids: "$B1"
                                      date { year: 2026 month: 2 day: 20 } })"));
  EXPECT_THAT(trained.trainings(), SizeIs(1));
  const auto listed = [&](const char* filter) {
    const auto list = See(&Supervision::ListBaseInspections, filter);
    EXPECT_OK(list);
    return list.ok() ? list->inspections_size() : -1;
  };
  EXPECT_EQ(listed(R"(base_id: "base-1" state: BASE_INSPECTION_STATE_CLOSED)"), 1);
  EXPECT_EQ(listed("state: BASE_INSPECTION_STATE_OPEN"), 0);
  EXPECT_EQ(listed(R"(contract_id: "other")"), 0);
  EXPECT_THAT(EventTypes(), Contains("BaseInspectionChanged").Times(7));
}

TEST_F(SupervisionTest, ThePolicySetsDueDatesFromThenOn) {
  ASSERT_OK(Make(Period() + kSeats));
  ASSERT_OK_AND_ASSIGN(const auto shipped, See(&Supervision::GetSupervisionPolicy, ""));
  EXPECT_EQ(shipped.version(), 0);
  EXPECT_EQ(shipped.critical_days(), 2);
  EXPECT_THAT(See(&Supervision::SetSupervisionPolicy,
                  "policy { minor_days: 0 major_days: 366 critical_days: 1 correction_days: 1 }"),
              HasReason("INVALID_FIELDS"));
  ASSERT_OK_AND_ASSIGN(
      const auto set,
      See(&Supervision::SetSupervisionPolicy,
          "policy { minor_days: 5 major_days: 4 critical_days: 3 correction_days: 1 }"));
  EXPECT_EQ(set.version(), 1);
  EXPECT_THAT(See(&Supervision::GetSupervisionPolicy, ""), testing::IsOkAndHolds(EqualsProto(set)));
  ASSERT_OK_AND_ASSIGN(const auto made, Inspect());
  EXPECT_EQ(made.findings(0).due_date().day(), 23);
  EXPECT_EQ(made.policy_version(), 1);
}

TEST_F(SupervisionTest, WrongInspectionsAreNamedAndChangeNothing) {
  ASSERT_OK(Make(Period() + kSeats));
  const auto inspect = [&](const std::string& text) {
    return See(&Supervision::RecordBaseInspection,
               "inspection { phase: INSPECTION_PHASE_BEFORE manner: INSPECTION_MANNER_REMOTE " +
                   text + "}");
  };
  const std::string day = "date { year: 2026 month: 2 day: 20 } ";
  EXPECT_THAT(inspect(""), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(inspect(R"(base_id: "base-1" date { year: 2026 month: 2 day: 21 })"),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(inspect(R"(base_id: "base-1" findings { severity: FINDING_SEVERITY_MINOR text: "t"
                         due_date { year: 2026 month: 2 day: 19 } })" +
                      day),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(inspect(R"(base_id: "base-1" trainings { topic: "t" minutes: 1441 } )" + day),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(inspect(R"(base_id: "org-b" )" + day), HasReason("NOT_A_BASE"));
  EXPECT_THAT(inspect(R"(base_id: "nobody" )" + day), HasReason("NOT_A_BASE"));
  EXPECT_THAT(inspect(R"(base_id: "base-1" contract_id: "none" )" + day), HasReason("NOT_FOUND"));
  EXPECT_THAT(inspect(R"(base_id: "base-1" findings { severity: FINDING_SEVERITY_MINOR text: "t"
                         agent_id: "$AGENT" } )" +
                      day),
              HasReason("AGENT_OF_ANOTHER_BASE"));
  ASSERT_OK(Call(&Stub::CreateOrganization,
                 R"pb(organization { kind: ORGANIZATION_KIND_BASE display_name: "别的" })pb",
                 As("base-2")));
  EXPECT_THAT(inspect(R"(base_id: "base-2" site_id: "$SITE" )" + day),
              HasReason("SITE_OF_ANOTHER_BASE"));
  EXPECT_THAT(inspect(R"(base_id: "base-2" contract_id: "$CONTRACT" )" + day),
              HasReason("CONTRACT_OF_ANOTHER_BASE"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM base_inspection"), 0);
  EXPECT_OK(inspect(R"(base_id: "base-2" )" + day)) << "before there is a contract";
}

TEST_F(SupervisionTest, ACorrectionIsAcceptedAwaitedAndConfirmed) {
  ASSERT_OK(Make(Period() + kSeats));
  ASSERT_OK_AND_ASSIGN(const auto filed, Complain(kCorrection, Supervisor()));
  EXPECT_EQ(filed.side(), v1::CONTRACT_SIDE_MERCHANT);
  EXPECT_THAT(Decide("accept: true", Owner()), HasReason("OTHER_SIDE_DECIDES"));
  EXPECT_THAT(Decide("accept: true due_date { year: 2026 month: 2 day: 19 }", Manager()),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Decide("accept: true effect_date { year: 2026 month: 2 day: 21 }", Manager()),
              HasReason("INVALID_FIELDS"));
  ASSERT_OK_AND_ASSIGN(const auto accepted, Decide("accept: true", Manager()));
  EXPECT_EQ(accepted.state(), v1::BASE_COMPLAINT_STATE_IN_CORRECTION);
  EXPECT_EQ(accepted.due_date().day(), 27);
  EXPECT_THAT(Decide("accept: true", Manager()), HasReason("COMPLAINT_DECIDED"));
  clock_.Advance(absl::Hours(24) * 8);
  EXPECT_EQ(Escalations(), 1);
  EXPECT_EQ(Escalations(), 0);
  EXPECT_THAT(EventTypes(), Contains("BaseComplaintEscalated").Times(1));
  const char* const named = R"(contract_id: "$CONTRACT" complaint_id: "$COMPLAINT")";
  EXPECT_THAT(See(&Supervision::CloseBaseComplaint, named, Manager()),
              HasReason("OTHER_SIDE_DECIDES"));
  ASSERT_OK_AND_ASSIGN(const auto closed, See(&Supervision::CloseBaseComplaint, named));
  EXPECT_EQ(closed.state(), v1::BASE_COMPLAINT_STATE_CLOSED);
  EXPECT_THAT(See(&Supervision::CloseBaseComplaint, named),
              HasReason("COMPLAINT_NOT_IN_CORRECTION"));
  EXPECT_THAT(See(&Supervision::GetBaseComplaint, named, Manager()),
              testing::IsOkAndHolds(EqualsProto(closed)));
}

TEST_F(SupervisionTest, TheBaseComplainsTooAndTheMerchantDecides) {
  ASSERT_OK(Make(Period() + kSeats));
  ASSERT_OK_AND_ASSIGN(const auto filed, Complain(kCorrection, Manager()));
  EXPECT_EQ(filed.side(), v1::CONTRACT_SIDE_BASE);
  EXPECT_THAT(Decide("", Manager()), HasReason("OTHER_SIDE_DECIDES"));
  ASSERT_OK_AND_ASSIGN(const auto rejected, Decide("", Supervisor()));
  EXPECT_EQ(rejected.state(), v1::BASE_COMPLAINT_STATE_REJECTED);
  ASSERT_OK_AND_ASSIGN(const auto list,
                       See(&Supervision::ListBaseComplaints,
                           R"(contract_id: "$CONTRACT" state: BASE_COMPLAINT_STATE_REJECTED)"));
  EXPECT_THAT(list.complaints(), SizeIs(1));
}

TEST_F(SupervisionTest, AnAcceptedReplacementMovesTheAgentsWork) {
  ASSERT_OK(Make(Period() + kSeats));
  EXPECT_THAT(Complain(R"(demand: BREACH_DEMAND_REPLACE_AGENT agent_id: "$AGENT")", Owner()),
              HasReason("AGENT_OF_ANOTHER_BASE"));
  EXPECT_THAT(Complain("demand: BREACH_DEMAND_REPLACE_AGENT", Owner()),
              HasReason("INVALID_FIELDS"));
  ASSERT_OK(Complain(kAgentGoes, Owner()));
  ASSERT_OK(Ask(&Stub::AssignAgent, R"(assignment { agent_id: "$B1" shop_id: "$SHOP1"
      duty: DUTY_PRE_SALES start_date { year: 2026 month: 1 day: 1 } })"));
  ASSERT_OK_AND_ASSIGN(const auto other,
                       Ask(&Stub::AssignAgent, R"(assignment { agent_id: "$B1" shop_id: "$SHOP2"
      duty: DUTY_PRE_SALES start_date { year: 2026 month: 3 day: 1 } })"));
  const std::string goes = "accept: true effect_date { year: 2026 month: 2 day: 28 } ";
  EXPECT_THAT(Decide("accept: true", Manager()), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Decide(goes + R"(replacement_agent_id: "$B1")", Manager()),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Decide(goes + R"(replacement_agent_id: "$AGENT")", Manager()),
              HasReason("AGENT_OF_ANOTHER_BASE"));
  ASSERT_OK_AND_ASSIGN(const auto done, Decide(goes + R"(replacement_agent_id: "$B2")", Manager()));
  EXPECT_EQ(done.state(), v1::BASE_COMPLAINT_STATE_CLOSED);
  const auto assignments = [&](const char* agent) {
    auto list = Ask(&Stub::ListAssignments, fmt::format("agent_id: \"{}\"", agent));
    EXPECT_OK(list);
    return *std::move(list);
  };
  const auto before = assignments("$B1");
  ASSERT_THAT(before.assignments(), SizeIs(2));
  EXPECT_EQ(before.assignments(0).end_date().day(), 28);
  EXPECT_THAT(before.assignments(1), EqualsProto(other)) << "a shop of no contract";
  const auto after = assignments("$B2");
  ASSERT_THAT(after.assignments(), SizeIs(1));
  EXPECT_EQ(after.assignments(0).start_date().month(), 3);
  EXPECT_EQ(after.assignments(0).shop_id(), world_["$SHOP1"]);
  EXPECT_FALSE(after.assignments(0).has_end_date());
}

TEST_F(SupervisionTest, WorkThatBeginsLaterStandsInTheWayOfAReplacement) {
  ASSERT_OK(Make(Period() + kSeats));
  ASSERT_OK(Complain(kAgentGoes, Owner()));
  ASSERT_OK(Ask(&Stub::AssignAgent, R"(assignment { agent_id: "$B1" shop_id: "$SHOP1"
      duty: DUTY_PRE_SALES start_date { year: 2026 month: 3 day: 2 } })"));
  EXPECT_THAT(Decide("accept: true effect_date { year: 2026 month: 3 day: 1 }", Manager()),
              HasReason("ASSIGNMENT_BEGINS_LATER"));
  EXPECT_OK(Decide("accept: true effect_date { year: 2026 month: 3 day: 2 }", Manager()));
}

TEST_F(SupervisionTest, AnotherBaseEndsTheContractWithoutNotice) {
  ASSERT_OK(Make(Period() + kSeats + "notice_days: 30"));
  const char* const another = "demand: BREACH_DEMAND_REPLACE_BASE";
  EXPECT_THAT(Complain(another, Supervisor()), HasReason("CONTRACT_END_NOT_ALLOWED"));
  ASSERT_OK(Complain(another, Manager()));
  const std::string on = "accept: true effect_date { year: 2026 month: 2 day: 21 }";
  EXPECT_THAT(Decide(on, Supervisor()), HasReason("CONTRACT_END_NOT_ALLOWED"));
  EXPECT_THAT(Decide("accept: true effect_date { year: 2027 month: 1 day: 1 }", Owner()),
              HasReason("INVALID_FIELDS"));
  ASSERT_OK(Decide(on, Owner()));
  ASSERT_OK_AND_ASSIGN(const auto contract,
                       Do(&Contracts::GetContract, R"(contract_id: "$CONTRACT")"));
  EXPECT_EQ(contract.ended_date().day(), 21);
  EXPECT_EQ(contract.end_reason(), "决定");
  const char* const trial = R"(contract_id: "$CONTRACT")";
  EXPECT_OK(See(&Supervision::GetBaseContract, trial, Manager()));
  clock_.Advance(absl::Hours(48));
  EXPECT_THAT(See(&Supervision::GetBaseContract, trial, Manager()), HasReason("NOT_FOUND"))
      << "its token says December, the contract is over";
  EXPECT_THAT(Complain(kCorrection, Manager()), HasReason("NOT_FOUND"));
  EXPECT_THAT(Complain(kCorrection, Owner()), HasReason("CONTRACT_ENDED"));
}

TEST_F(SupervisionTest, ATrialIsExtendedThenFailedAndEndsTheContract) {
  ASSERT_OK(Make(Period("year: 2026 month: 2 day: 1") + kSeats + "trial_days: 30 notice_days: 60"));
  ASSERT_OK(Inspect());
  ASSERT_OK(Complain(kCorrection, Owner()));
  ASSERT_OK_AND_ASSIGN(const auto running,
                       See(&Supervision::GetTrial, R"(contract_id: "$CONTRACT")", Manager()));
  EXPECT_EQ(running.last_date().month(), 3);
  EXPECT_EQ(running.last_date().day(), 2);
  EXPECT_EQ(running.open_findings(), 2);
  EXPECT_EQ(running.complaints(), 1);
  EXPECT_EQ(running.decision(), v1::TRIAL_DECISION_UNSPECIFIED);
  const auto decide = [&](const std::string& text) {
    return See(&Supervision::DecideTrial, R"(contract_id: "$CONTRACT" reason: "试用" )" + text);
  };
  EXPECT_THAT(decide("decision: TRIAL_DECISION_EXTENDED"), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(decide("decision: TRIAL_DECISION_PASSED days: 1"), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(decide("decision: TRIAL_DECISION_EXTENDED days: 305"), HasReason("INVALID_FIELDS"));
  ASSERT_OK_AND_ASSIGN(const auto extended, decide("decision: TRIAL_DECISION_EXTENDED days: 10"));
  EXPECT_EQ(extended.last_date().day(), 12);
  ASSERT_OK_AND_ASSIGN(const auto failed, decide("decision: TRIAL_DECISION_FAILED"));
  EXPECT_THAT(failed.steps(), SizeIs(2));
  EXPECT_EQ(failed.last_date().day(), 20);
  ASSERT_OK_AND_ASSIGN(const auto contract,
                       Do(&Contracts::GetContract, R"(contract_id: "$CONTRACT")"));
  EXPECT_EQ(contract.ended_date().day(), 20);
  EXPECT_THAT(decide("decision: TRIAL_DECISION_PASSED"), HasReason("TRIAL_DECIDED"));
}

// Every day of a contract that fails its trial is one of the trial, though its last month goes on.
TEST_F(SupervisionTest, WhatIsMissedInAFailedTrialCostsNothing) {
  ASSERT_OK(Make(Period("year: 2026 month: 2 day: 1") + kSeats + kReplyRate + "trial_days: 60"));
  ASSERT_OK(See(&Supervision::DecideTrial, R"(contract_id: "$CONTRACT" reason: "试用"
                                              decision: TRIAL_DECISION_FAILED)"));
  clock_.Advance(absl::Hours(24) * 10);
  ASSERT_NO_FATAL_FAILURE(Report("$SHOP1", {{"$B1", 85, 100, 10'000'00, 0, 5}}, 1, 2));
  ASSERT_OK_AND_ASSIGN(const auto list,
                       Do(&Contracts::ListBreaches, R"(contract_id: "$CONTRACT")"));
  ASSERT_THAT(list.breaches(), SizeIs(1));
  EXPECT_TRUE(list.breaches(0).in_trial());
  world_["$BREACH"] = list.breaches(0).breach_id();
  ASSERT_OK(Do(&Contracts::DecideBreach, R"(contract_id: "$CONTRACT" breach_id: "$BREACH")"));
  ASSERT_OK_AND_ASSIGN(const auto invoice,
                       Ask(&v1::StaffingService::Stub::ComputeInvoice,
                           R"(contract_id: "$CONTRACT" month { year: 2026 month: 2 day: 1 })"));
  EXPECT_EQ(invoice.penalties().minor_units(), 0);
  EXPECT_GT(invoice.lines(2).not_charged().minor_units(), 0);
}

TEST_F(SupervisionTest, APassedTrialEndsTodayAndATrialIsNotDecidedTwiceOrLate) {
  const char* const passed =
      R"(contract_id: "$CONTRACT" reason: "好" decision: TRIAL_DECISION_PASSED)";
  ASSERT_OK(Make(Period() + kSeats));
  EXPECT_THAT(See(&Supervision::DecideTrial, passed), HasReason("NO_TRIAL"));
  EXPECT_THAT(See(&Supervision::GetTrial, R"(contract_id: "$CONTRACT")"), HasReason("NO_TRIAL"));
  ASSERT_OK(Make(Period("year: 2027 month: 1 day: 1", "year: 2027 month: 2 day: 1") + kSeats +
                 "trial_days: 7"));
  EXPECT_THAT(See(&Supervision::DecideTrial, passed), HasReason("TRIAL_OVER"));
  clock_.Advance(absl::Hours(24) * 316);  // 2 January
  ASSERT_OK_AND_ASSIGN(const auto trial, See(&Supervision::DecideTrial, passed));
  EXPECT_EQ(trial.last_date().day(), 2);
  EXPECT_THAT(See(&Supervision::DecideTrial, passed), HasReason("TRIAL_DECIDED"));
  ASSERT_OK_AND_ASSIGN(const auto contract,
                       Do(&Contracts::GetContract, R"(contract_id: "$CONTRACT")"));
  EXPECT_EQ(contract.trial_days(), 2);
  EXPECT_FALSE(contract.has_ended_date());
}

TEST_F(SupervisionTest, BothSidesReadTheTermsAndWhoSupervisesWithoutPrices) {
  ASSERT_OK_AND_ASSIGN(const auto made, Make(Period() + kSeats + kReplyRate +
                                             R"(duties: "每周例会" penalty_cap_bps: 3000)"));
  const char* const named = R"(contract_id: "$CONTRACT")";
  EXPECT_THAT(See(&Supervision::GetBaseContract, named, Manager()),
              testing::IsOkAndHolds(EqualsProto(made)));
  EXPECT_THAT(See(&Supervision::GetBaseContract, named), testing::IsOkAndHolds(EqualsProto(made)));
  ASSERT_OK_AND_ASSIGN(const auto terms, See(&Supervision::GetBaseContract, named, Supervisor()));
  EXPECT_FALSE(terms.has_price());
  EXPECT_EQ(terms.penalty_cap_bps(), 0);
  EXPECT_FALSE(terms.levels(0).has_penalty());
  EXPECT_EQ(terms.levels(0).limit_millionths(), 900'000);
  EXPECT_THAT(terms.duties(), ::testing::ElementsAre("每周例会"));
  EXPECT_THAT(See(&Supervision::GetBaseContract, named, Manager("base-2")), HasReason("NOT_FOUND"));
}

TEST_F(SupervisionTest, ASmallReportEveryWeekAndALargeOneEveryMonth) {
  ASSERT_OK(Make(Period() + kSeats + kReplyRate +
                 R"( levels { metric_id: "reply_rate" bound: SERVICE_BOUND_AT_LEAST
                              limit_millionths: 900000 period: LEVEL_PERIOD_WEEK }
                     milestones { milestone_id: "m" text: "t"
                                  due_date { year: 2026 month: 2 day: 10 } } )"));
  ASSERT_NO_FATAL_FAILURE(ReportJanuary());
  ASSERT_NO_FATAL_FAILURE(ReportWeek(absl::CivilDay(2026, 1, 26), {{"$B1", 85, 100, 0, 0}}));
  ASSERT_OK(Inspect());
  ASSERT_OK(Complain(kCorrection, Manager()));
  const auto report = [&](const std::string& text, const rpc::CallOptions& options) {
    return See(&Supervision::GetBaseReport, R"(contract_id: "$CONTRACT" )" + text, options);
  };
  ASSERT_OK_AND_ASSIGN(const auto week, report("kind: BASE_REPORT_KIND_WEEKLY "
                                               "day { year: 2026 month: 2 day: 1 }",
                                               Owner()));
  EXPECT_EQ(week.period().start_date().day(), 26);
  ASSERT_THAT(week.levels(), SizeIs(1));
  EXPECT_EQ(week.levels(0).judgement(), v1::LEVEL_JUDGEMENT_MISSED);
  EXPECT_THAT(week.breaches(), SizeIs(1));
  EXPECT_THAT(week.inspections(), IsEmpty());
  EXPECT_FALSE(week.has_invoice());
  ASSERT_OK_AND_ASSIGN(const auto january, report("kind: BASE_REPORT_KIND_MONTHLY "
                                                  "day { year: 2026 month: 1 day: 9 }",
                                                  Owner()));
  ASSERT_THAT(january.levels(), SizeIs(1));
  EXPECT_EQ(january.levels(0).denominator(), 100);
  EXPECT_THAT(january.breaches(), SizeIs(1)) << "the month's; the week counts in February";
  EXPECT_EQ(january.demand(), v1::BREACH_DEMAND_CORRECTION);
  EXPECT_EQ(january.invoice().total().minor_units(), 300'000 + 980'01);
  EXPECT_EQ(january.open_findings(), 0);
  clock_.Advance(absl::Hours(24) * 20);
  ASSERT_OK_AND_ASSIGN(const auto february, report("kind: BASE_REPORT_KIND_MONTHLY "
                                                   "day { year: 2026 month: 2 day: 9 }",
                                                   Manager()));
  EXPECT_THAT(february.weeks(), SizeIs(4));
  EXPECT_THAT(february.milestones(), SizeIs(1));
  EXPECT_THAT(february.inspections(), SizeIs(1));
  EXPECT_EQ(february.open_findings(), 2);
  EXPECT_EQ(february.overdue_findings(), 1);
  EXPECT_THAT(february.complaints(), SizeIs(1));
  EXPECT_FALSE(february.has_invoice()) << "February is not told yet";
  EXPECT_THAT(
      report("kind: BASE_REPORT_KIND_MONTHLY day { year: 2025 month: 12 day: 31 }", Owner()),
      HasReason("CONTRACT_PERIOD"));
}

TEST_F(SupervisionTest, AWeekThatLiesInTheContractInPartIsNotJudged) {
  ASSERT_OK(Make(Period("year: 2026 month: 2 day: 4") + kSeats +
                 R"( levels { metric_id: "reply_rate" bound: SERVICE_BOUND_AT_LEAST
                              limit_millionths: 900000 period: LEVEL_PERIOD_WEEK } )"));
  const auto week = [&](int day) {
    const absl::CivilDay monday(2026, 2, day);
    ReportWeek(monday, {{"$B1", 85, 100, 0, 0}});
    const auto report = See(&Supervision::GetBaseReport,
                            fmt::format(R"(contract_id: "$CONTRACT" kind: BASE_REPORT_KIND_WEEKLY
                           day {{ year: 2026 month: 2 day: {} }})",
                                        day + 4));
    EXPECT_OK(report);
    return report.value_or(v1::BaseReport());
  };
  const v1::BaseReport first = week(2);
  EXPECT_TRUE(first.complete());
  EXPECT_THAT(first.levels(), IsEmpty());
  EXPECT_THAT(first.breaches(), IsEmpty());
  const v1::BaseReport second = week(9);
  ASSERT_THAT(second.levels(), SizeIs(1));
  EXPECT_EQ(second.levels(0).judgement(), v1::LEVEL_JUDGEMENT_MISSED);
  EXPECT_THAT(second.breaches(), SizeIs(1));
}

TEST_F(SupervisionTest, ABaseSeesItselfOnlyAndWhileItIsGranted) {
  ASSERT_OK(Make(Period() + kSeats));
  ASSERT_OK(Inspect());
  const std::string named = std::string(kInspection) + R"(contract_id: "$CONTRACT")";
  const char* const mine = R"(contract_id: "$CONTRACT" base_id: "base-2")";
  EXPECT_OK(See(&Supervision::GetBaseInspection, named, Manager()));
  ASSERT_OK_AND_ASSIGN(const auto own, See(&Supervision::ListBaseInspections, mine, Manager()));
  EXPECT_THAT(own.inspections(), SizeIs(1)) << "its own, whichever base it names";
  // Another base with a forged idea of the contract, one without a grant, and one whose grant is
  // over.
  EXPECT_THAT(See(&Supervision::GetBaseInspection, named, Manager("base-2")),
              HasReason("NOT_FOUND"));
  EXPECT_THAT(See(&Supervision::ListBaseInspections, mine, Manager("base-2")),
              HasReason("NOT_FOUND"));
  EXPECT_THAT(See(&Supervision::GetBaseInspection, named, Manager("base-1", "another")),
              HasReason("NOT_FOUND"));
  EXPECT_THAT(See(&Supervision::GetBaseInspection, kInspection, Manager()), HasReason("NOT_FOUND"));
  const auto over = host_.AsBase("base-1", {auth::Role::kBaseManager},
                                 {{"org-a", world_["$SHOP1"], world_["$CONTRACT"],
                                   absl::CivilDay(2026, 1, 1), absl::CivilDay(2026, 2, 19)}});
  EXPECT_THAT(See(&Supervision::GetBaseInspection, named, over), HasReason("NOT_FOUND"));
  // An inspection of another base under the base's own contract.
  ASSERT_OK(Call(&Stub::CreateOrganization,
                 R"pb(organization { kind: ORGANIZATION_KIND_BASE display_name: "别的" })pb",
                 As("base-2")));
  ASSERT_OK_AND_ASSIGN(const auto foreign,
                       See(&Supervision::RecordBaseInspection,
                           R"(inspection { base_id: "base-2" phase: INSPECTION_PHASE_BEFORE
                              manner: INSPECTION_MANNER_REMOTE
                              date { year: 2026 month: 2 day: 20 } })"));
  EXPECT_THAT(
      See(&Supervision::GetBaseInspection,
          fmt::format(R"(inspection_id: "{}" contract_id: "$CONTRACT")", foreign.inspection_id()),
          Manager()),
      HasReason("NOT_FOUND"));
  for (const auto& status : {See(&Supervision::RecordBaseInspection, "", Manager()).status(),
                             See(&Supervision::DecideFinding, "", Manager()).status(),
                             See(&Supervision::DecideTrial, "", Manager()).status(),
                             See(&Supervision::SetSupervisionPolicy, "", Manager()).status()}) {
    EXPECT_THAT(status, HasReason("PERMISSION_DENIED"));
  }
}

TEST_F(SupervisionTest, AgenciesAreNotSupervised) {
  ASSERT_OK_AND_ASSIGN(
      const v1::Contract made,
      Ask(&Stub::CreateContract,
          R"(contract { kind: CONTRACT_KIND_AGENCY display_name: "代运营" shop_ids: "$SHOP1"
                        price { model: PRICE_MODEL_COMMISSION commission_bps: 500 } )" +
              Period() + "}"));
  world_["$CONTRACT"] = made.contract_id();
  EXPECT_THAT(Complain(kCorrection, Owner()), HasReason("CONTRACT_NOT_WITH_BASE"));
}

// What holds for every call alike.
class EverySupervisionCallTest : public SupervisionTest {
 protected:
  explicit EverySupervisionCallTest(int pool_size = 8) : SupervisionTest(pool_size) {}
  void Fresh() {
    Db().Clear();
    world_.clear();
    ASSERT_NO_FATAL_FAILURE(SetUp());
    ASSERT_OK(Make(Period() + kSeats + "trial_days: 90"));
    ASSERT_OK(Inspect());
    ASSERT_OK(Complain(kCorrection, Manager()));
  }
  void Prepare(const CallRow& row) {
    ASSERT_NO_FATAL_FAILURE(Fresh());
    if (row.method != "CloseBaseComplaint") return;
    ASSERT_OK(Complain(kCorrection, Owner()));
    ASSERT_OK(Decide("accept: true", Manager()));
  }
  static const std::vector<CallRow>& Rows() {
    static const auto& rows = *new std::vector<CallRow>{
        {"GetBaseContract", R"(contract_id: "$CONTRACT")", Other::kNotFound},
        {"ListBaseReports", R"(contract_id: "$CONTRACT")", Other::kNotFound},
        {"RecordBaseInspection",
         R"(inspection { base_id: "base-1" contract_id: "$CONTRACT" summary: "s~"
            phase: INSPECTION_PHASE_DURING manner: INSPECTION_MANNER_REMOTE
            date { year: 2026 month: 2 day: 20 } })",
         Other::kNotFound},
        {"GetBaseInspection", R"(inspection_id: "$INSPECTION")", Other::kNotFound},
        {"ListBaseInspections", "", Other::kEmpty},
        {"AnswerFinding", R"(inspection_id: "$INSPECTION" finding_id: "$FINDING1" text: "t~")",
         Other::kNotFound},
        {"DecideFinding", R"(inspection_id: "$INSPECTION" finding_id: "$FINDING1" text: "t~")",
         Other::kNotFound},
        {"AddShortTraining",
         R"(inspection_id: "$INSPECTION"
            training { topic: "t~" minutes: 1 date { year: 2026 month: 2 day: 20 } })",
         Other::kNotFound},
        {"FileBaseComplaint",
         R"(contract_id: "$CONTRACT" demand: BREACH_DEMAND_CORRECTION text: "t~")",
         Other::kNotFound},
        {"GetBaseComplaint", R"(contract_id: "$CONTRACT" complaint_id: "$COMPLAINT")",
         Other::kNotFound},
        {"ListBaseComplaints", R"(contract_id: "$CONTRACT")", Other::kNotFound},
        {"DecideBaseComplaint",
         R"(contract_id: "$CONTRACT" complaint_id: "$COMPLAINT" decision: "d~")", Other::kNotFound},
        {"CloseBaseComplaint", "# ~\ncontract_id: \"$CONTRACT\" complaint_id: \"$COMPLAINT\"",
         Other::kNotFound},
        {"GetTrial", R"(contract_id: "$CONTRACT")", Other::kNotFound},
        {"DecideTrial", R"(contract_id: "$CONTRACT" decision: TRIAL_DECISION_PASSED reason: "r~")",
         Other::kNotFound},
        {"GetBaseReport",
         R"(contract_id: "$CONTRACT" kind: BASE_REPORT_KIND_WEEKLY
            day { year: 2026 month: 2 day: 1 })",
         Other::kNotFound},
        {"GetSupervisionPolicy", "", Other::kUnrelated},
        {"SetSupervisionPolicy",
         "policy { minor_days: 1~ major_days: 1 critical_days: 1 correction_days: 1 }",
         Other::kUnrelated},
    };
    return rows;
  }

  const EveryCall every_{"kefu.staffing.v1.SupervisionService", host_.channel(),
                         [this](std::string text) { return Fill(std::move(text)); }};
};

TEST_F(EverySupervisionCallTest, HoldsWhatEveryCallMust) {
  every_.CheckTable(Rows());
  for (const CallRow& row : Rows()) {
    ASSERT_NO_FATAL_FAILURE(Prepare(row));
    every_.CheckStranger(row, Owner("org-b"));
    every_.CheckRights(row, OfAService());
    every_.CheckPages(row, Owner());
    if (row.method != "ListBaseInspections" && row.method != "GetSupervisionPolicy") {
      every_.CheckEmptyRequest(row, Owner());
    }
    const size_t before = EventTypes().size();
    EXPECT_OK(every_.Do(row, Owner())) << row.method;
    if (!row.is_write()) continue;
    EXPECT_GT(EventTypes().size(), before) << row.method;
    ASSERT_NO_FATAL_FAILURE(Prepare(row));
    every_.CheckWrite(row, "id-1", Owner(), Db(), clock_);
  }
}

// The only connection is held by the test, so that no call can be answered in time.
class SupervisionDeadlineTest : public EverySupervisionCallTest {
 protected:
  SupervisionDeadlineTest() : EverySupervisionCallTest(/*pool_size=*/1) {}
};

TEST_F(SupervisionDeadlineTest, EveryCallEndsByItsDeadlineAndLeavesNothing) {
  ASSERT_NO_FATAL_FAILURE(Fresh());
  every_.CheckDeadlines(Rows(), Owner(), *database_, Db());
}

}  // namespace
}  // namespace kefu::staffing
