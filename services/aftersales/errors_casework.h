// Failures of work on cases: approvals, escalation, appeals. Each reason stands in
// docs/errors/aftersales_casework.md. As errors.h says.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"

namespace kefu::aftersales::error {

// FAILED_PRECONDITION RESULT_NOT_OF_KIND; metadata `kind`, `result` and `possible`.
absl::Status ResultNotOfKind(std::string_view kind, std::string_view result,
                             std::string_view possible, std::string_view why);
// FAILED_PRECONDITION PROPOSAL_CHANGED; metadata `proposal_id` names the one that is pending.
absl::Status ProposalChanged(std::string_view asked, std::string_view pending);
absl::Status OwnProposal();  // PERMISSION_DENIED OWN_PROPOSAL
absl::Status OwnDecision();  // PERMISSION_DENIED OWN_DECISION
// FAILED_PRECONDITION LEVEL_NOT_HIGHER, LEVEL_NOT_LOWER; metadata `level` is the case's. An
// empty `asked`: the next one, which there is not.
absl::Status LevelNotHigher(std::string_view level, std::string_view asked);
absl::Status LevelNotLower(std::string_view level, std::string_view asked);
absl::Status LevelUnknown(std::string_view asked);  // FAILED_PRECONDITION LEVEL_UNKNOWN
// FAILED_PRECONDITION APPEAL_TERM_OVER; metadata `end_time` is when it was over.
absl::Status AppealTermOver(std::string_view end_time, int32_t days);
absl::Status AppealsExhausted(int32_t most);             // FAILED_PRECONDITION APPEALS_EXHAUSTED
absl::Status ResultUnchanged(std::string_view result);   // FAILED_PRECONDITION RESULT_UNCHANGED
absl::Status DecisionInEffect(std::string_view result);  // FAILED_PRECONDITION DECISION_IN_EFFECT

}  // namespace kefu::aftersales::error
