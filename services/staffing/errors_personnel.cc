#include "services/staffing/errors_personnel.h"

#include "common/status/error.h"
#include "fmt/format.h"

namespace kefu::staffing::error {

absl::Status PromiseNotFound(std::string_view id) { return NotFound("promise", id); }

absl::Status PromiseSettled(std::string_view promise_id) {
  return FailedPrecondition("PROMISE_SETTLED", fmt::format("promise {}", promise_id),
                            "is kept or given up already");
}

absl::Status JobPostClosed(std::string_view job_post_id) {
  return FailedPrecondition("JOB_POST_CLOSED", fmt::format("job post {}", job_post_id),
                            "is closed");
}

absl::Status CandidateStage(std::string_view candidate_id, std::string_view from,
                            std::string_view to) {
  return FailedPrecondition("CANDIDATE_STAGE", fmt::format("candidate {}", candidate_id),
                            fmt::format("cannot go from {} to {}", from, to));
}

absl::Status PersonnelFileRemoved(std::string_view file_id) {
  return FailedPrecondition("PERSONNEL_FILE_REMOVED", fmt::format("file {}", file_id),
                            "was taken out already");
}

}  // namespace kefu::staffing::error
