#include "services/aftersales/domain/casework/casework.h"

#include <algorithm>

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/aftersales/errors_casework.h"

namespace kefu::aftersales::domain {
namespace {

constexpr int kMaxTermDays = 365, kMaxAppeals = 10;

// Results from which neither goods nor money nor a sanction follow.
bool NothingFollows(ReviewResult result) {
  return result == ReviewResult::kRejected || result == ReviewResult::kCustomerGaveUp;
}

absl::Status CheckKnown(const CasePolicy& policy, EscalationLevel level) {
  return std::ranges::count(policy.levels, level) > 0 ? absl::OkStatus()
                                                      : error::LevelUnknown(NameOf(level));
}

}  // namespace

bool SamePerson(const Person& one, const Person& other) {
  return one.subject == other.subject || (!one.agent_id.empty() && one.agent_id == other.agent_id);
}

absl::StatusOr<EscalationLevel> RaisedLevel(const CasePolicy& policy, EscalationLevel from,
                                            EscalationLevel asked) {
  if (asked == EscalationLevel::kUnspecified) {
    // A policy may have lost the level that a case has: levels are ordered by their value.
    const auto next = std::ranges::find_if(policy.levels, [&](auto level) { return level > from; });
    if (next == policy.levels.end()) return error::LevelNotHigher(NameOf(from), "");
    return *next;
  }
  RETURN_IF_ERROR(CheckKnown(policy, asked));
  if (asked <= from) return error::LevelNotHigher(NameOf(from), NameOf(asked));
  return asked;
}

absl::StatusOr<EscalationLevel> LoweredLevel(const CasePolicy& policy, EscalationLevel from,
                                             EscalationLevel asked) {
  RETURN_IF_ERROR(CheckKnown(policy, asked));
  if (asked >= from) return error::LevelNotLower(NameOf(from), NameOf(asked));
  return asked;
}

absl::StatusOr<Proposal*> PendingProposal(Case& record, std::string_view proposal_id,
                                          const Person& approver) {
  Proposal& pending = record.work.proposals.back();
  if (pending.proposal_id != proposal_id) {
    return error::ProposalChanged(proposal_id, pending.proposal_id);
  }
  if (SamePerson(pending.proposer, approver)) return error::OwnProposal();
  return &pending;
}

absl::Time AppealEnd(const CasePolicy& policy, absl::Time decided, absl::TimeZone zone) {
  return absl::FromCivil(absl::ToCivilDay(decided, zone) + policy.appeal_term_days + 1, zone);
}

absl::Status CheckAppeal(const CasePolicy& policy, const Case& record, absl::TimeZone zone,
                         absl::Time now) {
  const absl::Time end = AppealEnd(policy, *record.work.decide_time, zone);
  if (now >= end) return error::AppealTermOver(FormatInstant(end), policy.appeal_term_days);
  if (record.work.appeals.size() >= static_cast<size_t>(policy.max_appeals)) {
    return error::AppealsExhausted(policy.max_appeals);
  }
  return absl::OkStatus();
}

absl::Status CheckReopen(const Case& record) {
  // A platform's letter asks for an answer: nothing follows from what was answered.
  if (record.kind == CaseKind::kPlatformEmail || NothingFollows(record.result)) {
    return absl::OkStatus();
  }
  return error::DecisionInEffect(NameOf(record.result));
}

void CheckCasePolicy(const CasePolicy& policy, FieldViolations& violations) {
  const auto& levels = policy.levels;
  violations.Check(
      levels.size() >= 2 && levels.front() == EscalationLevel::kAgent &&
          std::ranges::is_sorted(levels) && std::ranges::adjacent_find(levels) == levels.end(),
      "escalation_levels", "must begin with the agent and rise, none twice, at least two of them");
  violations.Check(policy.appeal_term_days >= 0 && policy.appeal_term_days <= kMaxTermDays,
                   "appeal_term_days", "must be 0 to 365");
  violations.Check(policy.max_appeals >= 0 && policy.max_appeals <= kMaxAppeals, "max_appeals",
                   "must be 0 to 10");
}

}  // namespace kefu::aftersales::domain
