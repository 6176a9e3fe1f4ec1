// The state machines of cases as one table, and what each verb does to a case. Pure, thread-safe.
// docs/cases.md is drawn from the same table.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/aftersales/domain/clocks.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales::domain {

// What may be done to a case. ReviewCase is two verbs, a decision and waiting for the customer, and
// so is MergeCases.
enum class Verb : uint8_t {
  kRespond,
  kDecide,
  kWait,
  kResume,
  kPropose,
  kApprove,
  kRejectProposal,
  kWithdrawProposal,
  kEscalate,
  kLowerEscalation,
  kAppeal,
  kDecideAppeal,
  kReopen,
  kClose,
  kUpdate,
  kPlan,
  kComment,
  kAttachEvidence,
  kLink,
  kUnlink,
  kEvaluateReturn,
  kMerge,   // the duplicate
  kAbsorb,  // the case that survives it
  kCustomerMessage,
  kSettleStep
};
inline constexpr int kVerbCount = static_cast<int>(Verb::kSettleStep) + 1;
// The RPC that it comes by, for example "ReviewCase".
std::string_view VerbName(Verb verb);

// What must hold besides the state. Whoever moves a case makes sure of it beforehand and says so in
// the command; Apply refuses a move whose guard nobody has answered.
enum class Guard : uint8_t {
  kNone,
  kAuthority,           // the caller's authority reaches the result and its cost
  kApprovable,          // the result is not forbidden to everybody
  kAuthorityOfAnother,  // kAuthority, of another person than the one who proposed
  kProposer,            // the person who proposed
  kAppealJudge,         // kAuthority, of the merchant or another person than the one who decided
  kLevelAbove,          // the level is above the case's
  kLevelBelow,
  kAppealable,      // within the term, and not appealed too often
  kNothingFollows,  // neither goods nor money nor a sanction followed from the decision
  kNothingBegun,    // upheld, and nothing has followed yet since nobody was known
  kNothingRuns,     // no process that follows the decision is under way
  kAllowedEvidence,
  kDuplicate  // the two cases are one matter
};
// In words, for the documents.
std::string_view GuardText(Guard guard);

// A set of values of a small enumeration.
template <class E>
struct Set {
  uint32_t bits = 0;
  constexpr bool Has(E value) const { return (bits >> static_cast<unsigned>(value) & 1u) != 0; }
};

struct Move {
  Set<CaseState> from;
  Verb verb;
  CaseState to;  // kUnspecified: the case stays where it is
  Guard guard;
  Set<CaseKind> kinds;
};
// Every legal move; what is not here is refused. No two rows fit the same kind, state and verb.
std::span<const Move> Moves();
// The row, or null.
const Move* FindMove(CaseKind kind, CaseState from, Verb verb);

// Whether a kind of case knows a review result, and why (or why not). Every pair of kind and result
// stands in one row.
struct ResultRule {
  ReviewResult result;
  Set<CaseKind> kinds;
  bool allowed;
  // The result whose authority it takes: what grants goods or money that the rules of returns do
  // not grant is bounded alike, by whatever name it goes.
  ReviewResult authority;
  std::string_view why;
};
std::span<const ResultRule> ResultRules();
const ResultRule& RuleOf(CaseKind kind, ReviewResult result);

// The verb of a review result.
Verb VerbOf(ReviewResult result);

struct Command {
  Verb verb = Verb::kRespond;
  absl::Time at;  // when it was done: at most `now`, for words possibly before
  // Of kDecide, kWait, kPropose, kApprove, and of a kDecideAppeal that overturns the decision.
  ReviewResult result = ReviewResult::kUnspecified;
  std::vector<std::string> promised_actions = {};  // to be added
  Guard assured = Guard::kNone;                    // the guard that has been made sure of
  Person actor = {};                               // of verbs that decide
};

// Whether the state and the kind of the case allow verb and result; the guard is not asked.
// FAILED_PRECONDITION ILLEGAL_MOVE or RESULT_NOT_OF_KIND; both name what is possible.
absl::Status CheckMove(const Case& record, Verb verb, ReviewResult result);

struct Change {
  CaseState from;
  std::vector<Firing> firings;  // clocks found breached on the way, for DeadlineBreached
};

// Moves the case: meets the clocks that the verb meets (an answer those of first answer, e-mail and
// the message it follows, a decision those of the work order and of the resolution, closing that of
// the resolution) and cancels what still runs when the case is closed or merged, then records what
// has run out, then begins or ends the pause: with the customer's message, when that came, or now
// if it came before. Grows the version. The only way that a case changes its state, result and
// decision. CheckMove's errors change nothing; INTERNAL: the guard was not assured.
absl::StatusOr<Change> Apply(Case& record, const Command& command, absl::Time now,
                             const Calendars& calendars);

}  // namespace kefu::aftersales::domain
