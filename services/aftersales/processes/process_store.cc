#include "services/aftersales/processes/process_store.h"

#include <algorithm>
#include <array>

#include "common/events/outbox.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "services/aftersales/clocks/publish.h"
#include "services/aftersales/domain/moves.h"
#include "services/aftersales/handlers/calendars.h"
#include "services/aftersales/handlers/move_case.h"
#include "services/aftersales/processes/start.h"
#include "services/aftersales/store/cases.h"

namespace kefu::aftersales {
namespace {

using domain::Input;
using domain::ProcessState;

constexpr std::array kInputNames = std::to_array<std::string_view>(
    {"SEND", "OK", "SKIPPED", "REFUSED", "REJECTED", "FAILED", "UNREACHABLE", "RESUMED",
     "CANCELLED", "OVERDUE", "SETTLED", "WAIVED"});

std::string_view NameOfInput(Input input) { return kInputNames[static_cast<size_t>(input)]; }

bool Settles(Input input) { return input == Input::kElsewhere || input == Input::kWaive; }
bool ByHand(Input input) {
  return input == Input::kResume || input == Input::kCancel || Settles(input);
}

// The case moves with its process where its state allows that: somebody may have closed it, or
// appealed, meanwhile.
absl::Status MoveCaseOf(db::Transaction& t, const Dependencies& deps, const store::ProcessRow& row,
                        bool well, absl::Time now) {
  ASSIGN_OR_RETURN(auto record, store::LockCase(t, row.org_id, row.case_id));
  if (!record) return Internal(fmt::format("process {} has no case", row.process_id));
  const domain::Verb verb = well ? domain::Verb::kClose : domain::Verb::kReopen;
  if (!domain::CheckMove(*record, verb, domain::ReviewResult::kUnspecified).ok()) {
    return absl::OkStatus();
  }
  const v1::ProcessFacts facts = FactsOf(row);
  std::string note = fmt::format("{} {}", NameOf(row.process.kind), row.process_id);
  if (!well) note += fmt::format(": {} {}", facts.undo_reason(), facts.undo_text());
  RequestContext itself;
  itself.now = now;
  itself.principal.subject = std::string(kProcessActor);
  itself.principal.org_id = row.org_id;
  const auto prepare = [&](db::Transaction&, domain::Case& locked,
                           domain::Command& command) -> absl::StatusOr<Entry> {
    if (!well) {
      RETURN_IF_ERROR(RestartOwed(t, now, locked));
    }
    // What had followed has ended, or was undone.
    command.assured = well ? domain::Guard::kNothingRuns : domain::Guard::kNothingFollows;
    return Entry{.note = note};
  };
  return MoveLockedCase(t, itself, deps, *std::move(record), {.verb = verb, .at = now}, prepare)
      .status();
}

// `row` as it has moved, but for its next look.
absl::Time NextLook(const store::ProcessRow& row, const domain::Process& before,
                    const domain::FlowPolicy& policy, const ProcessMove& move) {
  if (domain::Ended(row.process) || row.process.state == ProcessState::kStuck) {
    return absl::InfiniteFuture();
  }
  switch (move.input) {
    case Input::kSend:
      return move.lease_end;
    case Input::kFailed:
      return move.now + domain::Backoff(policy.backoff_min, policy.backoff_max,
                                        row.process.attempts, move.spread);
    case Input::kUnreachable:
      return move.now + policy.backoff_max;
    case Input::kCancel:
      // A call may be under way: nobody sends another one before its lease ends, or its answer to
      // the second could be overtaken by what the first one does.
      if (domain::InDoubt(before) && before.state != ProcessState::kStuck) {
        return std::max(move.now, row.next);
      }
      return move.now;
    default:
      return move.now;
  }
}

// What it was turning back for is void.
void ForgetWhy(store::ProcessRow& row, const domain::Process& before) {
  v1::ProcessFacts facts = FactsOf(row);
  facts.clear_undo_reason();
  facts.clear_undo_text();
  // A return that cannot be called off has goods, whether or not the feed has told of them.
  if (domain::HeldAction(before) == domain::Action::kCancelReturn) facts.set_goods_arrived(true);
  row.facts = facts.SerializeAsString();
}

// What stands in the row about how it goes; and, when it turns back, why.
void SayWhy(store::ProcessRow& row, const domain::Process& before, const ProcessMove& move) {
  if (move.input == Input::kSend) return;
  row.error_reason = ReasonOf(move.why);
  row.error_text = std::string(move.why.message());
  const bool goes_on = (before.compensating && !row.process.compensating) ||
                       (before.cancelling && !row.process.cancelling);
  if (goes_on) return ForgetWhy(row, before);
  const bool turned = row.process.compensating && !before.compensating;
  if (!turned && !(row.process.cancelling && !before.cancelling)) return;
  v1::ProcessFacts facts = FactsOf(row);
  if (ByHand(move.input)) {
    facts.set_undo_reason("CANCELLED");
    facts.set_undo_text(move.note);
  } else if (!before.cancelling) {
    facts.set_undo_reason(row.error_reason);
    facts.set_undo_text(row.error_text);
  }
  row.facts = facts.SerializeAsString();
}

absl::Status Record(db::Transaction& t, const store::ProcessRow& row, const domain::Process& before,
                    const ProcessMove& move) {
  const domain::Action action =
      Settles(move.input) ? domain::HeldAction(before) : domain::ActionOf(before);
  return store::InsertEntry(
      t, row,
      {.step = std::string(NameOf(before.step)),
       .action = action == domain::Action::kNone ? "" : std::string(NameOf(action)),
       .outcome = std::string(NameOfInput(move.input)),
       .state = std::string(NameOf(row.process.state)),
       .error_reason = ReasonOf(move.why),
       .error_text = ByHand(move.input) ? move.note : std::string(move.why.message()),
       .actor = move.actor,
       .create_time = move.now,
       .reference = move.reference});
}

}  // namespace

absl::Status MoveProcess(db::Transaction& t, const Dependencies& deps,
                         const domain::FlowPolicy& policy, store::ProcessRow& row,
                         const ProcessMove& move) {
  const domain::Process before = row.process;
  const std::string reason_before = row.error_reason;
  ASSIGN_OR_RETURN(const domain::Transition to,
                   domain::Step(before, move.input, policy.max_attempts));
  row.process = to.process;
  row.next = NextLook(row, before, policy, move);
  ++row.version;
  row.update_time = move.now;
  SayWhy(row, before, move);
  RETURN_IF_ERROR(store::UpdateProcess(t, row));
  if (move.input == Input::kSend) return absl::OkStatus();
  // An unreachable service is said once, not with every look.
  if (move.input == Input::kUnreachable && reason_before == row.error_reason) {
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(Record(t, row, before, move));
  v1::ProcessChanged event;
  *event.mutable_process() = ToProto(row);
  RETURN_IF_ERROR(events::Append(t, row.org_id, row.case_id, event, move.now));
  const bool ends = domain::Ended(row.process) && !domain::Ended(before);
  if (!ends || !row.moves_case) return absl::OkStatus();
  return MoveCaseOf(t, deps, row, row.process.state == ProcessState::kDone, move.now);
}

}  // namespace kefu::aftersales
