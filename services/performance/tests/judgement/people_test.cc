// Conduct, attendance and employment: what is kept, refused, replaced and shown.
#include <fmt/format.h>

#include "kefu/staffing/v1/attendance.pb.h"
#include "kefu/staffing/v1/conduct.pb.h"
#include "services/performance/tests/judgement/judgement_fixture.h"

namespace kefu::performance {
namespace {

using Facts = v1::FactService::Stub;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

constexpr char kRude[] = R"(conduct_id: "k1"
                              agent_id: "a"
                              kind: "attitude_complaint"
                              day { year: 2024 month: 11 day: 5 })";

TEST_F(JudgementTest, ConductIsKeptOnceAndACorrectionReplacesIt) {
  ASSERT_OK_AND_ASSIGN(const auto first, Conduct({kRude, kRude}));
  EXPECT_EQ(first.inserted(), 1);
  EXPECT_EQ(first.unchanged(), 1);
  ASSERT_OK_AND_ASSIGN(const auto again, Conduct({kRude}));
  EXPECT_EQ(again.unchanged(), 1);
  ASSERT_OK_AND_ASSIGN(
      const auto corrected,
      Conduct({std::string(kRude) + " state: CONDUCT_STATE_OVERTURNED decided_by: 'boss'"}));
  EXPECT_EQ(corrected.replaced(), 1);
  ASSERT_OK_AND_ASSIGN(const auto listed, Ask(*facts_, &Facts::ListConduct, "shop_id: 's'"));
  ASSERT_EQ(listed.conduct_size(), 1);
  EXPECT_EQ(listed.conduct(0).state(), v1::CONDUCT_STATE_OVERTURNED);
}

TEST_F(JudgementTest, ADayOfConductOrAttendanceIsReplacedAsAWhole) {
  const auto replace = [&](const std::string& text) -> absl::StatusOr<v1::ReplaceDayResponse> {
    grpc::ClientContext context;
    rpc::Prepare(Owner(), context);
    v1::ReplaceDayResponse response;
    auto writer = facts_->ReplaceDay(&context, &response);
    writer->Write(Parse<v1::ReplaceDayRequest>(text));
    writer->WritesDone();
    const grpc::Status status = writer->Finish();
    if (!status.ok()) return rpc::FromGrpc(status);
    return response;
  };
  const auto header = [](const std::string& kind, int day) {
    return fmt::format(
        "header {{ shop_id: 's' kind: FACT_KIND_{} day {{ year: 2024 month: 11 day: {} }} }} ",
        kind, day);
  };
  ASSERT_OK(Conduct({kRude, R"(conduct_id: "k2" agent_id: "a" kind: "praise"
                               day { year: 2024 month: 11 day: 5 })",
                     R"(conduct_id: "k3" agent_id: "a" kind: "praise"
                        day { year: 2024 month: 11 day: 6 })"})
                .status());
  ASSERT_OK_AND_ASSIGN(
      const auto kept,
      replace(header("CONDUCT", 5) + fmt::format("conduct {{ conduct {{ {} }} }}", kRude)));
  EXPECT_EQ(kept.removed(), 1);
  EXPECT_EQ(kept.rows().unchanged(), 1);
  ASSERT_OK_AND_ASSIGN(const auto left, Ask(*facts_, &Facts::ListConduct, "shop_id: 's'"));
  ASSERT_EQ(left.conduct_size(), 2);
  EXPECT_EQ(left.conduct(1).conduct_id(), "k3");
  // A month's record lies on no day: it stays, and is not sent so.
  const std::string first = "agent_id: 'a' day { year: 2024 month: 11 day: 1 } ";
  ASSERT_OK(Attendance({first + "span: ATTENDANCE_SPAN_DAY late_count: 1",
                        first + "span: ATTENDANCE_SPAN_MONTH late_count: 2"})
                .status());
  ASSERT_OK_AND_ASSIGN(const auto gone, replace(header("ATTENDANCE", 1)));
  EXPECT_EQ(gone.removed(), 1);
  ASSERT_OK_AND_ASSIGN(const auto records, Ask(*facts_, &Facts::ListAttendance, "shop_id: 's'"));
  ASSERT_EQ(records.attendance_size(), 1);
  EXPECT_EQ(records.attendance(0).late_count(), 2);
  ASSERT_OK_AND_ASSIGN(
      const auto refused,
      replace(header("ATTENDANCE", 1) + fmt::format("attendance {{ attendance {{ {} span: "
                                                    "ATTENDANCE_SPAN_MONTH }} }}",
                                                    first)));
  ASSERT_EQ(refused.rows().errors_size(), 1);
  EXPECT_EQ(refused.rows().errors(0).reason(), "OTHER_DAY");
}

TEST_F(JudgementTest, EveryFaultOfARowIsNamedAndGoodRowsStay) {
  ASSERT_OK_AND_ASSIGN(const auto answer, Conduct({R"(conduct_id: "k 2"
                                     kind: "Rude!"
                                     points: 2000
                                     state: 9
                                     day { year: 2024 month: 2 day: 30 }
                                     money { currency_code: "USD" minor_units: -1 })",
                                                   kRude}));
  std::vector<std::string> told;
  for (const auto& error : answer.errors()) told.push_back(error.field() + " " + error.reason());
  EXPECT_THAT(told,
              UnorderedElementsAre("conduct_id BAD_ID", "agent_id MISSING_FIELD", "kind BAD_ID",
                                   "day BAD_TIME", "state BAD_ENUM", "points OUT_OF_RANGE",
                                   "money.currency_code CURRENCY_MISMATCH"));
  EXPECT_EQ(answer.inserted(), 1);
  EXPECT_EQ(answer.rejected(), 1);
  ASSERT_OK_AND_ASSIGN(const auto hours, Attendance({R"(agent_id: "a"
                                     span: ATTENDANCE_SPAN_MONTH
                                     late_count: -1
                                     leaves { kind: "" count: 1 }
                                     day { year: 2024 month: 11 day: 2 })"}));
  told.clear();
  for (const auto& error : hours.errors()) told.push_back(error.field() + " " + error.reason());
  EXPECT_THAT(told, UnorderedElementsAre("day OUT_OF_RANGE", "late_count OUT_OF_RANGE",
                                         "leaves[0].kind MISSING_FIELD"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM attendance"), 0);
}

TEST_F(JudgementTest, TheShapeOfAStreamAndTheTenantAreChecked) {
  v1::ImportConductRequest request;
  EXPECT_THAT(Send(*facts_, &Facts::ImportConduct, request, Owner(), /*header=*/false).status(),
              HasReason("HEADER_MISSING"));
  EXPECT_THAT(Send(*facts_, &Facts::ImportConduct, request, Owner("org-b")).status(),
              HasReason("SHOP_NOT_CONFIGURED"));
  ASSERT_OK(Conduct({kRude}).status());
  v1::ListConductRequest list;
  list.set_shop_id("s");
  EXPECT_THAT(rpc::Call(*facts_, &Facts::ListConduct, list, Owner("org-b")).status(),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(rpc::Call(*facts_, &Facts::ListConduct, list, host_.As("org-a", {auth::Role::kAgent}))
                  .status(),
              HasReason("PERMISSION_DENIED"));
}

TEST_F(JudgementTest, ListsTurnPagesByDay) {
  std::vector<std::string> rows;
  for (int i = 0; i < 5; ++i) {
    rows.push_back(fmt::format(R"(conduct_id: "k{}" agent_id: "{}" kind: "praise"
                                    day {{ year: 2024 month: 11 day: {} }})",
                               i, i % 2 ? "b" : "a", 10 - i));
  }
  ASSERT_OK(Conduct(rows).status());
  std::vector<std::string> seen;
  std::string token;
  do {
    ASSERT_OK_AND_ASSIGN(
        const auto page,
        Ask(*facts_, &Facts::ListConduct,
            fmt::format(R"(shop_id: "s" agent_id: "a" page_size: 2 page_token: "{}")", token)));
    for (const auto& event : page.conduct()) seen.push_back(event.conduct_id());
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_THAT(seen, ElementsAre("k4", "k2", "k0"));
  EXPECT_THAT(Ask(*facts_, &Facts::ListConduct, "shop_id: 's' page_token: 'forged'").status(),
              HasReason("BAD_PAGE_TOKEN"));
  EXPECT_THAT(Ask(*facts_, &Facts::ListConduct, "shop_id: 's' page_size: -1").status(),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Ask(*facts_, &Facts::ListConduct, "").status(), HasReason("INVALID_FIELDS"));
}

TEST_F(JudgementTest, AttendanceOfAMonthAndOfADayAreDifferentRecords) {
  ASSERT_OK_AND_ASSIGN(const auto answer, Attendance({R"(agent_id: "a"
                                    span: ATTENDANCE_SPAN_MONTH
                                    late_count: 2
                                    day { year: 2024 month: 11 day: 1 })",
                                                      R"(agent_id: "a"
                                    span: ATTENDANCE_SPAN_DAY
                                    late_count: 1
                                    leaves { kind: "sick" count: 1 minutes: 480 paid: true }
                                    day { year: 2024 month: 11 day: 1 })"}));
  EXPECT_EQ(answer.inserted(), 2);
  ASSERT_OK_AND_ASSIGN(const auto listed, Ask(*facts_, &Facts::ListAttendance, "shop_id: 's'"));
  EXPECT_EQ(listed.attendance_size(), 2);
}

constexpr char kClosed[] = R"(summary {
                                agent_id: "a"
                                month { year: 2024 month: 11 day: 1 }
                                figures {
                                  scheduled_minutes: 9600 worked_minutes: 9120 late_count: 2
                                  late_minutes: 31 overtime_minutes: 90 holiday_overtime_minutes: 60
                                  leaves { kind: "sick" count: 1 minutes: 480 paid: true }
                                } })";

TEST_F(JudgementTest, AMonthThatStaffingClosesIsTheOrganizationsAttendance) {
  for (int times = 0; times < 2; ++times) Tell<kefu::staffing::v1::AttendanceSummarized>(kClosed);
  ASSERT_OK_AND_ASSIGN(const auto closed, Ask(*facts_, &Facts::ListAttendance, ""));
  ASSERT_EQ(closed.attendance_size(), 1);
  EXPECT_THAT(closed.attendance(0), ::kefu::testing::EqualsProto(Parse<v1::Attendance>(R"(
                agent_id: "a"
                day { year: 2024 month: 11 day: 1 }
                span: ATTENDANCE_SPAN_MONTH
                scheduled_minutes: 9600 worked_minutes: 9120 late_count: 2 late_minutes: 31
                leaves { kind: "sick" count: 1 minutes: 480 paid: true }
                overtime_minutes: 90 holiday_overtime_minutes: 60)")));
  ASSERT_OK_AND_ASSIGN(const auto told, Ask(*facts_, &Facts::ListAttendance, "shop_id: 's'"));
  EXPECT_EQ(told.attendance_size(), 0) << "no shop was told it";
  ASSERT_OK_AND_ASSIGN(const auto others, rpc::Call(*facts_, &Facts::ListAttendance,
                                                    v1::ListAttendanceRequest(), Owner("org-b")));
  EXPECT_EQ(others.attendance_size(), 0);
  EXPECT_THAT(rpc::Call(*facts_, &Facts::ListAttendance, v1::ListAttendanceRequest(),
                        host_.As("org-a", {auth::Role::kOwner}, {"s"}))
                  .status(),
              HasReason("SHOP_NOT_ALLOWED"));
  // Scores know it: 20 points for attendance less 5 for each of two times late and a leave.
  ASSERT_OK_AND_ASSIGN(
      const auto score,
      Ask(*scorecards_, &v1::ScorecardService::Stub::ListScores,
          "shop_id: 's' scorecard_id: 'after_sales_130' month { year: 2024 month: 11 day: 1 }"));
  EXPECT_EQ(score.scores_size(), 0) << "nothing else is known of a here";
  ASSERT_OK(Conduct({kRude}).status());
  ASSERT_OK_AND_ASSIGN(
      const auto known,
      Ask(*scorecards_, &v1::ScorecardService::Stub::ListScores,
          "shop_id: 's' scorecard_id: 'after_sales_130' month { year: 2024 month: 11 day: 1 }"));
  ASSERT_EQ(known.scores_size(), 1);
  for (const auto& item : known.scores(0).items()) {
    if (item.item_id() == "attendance")
      EXPECT_EQ(item.centipoints(), 500) << item.ShortDebugString();
  }
}

TEST_F(JudgementTest, StaffingsLedgerIsFollowedStepByStep) {
  const auto tell = [&](const std::string& rest) {
    Tell<kefu::staffing::v1::ConductChanged>(
        fmt::format(R"(conduct {{ conduct_id: "c1" shop_id: "s" agent_id: "a" kind_id: "grave_error"
                                  severity: CONDUCT_SEVERITY_GRAVE evidence: "case-7"
                                  terms {{ money {{ currency_code: "CNY" minor_units: -500 }}
                                           sanction: CONDUCT_SANCTION_COMPENSATION }}
                                  day {{ year: 2024 month: 11 day: 5 }} {} }})",
                    rest));
  };
  const auto score = [&]() -> v1::AgentScore {
    const auto scores =
        Ask(*scorecards_, &v1::ScorecardService::Stub::ListScores,
            "shop_id: 's' scorecard_id: 'points_30' month { year: 2024 month: 11 day: 1 }");
    EXPECT_OK(scores);
    return scores.ok() && scores->scores_size() == 1 ? scores->scores(0) : v1::AgentScore();
  };
  tell("state: CONDUCT_STATE_RECORDED");
  EXPECT_THAT(score().pending_conduct_ids(), ElementsAre("staffing:c1"));
  const int64_t before = score().centipoints();
  for (int times = 0; times < 2; ++times) {
    tell("state: CONDUCT_STATE_DECIDED decided_by: 'boss'");
    EXPECT_EQ(score().centipoints(), before - 1000);
    EXPECT_EQ(score().pending_conduct_ids_size(), 0);
  }
  ASSERT_OK_AND_ASSIGN(const auto listed, Ask(*facts_, &Facts::ListConduct, "shop_id: 's'"));
  ASSERT_EQ(listed.conduct_size(), 1);
  EXPECT_THAT(listed.conduct(0), ::kefu::testing::EqualsProto(Parse<v1::ConductEvent>(R"(
                conduct_id: "staffing:c1" agent_id: "a" kind: "grave_error" evidence: "case-7"
                day { year: 2024 month: 11 day: 5 } severity: CONDUCT_SEVERITY_GRAVE
                money { currency_code: "CNY" minor_units: -500 } sanction: SANCTION_COMPENSATION
                decided_by: "boss" state: CONDUCT_STATE_RECORDED)")));
  tell("state: CONDUCT_STATE_APPEALED decided_by: 'boss'");
  EXPECT_THAT(score().pending_conduct_ids(), ElementsAre("staffing:c1"));
  tell("state: CONDUCT_STATE_UPHELD decided_by: 'boss'");
  EXPECT_EQ(score().centipoints(), before - 1000);
  for (const char* gone : {"OVERTURNED", "DISMISSED", "VOIDED"}) {
    tell(fmt::format("state: CONDUCT_STATE_{} decided_by: 'boss'", gone));
    ASSERT_OK_AND_ASSIGN(const auto now, Ask(*facts_, &Facts::ListConduct, "shop_id: 's'"));
    EXPECT_EQ(now.conduct(0).state(), v1::CONDUCT_STATE_OVERTURNED) << gone;
  }
}

TEST_F(JudgementTest, NoImportTouchesWhatIsOfStaffingsLedger) {
  Tell<kefu::staffing::v1::ConductChanged>(R"(conduct {
                                                conduct_id: "c1"
                                                shop_id: "s"
                                                agent_id: "a"
                                                kind_id: "praise"
                                                state: CONDUCT_STATE_DECIDED
                                                decided_by: "boss"
                                                day { year: 2024 month: 11 day: 5 }
                                              })");
  ASSERT_OK_AND_ASSIGN(const auto refused,
                       Conduct({R"(conduct_id: "staffing:c1" agent_id: "b" kind: "praise"
                                   day { year: 2024 month: 11 day: 5 })"}));
  ASSERT_EQ(refused.errors_size(), 1);
  EXPECT_EQ(refused.errors(0).reason(), "BAD_ID");
  ASSERT_OK(Conduct({kRude}).status());
  grpc::ClientContext context;
  rpc::Prepare(Owner(), context);
  v1::ReplaceDayResponse response;
  auto writer = facts_->ReplaceDay(&context, &response);
  writer->Write(Parse<v1::ReplaceDayRequest>(
      "header { shop_id: 's' kind: FACT_KIND_CONDUCT day { year: 2024 month: 11 day: 5 } }"));
  writer->WritesDone();
  ASSERT_TRUE(writer->Finish().ok());
  EXPECT_EQ(response.removed(), 1) << "the imported one";
  ASSERT_OK_AND_ASSIGN(const auto left, Ask(*facts_, &Facts::ListConduct, "shop_id: 's'"));
  ASSERT_EQ(left.conduct_size(), 1);
  EXPECT_EQ(left.conduct(0).conduct_id(), "staffing:c1");
}

TEST_F(JudgementTest, MoneyThatConductProposesFixesTheCurrency) {
  ASSERT_OK(Conduct({std::string(kRude) + " money { currency_code: 'CNY' minor_units: -500 }"}));
  EXPECT_THAT(Ask(*performance_, &v1::PerformanceService::Stub::ConfigureShop,
                  "settings { shop_id: 's' time_zone: 'Asia/Shanghai' currency_code: 'JPY' }")
                  .status(),
              HasReason("SETTINGS_FIXED"));
}

constexpr char kHired[] = R"(agent {
                               agent_id: "a"
                               hire_date { year: 2024 month: 1 day: 8 }
                             })";

TEST_F(JudgementTest, EmploymentAndTiersFollowStaffing) {
  Tell<kefu::staffing::v1::AgentChanged>(R"(agent {
                               agent_id: "a"
                               hire_date { year: 2023 month: 1 day: 1 }
                               leave_date { year: 2023 month: 6 day: 30 }
                             })");
  Tell<kefu::staffing::v1::AgentChanged>(kHired);
  const auto tier = [&](const std::string& id, int month, const std::string& rest) {
    Tell<kefu::staffing::v1::TierChanged>(
        fmt::format(R"(change {{ tier_change_id: "{}" agent_id: "a"
                          effective_date {{ year: 2024 month: {} day: 8 }} {} }})",
                    id, month, rest));
  };
  tier("t1", 1, "tier_id: 'trainee'");
  tier("t2", 3, "tier_id: 'regular' grade_id: 'P1'");
  tier("t3", 4, "tier_id: 'regular' grade_id: 'P2' corrects_tier_change_id: 't2'");
  ASSERT_OK_AND_ASSIGN(const auto employment,
                       Ask(*facts_, &Facts::GetEmployment, "shop_id: 's' agent_id: 'a'"));
  ASSERT_EQ(employment.spans_size(), 2);
  EXPECT_EQ(employment.spans(0).leave_date().month(), 6);
  EXPECT_FALSE(employment.spans(1).has_leave_date());
  ASSERT_EQ(employment.tiers_size(), 2);
  EXPECT_EQ(employment.tiers(1).grade_id(), "P2");
  EXPECT_THAT(Ask(*facts_, &Facts::GetEmployment, "shop_id: 's' agent_id: 'x'").status(),
              HasReason("NOT_FOUND"));
  // A corrected day of hire replaces the employment that it overlaps, and no other.
  Tell<kefu::staffing::v1::AgentChanged>(R"(agent {
                               agent_id: "a"
                               hire_date { year: 2024 month: 1 day: 15 }
                             })");
  ASSERT_OK_AND_ASSIGN(const auto corrected,
                       Ask(*facts_, &Facts::GetEmployment, "shop_id: 's' agent_id: 'a'"));
  ASSERT_EQ(corrected.spans_size(), 2);
  EXPECT_EQ(corrected.spans(1).hire_date().day(), 15);
}

}  // namespace
}  // namespace kefu::performance
