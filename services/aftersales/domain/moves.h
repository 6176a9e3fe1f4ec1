// The state machine of a case as one table, and what each verb does to a case. Pure, thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/aftersales/domain/clocks.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales::domain {

// What may be done to a case. ReviewCase is two verbs: a decision, and waiting for the customer.
enum class Verb : uint8_t { kRespond, kDecide, kWait, kResume, kClose };
// The RPC that it comes by, for example "ReviewCase".
std::string_view VerbName(Verb verb);

struct Move {
  CaseState from;
  Verb verb;
  CaseState to;
};
// Every legal move; what is not here is refused. The same for every kind of case.
std::span<const Move> Moves();

// The state after the verb. FAILED_PRECONDITION ILLEGAL_MOVE names state and verb.
absl::StatusOr<CaseState> TargetOf(CaseState from, Verb verb);

// The verb of a review result.
Verb VerbOf(ReviewResult result);

struct Command {
  Verb verb = Verb::kRespond;
  absl::Time at;  // when it was done: at most `now`, for kRespond possibly before
  ReviewResult result = ReviewResult::kUnspecified;  // of kDecide and kWait
  std::vector<std::string> promised_actions = {};    // to be added
};

struct Change {
  CaseState from;
  std::vector<Firing> firings;  // clocks found breached on the way, for DeadlineBreached
};

// Moves the case: meets the clocks that the verb meets (an answer those of first answer and e-mail,
// a decision that of the work order, closing all that still run), then records what has run out,
// then begins or ends the pause. Grows the version. ILLEGAL_MOVE changes nothing.
absl::StatusOr<Change> Apply(Case& record, const Command& command, absl::Time now,
                             const Calendars& calendars);

}  // namespace kefu::aftersales::domain
