// Failures of personnel; each reason stands in docs/errors/staffing_bases.md.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace kefu::staffing::error {

// NOT_FOUND NOT_FOUND
absl::Status PromiseNotFound(std::string_view id);
// FAILED_PRECONDITION PROMISE_SETTLED
absl::Status PromiseSettled(std::string_view promise_id);
// FAILED_PRECONDITION JOB_POST_CLOSED
absl::Status JobPostClosed(std::string_view job_post_id);
// FAILED_PRECONDITION CANDIDATE_STAGE
absl::Status CandidateStage(std::string_view candidate_id, std::string_view from,
                            std::string_view to);
// FAILED_PRECONDITION PERSONNEL_FILE_REMOVED
absl::Status PersonnelFileRemoved(std::string_view file_id);

}  // namespace kefu::staffing::error
