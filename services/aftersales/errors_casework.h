// Failures of work on cases: approvals, escalation, appeals. Each reason stands in
// docs/errors/aftersales_casework.md. As errors.h says.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "common/money/money.h"

namespace kefu::aftersales::error {

// FAILED_PRECONDITION RESULT_NOT_OF_KIND; metadata `kind`, `result` and `possible`.
absl::Status ResultNotOfKind(std::string_view kind, std::string_view result,
                             std::string_view possible, std::string_view why);
// FAILED_PRECONDITION PROPOSAL_CHANGED; metadata `proposal_id` names the one that is pending.
absl::Status ProposalChanged(std::string_view asked, std::string_view pending);
// FAILED_PRECONDITION COST_EXCEEDS_PAID; metadata `order_id` and `paid_minor_units`.
absl::Status CostExceedsPaid(std::string_view order_id, const Money& cost, int64_t paid_minor);
// PERMISSION_DENIED LIMITS_IN_OTHER_CURRENCY; metadata `currency_code` is that of limits.
absl::Status LimitsInOtherCurrency(std::string_view currency, const Money& cost);
absl::Status OwnProposal();     // PERMISSION_DENIED OWN_PROPOSAL
absl::Status NotOwnProposal();  // PERMISSION_DENIED NOT_OWN_PROPOSAL
absl::Status OwnDecision();     // PERMISSION_DENIED OWN_DECISION
// FAILED_PRECONDITION LEVEL_NOT_HIGHER, LEVEL_NOT_LOWER; metadata `level` is the case's. An
// empty `asked`: the next one, which there is not.
absl::Status LevelNotHigher(std::string_view level, std::string_view asked);
absl::Status LevelNotLower(std::string_view level, std::string_view asked);
absl::Status LevelUnknown(std::string_view asked);  // FAILED_PRECONDITION LEVEL_UNKNOWN
// PERMISSION_DENIED LEVEL_ABOVE_CALLER; metadata `level` is the case's.
absl::Status LevelAboveCaller(std::string_view level);
// FAILED_PRECONDITION APPEAL_TERM_OVER; metadata `end_time` is when it was over.
absl::Status AppealTermOver(std::string_view end_time, int32_t days);
absl::Status AppealsExhausted(int32_t most);             // FAILED_PRECONDITION APPEALS_EXHAUSTED
absl::Status ResultUnchanged(std::string_view result);   // FAILED_PRECONDITION RESULT_UNCHANGED
absl::Status DecisionInEffect(std::string_view result);  // FAILED_PRECONDITION DECISION_IN_EFFECT
// FAILED_PRECONDITION EVIDENCE_NOT_ALLOWED; a violation for each fault.
absl::Status EvidenceNotAllowed(std::span<const std::string> faults);
// ALREADY_EXISTS EVIDENCE_DUPLICATE; metadata `number` is that of the item with this content.
absl::Status EvidenceDuplicate(std::string_view sha256, int32_t number);
absl::Status EvidenceUnknown(int32_t number);  // FAILED_PRECONDITION EVIDENCE_UNKNOWN
// ALREADY_EXISTS CASES_LINKED; metadata `kind` is that of the link.
absl::Status CasesLinked(std::string_view other_case_id, std::string_view kind);
absl::Status LinkNotFound(std::string_view other_case_id);  // NOT_FOUND NOT_FOUND
absl::Status LinkLimit(int32_t most);                       // FAILED_PRECONDITION LINK_LIMIT
// FAILED_PRECONDITION NOT_A_DUPLICATE; a violation for each fault.
absl::Status NotADuplicate(std::string_view case_id, std::span<const std::string> faults);
absl::Status MergeLimit(int64_t most);  // FAILED_PRECONDITION MERGE_LIMIT

}  // namespace kefu::aftersales::error
