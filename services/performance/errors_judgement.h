// Failures of scorecards and inspections; each reason stands in
// docs/errors/performance_judgement.md.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"

namespace kefu::performance::error {

// NOT_FOUND NOT_FOUND
absl::Status ScorecardNotFound(std::string_view id);
// NOT_FOUND NOT_FOUND
absl::Status AgentMonthNotFound(std::string_view agent_id);
// NOT_FOUND NOT_FOUND
absl::Status FormNotFound(std::string_view form_id);
// NOT_FOUND NOT_FOUND
absl::Status SampleNotFound(std::string_view sample_id);
// NOT_FOUND NOT_FOUND
absl::Status InspectionNotFound(std::string_view inspection_id);
// ALREADY_EXISTS ALREADY_EXISTS
absl::Status InspectedAlready(std::string_view conversation_id);
// FAILED_PRECONDITION INSPECTED_TWICE
absl::Status InspectedTwice(std::string_view conversation_id);
// FAILED_PRECONDITION CONVERSATION_EXCLUDED
absl::Status ConversationExcluded(std::string_view conversation_id);
// FAILED_PRECONDITION OWN_INSPECTION
absl::Status OwnInspection(std::string_view inspection_id);
// PERMISSION_DENIED PERMISSION_DENIED
absl::Status JudgementOfOthers();
// FAILED_PRECONDITION OWN_GRADE
absl::Status OwnGrade(std::string_view agent_id);
// FAILED_PRECONDITION INSPECTION_STATE
absl::Status InspectionState(std::string_view inspection_id, std::string_view why);
// INVALID_ARGUMENT TOO_MANY_CONVERSATIONS
absl::Status TooManyConversations(int64_t most);

}  // namespace kefu::performance::error
