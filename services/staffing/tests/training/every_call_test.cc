// What holds for every call of TrainingService alike.
#include "common/testing/every_call.h"
#include "services/staffing/tests/training/training_fixture.h"

namespace kefu::staffing {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;
using ::testing::AnyOf;
using ::testing::SizeIs;
using Training = v1::TrainingService::Stub;

const std::vector<CallRow>& Rows() {
  static const auto& rows = *new std::vector<CallRow>{
      {"GetTrainingCatalogue", "", Other::kUnrelated},
      {"SetTrainingCatalogue",
       R"(catalogue {
            figure_days: 45 due_days: 3~
            effect { days: 30 least_cases: 30 least_days: 10 confidence_bps: 9500 }
            talent { months: 3 metrics { metric_id: "conversion" weight: 1 } least_cases: 30
                     medium_performance_bps: 9000 high_performance_bps: 11000
                     side_weights: 1 side_weights: 1 side_weights: 1 side_weights: 1
                     medium_sides_centi: 275 high_sides_centi: 400 assessment_days: 366 }
          })",
       Other::kUnrelated},
      {"GrantSkill",
       R"(skill { agent_id: "$AGENT" skill_id: "typing" level: 2 evidence: "e~"
                  from_date { year: 2026 month: 1 day: 1 } })",
       Other::kNotFound},
      {"EndSkill",
       R"(agent_skill_id: "$HELD" reason: "r~" until_date { year: 2026 month: 1 day: 31 })",
       Other::kNotFound},
      {"ListAgentSkills", "", Other::kEmpty},
      {"AddTrainingCertificate",
       R"(certificate { agent_id: "$AGENT" kind: "k" evidence: "e~"
                        issue_date { year: 2026 month: 1 day: 1 } })",
       Other::kNotFound},
      {"RevokeTrainingCertificate", R"(certificate_id: "$PAPER" reason: "r~")", Other::kNotFound},
      {"ListTrainingCertificates", "", Other::kEmpty},
      {"RecordAssessment",
       R"(assessment { agent_id: "$AGENT" date { year: 2026 month: 1 day: 1 }
                       personality { grade: 3 } mindset { grade: 3 } attitude { grade: 3 }
                       skill { grade: 3 } summary: "s~" })",
       Other::kNotFound},
      {"ListAssessments", "", Other::kEmpty},
      {"ListTalentAssessments", "", Other::kEmpty},
      {"AssignTraining", R"(assignment { agent_id: "$AGENT" course_id: "mindset" reason: "r~" })",
       Other::kNotFound},
      {"CancelTraining", R"(training_assignment_id: "$TASK" reason: "r~")", Other::kNotFound},
      {"ListTrainingAssignments", "", Other::kEmpty},
      {"ScheduleTrainingSession",
       R"(session { course_id: "mindset" start_time { seconds: 1768900000 }
                    end_time { seconds: 1768903600 } place: "p~" trainer: "t" places: 10
                    trainer_kind: TRAINER_KIND_DESIGNER })",
       Other::kUnrelated},
      {"CancelTrainingSession", R"(session_id: "$PLANNED" reason: "r~")", Other::kNotFound},
      {"ListTrainingSessions", "", Other::kEmpty},
      {"EnrolAgent", "session_id: \"$PLANNED\" agent_id: \"$AGENT\" # ~\n", Other::kNotFound},
      {"WithdrawEnrolment", R"(session_id: "$BEGUN" agent_id: "$AGENT" reason: "r~")",
       Other::kNotFound},
      {"RecordTrainingAttendance", R"(session_id: "$BEGUN" agent_id: "$AGENT" remark: "r~")",
       Other::kNotFound},
      {"RecordTrainingResult", R"(session_id: "$ENDED" agent_id: "$AGENT" score: 6~)",
       Other::kNotFound},
      {"ListTrainingEnrolments", "", Other::kEmpty},
      {"ListTrainingEffects", "", Other::kEmpty},
      {"GetCourseEffect", R"(course_id: "attitude")", Other::kUnrelated},
  };
  return rows;
}

const CallRow& RowOf(std::string_view method) {
  return *std::ranges::find(Rows(), method, &CallRow::method);
}

class EveryTrainingCallTest : public TrainingTest {
 protected:
  explicit EveryTrainingCallTest(int pool_size = 8) : TrainingTest(pool_size) {}
  void SetUp() override {}

  void Fresh() {
    Db().Clear();
    world_.clear();
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    ASSERT_OK_AND_ASSIGN(const auto skill,
                         Do(&Training::GrantSkill,
                            R"(skill { agent_id: "$AGENT" skill_id: "typing" level: 1
                                       from_date { year: 2026 month: 1 day: 1 } })"));
    world_["$HELD"] = skill.agent_skill_id();
    ASSERT_OK_AND_ASSIGN(const auto paper,
                         Do(&Training::AddTrainingCertificate,
                            R"(certificate { agent_id: "$AGENT" kind: "k" evidence: "e"
                                             issue_date { year: 2026 month: 1 day: 1 } })"));
    world_["$PAPER"] = paper.certificate_id();
    ASSERT_OK_AND_ASSIGN(const auto task,
                         Do(&Training::AssignTraining,
                            R"(assignment { agent_id: "$AGENT" course_id: "attitude"
                                            reason: "r" })"));
    world_["$TASK"] = task.training_assignment_id();
    ASSERT_OK(Schedule("$PLANNED", "attitude", "2026-01-20T00:00"));
    for (const char* session : {"$BEGUN", "$ENDED"}) {
      ASSERT_OK(Schedule(session, "attitude", "2026-01-14T00:00"));
      ASSERT_OK(Enrol(session));
    }
    ASSERT_OK(Attend("$ENDED"));
  }

  const EveryCall every_{"kefu.staffing.v1.TrainingService", host_.channel(),
                         [this](std::string text) { return Fill(std::move(text)); }};
};

TEST_F(EveryTrainingCallTest, HoldsWhatEveryCallMust) {
  every_.CheckTable(Rows());
  for (const CallRow& row : Rows()) {
    ASSERT_NO_FATAL_FAILURE(Fresh());
    every_.CheckStranger(row, As("org-b"));
    every_.CheckRights(row, host_.AsService(), host_.As("org-a", {auth::Role::kAuditor}));
    every_.CheckPages(row, As("org-a"));
    if (!row.request.empty()) every_.CheckEmptyRequest(row, As("org-a"));
    const size_t before = EventTypes().size();
    EXPECT_OK(every_.Do(row, As("org-a"))) << row.method;
    if (!row.is_write()) continue;
    EXPECT_GT(EventTypes().size(), before) << row.method;
    ASSERT_NO_FATAL_FAILURE(Fresh());
    every_.CheckWrite(row, "id-1", As("org-a"), Db(), clock_);
  }
}

// A base is an organization of its own: of a merchant it reads and writes nothing here.
TEST_F(EveryTrainingCallTest, ABaseSeesNothingOfAMerchant) {
  ASSERT_NO_FATAL_FAILURE(Fresh());
  const auto base = host_.AsBase(
      "base-1", {auth::Role::kOwner},
      {{"org-a", world_["$SHOP1"], "c", absl::CivilDay(2026, 1, 1), absl::CivilDay(2026, 12, 31)}});
  for (const CallRow& row : Rows()) every_.CheckStranger(row, base);
}

TEST_F(EveryTrainingCallTest, AgentsReadTheirOwnAndJudgeNobody) {
  ASSERT_NO_FATAL_FAILURE(Fresh());
  ASSERT_NO_FATAL_FAILURE(Add("$MATE"));
  const auto agent = AsAgent("org-a", world_["$AGENT"]);
  const auto own = [](const char* name) { return fmt::format(R"(agent_id: "{}")", name); };
  const auto count = [&](const std::string& filter, const rpc::CallOptions& who) {
    return std::vector<absl::Status>{Do(&Training::ListAgentSkills, filter, who).status(),
                                     Do(&Training::ListTrainingCertificates, filter, who).status(),
                                     Do(&Training::ListAssessments, filter, who).status(),
                                     Do(&Training::ListTrainingAssignments, filter, who).status(),
                                     Do(&Training::ListTrainingEnrolments, filter, who).status(),
                                     Do(&Training::ListTrainingEffects, filter, who).status()};
  };
  EXPECT_THAT(count(own("$AGENT"), agent), ::testing::Each(StatusIs(absl::StatusCode::kOk)));
  EXPECT_THAT(count(own("$MATE"), agent), ::testing::Each(HasReason("TIME_OF_OTHERS")));
  EXPECT_THAT(count("", agent), ::testing::Each(HasReason("TIME_OF_OTHERS")));
  ASSERT_OK_AND_ASSIGN(const auto effects,
                       Do(&Training::ListTrainingEffects, own("$AGENT"), agent));
  EXPECT_THAT(effects.effects(), SizeIs(1));
  EXPECT_THAT(Do(&Training::EnrolAgent, R"(session_id: "$PLANNED" agent_id: "$MATE")", agent),
              HasReason("TIME_OF_OTHERS"));
  for (const char* method :
       {"GrantSkill", "EndSkill", "AddTrainingCertificate", "RevokeTrainingCertificate",
        "RecordAssessment", "ListTalentAssessments", "AssignTraining", "CancelTraining",
        "ScheduleTrainingSession", "CancelTrainingSession", "RecordTrainingAttendance",
        "RecordTrainingResult", "GetCourseEffect", "SetTrainingCatalogue"}) {
    EXPECT_THAT(every_.Do(RowOf(method), agent).status(), HasReason("PERMISSION_DENIED")) << method;
  }
  // Nor does a lead judge the own person.
  const auto lead = AsAgent("org-a", world_["$AGENT"], {auth::Role::kTeamLead});
  for (const char* method :
       {"GrantSkill", "EndSkill", "AddTrainingCertificate", "RevokeTrainingCertificate",
        "RecordAssessment", "CancelTraining", "RecordTrainingAttendance", "RecordTrainingResult"}) {
    EXPECT_THAT(every_.Do(RowOf(method), lead).status(), HasReason("OWN_COMPETENCE")) << method;
  }
}

TEST_F(EveryTrainingCallTest, ATokenConfinedToShopsReachesTheirPeople) {
  for (const char* method :
       {"GrantSkill", "EndSkill", "AddTrainingCertificate", "RevokeTrainingCertificate",
        "RecordAssessment", "AssignTraining", "CancelTraining", "EnrolAgent", "WithdrawEnrolment",
        "RecordTrainingAttendance", "RecordTrainingResult"}) {
    ASSERT_NO_FATAL_FAILURE(Fresh());
    const CallRow& row = RowOf(method);
    EXPECT_THAT(every_.Do(row, As("org-a", {world_["$SHOP2"]})).status(),
                HasReason("SHOP_NOT_ALLOWED"))
        << method;
    EXPECT_OK(every_.Do(row, As("org-a", {world_["$SHOP1"]}))) << method;
  }
  for (const char* method :
       {"ListAgentSkills", "ListTrainingCertificates", "ListAssessments", "ListTalentAssessments",
        "ListTrainingAssignments", "ListTrainingEnrolments", "ListTrainingEffects",
        "GetCourseEffect", "SetTrainingCatalogue"}) {
    EXPECT_THAT(ReasonOf(every_.Do(RowOf(method), As("org-a", {world_["$SHOP1"]})).status()),
                AnyOf("TIME_OF_OTHERS", "PERMISSION_DENIED", "SHOP_NOT_ALLOWED"))
        << method << ": it is about everybody";
  }
  EXPECT_OK(
      Do(&Training::ListAgentSkills, R"(agent_id: "$AGENT")", As("org-a", {world_["$SHOP1"]})));
  EXPECT_THAT(
      Do(&Training::ListAgentSkills, R"(agent_id: "$AGENT")", As("org-a", {world_["$SHOP2"]})),
      HasReason("SHOP_NOT_ALLOWED"));
  // A session with people of other shops is not theirs to call off.
  ASSERT_OK(Enrol("$PLANNED"));
  EXPECT_THAT(every_.Do(RowOf("CancelTrainingSession"), As("org-a", {world_["$SHOP2"]})).status(),
              HasReason("SHOP_NOT_ALLOWED"));
}

// The only connection is held by the test, so that no call can be answered in time.
class TrainingDeadlineTest : public EveryTrainingCallTest {
 protected:
  TrainingDeadlineTest() : EveryTrainingCallTest(/*pool_size=*/1) {}
};

TEST_F(TrainingDeadlineTest, EveryCallEndsByItsDeadlineAndLeavesNothing) {
  ASSERT_NO_FATAL_FAILURE(Fresh());
  every_.CheckDeadlines(Rows(), As("org-a"), *database_, Db());
}

}  // namespace
}  // namespace kefu::staffing
