// Work on a case beyond its verbs of every day: proposals, escalation, appeals, as plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/enums/enum_names.h"
#include "common/money/money.h"
#include "services/aftersales/domain/enums.h"
#include "services/aftersales/domain/policy_ref.h"

namespace kefu::aftersales::domain {

enum class EscalationLevel : uint8_t { kUnspecified, kAgent, kTeamLead, kSupervisor, kMerchant };
enum class ProposalState : uint8_t { kUnspecified, kPending, kApproved, kRejected, kWithdrawn };
enum class AppealParty : uint8_t { kUnspecified, kBuyer, kMerchant };
enum class AppealOutcome : uint8_t { kUnspecified, kDecisionStands, kDecisionOverturned };

enum class CommentVisibility : uint8_t { kUnspecified, kInternal, kShared };
enum class CaseLinkKind : uint8_t {
  kUnspecified,
  kRelated,
  kDuplicateOf,
  kHasDuplicate,
  kFollowUpOf,
  kFollowedUpBy
};

KEFU_ENUM_NAMES(EscalationLevel, "UNSPECIFIED", "AGENT", "TEAM_LEAD", "SUPERVISOR", "MERCHANT")
KEFU_ENUM_NAMES(ProposalState, "UNSPECIFIED", "PENDING", "APPROVED", "REJECTED", "WITHDRAWN")
KEFU_ENUM_NAMES(AppealParty, "UNSPECIFIED", "BUYER", "MERCHANT")
KEFU_ENUM_NAMES(AppealOutcome, "UNSPECIFIED", "DECISION_STANDS", "DECISION_OVERTURNED")
KEFU_ENUM_NAMES(CommentVisibility, "UNSPECIFIED", "INTERNAL", "SHARED")
KEFU_ENUM_NAMES(CaseLinkKind, "UNSPECIFIED", "RELATED", "DUPLICATE_OF", "HAS_DUPLICATE",
                "FOLLOW_UP_OF", "FOLLOWED_UP_BY")

// Who did something. Two are one person when either name is the same.
struct Person {
  std::string subject;   // of the token
  std::string agent_id;  // empty: none
};
bool SamePerson(const Person& one, const Person& other);

struct Proposal {
  std::string proposal_id;
  ProposalState state = ProposalState::kUnspecified;
  ReviewResult result = ReviewResult::kUnspecified;
  std::optional<Money> cost;
  std::string note;
  Person proposer;
  absl::Time propose_time;
  std::string decider;  // empty while it is pending
  std::optional<absl::Time> decide_time;
};

struct Appeal {
  std::string appeal_id;
  AppealParty party = AppealParty::kUnspecified;
  std::string reason;
  std::string appellant;
  absl::Time appeal_time;
  ReviewResult appealed_result = ReviewResult::kUnspecified;
  PolicyRef policy;  // whose term held
  AppealOutcome outcome = AppealOutcome::kUnspecified;
  ReviewResult new_result = ReviewResult::kUnspecified;
  std::string decider;  // empty while it is not decided
  std::optional<absl::Time> decide_time;
};

// What a case keeps of it.
struct CaseWork {
  EscalationLevel level = EscalationLevel::kAgent;
  int32_t decision_number = 0;  // decisions given
  // Of the decision in force.
  std::optional<absl::Time> decide_time;
  Person decider;
  std::vector<Proposal> proposals;  // by time; only the last may be pending
  std::vector<Appeal> appeals;      // by time; only the last may be undecided
  std::string merged_into;          // empty unless it was merged
  std::vector<std::string> merged;  // what was merged into it, by whatever way; by id
};

struct Comment {
  std::string comment_id;
  std::string case_id;
  CommentVisibility visibility = CommentVisibility::kUnspecified;
  std::string text;
  std::string author;
  absl::Time create_time;
};

struct CaseLink {
  std::string case_id;
  std::string other_case_id;
  CaseLinkKind kind = CaseLinkKind::kUnspecified;  // what the first is to the other
  std::string author;
  absl::Time create_time;
};

// One version of the rules.
struct CasePolicy {
  PolicyRef ref;
  std::string shop_id;  // empty: every shop
  absl::Time effective;
  std::vector<EscalationLevel> levels;      // lowest first
  int32_t appeal_term_days = 0;             // days after that of the decision, in the shop's zone
  int32_t max_appeals = 0;                  // of one case
  int64_t max_evidence_bytes = 0;           // of one item
  int32_t max_evidence_items = 0;           // of one case
  std::vector<std::string> evidence_types;  // media types
};

}  // namespace kefu::aftersales::domain
