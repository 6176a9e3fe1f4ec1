#include "services/staffing/errors_training.h"

#include "common/status/error.h"
#include "fmt/format.h"

namespace kefu::staffing::error {

absl::Status SkillUnknown(std::string_view skill_id) {
  return FailedPrecondition("SKILL_UNKNOWN", fmt::format("skill {}", skill_id),
                            "is no skill of the catalogue, or has no such level");
}

absl::Status SkillHeld(std::string_view agent_id) {
  return FailedPrecondition("SKILL_HELD", fmt::format("agent {}", agent_id),
                            "has this level of the skill on one of the days already");
}

absl::Status SkillEnded(std::string_view agent_skill_id) {
  return FailedPrecondition("SKILL_ENDED", fmt::format("skill {}", agent_skill_id),
                            "has ended before that day, or begins after it");
}

absl::Status CertificateRevoked(std::string_view certificate_id) {
  return FailedPrecondition("CERTIFICATE_REVOKED", fmt::format("certificate {}", certificate_id),
                            "was taken back already");
}

absl::Status CourseUnknown(std::string_view course_id) {
  return FailedPrecondition("COURSE_UNKNOWN", fmt::format("course {}", course_id),
                            "is no course of the catalogue");
}

absl::Status CourseRetired(std::string_view course_id) {
  return FailedPrecondition("COURSE_RETIRED", fmt::format("course {}", course_id),
                            "is not given any more");
}

absl::Status TrainingAssigned(std::string_view agent_id) {
  return FailedPrecondition("TRAINING_ASSIGNED", fmt::format("agent {}", agent_id),
                            "has the course open already");
}

absl::Status TrainingNotOpen(std::string_view training_assignment_id) {
  return FailedPrecondition("TRAINING_NOT_OPEN", fmt::format("training {}", training_assignment_id),
                            "is passed or given up already");
}

absl::Status SessionCancelled(std::string_view session_id) {
  return FailedPrecondition("SESSION_CANCELLED", fmt::format("session {}", session_id),
                            "was called off");
}

absl::Status SessionHeld(std::string_view session_id) {
  return FailedPrecondition("SESSION_HELD", fmt::format("session {}", session_id),
                            "was held: it is known who came");
}

absl::Status SessionFull(std::string_view session_id) {
  return FailedPrecondition("SESSION_FULL", fmt::format("session {}", session_id),
                            "has no place left");
}

absl::Status SessionNotBegun(std::string_view session_id) {
  return FailedPrecondition("SESSION_NOT_BEGUN", fmt::format("session {}", session_id),
                            "has not begun");
}

absl::Status AlreadyEnrolled(std::string_view agent_id) {
  return FailedPrecondition("ALREADY_ENROLLED", fmt::format("agent {}", agent_id),
                            "is enrolled already");
}

absl::Status EnrolmentSettled(std::string_view agent_id) {
  return FailedPrecondition(
      "ENROLMENT_SETTLED", fmt::format("agent {}", agent_id),
      "has come, stayed away or been examined already, or is not enrolled any more");
}

absl::Status NotAttended(std::string_view agent_id) {
  return FailedPrecondition("NOT_ATTENDED", fmt::format("agent {}", agent_id),
                            "is not known to have come");
}

absl::Status OwnCompetence(std::string_view agent_id) {
  return FailedPrecondition("OWN_COMPETENCE", fmt::format("agent {}", agent_id),
                            "is the caller: nobody records the own competence");
}

}  // namespace kefu::staffing::error
