// Who came, with what score, and what passing gives.
#include <algorithm>

#include "services/staffing/domain/training/catalogue.h"
#include "services/staffing/handlers/training/sessions.h"
#include "services/staffing/handlers/training/training_handlers.h"

namespace kefu::staffing {
namespace {

constexpr int kFullScore = 100;

// The day on which a session began, in the organization's zone.
absl::StatusOr<absl::CivilDay> DayOf(db::Transaction& t, const Acting& by,
                                     const v1::TrainingSession& session) {
  ASSIGN_OR_RETURN(const absl::TimeZone zone, store::ZoneOf(t, by.org_id));
  return absl::ToCivilDay(absl::FromUnixSeconds(session.start_time().seconds()), zone);
}

// One who takes part, all rows locked in the order session, agent, enrolment.
struct Participant {
  HeldSession held;
  store::RecordRow row;
  v1::TrainingEnrolment enrolment;
};
absl::StatusOr<Participant> LockParticipant(db::Transaction& t, const RequestContext& ctx,
                                            const std::string& session_id,
                                            const std::string& agent_id) {
  Participant participant;
  ASSIGN_OR_RETURN(participant.held, LockSession(t, ctx, session_id));
  RETURN_IF_ERROR(LockOther(t, ctx, agent_id).status());
  ASSIGN_OR_RETURN(participant.row, store::LockRecord(t, store::kEnrolments, ctx.org_id(),
                                                      EnrolmentId(session_id, agent_id)));
  ASSIGN_OR_RETURN(participant.enrolment, MessageOf<v1::TrainingEnrolment>(participant.row));
  return participant;
}

// What a participant gets by passing. The agent's row is locked.
class Awarder {
 public:
  Awarder(const Dependencies& deps, db::Transaction& t, Acting by, const Participant& participant,
          absl::CivilDay day)
      : deps_(deps),
        t_(t),
        by_(std::move(by)),
        session_(participant.held.session),
        agent_id_(participant.enrolment.agent_id()),
        from_(day),
        until_(training::ValidUntil(day, session_.course().award().valid_months())) {}

  absl::Status Run(v1::TrainingEnrolment& enrolment) {
    ASSIGN_OR_RETURN(auto open, FindOpenTraining(t_, by_.org_id, agent_id_, session_.course_id()));
    if (open) {
      enrolment.set_training_assignment_id(open->assignment.training_assignment_id());
      open->assignment.set_state(v1::TRAINING_STATE_PASSED);
      open->assignment.set_session_id(session_.session_id());
      RETURN_IF_ERROR(KeepTraining(deps_, t_, by_, std::move(open->row), open->assignment));
    }
    const v1::CourseAward& award = session_.course().award();
    if (!award.skill_id().empty()) {
      ASSIGN_OR_RETURN(*enrolment.mutable_agent_skill_id(), GiveSkill(award));
    }
    if (!award.certificate_kind().empty()) {
      ASSIGN_OR_RETURN(*enrolment.mutable_certificate_id(), GiveCertificate(award));
    }
    return absl::OkStatus();
  }

 private:
  // The record of the skill, which one that is held on one of the days is lengthened to.
  absl::StatusOr<std::string> GiveSkill(const v1::CourseAward& award) {
    v1::AgentSkill skill;
    skill.set_agent_id(agent_id_);
    skill.set_skill_id(award.skill_id());
    skill.set_level(award.level());
    *skill.mutable_from_date() = kefu::convert::ToProto(from_);
    if (until_) *skill.mutable_until_date() = kefu::convert::ToProto(*until_);
    store::RecordRow row;
    const std::vector<std::string> owners = {agent_id_};
    ASSIGN_OR_RETURN(const auto rows, store::RecordsOf(t_, store::kSkills, by_.org_id, owners));
    for (const store::RecordRow& known : rows) {
      ASSIGN_OR_RETURN(const auto held, MessageOf<v1::AgentSkill>(known));
      if (held.skill_id() != skill.skill_id() || held.level() != skill.level()) continue;
      const domain::Period of_held = PeriodOf(held);
      if (!of_held.Overlaps(PeriodOf(skill))) continue;
      if (of_held.Covers(PeriodOf(skill))) return known.id;
      *skill.mutable_from_date() = kefu::convert::ToProto(std::min(of_held.start, from_));
      if (!of_held.end || (until_ && *until_ < *of_held.end)) {
        *skill.mutable_until_date() = held.until_date();
      }
      skill.set_agent_skill_id(known.id);
      skill.set_evidence(held.evidence());
      *skill.mutable_create_time() = held.create_time();
      row = known;
      break;
    }
    if (skill.agent_skill_id().empty()) {
      skill.set_agent_skill_id(deps_.ids.Next());
      *skill.mutable_create_time() = kefu::convert::ToProto(by_.now);
    }
    skill.set_session_id(session_.session_id());
    skill.set_actor(by_.actor);
    RETURN_IF_ERROR(KeepSkill(deps_, t_, by_, std::move(row), skill));
    return skill.agent_skill_id();
  }

  absl::StatusOr<std::string> GiveCertificate(const v1::CourseAward& award) {
    ASSIGN_OR_RETURN(const training::Catalogue catalogue, TrainingCatalogueOf(t_, by_.org_id));
    v1::TrainingCertificate certificate;
    certificate.set_certificate_id(deps_.ids.Next());
    certificate.set_agent_id(agent_id_);
    certificate.set_kind(award.certificate_kind());
    *certificate.mutable_issue_date() = kefu::convert::ToProto(from_);
    if (until_) *certificate.mutable_valid_until() = kefu::convert::ToProto(*until_);
    certificate.set_session_id(session_.session_id());
    certificate.set_state(v1::CERTIFICATE_STATE_VALID);
    certificate.set_actor(by_.actor);
    *certificate.mutable_create_time() = kefu::convert::ToProto(by_.now);
    RETURN_IF_ERROR(KeepCertificate(deps_, t_, by_, {}, certificate, catalogue.warning_days));
    return certificate.certificate_id();
  }

  const Dependencies& deps_;
  db::Transaction& t_;
  const Acting by_;
  const v1::TrainingSession& session_;
  const std::string agent_id_;
  const absl::CivilDay from_;
  const std::optional<absl::CivilDay> until_;
};

// Sets the state that follows from a score, or from having come where there is no pass mark, with
// what passing gives; keeps it and tells of it.
absl::StatusOr<v1::TrainingEnrolment> Settle(const Dependencies& deps, db::Transaction& t,
                                             const Acting& by, Participant participant,
                                             v1::EnrolmentState state) {
  v1::TrainingEnrolment& enrolment = participant.enrolment;
  enrolment.set_state(state);
  if (state == v1::ENROLMENT_STATE_PASSED) {
    ASSIGN_OR_RETURN(const absl::CivilDay day, DayOf(t, by, participant.held.session));
    RETURN_IF_ERROR(Awarder(deps, t, by, participant, day).Run(enrolment));
  }
  RETURN_IF_ERROR(KeepEnrolment(deps, t, by, std::move(participant.row), enrolment));
  return enrolment;
}

}  // namespace

absl::StatusOr<v1::TrainingEnrolment> TrainingHandlers::RecordTrainingAttendance(
    const RequestContext& ctx, const v1::RecordTrainingAttendanceRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.session_id(), "session_id", violations);
  convert::Id(request.agent_id(), "agent_id", violations);
  if (!request.remark().empty()) {
    convert::Text(request.remark(), convert::kMaxReason, "remark", violations, /*lines=*/true);
  }
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::TrainingEnrolment>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::TrainingEnrolment> {
        ASSIGN_OR_RETURN(Participant participant,
                         LockParticipant(t, ctx, request.session_id(), request.agent_id()));
        const v1::TrainingSession& session = participant.held.session;
        if (ctx.now < absl::FromUnixSeconds(session.start_time().seconds())) {
          return error::SessionNotBegun(request.session_id());
        }
        if (participant.enrolment.state() != v1::ENROLMENT_STATE_ENROLLED) {
          return error::EnrolmentSettled(request.agent_id());
        }
        participant.enrolment.set_remark(request.remark());
        const v1::EnrolmentState state = request.absent() ? v1::ENROLMENT_STATE_ABSENT
                                         : session.course().pass_score() > 0
                                             ? v1::ENROLMENT_STATE_ATTENDED
                                             : v1::ENROLMENT_STATE_PASSED;
        return Settle(deps_, t, ActingOf(ctx), std::move(participant), state);
      });
}

absl::StatusOr<v1::TrainingEnrolment> TrainingHandlers::RecordTrainingResult(
    const RequestContext& ctx, const v1::RecordTrainingResultRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.session_id(), "session_id", violations);
  convert::Id(request.agent_id(), "agent_id", violations);
  violations.Check(request.has_score(), "score", "must be set");
  convert::Number(request.score(), 0, kFullScore, "score", violations);
  if (!request.remark().empty()) {
    convert::Text(request.remark(), convert::kMaxReason, "remark", violations, /*lines=*/true);
  }
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::TrainingEnrolment>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::TrainingEnrolment> {
        ASSIGN_OR_RETURN(Participant participant,
                         LockParticipant(t, ctx, request.session_id(), request.agent_id()));
        v1::TrainingEnrolment& enrolment = participant.enrolment;
        if (enrolment.state() == v1::ENROLMENT_STATE_PASSED ||
            enrolment.state() == v1::ENROLMENT_STATE_FAILED) {
          return error::EnrolmentSettled(request.agent_id());
        }
        if (enrolment.state() != v1::ENROLMENT_STATE_ATTENDED) {
          return error::NotAttended(request.agent_id());
        }
        enrolment.set_score(request.score());
        if (!request.remark().empty()) enrolment.set_remark(request.remark());
        const bool passed = request.score() >= participant.held.session.course().pass_score();
        return Settle(deps_, t, ActingOf(ctx), std::move(participant),
                      passed ? v1::ENROLMENT_STATE_PASSED : v1::ENROLMENT_STATE_FAILED);
      });
}

absl::StatusOr<v1::ListTrainingEnrolmentsResponse> TrainingHandlers::ListTrainingEnrolments(
    const RequestContext& ctx, const v1::ListTrainingEnrolmentsRequest& request) const {
  RETURN_IF_ERROR(
      RequireListing(store::Reader(deps_.database, ctx.deadline), ctx, request.agent_id()));
  FieldViolations violations;
  convert::OptionalId(request.session_id(), "session_id", violations);
  kefu::convert::OptionalEnum<v1::EnrolmentState>(request.state(), "state", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const std::string state = request.state() == v1::ENROLMENT_STATE_UNSPECIFIED
                                ? ""
                                : kefu::convert::StoredName(request.state(), "ENROLMENT_STATE_");
  return ListMessages(
      deps_, ctx, request, store::kEnrolments,
      {.owner_id = request.agent_id(), .subject_id = request.session_id(), .state = state},
      &v1::ListTrainingEnrolmentsResponse::add_enrolments);
}

}  // namespace kefu::staffing
