#include "clients/kefuctl/training/commands.h"

#include <fmt/format.h>

#include "absl/time/clock.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/training/render.h"
#include "clients/kefuctl/values.h"

namespace kefu::training {
namespace {

namespace st = staffing::v1;
using kefuctl::AllPages;
using kefuctl::Command;
using kefuctl::In;
using kefuctl::Named;
using kefuctl::Rpc;

constexpr Rpc<st::GetTrainingCatalogueRequest, st::TrainingCatalogue> kCatalogue{
    "/kefu.staffing.v1.TrainingService/GetTrainingCatalogue"};
constexpr Rpc<st::ListTrainingAssignmentsRequest, st::ListTrainingAssignmentsResponse> kAssignments{
    "/kefu.staffing.v1.TrainingService/ListTrainingAssignments"};
constexpr Rpc<st::AssignTrainingRequest, st::TrainingAssignment> kAssign{
    "/kefu.staffing.v1.TrainingService/AssignTraining"};
constexpr Rpc<st::ListTrainingSessionsRequest, st::ListTrainingSessionsResponse> kSessions{
    "/kefu.staffing.v1.TrainingService/ListTrainingSessions"};
constexpr Rpc<st::ScheduleTrainingSessionRequest, st::TrainingSession> kSchedule{
    "/kefu.staffing.v1.TrainingService/ScheduleTrainingSession"};
constexpr Rpc<st::EnrolAgentRequest, st::TrainingEnrolment> kEnrol{
    "/kefu.staffing.v1.TrainingService/EnrolAgent"};
constexpr Rpc<st::RecordTrainingAttendanceRequest, st::TrainingEnrolment> kAttend{
    "/kefu.staffing.v1.TrainingService/RecordTrainingAttendance"};
constexpr Rpc<st::RecordTrainingResultRequest, st::TrainingEnrolment> kScore{
    "/kefu.staffing.v1.TrainingService/RecordTrainingResult"};
constexpr Rpc<st::ListTrainingEnrolmentsRequest, st::ListTrainingEnrolmentsResponse> kEnrolments{
    "/kefu.staffing.v1.TrainingService/ListTrainingEnrolments"};
constexpr Rpc<st::ListTrainingEffectsRequest, st::ListTrainingEffectsResponse> kEffects{
    "/kefu.staffing.v1.TrainingService/ListTrainingEffects"};
constexpr Rpc<st::GetCourseEffectRequest, st::CourseEffect> kCourse{
    "/kefu.staffing.v1.TrainingService/GetCourseEffect"};
constexpr Rpc<st::ListTalentAssessmentsRequest, st::ListTalentAssessmentsResponse> kTalent{
    "/kefu.staffing.v1.TrainingService/ListTalentAssessments"};

struct Options {
  std::string agent, team, shop, course, session, reason, state = "open", from, to, place, trainer,
                                                          kind, remark, request_id;
  int32_t places = 0, score = 0;
  bool absent = false;
};

absl::Status PrintEnrolment(kefuctl::Context& context, const st::TrainingEnrolment& enrolment) {
  return kefuctl::PrintOne(context, enrolment, &st::ListTrainingEnrolmentsResponse::add_enrolments,
                           &EnrolmentTable);
}

absl::Status Courses(kefuctl::Context& context, const Options&) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto catalogue, client->Call(kCatalogue, {}));
  return kefuctl::PrintAnswer(context, catalogue, &CourseTable);
}

absl::Status Tasks(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::ListTrainingAssignmentsRequest request;
  request.set_agent_id(options.agent);
  request.set_course_id(options.course);
  if (options.state != "all") {
    ASSIGN_OR_RETURN(const auto state,
                     (Named<st::TrainingState>("--state", "TRAINING_STATE_", options.state,
                                               &st::TrainingState_Parse)));
    request.set_state(state);
  }
  ASSIGN_OR_RETURN(const auto all,
                   AllPages(*client, kAssignments, request,
                            &st::ListTrainingAssignmentsResponse::mutable_assignments));
  return kefuctl::PrintAnswer(context, all, [](const auto& all) {
    return AssignmentTable(all, absl::ToCivilDay(absl::Now(), absl::LocalTimeZone()));
  });
}

absl::Status Assign(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::AssignTrainingRequest request;
  request.set_request_id(options.request_id);
  request.mutable_assignment()->set_agent_id(options.agent);
  request.mutable_assignment()->set_course_id(options.course);
  request.mutable_assignment()->set_reason(options.reason);
  ASSIGN_OR_RETURN(const auto assignment, client->Call(kAssign, request));
  return kefuctl::PrintOne(
      context, assignment, &st::ListTrainingAssignmentsResponse::add_assignments,
      [](const auto& all) {
        return AssignmentTable(all, absl::ToCivilDay(absl::Now(), absl::LocalTimeZone()));
      });
}

absl::Status Sessions(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::ListTrainingSessionsRequest request;
  request.set_course_id(options.course);
  ASSIGN_OR_RETURN(const auto all, AllPages(*client, kSessions, request,
                                            &st::ListTrainingSessionsResponse::mutable_sessions));
  return kefuctl::PrintAnswer(
      context, all, [](const auto& all) { return SessionTable(all, absl::LocalTimeZone()); });
}

absl::Status Schedule(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::ScheduleTrainingSessionRequest request;
  request.set_request_id(options.request_id);
  st::TrainingSession& session = *request.mutable_session();
  session.set_course_id(options.course);
  ASSIGN_OR_RETURN(const absl::Time from, kefuctl::ParseTime(options.from, absl::LocalTimeZone()));
  ASSIGN_OR_RETURN(const absl::Time to, kefuctl::ParseTime(options.to, absl::LocalTimeZone()));
  *session.mutable_start_time() = kefuctl::ToTimestamp(from);
  *session.mutable_end_time() = kefuctl::ToTimestamp(to);
  session.set_place(options.place);
  ASSIGN_OR_RETURN(const auto kind, (Named<st::TrainerKind>("--kind", "TRAINER_KIND_", options.kind,
                                                            &st::TrainerKind_Parse)));
  session.set_trainer_kind(kind);
  session.set_trainer(options.trainer);
  session.set_places(options.places);
  ASSIGN_OR_RETURN(const auto made, client->Call(kSchedule, request));
  return kefuctl::PrintOne(
      context, made, &st::ListTrainingSessionsResponse::add_sessions,
      [](const auto& all) { return SessionTable(all, absl::LocalTimeZone()); });
}

absl::Status Enrol(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::EnrolAgentRequest request;
  request.set_request_id(options.request_id);
  request.set_session_id(options.session);
  request.set_agent_id(options.agent);
  request.set_shop_id(options.shop);
  ASSIGN_OR_RETURN(const auto enrolment, client->Call(kEnrol, request));
  return PrintEnrolment(context, enrolment);
}

absl::Status Attend(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::RecordTrainingAttendanceRequest request;
  request.set_request_id(options.request_id);
  request.set_session_id(options.session);
  request.set_agent_id(options.agent);
  request.set_absent(options.absent);
  request.set_remark(options.remark);
  ASSIGN_OR_RETURN(const auto enrolment, client->Call(kAttend, request));
  return PrintEnrolment(context, enrolment);
}

absl::Status Score(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::RecordTrainingResultRequest request;
  request.set_request_id(options.request_id);
  request.set_session_id(options.session);
  request.set_agent_id(options.agent);
  request.set_score(options.score);
  request.set_remark(options.remark);
  ASSIGN_OR_RETURN(const auto enrolment, client->Call(kScore, request));
  return PrintEnrolment(context, enrolment);
}

absl::Status Results(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::ListTrainingEnrolmentsRequest request;
  request.set_agent_id(options.agent);
  request.set_session_id(options.session);
  ASSIGN_OR_RETURN(const auto all,
                   AllPages(*client, kEnrolments, request,
                            &st::ListTrainingEnrolmentsResponse::mutable_enrolments));
  return kefuctl::PrintAnswer(context, all, &EnrolmentTable);
}

absl::Status Effects(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::ListTrainingEffectsRequest request;
  request.set_agent_id(options.agent);
  request.set_session_id(options.session);
  ASSIGN_OR_RETURN(const auto all, AllPages(*client, kEffects, request,
                                            &st::ListTrainingEffectsResponse::mutable_effects));
  return kefuctl::PrintAnswer(context, all, &EffectTable);
}

absl::Status OfCourse(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::GetCourseEffectRequest request;
  request.set_course_id(options.course);
  if (!options.from.empty()) {
    RETURN_IF_ERROR(kefuctl::SetDays(options.from, options.to, request.mutable_period()));
  }
  ASSIGN_OR_RETURN(const auto effect, client->Call(kCourse, request));
  return kefuctl::PrintAnswer(context, effect, &CourseEffectTable);
}

absl::Status Talent(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::ListTalentAssessmentsRequest request;
  request.set_agent_id(options.agent);
  request.set_team_id(options.team);
  ASSIGN_OR_RETURN(const auto all, AllPages(*client, kTalent, request,
                                            &st::ListTalentAssessmentsResponse::mutable_talents));
  return kefuctl::PrintAnswer(context, all, &TalentTable);
}

void AddRequestId(CLI::App& command, Options& options) {
  command.add_option("--request-id", options.request_id,
                     In("重试时用同一编号", "Repeat with the same to retry"));
}
CLI::Option* AddAgent(CLI::App& command, Options& options) {
  return command.add_option("--agent", options.agent, In("客服", "The agent"))->type_name("ID");
}

void AddTasks(CLI::App& group, kefuctl::Context& context) {
  const auto [courses, none] =
      Command<Options>(group, context, "courses", In("课程", "What is taught"), &Courses);
  const auto [tasks, asked] =
      Command<Options>(group, context, "tasks", In("谁该学什么", "Who is to learn what"), &Tasks);
  AddAgent(*tasks, *asked);
  tasks->add_option("--course", asked->course, In("课程", "The course"));
  tasks->add_option("--state", asked->state,
                    In("open、passed、cancelled 或 all", "open, passed, cancelled or all"));
  const auto [assign, made] =
      Command<Options>(group, context, "assign", In("指派课程", "Assign a course"), &Assign);
  AddAgent(*assign, *made)->required();
  assign->add_option("--course", made->course, In("课程", "The course"))->required();
  assign->add_option("--reason", made->reason, In("理由", "Why"))->required();
  AddRequestId(*assign, *made);
}

void AddSessions(CLI::App& group, kefuctl::Context& context) {
  const auto [sessions, asked] =
      Command<Options>(group, context, "sessions", In("场次", "Sessions"), &Sessions);
  sessions->add_option("--course", asked->course, In("课程", "The course"));
  const auto [plan, made] =
      Command<Options>(group, context, "schedule", In("安排一场", "Plan a session"), &Schedule);
  plan->add_option("--course", made->course, In("课程", "The course"))->required();
  plan->add_option("--from", made->from, In("开始，如 2026-01-31 14:00:00", "When it begins"))
      ->required();
  plan->add_option("--to", made->to, In("结束", "When it ends"))->required();
  plan->add_option("--place", made->place, In("地点", "Where"))->required();
  plan->add_option("--trainer", made->trainer, In("讲师", "Who gives it"))->required();
  plan->add_option("--kind", made->kind,
                   In("讲师身份：buyer、designer、pattern_maker、lead、trainer、base_visit、other",
                      "buyer, designer, pattern_maker, lead, trainer, base_visit or other"))
      ->required();
  plan->add_option("--places", made->places, In("名额", "How many can take part"))->required();
  AddRequestId(*plan, *made);
}

void AddResults(CLI::App& group, kefuctl::Context& context) {
  const auto [enrol, who] =
      Command<Options>(group, context, "enrol", In("报名", "Enrol somebody"), &Enrol);
  enrol->add_option("SESSION", who->session, In("场次", "The session"))->required();
  AddAgent(*enrol, *who);
  enrol->add_option("--shop", who->shop, In("按此店铺看效果", "Where the effect is told"));
  AddRequestId(*enrol, *who);
  const auto [attend, came] =
      Command<Options>(group, context, "attended", In("签到", "Record who came"), &Attend);
  attend->add_option("SESSION", came->session, In("场次", "The session"))->required();
  AddAgent(*attend, *came)->required();
  attend->add_flag("--absent", came->absent, In("缺席", "Did not come"));
  attend->add_option("--remark", came->remark, In("备注", "A remark"));
  AddRequestId(*attend, *came);
  const auto [score, result] =
      Command<Options>(group, context, "score", In("成绩", "Record a score"), &Score);
  score->add_option("SESSION", result->session, In("场次", "The session"))->required();
  AddAgent(*score, *result)->required();
  score->add_option("--score", result->score, In("0 至 100", "0 to 100"))->required();
  score->add_option("--remark", result->remark, In("备注", "A remark"));
  AddRequestId(*score, *result);
  const auto [results, asked] = Command<Options>(
      group, context, "results", In("报名与成绩", "Enrolments and results"), &Results);
  AddAgent(*results, *asked);
  results->add_option("--session", asked->session, In("场次", "The session"));
}

void AddEffects(CLI::App& group, kefuctl::Context& context) {
  const auto [effects, asked] = Command<Options>(
      group, context, "effects", In("培训后指标动了没有", "Whether the metric moved"), &Effects);
  AddAgent(*effects, *asked);
  effects->add_option("--session", asked->session, In("场次", "The session"));
  const auto [course, which] = Command<Options>(
      group, context, "course", In("一门课的效果", "The effects of a course"), &OfCourse);
  course->add_option("COURSE", which->course, In("课程", "The course"))->required();
  course->add_option("--from", which->from, In("场次首日", "First day of the sessions"));
  course->add_option("--to", which->to, In("场次末日", "Last day of the sessions"));
  const auto [talent, whose] =
      Command<Options>(group, context, "talent", In("人才测评", "Talent assessment"), &Talent);
  AddAgent(*talent, *whose);
  talent->add_option("--team", whose->team, In("班组", "The team"));
}

}  // namespace

void AddTrainingCommands(CLI::App& program, kefuctl::Context& context) {
  CLI::App& group =
      *program.add_subcommand("training", In("培训", "Training"))->require_subcommand(1);
  AddTasks(group, context);
  AddSessions(group, context);
  AddResults(group, context);
  AddEffects(group, context);
}

}  // namespace kefu::training
