// Skills, certificates and assessments of the four sides.
#include <algorithm>

#include "services/staffing/handlers/training/support.h"
#include "services/staffing/handlers/training/training_handlers.h"

namespace kefu::staffing {
namespace {

// What a certificate or an assessment says of a day must have happened.
absl::Status NotAfter(absl::CivilDay today, const kefu::common::v1::Date& day, const char* field) {
  FieldViolations violations;
  violations.Check(kefu::convert::FromProto(day) <= today, field, "must not lie after today");
  return violations.ToStatus();
}

absl::Status CheckLevel(const training::Catalogue& catalogue, const v1::AgentSkill& asked) {
  const training::Skill* const skill = catalogue.FindSkill(asked.skill_id());
  const bool known =
      skill != nullptr && asked.level() <= static_cast<int32_t>(skill->levels.size());
  return known ? absl::OkStatus() : error::SkillUnknown(asked.skill_id());
}

// The agent's row must be locked.
absl::Status CheckNotHeld(db::Transaction& t, const RequestContext& ctx,
                          const v1::AgentSkill& asked) {
  const std::vector<std::string> owners = {asked.agent_id()};
  ASSIGN_OR_RETURN(const auto rows, store::RecordsOf(t, store::kSkills, ctx.org_id(), owners));
  for (const store::RecordRow& row : rows) {
    ASSIGN_OR_RETURN(const auto held, MessageOf<v1::AgentSkill>(row));
    if (held.skill_id() == asked.skill_id() && held.level() == asked.level() &&
        PeriodOf(held).Overlaps(PeriodOf(asked))) {
      return error::SkillHeld(asked.agent_id());
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::AgentSkill> TrainingHandlers::GrantSkill(
    const RequestContext& ctx, const v1::GrantSkillRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  const v1::AgentSkill asked = convert::Normalised(request.skill(), inner);
  violations.Merge("skill", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::AgentSkill>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::AgentSkill> {
        RETURN_IF_ERROR(LockOther(t, ctx, asked.agent_id()).status());
        ASSIGN_OR_RETURN(const training::Catalogue catalogue, TrainingCatalogueOf(t, ctx.org_id()));
        RETURN_IF_ERROR(CheckLevel(catalogue, asked));
        RETURN_IF_ERROR(CheckNotHeld(t, ctx, asked));
        v1::AgentSkill skill = asked;
        skill.set_agent_skill_id(deps_.ids.Next());
        skill.set_actor(ctx.principal.subject);
        *skill.mutable_create_time() = kefu::convert::ToProto(ctx.now);
        RETURN_IF_ERROR(KeepSkill(deps_, t, ActingOf(ctx), {}, skill));
        return skill;
      });
}

absl::StatusOr<v1::AgentSkill> TrainingHandlers::EndSkill(
    const RequestContext& ctx, const v1::EndSkillRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.agent_skill_id(), "agent_skill_id", violations);
  const absl::CivilDay until = convert::RequiredDay(request.has_until_date(), request.until_date(),
                                                    "until_date", violations);
  const std::string reason =
      convert::Text(request.reason(), convert::kMaxReason, "reason", violations, /*lines=*/true);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::AgentSkill>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::AgentSkill> {
        ASSIGN_OR_RETURN(
            const store::RecordRow known,
            store::FindRecord(t, store::kSkills, ctx.org_id(), request.agent_skill_id()));
        // The agent before the records, as everywhere.
        RETURN_IF_ERROR(LockOther(t, ctx, known.owner_id).status());
        ASSIGN_OR_RETURN(store::RecordRow row,
                         store::LockRecord(t, store::kSkills, ctx.org_id(), known.id));
        ASSIGN_OR_RETURN(v1::AgentSkill skill, MessageOf<v1::AgentSkill>(row));
        if (!PeriodOf(skill).Contains(until)) return error::SkillEnded(row.id);
        *skill.mutable_until_date() = request.until_date();
        skill.set_end_reason(reason);
        RETURN_IF_ERROR(KeepSkill(deps_, t, ActingOf(ctx), std::move(row), skill));
        return skill;
      });
}

absl::StatusOr<v1::ListAgentSkillsResponse> TrainingHandlers::ListAgentSkills(
    const RequestContext& ctx, const v1::ListAgentSkillsRequest& request) const {
  RETURN_IF_ERROR(
      RequireListing(store::Reader(deps_.database, ctx.deadline), ctx, request.agent_id()));
  FieldViolations violations;
  convert::OptionalId(request.skill_id(), "skill_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return ListMessages(deps_, ctx, request, store::kSkills,
                      {.owner_id = request.agent_id(), .subject_id = request.skill_id()},
                      &v1::ListAgentSkillsResponse::add_skills);
}

absl::StatusOr<v1::TrainingCertificate> TrainingHandlers::AddTrainingCertificate(
    const RequestContext& ctx, const v1::AddTrainingCertificateRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  const v1::TrainingCertificate asked = convert::Normalised(request.certificate(), inner);
  violations.Merge("certificate", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::TrainingCertificate>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::TrainingCertificate> {
        RETURN_IF_ERROR(LockOther(t, ctx, asked.agent_id()).status());
        ASSIGN_OR_RETURN(const absl::CivilDay today, Today(t, ctx));
        RETURN_IF_ERROR(NotAfter(today, asked.issue_date(), "certificate.issue_date"));
        ASSIGN_OR_RETURN(const training::Catalogue catalogue, TrainingCatalogueOf(t, ctx.org_id()));
        v1::TrainingCertificate certificate = asked;
        certificate.set_certificate_id(deps_.ids.Next());
        certificate.set_state(v1::CERTIFICATE_STATE_VALID);
        certificate.set_actor(ctx.principal.subject);
        *certificate.mutable_create_time() = kefu::convert::ToProto(ctx.now);
        RETURN_IF_ERROR(
            KeepCertificate(deps_, t, ActingOf(ctx), {}, certificate, catalogue.warning_days));
        return certificate;
      });
}

absl::StatusOr<v1::TrainingCertificate> TrainingHandlers::RevokeTrainingCertificate(
    const RequestContext& ctx, const v1::RevokeTrainingCertificateRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.certificate_id(), "certificate_id", violations);
  const std::string reason =
      convert::Text(request.reason(), convert::kMaxReason, "reason", violations, /*lines=*/true);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::TrainingCertificate>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::TrainingCertificate> {
        ASSIGN_OR_RETURN(
            const store::RecordRow known,
            store::FindRecord(t, store::kCertificates, ctx.org_id(), request.certificate_id()));
        RETURN_IF_ERROR(LockOther(t, ctx, known.owner_id).status());
        ASSIGN_OR_RETURN(store::RecordRow row,
                         store::LockRecord(t, store::kCertificates, ctx.org_id(), known.id));
        ASSIGN_OR_RETURN(v1::TrainingCertificate certificate,
                         MessageOf<v1::TrainingCertificate>(row));
        if (certificate.state() == v1::CERTIFICATE_STATE_REVOKED) {
          return error::CertificateRevoked(row.id);
        }
        certificate.set_state(v1::CERTIFICATE_STATE_REVOKED);
        certificate.set_revoke_reason(reason);
        RETURN_IF_ERROR(KeepCertificate(deps_, t, ActingOf(ctx), std::move(row), certificate,
                                        /*warning_days=*/0));
        return certificate;
      });
}

absl::StatusOr<v1::ListTrainingCertificatesResponse> TrainingHandlers::ListTrainingCertificates(
    const RequestContext& ctx, const v1::ListTrainingCertificatesRequest& request) const {
  RETURN_IF_ERROR(
      RequireListing(store::Reader(deps_.database, ctx.deadline), ctx, request.agent_id()));
  FieldViolations violations;
  convert::OptionalId(request.kind(), "kind", violations);
  kefu::convert::OptionalEnum<v1::CertificateState>(request.state(), "state", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const std::string state = request.state() == v1::CERTIFICATE_STATE_UNSPECIFIED
                                ? ""
                                : kefu::convert::StoredName(request.state(), "CERTIFICATE_STATE_");
  return ListMessages(
      deps_, ctx, request, store::kCertificates,
      {.owner_id = request.agent_id(), .subject_id = request.kind(), .state = state},
      &v1::ListTrainingCertificatesResponse::add_certificates);
}

absl::StatusOr<v1::CompetenceAssessment> TrainingHandlers::RecordAssessment(
    const RequestContext& ctx, const v1::RecordAssessmentRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  const v1::CompetenceAssessment asked = convert::Normalised(request.assessment(), inner);
  violations.Merge("assessment", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::CompetenceAssessment>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::CompetenceAssessment> {
        ASSIGN_OR_RETURN(const domain::Agent agent, LockOther(t, ctx, asked.agent_id()));
        ASSIGN_OR_RETURN(const absl::CivilDay today, Today(t, ctx));
        RETURN_IF_ERROR(NotAfter(today, asked.date(), "assessment.date"));
        const absl::CivilDay day = kefu::convert::FromProto(asked.date());
        if (!agent.employed.Contains(day)) return error::AgentNotEmployed(agent.id, day);
        v1::CompetenceAssessment assessment = asked;
        assessment.set_assessment_id(deps_.ids.Next());
        assessment.set_actor(ctx.principal.subject);
        *assessment.mutable_create_time() = kefu::convert::ToProto(ctx.now);
        store::RecordRow row{.id = assessment.assessment_id(),
                             .owner_id = agent.id,
                             .state = "MADE",
                             .body = assessment.SerializeAsString()};
        RETURN_IF_ERROR(store::SaveRecord(t, store::kAssessments, ctx.org_id(), row, ctx.now));
        v1::CompetenceAssessed event;
        event.set_assessment_id(row.id);
        event.set_agent_id(agent.id);
        RETURN_IF_ERROR(Publish(deps_, t, ctx, agent.id, event));
        return assessment;
      });
}

absl::StatusOr<v1::ListAssessmentsResponse> TrainingHandlers::ListAssessments(
    const RequestContext& ctx, const v1::ListAssessmentsRequest& request) const {
  RETURN_IF_ERROR(
      RequireListing(store::Reader(deps_.database, ctx.deadline), ctx, request.agent_id()));
  return ListMessages(deps_, ctx, request, store::kAssessments, {.owner_id = request.agent_id()},
                      &v1::ListAssessmentsResponse::add_assessments);
}

}  // namespace kefu::staffing
