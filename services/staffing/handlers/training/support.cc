#include "services/staffing/handlers/training/support.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "common/time/civil.h"
#include "services/staffing/domain/schedule.h"
#include "services/staffing/handlers/supervision/support.h"
#include "services/staffing/handlers/training/sessions.h"
#include "services/staffing/store/careers.h"

namespace kefu::staffing {
namespace {

constexpr std::string_view kStatePrefix = "TRAINING_STATE_";

// Why a course was assigned, the same for the same figure of a later version of its report; empty:
// by hand.
std::string CauseOf(const v1::TrainingAssignment& assignment) {
  if (assignment.has_figure()) {
    const v1::WeakFigure& figure = assignment.figure();
    return fmt::format("{} {} {} {}", figure.shop_id(), figure.metric_id(),
                       FormatDay(kefu::convert::FromProto(figure.period().start_date())),
                       FormatDay(kefu::convert::FromProto(figure.period().end_date())));
  }
  if (!assignment.has_recurrence_date()) return "";
  return FormatDay(kefu::convert::FromProto(assignment.recurrence_date()));
}

// What is on record of some agents, by agent and course.
struct History {
  std::vector<training::Known> known;
  std::optional<absl::CivilDay> passed;  // the last day
};
using HistoryByCourse = std::map<std::pair<std::string, std::string>, History>;

absl::StatusOr<HistoryByCourse> LoadHistory(db::Transaction& t, std::string_view org_id,
                                            const std::vector<std::string>& agent_ids) {
  HistoryByCourse history;
  ASSIGN_OR_RETURN(const absl::TimeZone zone, store::ZoneOf(t, org_id));
  ASSIGN_OR_RETURN(const auto trainings, store::RecordsOf(t, store::kTrainings, org_id, agent_ids));
  for (const store::RecordRow& row : trainings) {
    ASSIGN_OR_RETURN(const auto assignment, MessageOf<v1::TrainingAssignment>(row));
    history[{row.owner_id, row.subject_id}].known.push_back(
        {assignment.state() == v1::TRAINING_STATE_OPEN, CauseOf(assignment)});
  }
  ASSIGN_OR_RETURN(const auto enrolments,
                   store::RecordsOf(t, store::kEnrolments, org_id, agent_ids));
  for (const store::RecordRow& row : enrolments) {
    ASSIGN_OR_RETURN(const auto enrolment, MessageOf<v1::TrainingEnrolment>(row));
    if (enrolment.state() != v1::ENROLMENT_STATE_PASSED) continue;
    const absl::CivilDay day =
        absl::ToCivilDay(absl::FromUnixSeconds(enrolment.start_time().seconds()), zone);
    std::optional<absl::CivilDay>& last = history[{row.owner_id, enrolment.course_id()}].passed;
    if (!last || day > *last) last = day;
  }
  return history;
}

std::vector<std::string> AgentsIn(std::span<const Wanted> wanted) {
  std::set<std::string> ids;
  for (const Wanted& one : wanted) ids.insert(one.assignment.agent_id());
  return {ids.begin(), ids.end()};
}

// Drops what is on record: open, of the same cause, passed since; and of two that are wanted alike
// the second.
absl::Status DropKnown(db::Transaction& t, std::string_view org_id, std::vector<Wanted>& wanted) {
  ASSIGN_OR_RETURN(HistoryByCourse history, LoadHistory(t, org_id, AgentsIn(wanted)));
  std::erase_if(wanted, [&](const Wanted& one) {
    const v1::TrainingAssignment& assignment = one.assignment;
    History& of_course = history[{assignment.agent_id(), assignment.course_id()}];
    const std::string cause = CauseOf(assignment);
    if (!training::ShouldAssign(of_course.known, cause, of_course.passed, one.figures_from)) {
      return true;
    }
    of_course.known.push_back({true, cause});
    return false;
  });
  return absl::OkStatus();
}

// Those who are employed and not on leave on the day, locked in order of id.
absl::StatusOr<std::vector<std::string>> LockAtWork(db::Transaction& t, std::string_view org_id,
                                                    std::span<const Wanted> wanted,
                                                    absl::CivilDay today) {
  ASSIGN_OR_RETURN(const auto agents, store::AgentsByIds(t, org_id, AgentsIn(wanted)));
  ASSIGN_OR_RETURN(auto services, store::Services(t, org_id, agents));
  std::vector<std::string> at_work;
  for (const domain::Agent& agent : agents) {
    if (agent.employed.Contains(today) && domain::StateOn(agent.employed, services[agent.id].leaves,
                                                          today) == domain::AgentState::kActive) {
      at_work.push_back(agent.id);
    }
  }
  std::ranges::sort(at_work);
  for (const std::string& agent_id : at_work) {
    RETURN_IF_ERROR(store::Lock<domain::Agent>(t, org_id, agent_id).status());
  }
  return at_work;
}

}  // namespace

absl::StatusOr<training::Catalogue> TrainingCatalogueOf(store::Reader reader,
                                                        std::string_view org_id) {
  ASSIGN_OR_RETURN(const auto body, store::LastPolicy(reader, org_id, kTrainingPolicy));
  if (!body) return training::ShippedCatalogue();
  v1::TrainingCatalogue proto;
  if (!proto.ParseFromString(*body)) return Internal("a stored catalogue does not parse");
  FieldViolations none;  // it was checked when it was set
  return convert::FromProto(proto, none);
}

absl::StatusOr<training::Course> CourseToGive(const training::Catalogue& catalogue,
                                              std::string_view course_id) {
  const training::Course* const course = catalogue.FindCourse(course_id);
  if (course == nullptr) return error::CourseUnknown(course_id);
  if (course->retired) return error::CourseRetired(course_id);
  return *course;
}

absl::StatusOr<domain::Agent> LockOther(db::Transaction& t, const RequestContext& ctx,
                                        std::string_view agent_id) {
  ASSIGN_OR_RETURN(domain::Agent agent, store::Lock<domain::Agent>(t, ctx.org_id(), agent_id));
  if (ctx.principal.agent_id == agent_id) return error::OwnCompetence(agent_id);
  RETURN_IF_ERROR(RequireReach(t, ctx, agent_id));
  return agent;
}

absl::Status RequireListing(store::Reader reader, const RequestContext& ctx,
                            std::string_view agent_id) {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::OptionalId(agent_id, "agent_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(RequireReading(ctx, agent_id));
  return agent_id.empty() ? absl::OkStatus() : RequireReach(reader, ctx, agent_id);
}

absl::Status KeepSkill(const Dependencies& deps, db::Transaction& t, const Acting& by,
                       store::RecordRow row, const v1::AgentSkill& skill) {
  row.id = skill.agent_skill_id();
  row.owner_id = skill.agent_id();
  row.subject_id = skill.skill_id();
  row.state = skill.end_reason().empty() ? "HELD" : "ENDED";
  row.due_day = PeriodOf(skill).end;
  row.body = skill.SerializeAsString();
  RETURN_IF_ERROR(store::SaveRecord(t, store::kSkills, by.org_id, row, by.now));
  v1::AgentSkillChanged event;
  *event.mutable_skill() = skill;
  return Tell(deps, t, by.org_id, row.owner_id, event, by.now);
}

std::optional<absl::CivilDay> NextTelling(const v1::TrainingCertificate& certificate,
                                          int32_t warning_days) {
  if (!certificate.has_valid_until()) return std::nullopt;
  const absl::CivilDay until = kefu::convert::FromProto(certificate.valid_until());
  if (certificate.state() == v1::CERTIFICATE_STATE_VALID) return until - warning_days;
  if (certificate.state() == v1::CERTIFICATE_STATE_EXPIRING) return until + 1;
  return std::nullopt;
}

absl::Status KeepCertificate(const Dependencies& deps, db::Transaction& t, const Acting& by,
                             store::RecordRow row, const v1::TrainingCertificate& certificate,
                             int32_t warning_days) {
  row.id = certificate.certificate_id();
  row.owner_id = certificate.agent_id();
  row.subject_id = certificate.kind();
  row.state = kefu::convert::StoredName(certificate.state(), "CERTIFICATE_STATE_");
  row.due_day = NextTelling(certificate, warning_days);
  row.body = certificate.SerializeAsString();
  RETURN_IF_ERROR(store::SaveRecord(t, store::kCertificates, by.org_id, row, by.now));
  if (certificate.state() == v1::CERTIFICATE_STATE_EXPIRING ||
      certificate.state() == v1::CERTIFICATE_STATE_EXPIRED) {
    v1::TrainingCertificateExpiring event;
    *event.mutable_certificate() = certificate;
    return Tell(deps, t, by.org_id, row.owner_id, event, by.now);
  }
  v1::TrainingCertificateChanged event;
  *event.mutable_certificate() = certificate;
  return Tell(deps, t, by.org_id, row.owner_id, event, by.now);
}

absl::Status KeepTraining(const Dependencies& deps, db::Transaction& t, const Acting& by,
                          store::RecordRow row, v1::TrainingAssignment& assignment) {
  *assignment.mutable_update_time() = kefu::convert::ToProto(by.now);
  row.id = assignment.training_assignment_id();
  row.owner_id = assignment.agent_id();
  row.subject_id = assignment.course_id();
  row.state = kefu::convert::StoredName(assignment.state(), kStatePrefix);
  row.due_day = kefu::convert::FromProto(assignment.due_date());
  row.body = assignment.SerializeAsString();
  RETURN_IF_ERROR(store::SaveRecord(t, store::kTrainings, by.org_id, row, by.now));
  v1::TrainingAssignmentChanged event;
  *event.mutable_assignment() = assignment;
  return Tell(deps, t, by.org_id, row.owner_id, event, by.now);
}

absl::Status KeepSession(const Dependencies& deps, db::Transaction& t, const Acting& by,
                         store::RecordRow row, const v1::TrainingSession& session) {
  ASSIGN_OR_RETURN(const absl::TimeZone zone, store::ZoneOf(t, by.org_id));
  row.id = session.session_id();
  row.owner_id = session.course_id();
  row.state = session.cancelled() ? "CANCELLED" : "PLANNED";
  row.due_day = absl::ToCivilDay(absl::FromUnixSeconds(session.start_time().seconds()), zone);
  row.body = session.SerializeAsString();
  RETURN_IF_ERROR(store::SaveRecord(t, store::kSessions, by.org_id, row, by.now));
  v1::TrainingSessionChanged event;
  *event.mutable_session() = session;
  return Tell(deps, t, by.org_id, row.id, event, by.now);
}

absl::Status KeepEnrolment(const Dependencies& deps, db::Transaction& t, const Acting& by,
                           store::RecordRow row, v1::TrainingEnrolment& enrolment) {
  enrolment.set_actor(by.actor);
  *enrolment.mutable_update_time() = kefu::convert::ToProto(by.now);
  row.id = EnrolmentId(enrolment.session_id(), enrolment.agent_id());
  row.owner_id = enrolment.agent_id();
  row.subject_id = enrolment.session_id();
  row.state = kefu::convert::StoredName(enrolment.state(), "ENROLMENT_STATE_");
  row.body = enrolment.SerializeAsString();
  RETURN_IF_ERROR(store::SaveRecord(t, store::kEnrolments, by.org_id, row, by.now));
  v1::TrainingEnrolmentChanged event;
  *event.mutable_enrolment() = enrolment;
  return Tell(deps, t, by.org_id, row.subject_id, event, by.now);
}

domain::Period PeriodOf(const v1::AgentSkill& skill) {
  domain::Period period{kefu::convert::FromProto(skill.from_date()), std::nullopt};
  if (skill.has_until_date()) period.end = kefu::convert::FromProto(skill.until_date());
  return period;
}

absl::StatusOr<std::optional<OpenTraining>> FindOpenTraining(db::Transaction& t,
                                                             std::string_view org_id,
                                                             const std::string& agent_id,
                                                             std::string_view course_id) {
  const std::vector<std::string> owners = {agent_id};
  ASSIGN_OR_RETURN(auto rows, store::RecordsOf(t, store::kTrainings, org_id, owners));
  for (store::RecordRow& row : rows) {
    if (row.subject_id != course_id) continue;
    ASSIGN_OR_RETURN(auto assignment, MessageOf<v1::TrainingAssignment>(row));
    if (assignment.state() != v1::TRAINING_STATE_OPEN) continue;
    return OpenTraining{std::move(row), std::move(assignment)};
  }
  return std::nullopt;
}

absl::StatusOr<int> AssignWanted(const Dependencies& deps, db::Transaction& t, const Acting& by,
                                 std::vector<Wanted> wanted, absl::CivilDay today,
                                 int32_t due_days) {
  if (wanted.empty()) return 0;
  // Once to see whom it concerns, so that nobody else is locked, and once under the locks.
  RETURN_IF_ERROR(DropKnown(t, by.org_id, wanted));
  ASSIGN_OR_RETURN(const auto at_work, LockAtWork(t, by.org_id, wanted, today));
  std::erase_if(wanted, [&](const Wanted& one) {
    return !std::ranges::binary_search(at_work, one.assignment.agent_id());
  });
  RETURN_IF_ERROR(DropKnown(t, by.org_id, wanted));
  for (Wanted& one : wanted) {
    v1::TrainingAssignment& assignment = one.assignment;
    assignment.set_training_assignment_id(deps.ids.Next());
    assignment.set_state(v1::TRAINING_STATE_OPEN);
    *assignment.mutable_due_date() = kefu::convert::ToProto(today + due_days);
    *assignment.mutable_create_time() = kefu::convert::ToProto(by.now);
    RETURN_IF_ERROR(KeepTraining(deps, t, by, {}, assignment));
  }
  return static_cast<int>(wanted.size());
}

}  // namespace kefu::staffing
