// Failures of the supervision of bases; each reason stands in docs/errors/staffing_bases.md.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"

namespace kefu::staffing::error {

// NOT_FOUND NOT_FOUND
absl::Status FindingNotFound(std::string_view id);
// FAILED_PRECONDITION CONTRACT_NOT_WITH_BASE
absl::Status ContractNotWithBase(std::string_view contract_id);
// FAILED_PRECONDITION SITE_OF_ANOTHER_BASE
absl::Status SiteOfAnotherBase(std::string_view site_id);
// FAILED_PRECONDITION CONTRACT_OF_ANOTHER_BASE
absl::Status ContractOfAnotherBase(std::string_view contract_id);
// FAILED_PRECONDITION AGENT_OF_ANOTHER_BASE
absl::Status AgentOfAnotherBase(std::string_view agent_id);
// FAILED_PRECONDITION FINDING_CLOSED
absl::Status FindingClosed(std::string_view finding_id);
// FAILED_PRECONDITION FINDING_NOT_ANSWERED
absl::Status FindingNotAnswered(std::string_view finding_id);
// FAILED_PRECONDITION COMPLAINT_DECIDED
absl::Status ComplaintDecided(std::string_view complaint_id);
// FAILED_PRECONDITION COMPLAINT_NOT_IN_CORRECTION
absl::Status ComplaintNotInCorrection(std::string_view complaint_id);
// PERMISSION_DENIED OTHER_SIDE_DECIDES
absl::Status OtherSideDecides(std::string_view complaint_id);
// PERMISSION_DENIED CONTRACT_END_NOT_ALLOWED
absl::Status ContractEndNotAllowed();
// FAILED_PRECONDITION ASSIGNMENT_BEGINS_LATER
absl::Status AssignmentBeginsLater(std::string_view assignment_id, absl::CivilDay day);
// FAILED_PRECONDITION NO_TRIAL
absl::Status NoTrial(std::string_view contract_id);
// FAILED_PRECONDITION TRIAL_OVER
absl::Status TrialOver(std::string_view contract_id);
// FAILED_PRECONDITION TRIAL_DECIDED
absl::Status TrialDecided(std::string_view contract_id);

}  // namespace kefu::staffing::error
