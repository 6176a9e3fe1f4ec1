// The tables and words of training.
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/training/commands.h"
#include "clients/kefuctl/training/render.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace kefu::training {
namespace {

namespace st = staffing::v1;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

template <class Proto>
Proto Parse(const char* text) {
  Proto proto;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &proto)) << text;
  return proto;
}

class TrainingTablesTest : public ::testing::Test {
 protected:
  TrainingTablesTest() { kefuctl::SetLanguage(kefuctl::Language::kEnglish); }
  const absl::TimeZone zone_ = absl::FixedTimeZone(8 * 3600);
};

TEST_F(TrainingTablesTest, AssignmentsSayWhyAndWhatIsLate) {
  const auto assignments = Parse<st::ListTrainingAssignmentsResponse>(R"pb(
    assignments {
      training_assignment_id: "t1"
      agent_id: "a1\x1b[31m"
      course_id: "service_details"
      state: TRAINING_STATE_OPEN
      due_date { year: 2026 month: 2 day: 14 }
      figure { metric_id: "reply_rate" value_millionths: 600000 bound_millionths: 855000 }
    }
    assignments {
      course_id: "hot_products"
      state: TRAINING_STATE_PASSED
      due_date { year: 2026 month: 2 day: 1 }
      recurrence_date { year: 2026 month: 1 day: 1 }
    })pb");
  const std::string due = AssignmentTable(assignments, absl::CivilDay(2026, 2, 14)).Render(true);
  EXPECT_THAT(due,
              AllOf(HasSubstr("reply_rate 0.6000 < 0.8550"), HasSubstr("recurring 2026-01-01"),
                    HasSubstr("open"), Not(HasSubstr("a1\x1b")), Not(HasSubstr("\x1b[31m2026"))));
  const std::string late = AssignmentTable(assignments, absl::CivilDay(2026, 2, 15)).Render(true);
  EXPECT_NE(due, late) << "overdue is red";
}

TEST_F(TrainingTablesTest, EffectsShowBothSidesAndTheInterval) {
  const std::string effects =
      EffectTable(Parse<st::ListTrainingEffectsResponse>(R"pb(
        effects {
          session_id: "s1"
          metric_id: "reply_rate"
          state: EFFECT_STATE_ROSE
          before { numerator: 180 denominator: 300 value_millionths: 600000 }
          after { numerator: 240 denominator: 300 value_millionths: 800000 }
          change_millionths: 200000
          low_millionths: 127252
          high_millionths: 269901
          before_holds_cause: true
        }
        effects { session_id: "s2" state: EFFECT_STATE_PENDING })pb"))
          .Render(false);
  EXPECT_THAT(effects, AllOf(HasSubstr("0.6000 (180 / 300)"), HasSubstr("0.8000 (240 / 300)"),
                             HasSubstr("0.2000"), HasSubstr("0.1273 – 0.2699"), HasSubstr("rose"),
                             HasSubstr("pending"), HasSubstr("Picked as weak"), HasSubstr("yes")));
  const std::string course = CourseEffectTable(Parse<st::CourseEffect>(R"pb(
                               metrics {
                                 metric_id: "reply_rate"
                                 trained: 7
                                 mean_change_millionths: -50000
                                 before_holds_cause: 6
                               })pb"))
                                 .Render(false);
  EXPECT_THAT(course, AllOf(HasSubstr("7"), HasSubstr("-0.0500"), HasSubstr("6")));
  const std::string talent = TalentTable(Parse<st::ListTalentAssessmentsResponse>(R"pb(
                               talents {
                                 agent_id: "a1"
                                 box: 9
                                 sides_centi: 375
                                 assessment { date { year: 2026 month: 1 day: 10 } }
                                 performance: TALENT_LEVEL_HIGH
                                 performance_bps: 11050
                               }
                               talents { agent_id: "a2" })pb"))
                                 .Render(false);
  EXPECT_THAT(talent, AllOf(HasSubstr("3.75"), HasSubstr("110.5 %"), HasSubstr("2026-01-10")));
}

TEST_F(TrainingTablesTest, SessionsCoursesAndResultsAreShown) {
  EXPECT_THAT(SessionTable(Parse<st::ListTrainingSessionsResponse>(R"pb(
                             sessions {
                               session_id: "s1"
                               start_time { seconds: 1768438800 }
                               places: 10
                               taken: 3
                               place: "二楼"
                             }
                             sessions { session_id: "s2" cancelled: true })pb"),
                           zone_)
                  .Render(false),
              AllOf(HasSubstr("2026-01-15 09:00"), HasSubstr("3 / 10"), HasSubstr("二楼"),
                    HasSubstr("called off")));
  EXPECT_THAT(EnrolmentTable(Parse<st::ListTrainingEnrolmentsResponse>(
                                 R"pb(enrolments { state: ENROLMENT_STATE_FAILED score: 59 })pb"))
                  .Render(false),
              AllOf(HasSubstr("failed"), HasSubstr("59")));
  EXPECT_THAT(CourseTable(Parse<st::TrainingCatalogue>(R"pb(courses {
                                                              course_id: "c"
                                                              display_name: "爆款培训"
                                                              kind: COURSE_KIND_HOT_PRODUCTS
                                                              recurrence_months: 1
                                                            })pb"))
                  .Render(false),
              AllOf(HasSubstr("爆款培训"), HasSubstr("hot products")));
}

TEST_F(TrainingTablesTest, StatesHaveNamesInBothLanguages) {
  for (const auto* type : {st::CourseKind_descriptor(), st::TrainingState_descriptor(),
                           st::EnrolmentState_descriptor(), st::EffectState_descriptor()}) {
    for (int i = 1; i < type->value_count(); ++i) {
      const int number = type->value(i)->number();
      const auto zh = kefuctl::EnumLabelIn(type, number, kefuctl::Language::kChinese);
      const auto en = kefuctl::EnumLabelIn(type, number, kefuctl::Language::kEnglish);
      EXPECT_NE(zh, en) << type->value(i)->name();
      EXPECT_FALSE(zh.empty() || en.empty()) << type->value(i)->name();
    }
  }
}

TEST_F(TrainingTablesTest, EachCommandNeedsWhatItsCallNeeds) {
  kefuctl::Context context;
  CLI::App program("test");
  AddTrainingCommands(program, context);
  for (const char* line :
       {"training courses", "training tasks --agent a --state all",
        "training assign --agent a --course c --reason x", "training sessions",
        "training schedule --course c --from 2026-01-31T14:00:00Z --to 2026-01-31T16:00:00Z "
        "--place p --trainer t --kind buyer --places 10",
        "training enrol s1", "training attended s1 --agent a --absent",
        "training score s1 --agent a --score 80", "training results --session s1",
        "training effects --agent a", "training course c", "training talent --team t"}) {
    program.clear();
    EXPECT_NO_THROW(program.parse(std::string(line))) << line;
  }
  for (const char* line :
       {"training", "training assign --agent a", "training schedule --course c",
        "training attended s1", "training score s1 --agent a", "training course"}) {
    program.clear();
    EXPECT_THROW(program.parse(std::string(line)), CLI::ParseError) << line;
  }
}

}  // namespace
}  // namespace kefu::training
