// The guards of work on a case: who may approve, how far a case is escalated, until when a decision
// is appealed. Pure, thread-safe. Reasons of errors_casework.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

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

// The level of a case of which a missed deadline has been told to somebody: the policy's highest
// that is not above the recipient, unless it is above that already.
EscalationLevel LevelAfterTelling(const CasePolicy& policy, EscalationLevel from, Recipient told);

// The pending proposal, if it is the one that is meant and another person's. PROPOSAL_CHANGED,
// OWN_PROPOSAL. The case waits for approval.
absl::StatusOr<Proposal*> PendingProposal(Case& record, std::string_view proposal_id,
                                          const Person& approver);
// The same for the person who made it: PROPOSAL_CHANGED, NOT_OWN_PROPOSAL.
absl::StatusOr<Proposal*> OwnPendingProposal(Case& record, std::string_view proposal_id,
                                             const Person& proposer);

// Whether somebody gave the decision in force, or proposed it.
bool TookPart(const Case& record, const Person& person);

// The instant from which a decision can no longer be appealed: midnight in `zone` after the term's
// last day.
absl::Time AppealEnd(const CasePolicy& policy, absl::Time decided, absl::TimeZone zone);
// APPEAL_TERM_OVER, APPEALS_EXHAUSTED. The case has been decided; the policy is the one in force
// at its decision.
absl::Status CheckAppeal(const CasePolicy& policy, const Case& record, absl::TimeZone zone,
                         absl::Time now);

// DECISION_IN_EFFECT where something may have followed from the decision.
absl::Status CheckReopen(const Case& record);

// Attaches an item, in the place of the one of that number unless it is 0. EVIDENCE_NOT_ALLOWED
// with every fault, EVIDENCE_DUPLICATE; EVIDENCE_UNKNOWN where no such item stands.
absl::Status Attach(const CasePolicy& policy, Case& record, Evidence item, int32_t supersedes);
// What evidence a case may be opened with: as Attach.
absl::Status CheckOpeningEvidence(const CasePolicy& policy, const Case& record);

// What the other case reads of a link.
CaseLinkKind Inverse(CaseLinkKind kind);

// NOT_A_DUPLICATE with every reason why the two are not one matter; MERGE_LIMIT when the survivor
// has taken in too many. One matter is about the same goods: the same pieces, or the whole order of
// both. A case that names neither order nor lines is about no goods yet: Merge gives it those of
// the other, which must be possible.
absl::Status CheckDuplicate(const Case& survivor, const Case& duplicate);
// The case's id and those of the cases merged into it.
std::vector<std::string> WithMerged(const Case& record);
// The two become one. A survivor that names no order takes order and lines from the duplicate while
// it is open or waits for the customer: nobody has decided without them then, nor is asked to. Its
// language, if it has none, unless it is decided. Tells what it took.
std::vector<FieldChange> Merge(Case& survivor, Case& duplicate);

// Adds every fault of a policy that is to be stored.
void CheckCasePolicy(const CasePolicy& policy, FieldViolations& violations);

}  // namespace kefu::aftersales::domain
