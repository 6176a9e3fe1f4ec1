// Training over the wire: from a weak figure to the course, the session, the result, the
// certificate, and what the figure did afterwards.
#include <algorithm>
#include <set>

#include "services/staffing/jobs/training_job.h"
#include "services/staffing/tests/training/training_fixture.h"

namespace kefu::staffing {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Training = v1::TrainingService::Stub;
using Careers = v1::CareerService::Stub;
using CivilDay = absl::CivilDay;
using CivilMonth = absl::CivilMonth;

constexpr CivilMonth kDecember(2025, 12), kJanuary(2026, 1), kFebruary(2026, 2);

class TrainingStoryTest : public TrainingTest {
 protected:
  // $AGENT answered 60 of 100 in December, the shop 900 of 1,000.
  void TellWeakDecember(int version = 1) {
    TellMonth(kDecember, {{"$AGENT", {.replies = {60, 100}, .days = DecemberDays()}}},
              {.replies = {900, 1'000}}, version);
  }
  // The 16th lies a day before the thirty before 16 January.
  static std::vector<std::pair<CivilDay, Share>> DecemberDays() {
    auto days = Days(CivilDay(2025, 12, 17), CivilDay(2025, 12, 31), {6, 10});
    days.insert(days.begin(), {CivilDay(2025, 12, 16), {0, 1'000}});
    return days;
  }
  static std::vector<std::pair<CivilDay, Share>> Days(CivilDay first, CivilDay last, Share share) {
    std::vector<std::pair<CivilDay, Share>> days;
    for (CivilDay day = first; day <= last; ++day) days.emplace_back(day, share);
    return days;
  }
  // 6 of 10 up to the 15th, all on the day of the training, 8 of 10 after it.
  void TellJanuary() {
    auto days = Days(CivilDay(2026, 1, 1), CivilDay(2026, 1, 15), {6, 10});
    days.emplace_back(CivilDay(2026, 1, 16), Share{1'000, 1'000});
    const auto after = Days(CivilDay(2026, 1, 17), CivilDay(2026, 1, 31), {8, 10});
    days.insert(days.end(), after.begin(), after.end());
    // Weak as a whole: but the course was passed within it.
    TellMonth(kJanuary, {{"$AGENT", {.replies = {60, 100}, .days = days}}},
              {.replies = {900, 1'000}});
  }
  // The 16th lies a day after the thirty.
  void TellFebruary(Share share, Share month, int version) {
    auto days = Days(CivilDay(2026, 2, 1), CivilDay(2026, 2, 15), share);
    days.emplace_back(CivilDay(2026, 2, 16), Share{0, 1'000});
    TellMonth(kFebruary, {{"$AGENT", {.replies = month, .days = days}}}, {.replies = {900, 1'000}},
              version);
  }
  v1::TrainingEffect Effect() {
    const auto list = Do(&Training::ListTrainingEffects, R"(agent_id: "$AGENT")");
    EXPECT_OK(list);
    EXPECT_EQ(list->effects_size(), 1);
    return list->effects_size() == 1 ? list->effects(0) : v1::TrainingEffect{};
  }
  v1::CourseMetricEffect OfCourse() {
    const auto effect = Do(&Training::GetCourseEffect, R"(course_id: "service_details")");
    EXPECT_OK(effect);
    EXPECT_EQ(effect->metrics_size(), 1);
    return effect->metrics_size() == 1 ? effect->metrics(0) : v1::CourseMetricEffect{};
  }
  // December is weak, and the course is assigned with what shows it.
  void AssignByDecember() {
    ASSERT_NO_FATAL_FAILURE(GiveCertificates());
    ASSERT_NO_FATAL_FAILURE(TellWeakDecember());
    const auto assigned = Assigned(R"(agent_id: "$AGENT")");
    ASSERT_THAT(assigned, SizeIs(1));
    EXPECT_EQ(assigned[0].course_id(), "service_details");
    EXPECT_EQ(assigned[0].state(), v1::TRAINING_STATE_OPEN);
    EXPECT_EQ(assigned[0].actor(), "") << "by the rules";
    EXPECT_THAT(assigned[0].due_date(),
                EqualsProto(Parse<common::v1::Date>("year: 2026 month: 2 day: 14")));
    EXPECT_THAT(assigned[0].figure(), EqualsProto(Parse<v1::WeakFigure>(Fill(R"(
      rule_id: "reply_rate_month" catalogue_version: 1 shop_id: "$SHOP1" metric_id: "reply_rate"
      period { start_date { year: 2025 month: 12 day: 1 } end_date { year: 2025 month: 12 day: 31 } }
      value_millionths: 600000 numerator: 60 denominator: 100 shop_value_millionths: 900000
      bound_millionths: 855000 definition: "default@1" report_id: "report-2025-12-01"
      report_version: 1)"))));
    world_["$TRAINING"] = assigned[0].training_assignment_id();
  }
  // It is passed in the first hours of the shop's 16 January.
  void PassInJanuary() {
    // Half past midnight of the 16th in the shop, half past eleven of the 15th at the
    // organization's.
    ASSERT_OK(Schedule("$SESSION", "service_details", "2026-01-15T15:30"));
    ASSERT_OK_AND_ASSIGN(const auto enrolled, Do(&Training::EnrolAgent, R"(session_id: "$SESSION")",
                                                 AsAgent("org-a", world_["$AGENT"])));
    EXPECT_EQ(enrolled.training_assignment_id(), world_["$TRAINING"]);
    EXPECT_EQ(enrolled.metric_id(), "reply_rate");
    EXPECT_EQ(enrolled.shop_id(), world_["$SHOP1"]);
    EXPECT_THAT(Attend("$SESSION"), HasReason("SESSION_NOT_BEGUN"));
    clock_.Advance(absl::Hours(24));
    EXPECT_THAT(Score("$SESSION", 80), HasReason("NOT_ATTENDED"));
    ASSERT_OK_AND_ASSIGN(const auto came, Attend("$SESSION"));
    EXPECT_EQ(came.state(), v1::ENROLMENT_STATE_ATTENDED);
    EXPECT_THAT(Attend("$SESSION"), HasReason("ENROLMENT_SETTLED"));
    ASSERT_OK_AND_ASSIGN(const auto passed, Score("$SESSION", 60));
    EXPECT_EQ(passed.state(), v1::ENROLMENT_STATE_PASSED);
    EXPECT_THAT(Score("$SESSION", 90), HasReason("ENROLMENT_SETTLED"));
    const auto assigned = Assigned();
    ASSERT_THAT(assigned, SizeIs(1));
    EXPECT_EQ(assigned[0].state(), v1::TRAINING_STATE_PASSED);
    EXPECT_EQ(assigned[0].session_id(), world_["$SESSION"]);
    ASSERT_OK_AND_ASSIGN(const auto skills,
                         Do(&Training::ListAgentSkills, R"(agent_id: "$AGENT")"));
    ASSERT_THAT(skills.skills(), SizeIs(1));
    EXPECT_EQ(skills.skills(0).skill_id(), "service_details");
    EXPECT_EQ(skills.skills(0).until_date().day(), 14) << "twelve months from 15 January";
    ASSERT_OK_AND_ASSIGN(
        const auto certificates,
        Do(&Training::ListTrainingCertificates, R"(agent_id: "$AGENT" kind: "service_details")"));
    ASSERT_THAT(certificates.certificates(), SizeIs(1));
    EXPECT_THAT(certificates.certificates(0).valid_until(),
                EqualsProto(Parse<common::v1::Date>("year: 2027 month: 1 day: 14")));
    EXPECT_EQ(passed.certificate_id(), certificates.certificates(0).certificate_id());
  }
};

TEST_F(TrainingStoryTest, AWeakFigureIsTrainedAndItIsToldWhetherItMoved) {
  ASSERT_NO_FATAL_FAILURE(AssignByDecember());
  ASSERT_NO_FATAL_FAILURE(PassInJanuary());
  // January and February are needed as well.
  v1::TrainingEffect effect = Effect();
  EXPECT_EQ(effect.state(), v1::EFFECT_STATE_PENDING);
  EXPECT_EQ(effect.missing_months_size(), 2);
  EXPECT_FALSE(effect.has_change_millionths());
  EXPECT_EQ(OfCourse().pending(), 1);
  ASSERT_NO_FATAL_FAILURE(TellJanuary());
  EXPECT_THAT(Assigned(), SizeIs(1)) << "January's figure does not show the course yet";
  EXPECT_EQ(Effect().missing_months_size(), 1);
  ASSERT_NO_FATAL_FAILURE(TellFebruary({8, 10}, {880, 1'000}, 1));
  effect = Effect();
  // 17–31 December and 1–15 January at 6 of 10; 17–31 January and 1–15 February at 8 of 10.
  EXPECT_THAT(effect, EqualsProto(Parse<v1::TrainingEffect>(Fill(R"(
      session_id: "$SESSION" agent_id: "$AGENT" course_id: "service_details"
      metric_id: "reply_rate" shop_id: "$SHOP1" state: EFFECT_STATE_ROSE
      before { period { start_date { year: 2025 month: 12 day: 17 }
                        end_date { year: 2026 month: 1 day: 15 } }
               numerator: 180 denominator: 300 days: 30 value_millionths: 600000 }
      after { period { start_date { year: 2026 month: 1 day: 17 }
                       end_date { year: 2026 month: 2 day: 15 } }
              numerator: 240 denominator: 300 days: 30 value_millionths: 800000 }
      change_millionths: 200000 low_millionths: 127252 high_millionths: 269901
      definitions: "default@1" catalogue_version: 1 before_holds_cause: true)"))));
  EXPECT_EQ(OfCourse().rose(), 1);
  EXPECT_EQ(OfCourse().before_holds_cause(), 1) << "December's weak days lie before";
  EXPECT_EQ(OfCourse().mean_change_millionths(), 200'000);

  // A later version of the report changes it, an earlier one that comes late does not; and weak
  // after the course is weak again.
  ASSERT_NO_FATAL_FAILURE(TellFebruary({2, 10}, {50, 100}, 3));
  ASSERT_NO_FATAL_FAILURE(TellFebruary({8, 10}, {10, 100}, 2));
  effect = Effect();
  EXPECT_EQ(effect.state(), v1::EFFECT_STATE_FELL);
  EXPECT_EQ(effect.after().numerator(), 150);
  EXPECT_EQ(effect.change_millionths(), -100'000);
  EXPECT_EQ(effect.high_millionths(), -20'391);
  const auto assigned = Assigned("state: TRAINING_STATE_OPEN");
  ASSERT_THAT(assigned, SizeIs(1));
  EXPECT_EQ(assigned[0].figure().numerator(), 50);
  EXPECT_EQ(assigned[0].figure().report_version(), 3);
}

TEST_F(TrainingStoryTest, ACourseIsAssignedOnceForAFigureAndNotWhileOpen) {
  ASSERT_NO_FATAL_FAILURE(TellWeakDecember());
  ASSERT_NO_FATAL_FAILURE(TellWeakDecember());  // again, as after a crash
  ASSERT_NO_FATAL_FAILURE(TellWeakDecember(2));
  // A week of January is weak as well, and the course is open.
  const Everybody weak = {{"$AGENT", {.replies = {6, 30}}}};
  ASSERT_NO_FATAL_FAILURE(TellWeek(CivilDay(2026, 1, 5), weak, {.replies = {9, 10}}));
  const auto assigned = Assigned();
  ASSERT_THAT(assigned, SizeIs(1));
  EXPECT_THAT(Do(&Training::AssignTraining, R"(assignment { agent_id: "$AGENT" reason: "r"
                                                            course_id: "service_details" })"),
              HasReason("TRAINING_ASSIGNED"));
  // Given up: the same figure does not bring it back, another one does.
  world_["$TRAINING"] = assigned[0].training_assignment_id();
  const char* const cancel = R"(training_assignment_id: "$TRAINING" reason: "休假")";
  ASSERT_OK(Do(&Training::CancelTraining, cancel));
  EXPECT_THAT(Do(&Training::CancelTraining, cancel), HasReason("TRAINING_NOT_OPEN"));
  ASSERT_NO_FATAL_FAILURE(TellWeakDecember(3));
  EXPECT_THAT(Assigned("state: TRAINING_STATE_OPEN"), IsEmpty());
  ASSERT_NO_FATAL_FAILURE(TellWeek(CivilDay(2026, 1, 5), weak, {.replies = {9, 10}}, 2));
  EXPECT_THAT(Assigned("state: TRAINING_STATE_OPEN"), SizeIs(1));
  // A figure of long ago.
  ASSERT_OK(Do(&Training::CancelTraining,
               fmt::format(R"(training_assignment_id: "{}" reason: "r")",
                           Assigned("state: TRAINING_STATE_OPEN")[0].training_assignment_id())));
  ASSERT_NO_FATAL_FAILURE(TellMonth(CivilMonth(2025, 11), {{"$AGENT", {.replies = {60, 100}}}},
                                    {.replies = {900, 1'000}}));
  EXPECT_THAT(Assigned("state: TRAINING_STATE_OPEN"), IsEmpty()) << "46 days ago";
}

TEST_F(TrainingStoryTest, WhoIsNotAtWorkOrServesAfterTheSaleIsNotAssignedForSelling) {
  for (const char* name : {"$AWAY", "$LEFT"}) ASSERT_NO_FATAL_FAILURE(Add(name));
  ASSERT_NO_FATAL_FAILURE(Add("$SERVICE", "DUTY_AFTER_SALES"));
  ASSERT_OK(rpc::Call(*careers_, &Careers::RecordLeave,
                      Parse<v1::RecordLeaveRequest>(Fill(R"(leave { agent_id: "$AWAY" kind: "sick"
                                          start_date { year: 2026 month: 1 day: 15 }
                                          end_date { year: 2026 month: 1 day: 15 } })")),
                      As("org-a")));
  ASSERT_OK(rpc::Call(*careers_, &Careers::EndEmployment,
                      Parse<v1::EndEmploymentRequest>(Fill(R"(agent_id: "$LEFT" reason: "回老家"
                                  leave_date { year: 2026 month: 1 day: 14 })")),
                      As("org-a")));
  const AgentFigures weak{.replies = {60, 100}, .conversion = {10, 100}};
  ASSERT_NO_FATAL_FAILURE(TellMonth(
      kDecember,
      {{"$AGENT", weak}, {"$AWAY", weak}, {"$LEFT", weak}, {"$SERVICE", weak}, {"nobody", weak}},
      {.replies = {900, 1'000}, .conversion = {500, 1'000}}));
  std::set<std::pair<std::string, std::string>> assigned;
  for (const auto& one : Assigned()) assigned.emplace(one.agent_id(), one.course_id());
  EXPECT_EQ(assigned, (std::set<std::pair<std::string, std::string>>{
                          {world_["$AGENT"], "guiding_purchase"},
                          {world_["$AGENT"], "service_details"},
                          {world_["$SERVICE"], "service_details"}}));
}

TEST_F(TrainingStoryTest, AMonthCountsAsToldWithTheLastPartOfItsReport) {
  ASSERT_OK(Schedule("$SESSION", "service_details", "2026-01-10T02:00"));
  ASSERT_OK(
      Do(&Training::EnrolAgent, R"(session_id: "$SESSION" agent_id: "$AGENT" shop_id: "$SHOP1")"));
  ASSERT_OK(Attend("$SESSION"));
  const auto december = Days(CivilDay(2025, 12, 11), CivilDay(2025, 12, 31), {9, 10});
  const auto before = Days(CivilDay(2026, 1, 1), CivilDay(2026, 1, 9), {9, 10});
  TellMonth(kDecember, {{"$AGENT", {.replies = {90, 100}, .days = december}}}, {});
  TellMonth(kFebruary, {}, {});
  TellMonth(kJanuary, {{"$AGENT", {.replies = {90, 100}, .days = before}}}, {}, 1,
            /*last=*/false);
  EXPECT_EQ(Effect().state(), v1::EFFECT_STATE_PENDING);
  TellMonth(kJanuary, {}, {}, 1);
  EXPECT_EQ(Effect().state(), v1::EFFECT_STATE_TOO_FEW) << "nothing after the course";
  EXPECT_EQ(Effect().before().numerator(), 270);
  EXPECT_EQ(Effect().after().denominator(), 0);
  EXPECT_EQ(OfCourse().too_few(), 1);
  // A later report knows nothing of the agent; the earlier one that comes late adds nothing.
  TellMonth(kJanuary, {}, {}, 2);
  EXPECT_EQ(Effect().before().numerator(), 189) << "21 days of December";
  TellMonth(kJanuary, {{"$AGENT", {.replies = {90, 100}, .days = before}}}, {}, 1);
  EXPECT_EQ(Effect().before().numerator(), 189);
}

TEST_F(TrainingStoryTest, WithoutMetricOrShopNothingIsMeasured) {
  ASSERT_OK(Schedule("$PLAIN", "new_products", "2026-01-10T02:00"));
  ASSERT_OK(Enrol("$PLAIN"));
  ASSERT_OK(Attend("$PLAIN"));
  EXPECT_EQ(Effect().state(), v1::EFFECT_STATE_NOT_MEASURED);
  EXPECT_FALSE(Effect().has_before());
  // A metric that no month tells by the day.
  ASSERT_OK(Schedule("$RULES", "scripts_and_rules", "2026-01-10T02:00"));
  ASSERT_OK(
      Do(&Training::EnrolAgent, R"(session_id: "$RULES" agent_id: "$AGENT" shop_id: "$SHOP1")"));
  ASSERT_OK(Attend("$RULES"));
  for (const CivilMonth month : {kDecember, kJanuary, kFebruary}) TellMonth(month, {}, {});
  ASSERT_OK_AND_ASSIGN(const auto effects,
                       Do(&Training::ListTrainingEffects, R"(session_id: "$RULES")"));
  ASSERT_THAT(effects.effects(), SizeIs(1));
  EXPECT_EQ(effects.effects(0).metric_id(), "quality");
  EXPECT_EQ(effects.effects(0).state(), v1::EFFECT_STATE_NOT_MEASURED);
}

TEST_F(TrainingStoryTest, TheOnlyShopOfTheAgentIsMeasuredWithoutBeingNamed) {
  ASSERT_OK(Do(&Training::AssignTraining, R"(assignment { agent_id: "$AGENT" reason: "新人"
                                                          course_id: "service_details" })"));
  ASSERT_OK(Schedule("$SESSION", "service_details", "2026-01-10T02:00"));
  ASSERT_OK_AND_ASSIGN(const auto enrolled, Do(&Training::EnrolAgent, R"(session_id: "$SESSION")",
                                               AsAgent("org-a", world_["$AGENT"])));
  EXPECT_EQ(enrolled.shop_id(), world_["$SHOP1"]);
  ASSERT_OK(Attend("$SESSION"));
  EXPECT_EQ(Effect().state(), v1::EFFECT_STATE_PENDING);
  EXPECT_FALSE(Effect().before_holds_cause()) << "by hand nobody is picked by a figure";
  // Of two shops neither.
  ASSERT_OK(Call(&Staffing::AssignAgent, R"pb(assignment {
                                                agent_id: "$AGENT"
                                                shop_id: "$SHOP2"
                                                duty: DUTY_PRE_SALES
                                                start_date { year: 2026 month: 1 day: 15 }
                                              })pb"));
  ASSERT_OK(Schedule("$LATER", "service_details", "2026-01-15T00:00"));
  ASSERT_OK_AND_ASSIGN(const auto later, Enrol("$LATER"));
  EXPECT_EQ(later.shop_id(), "");
}

TEST_F(TrainingStoryTest, SumsAreToldADayAndNotTested) {
  ASSERT_OK(Change([](v1::TrainingCatalogue& catalogue) {
    catalogue.mutable_courses(0)->set_metric_id("consulted");
  }));
  ASSERT_OK(Schedule("$SESSION", "service_details", "2026-01-10T02:00"));
  ASSERT_OK(
      Do(&Training::EnrolAgent, R"(session_id: "$SESSION" agent_id: "$AGENT" shop_id: "$SHOP1")"));
  ASSERT_OK(Attend("$SESSION"));
  TellMonth(kDecember,
            {{"$AGENT", {.days = Days(CivilDay(2025, 12, 22), CivilDay(2025, 12, 31), {1, 30})}}},
            {});
  TellMonth(kJanuary,
            {{"$AGENT", {.days = Days(CivilDay(2026, 1, 11), CivilDay(2026, 1, 31), {1, 45})}}},
            {});
  TellMonth(kFebruary, {}, {});
  const auto effect = Effect();
  EXPECT_EQ(effect.state(), v1::EFFECT_STATE_NOT_TESTED);
  EXPECT_EQ(effect.before().numerator(), 300);
  EXPECT_EQ(effect.before().denominator(), 10) << "days";
  EXPECT_EQ(effect.change_millionths(), 15'000'000) << "customers a day";
  EXPECT_FALSE(effect.has_low_millionths());
}

TEST_F(TrainingStoryTest, SessionsAreLeftAndCalledOffBeforeTheyAreHeld) {
  ASSERT_NO_FATAL_FAILURE(Add("$MATE"));
  ASSERT_OK(Schedule("$SESSION", "mindset", "2026-01-15T00:00", /*places=*/1));
  ASSERT_OK(Enrol("$SESSION"));
  EXPECT_THAT(Enrol("$SESSION"), HasReason("ALREADY_ENROLLED"));
  EXPECT_THAT(Enrol("$SESSION", "$MATE"), HasReason("SESSION_FULL"));
  const char* const leave = R"(session_id: "$SESSION" agent_id: "$AGENT" reason: "有事")";
  ASSERT_OK(Do(&Training::WithdrawEnrolment, leave));
  EXPECT_THAT(Do(&Training::WithdrawEnrolment, leave), HasReason("ENROLMENT_SETTLED"));
  ASSERT_OK(Enrol("$SESSION")) << "again, by the place that became free";
  ASSERT_OK(Attend("$SESSION", "absent: true"));
  EXPECT_THAT(Do(&Training::CancelTrainingSession, R"(session_id: "$SESSION" reason: "r")"),
              HasReason("SESSION_HELD"));
  ASSERT_OK(Schedule("$OTHER", "mindset", "2026-01-20T00:00"));
  ASSERT_OK(Enrol("$OTHER"));
  ASSERT_OK_AND_ASSIGN(const auto off, Do(&Training::CancelTrainingSession,
                                          R"(session_id: "$OTHER" reason: "讲师病了")"));
  EXPECT_TRUE(off.cancelled());
  EXPECT_EQ(off.taken(), 0);
  EXPECT_THAT(Enrol("$OTHER"), HasReason("SESSION_CANCELLED"));
  ASSERT_OK_AND_ASSIGN(const auto list,
                       Do(&Training::ListTrainingEnrolments, R"(session_id: "$OTHER")"));
  ASSERT_THAT(list.enrolments(), SizeIs(1));
  EXPECT_EQ(list.enrolments(0).state(), v1::ENROLMENT_STATE_WITHDRAWN);
  EXPECT_THAT(Schedule("$X", "none", "2026-01-20T00:00"), HasReason("COURSE_UNKNOWN"));
  ASSERT_OK(Change([](v1::TrainingCatalogue& catalogue) {
    for (v1::Course& course : *catalogue.mutable_courses()) course.set_retired(true);
  }));
  EXPECT_THAT(Schedule("$X", "mindset", "2026-01-20T00:00"), HasReason("COURSE_RETIRED"));
}

TEST_F(TrainingStoryTest, FailingLeavesTheCourseOpen) {
  ASSERT_OK(Do(&Training::AssignTraining, R"(assignment { agent_id: "$AGENT" reason: "新人"
                                                          course_id: "attitude" })"));
  ASSERT_OK(Schedule("$SESSION", "attitude", "2026-01-14T00:00"));
  ASSERT_OK(Enrol("$SESSION"));
  ASSERT_OK(Attend("$SESSION"));
  ASSERT_OK_AND_ASSIGN(const auto failed, Score("$SESSION", 59));
  EXPECT_EQ(failed.state(), v1::ENROLMENT_STATE_FAILED);
  EXPECT_THAT(Assigned("state: TRAINING_STATE_OPEN"), SizeIs(1));
  // Without a pass mark to come is to pass.
  ASSERT_OK(Change([](v1::TrainingCatalogue& catalogue) {
    for (v1::Course& course : *catalogue.mutable_courses()) course.set_pass_score(0);
  }));
  ASSERT_OK(Schedule("$AGAIN", "attitude", "2026-01-14T00:00"));
  ASSERT_OK(Enrol("$AGAIN"));
  ASSERT_OK_AND_ASSIGN(const auto passed, Attend("$AGAIN"));
  EXPECT_EQ(passed.state(), v1::ENROLMENT_STATE_PASSED);
  EXPECT_THAT(Assigned("state: TRAINING_STATE_PASSED"), SizeIs(1));
}

// What customers spend on the mean says nothing of who had none.
TEST_F(TrainingStoryTest, AMeanOverNobodyIsNoSum) {
  ASSERT_OK(Change([](v1::TrainingCatalogue& catalogue) {
    catalogue.mutable_courses(0)->set_metric_id("average_order_value");
  }));
  ASSERT_OK(Schedule("$SESSION", "service_details", "2026-01-10T02:00"));
  ASSERT_OK(Enrol("$SESSION"));
  ASSERT_OK(Attend("$SESSION"));
  for (const CivilMonth month : {kDecember, kJanuary, kFebruary}) {
    auto reported =
        EventOf<performance::v1::MonthReported>(CivilDay(month), CivilDay(month + 1) - 1, 1);
    reported.add_day_metric_ids("average_order_value");
    performance::v1::AgentMonth& agent = *reported.add_agents();
    agent.mutable_month()->set_row_id(world_["$AGENT"]);
    performance::v1::MetricValue& value = *agent.mutable_month()->add_values();
    value.set_metric_id("average_order_value");
    value.set_unit(performance::v1::METRIC_UNIT_MONEY);
    for (CivilDay day(month); day < CivilDay(month + 1); ++day) {
      performance::v1::AgentDay& out = *agent.add_days();
      *out.mutable_day() = kefu::convert::ToProto(day);
      out.add_numerators(0);
      out.add_denominators(0);
    }
    Apply(reported);
  }
  EXPECT_EQ(Effect().state(), v1::EFFECT_STATE_TOO_FEW);
  EXPECT_FALSE(Effect().has_change_millionths());
}

class TrainingJobTest : public TrainingStoryTest {
 protected:
  TrainingJob job_{{*database_, ids_, [] {}}, clock_};
  int64_t Told(const std::string& type) { return std::ranges::count(EventTypes(), type); }
};

TEST_F(TrainingJobTest, ThatACertificateExpiresIsToldOnceBeforeAndOnceAfter) {
  ASSERT_OK(Do(&Training::AddTrainingCertificate,
               R"(certificate { agent_id: "$AGENT" kind: "food_safety" evidence: "柜3"
                                issue_date { year: 2025 month: 1 day: 16 }
                                valid_until { year: 2026 month: 2 day: 15 } })"));
  ASSERT_OK(Do(&Training::AddTrainingCertificate,
               R"(certificate { agent_id: "$AGENT" kind: "for_good" evidence: "柜3"
                                issue_date { year: 2025 month: 1 day: 16 } })"));
  const auto state = [&] {
    const auto list =
        Do(&Training::ListTrainingCertificates, R"(agent_id: "$AGENT" kind: "food_safety")");
    EXPECT_OK(list);
    return list->certificates(0).state();
  };
  ASSERT_OK(job_.RunOnce());
  EXPECT_EQ(state(), v1::CERTIFICATE_STATE_VALID) << "31 days before";
  clock_.Advance(absl::Hours(24));
  ASSERT_OK(job_.RunOnce());
  EXPECT_EQ(state(), v1::CERTIFICATE_STATE_EXPIRING) << "30 days before";
  ASSERT_OK(job_.RunOnce());
  EXPECT_EQ(Told("TrainingCertificateExpiring"), 1);
  clock_.Advance(absl::Hours(24 * 30));
  ASSERT_OK(job_.RunOnce());
  EXPECT_EQ(state(), v1::CERTIFICATE_STATE_EXPIRING) << "the last valid day";
  clock_.Advance(absl::Hours(24));
  ASSERT_OK(job_.RunOnce());
  EXPECT_EQ(state(), v1::CERTIFICATE_STATE_EXPIRED);
  ASSERT_OK(job_.RunOnce());
  EXPECT_EQ(Told("TrainingCertificateExpiring"), 2);
}

TEST_F(TrainingJobTest, HotProductsAreTaughtAgainEachMonth) {
  ASSERT_NO_FATAL_FAILURE(Add("$SERVICE", "DUTY_AFTER_SALES"));
  ASSERT_OK(job_.RunOnce());
  auto assigned = Assigned();
  ASSERT_THAT(assigned, SizeIs(1)) << "of those who sell";
  EXPECT_EQ(assigned[0].agent_id(), world_["$AGENT"]);
  EXPECT_EQ(assigned[0].course_id(), "hot_products");
  EXPECT_EQ(assigned[0].recurrence_date().day(), 1);
  ASSERT_OK_AND_ASSIGN(const int again, job_.RunOnce());
  EXPECT_EQ(again, 0);
  // Given up in January: the next day does not bring it back, February does.
  ASSERT_OK(Do(&Training::CancelTraining, fmt::format(R"(training_assignment_id: "{}" reason: "r")",
                                                      assigned[0].training_assignment_id())));
  clock_.Advance(absl::Hours(24));
  ASSERT_OK(job_.RunOnce());
  EXPECT_THAT(Assigned("state: TRAINING_STATE_OPEN"), IsEmpty());
  clock_.Set(absl::FromCivil(CivilDay(2026, 2, 1), absl::FixedTimeZone(8 * 3600)));
  ASSERT_OK(job_.RunOnce());
  assigned = Assigned("state: TRAINING_STATE_OPEN");
  ASSERT_THAT(assigned, SizeIs(1));
  EXPECT_EQ(assigned[0].recurrence_date().month(), 2);
}

TEST_F(TrainingStoryTest, SkillsHaveDaysAndOverlapWithNoneOfTheirLevel) {
  const auto grant = [&](const std::string& text) {
    return Do(&Training::GrantSkill,
              R"(skill { agent_id: "$AGENT" skill_id: "typing" )" + text + "}");
  };
  const std::string first = " from_date { year: 2025 month: 7 day: 1 } ";
  EXPECT_THAT(grant("level: 4" + first), HasReason("SKILL_UNKNOWN"));
  EXPECT_THAT(grant("level: 1" + first + "until_date { year: 2025 month: 6 day: 30 }"),
              HasReason("INVALID_FIELDS"));
  ASSERT_OK_AND_ASSIGN(const auto skill, grant("level: 1" + first));
  world_["$HELD"] = skill.agent_skill_id();
  EXPECT_THAT(grant("level: 1 from_date { year: 2026 month: 1 day: 1 }"), HasReason("SKILL_HELD"));
  ASSERT_OK(grant("level: 2" + first));
  const auto end = [&](const std::string& day) {
    return Do(&Training::EndSkill,
              fmt::format(R"(agent_skill_id: "$HELD" reason: "测试未过" until_date {})", day));
  };
  EXPECT_THAT(end(Day(2025, 6, 30)), HasReason("SKILL_ENDED"));
  ASSERT_OK(end(Day(2025, 12, 31)));
  EXPECT_THAT(end(Day(2026, 1, 1)), HasReason("SKILL_ENDED"));
  ASSERT_OK(grant("level: 1 from_date { year: 2026 month: 1 day: 1 }"));
  ASSERT_OK_AND_ASSIGN(const auto list,
                       Do(&Training::ListAgentSkills, R"(agent_id: "$AGENT" skill_id: "typing")"));
  EXPECT_THAT(list.skills(), SizeIs(3));
  // A course lengthens what is held.
  ASSERT_OK(end(Day(2025, 12, 30)));
  ASSERT_OK(Schedule("$SESSION", "typing_and_quick_answers", "2026-01-14T02:00"));
  ASSERT_OK(Enrol("$SESSION"));
  ASSERT_OK(Attend("$SESSION"));
  ASSERT_OK_AND_ASSIGN(const auto passed, Score("$SESSION", 100));
  EXPECT_NE(passed.agent_skill_id(), "");
  ASSERT_OK_AND_ASSIGN(const auto after,
                       Do(&Training::ListAgentSkills, R"(agent_id: "$AGENT" skill_id: "typing")"));
  EXPECT_THAT(after.skills(), SizeIs(3)) << "held for good already";
  // One with an end is lengthened, and still says how it was known.
  ASSERT_OK(Do(&Training::GrantSkill, R"(skill { agent_id: "$AGENT" skill_id: "guiding_purchase"
                                                 level: 1 evidence: "师傅考核"
                                                 from_date { year: 2026 month: 1 day: 1 }
                                                 until_date { year: 2026 month: 1 day: 31 } })"));
  ASSERT_OK(Schedule("$LONGER", "guiding_purchase", "2026-01-14T02:00"));
  ASSERT_OK(Enrol("$LONGER"));
  ASSERT_OK(Attend("$LONGER"));
  ASSERT_OK(Score("$LONGER", 100));
  ASSERT_OK_AND_ASSIGN(const auto longer, Do(&Training::ListAgentSkills,
                                             R"(agent_id: "$AGENT" skill_id: "guiding_purchase")"));
  ASSERT_THAT(longer.skills(), SizeIs(1));
  EXPECT_FALSE(longer.skills(0).has_until_date());
  EXPECT_EQ(longer.skills(0).evidence(), "师傅考核");
}

TEST_F(TrainingStoryTest, TalentIsTheLatestAssessmentBesideTheLastMonths) {
  const auto assess = [&](int grade, const std::string& day) {
    return Do(&Training::RecordAssessment, fmt::format(R"(assessment {{ agent_id: "$AGENT" date {1}
                             personality {{ grade: {0} }} mindset {{ grade: {0} remark: "积极" }}
                             attitude {{ grade: {0} }} skill {{ grade: {0} }} }})",
                                                       grade, day));
  };
  EXPECT_THAT(assess(6, Day(2026, 1, 10)), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(assess(3, Day(2026, 1, 16)), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(assess(3, Day(2025, 5, 31)), HasReason("AGENT_NOT_EMPLOYED"));
  ASSERT_OK(assess(4, Day(2026, 1, 10)));
  ASSERT_OK(assess(2, Day(2025, 12, 1)));  // recorded later, but of an earlier day
  // The agent converts 60 % over the months, the shop 50 %; both answer 90 %.
  for (const CivilMonth month : {CivilMonth(2025, 9), CivilMonth(2025, 11), kDecember}) {
    const bool old = month == CivilMonth(2025, 9);
    TellMonth(month, {{"$AGENT", {.replies = {90, 100}, .conversion = {old ? 0 : 60, 100}}}},
              {.replies = {900, 1'000}, .conversion = {500, 1'000}});
  }
  ASSERT_OK(
      Change([](v1::TrainingCatalogue& catalogue) { catalogue.mutable_talent()->set_months(2); }));
  ASSERT_OK_AND_ASSIGN(const auto response,
                       Do(&Training::ListTalentAssessments, R"(agent_id: "$AGENT")"));
  ASSERT_THAT(response.talents(), SizeIs(1));
  const v1::TalentAssessment& talent = response.talents(0);
  EXPECT_EQ(talent.assessment().date().month(), 1);
  EXPECT_EQ(talent.sides_centi(), 400);
  ASSERT_THAT(talent.months(), SizeIs(2));
  EXPECT_EQ(talent.months(0).month(), 12);
  EXPECT_EQ(talent.figures(0).numerator(), 120);
  EXPECT_EQ(talent.figures(0).shop_denominator(), 2'000);
  EXPECT_EQ(talent.figures(0).ratio_bps(), 12'000);
  EXPECT_EQ(talent.figures(1).ratio_bps(), 10'000);
  EXPECT_EQ(talent.performance_bps(), 11'000);
  EXPECT_EQ(talent.box(), 9);
  EXPECT_EQ(response.catalogue_version(), 1);
  ASSERT_OK_AND_ASSIGN(const auto history, Do(&Training::ListAssessments, R"(agent_id: "$AGENT")"));
  EXPECT_THAT(history.assessments(), SizeIs(2));
  ASSERT_NO_FATAL_FAILURE(Add("$NEW"));
  ASSERT_OK_AND_ASSIGN(const auto team,
                       Do(&Training::ListTalentAssessments, R"(team_id: "$TEAM1" page_size: 1)"));
  EXPECT_THAT(team.talents(), SizeIs(1));
  ASSERT_OK_AND_ASSIGN(const auto rest,
                       Do(&Training::ListTalentAssessments,
                          fmt::format(R"(team_id: "$TEAM1" page_size: 1 page_token: "{}")",
                                      team.next_page_token())));
  ASSERT_THAT(rest.talents(), SizeIs(1));
  EXPECT_EQ(rest.talents(0).box(), 0);
  EXPECT_EQ(rest.next_page_token(), "");
}

TEST_F(TrainingStoryTest, AllThatIsWrongIsNamedAtOnce) {
  const auto wrong = Do(&Training::ScheduleTrainingSession,
                        R"(session { course_id: "a b" start_time { seconds: 100 }
                                     end_time { seconds: 86501 } places: 501 product_ids: "p"
                                     product_ids: "p" })");
  EXPECT_THAT(wrong, HasReason("INVALID_FIELDS"));
  for (const char* field :
       {"session.course_id", "session.end_time", "session.place", "session.trainer_kind",
        "session.trainer", "session.places", "session.product_ids"}) {
    EXPECT_THAT(wrong.status().ToString(), ::testing::HasSubstr(field));
  }
  const auto empty = Change([](v1::TrainingCatalogue& catalogue) {
    catalogue.mutable_rules(0)->clear_metric_id();
    catalogue.mutable_rules(0)->set_course_id("none");
    catalogue.mutable_courses(1)->clear_display_name();
    catalogue.mutable_courses(2)->clear_kind();
    catalogue.mutable_talent()->clear_side_weights();
    catalogue.clear_effect();
  });
  EXPECT_THAT(empty, HasReason("INVALID_FIELDS"));
  for (const char* field : {"catalogue.rules[0].metric_id", "catalogue.rules[0].course_id",
                            "catalogue.courses[1].display_name", "catalogue.courses[2].kind",
                            "catalogue.talent.side_weights", "catalogue.effect.days"}) {
    EXPECT_THAT(empty.status().ToString(), ::testing::HasSubstr(field));
  }
}

}  // namespace
}  // namespace kefu::staffing
