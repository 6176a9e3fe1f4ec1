// Failures of the conduct ledger, announcements, the problem log and checklists; each reason stands
// in docs/errors/staffing_conduct.md.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"

namespace kefu::staffing::error {

// NOT_FOUND NOT_FOUND
absl::Status ConductNotFound(std::string_view id);

// ALREADY_EXISTS
absl::Status ConductExists(std::string_view source_id);  // CONDUCT_EXISTS

// FAILED_PRECONDITION
absl::Status ConductKindUnknown(std::string_view kind_id);  // CONDUCT_KIND_UNKNOWN
// CONDUCT_TERMS, with one violation for each problem
absl::Status ConductTerms(std::string_view kind_id, std::span<const std::string> problems);
absl::Status ConductState(std::string_view conduct_id, std::string_view state);  // CONDUCT_STATE
absl::Status ConductNotConcerned(std::string_view conduct_id,
                                 std::string_view agent_id);  // CONDUCT_NOT_CONCERNED
absl::Status AppealTermOver(std::string_view conduct_id,
                            absl::CivilDay until);  // APPEAL_TERM_OVER

// Announcements.
absl::Status AnnouncementNotFound(std::string_view id);   // NOT_FOUND NOT_FOUND
absl::Status AgentRequired();                             // PERMISSION_DENIED AGENT_REQUIRED
absl::Status AnnouncementWithdrawn(std::string_view id);  // ANNOUNCEMENT_WITHDRAWN
absl::Status NotAddressed(std::string_view announcement_id,
                          std::string_view agent_id);  // NOT_ADDRESSED

// The problem log.
absl::Status ProblemNotFound(std::string_view id);  // NOT_FOUND NOT_FOUND
absl::Status ProblemAnswered(std::string_view id);  // FAILED_PRECONDITION PROBLEM_ANSWERED

}  // namespace kefu::staffing::error
