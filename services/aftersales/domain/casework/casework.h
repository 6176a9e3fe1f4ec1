// The guards of work on a case: who may approve, how far a case is escalated, until when a decision
// is appealed. Pure, thread-safe. Reasons of errors_casework.h.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/status/error.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales::domain {

// The level to which a case is raised: `asked`, or the policy's next one above `from`.
// LEVEL_NOT_HIGHER; LEVEL_UNKNOWN for one that the policy does not have.
absl::StatusOr<EscalationLevel> RaisedLevel(const CasePolicy& policy, EscalationLevel from,
                                            EscalationLevel asked);
// The level to which it is lowered. LEVEL_NOT_LOWER, LEVEL_UNKNOWN.
absl::StatusOr<EscalationLevel> LoweredLevel(const CasePolicy& policy, EscalationLevel from,
                                             EscalationLevel asked);

// The pending proposal, if it is the one that is meant and another person's. PROPOSAL_CHANGED,
// OWN_PROPOSAL. The case waits for approval.
absl::StatusOr<Proposal*> PendingProposal(Case& record, std::string_view proposal_id,
                                          const Person& approver);

// The instant from which a decision can no longer be appealed: midnight in `zone` after the term's
// last day.
absl::Time AppealEnd(const CasePolicy& policy, absl::Time decided, absl::TimeZone zone);
// APPEAL_TERM_OVER, APPEALS_EXHAUSTED. The case has been decided; the policy is the one in force
// at its decision.
absl::Status CheckAppeal(const CasePolicy& policy, const Case& record, absl::TimeZone zone,
                         absl::Time now);

// DECISION_IN_EFFECT where something may have followed from the decision.
absl::Status CheckReopen(const Case& record);

// Adds every fault of a policy that is to be stored.
void CheckCasePolicy(const CasePolicy& policy, FieldViolations& violations);

}  // namespace kefu::aftersales::domain
