// Failures of training and competence; each reason stands in docs/errors/staffing_training.md.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace kefu::staffing::error {

// All of them FAILED_PRECONDITION.
absl::Status SkillUnknown(std::string_view skill_id);                   // SKILL_UNKNOWN
absl::Status SkillHeld(std::string_view agent_id);                      // SKILL_HELD
absl::Status SkillEnded(std::string_view agent_skill_id);               // SKILL_ENDED
absl::Status CertificateRevoked(std::string_view certificate_id);       // CERTIFICATE_REVOKED
absl::Status CourseUnknown(std::string_view course_id);                 // COURSE_UNKNOWN
absl::Status CourseRetired(std::string_view course_id);                 // COURSE_RETIRED
absl::Status TrainingAssigned(std::string_view agent_id);               // TRAINING_ASSIGNED
absl::Status TrainingNotOpen(std::string_view training_assignment_id);  // TRAINING_NOT_OPEN
absl::Status SessionCancelled(std::string_view session_id);             // SESSION_CANCELLED
absl::Status SessionHeld(std::string_view session_id);                  // SESSION_HELD
absl::Status SessionFull(std::string_view session_id);                  // SESSION_FULL
absl::Status SessionNotBegun(std::string_view session_id);              // SESSION_NOT_BEGUN
absl::Status AlreadyEnrolled(std::string_view agent_id);                // ALREADY_ENROLLED
absl::Status EnrolmentSettled(std::string_view agent_id);               // ENROLMENT_SETTLED
absl::Status NotAttended(std::string_view agent_id);                    // NOT_ATTENDED
absl::Status OwnCompetence(std::string_view agent_id);                  // OWN_COMPETENCE

}  // namespace kefu::staffing::error
