// Rows of training: records as records.h has them, and how far recurring courses are assigned. As
// store.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/staffing/store/records.h"

namespace kefu::staffing::store {

inline constexpr RecordTable kSkills = KEFU_RECORD_TABLE("skill", "agent_skill");
inline constexpr RecordTable kCertificates =
    KEFU_RECORD_TABLE("certificate", "training_certificate");
inline constexpr RecordTable kAssessments =
    KEFU_RECORD_TABLE("assessment", "competence_assessment");
inline constexpr RecordTable kTrainings =
    KEFU_RECORD_TABLE("training assignment", "training_assignment");
inline constexpr RecordTable kSessions = KEFU_RECORD_TABLE("session", "training_session");
inline constexpr RecordTable kEnrolments = KEFU_RECORD_TABLE("enrolment", "training_enrolment");

// Everybody of the sessions, in order of session and agent. At most 1000 sessions.
absl::StatusOr<std::vector<RecordRow>> EnrolmentsOf(db::Transaction& transaction,
                                                    std::string_view org_id,
                                                    std::span<const std::string> session_ids);

// The last day of which recurring courses are assigned; nothing before the first.
absl::StatusOr<std::optional<absl::CivilDay>> LastTrainingLook(Reader reader,
                                                               std::string_view org_id);
absl::Status SaveTrainingLook(db::Transaction& transaction, std::string_view org_id,
                              absl::CivilDay day);

}  // namespace kefu::staffing::store
