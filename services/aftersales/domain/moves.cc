#include "services/aftersales/domain/moves.h"

#include <array>

#include "common/status/status_macros.h"
#include "services/aftersales/errors.h"

namespace kefu::aftersales::domain {
namespace {

using enum CaseState;

constexpr std::array kMoves = {
    Move{kOpen, Verb::kRespond, kOpen},
    Move{kOpen, Verb::kDecide, kDecided},
    Move{kOpen, Verb::kWait, kWaitingCustomer},
    Move{kWaitingCustomer, Verb::kRespond, kWaitingCustomer},
    // The customer may give up, or the shop give in, while waiting.
    Move{kWaitingCustomer, Verb::kDecide, kDecided},
    Move{kWaitingCustomer, Verb::kResume, kOpen},
    Move{kDecided, Verb::kRespond, kDecided},
    Move{kDecided, Verb::kClose, kClosed},
};

bool Meets(Verb verb, const SlaClock& clock) {
  switch (verb) {
    case Verb::kRespond:
      return clock.kind == ClockKind::kFirstAnswer || clock.kind == ClockKind::kPlatformEmail;
    case Verb::kDecide:
      return clock.kind == ClockKind::kWorkOrderDecision;
    case Verb::kClose:
      // Nothing is owed any more; what was breached and never done stays so.
      return clock.state != ClockState::kBreached;
    case Verb::kWait:
    case Verb::kResume:
      return false;
  }
  return false;
}

}  // namespace

std::string_view VerbName(Verb verb) {
  switch (verb) {
    case Verb::kRespond:
      return "RespondToCase";
    case Verb::kDecide:
    case Verb::kWait:
      return "ReviewCase";
    case Verb::kResume:
      return "ResumeCase";
    case Verb::kClose:
      return "CloseCase";
  }
  return "";
}

std::span<const Move> Moves() { return kMoves; }

absl::StatusOr<CaseState> TargetOf(CaseState from, Verb verb) {
  for (const Move& move : kMoves) {
    if (move.from == from && move.verb == verb) return move.to;
  }
  return error::IllegalMove(NameOf(from), VerbName(verb));
}

Verb VerbOf(ReviewResult result) {
  return result == ReviewResult::kWaitingForCustomer ? Verb::kWait : Verb::kDecide;
}

absl::StatusOr<Change> Apply(Case& record, const Command& command, absl::Time now,
                             const Calendars& calendars) {
  ASSIGN_OR_RETURN(const CaseState target, TargetOf(record.state, command.verb));
  Change change{.from = record.state, .firings = {}};
  for (SlaClock& clock : record.clocks) {
    if (Meets(command.verb, clock) && Meet(clock, command.at, now, record.assignee_agent_id)) {
      change.firings.push_back({Firing::Kind::kBreached, clock.kind});
    }
  }
  for (const Firing& firing : Tick(record, now)) change.firings.push_back(firing);
  if (target == kWaitingCustomer && record.state != kWaitingCustomer) {
    BeginPause(record, now, calendars);
  } else if (target != kWaitingCustomer && record.state == kWaitingCustomer) {
    EndPause(record, now, calendars);
  }
  record.state = target;
  if (command.result != ReviewResult::kUnspecified) record.result = command.result;
  record.promised_actions.insert(record.promised_actions.end(), command.promised_actions.begin(),
                                 command.promised_actions.end());
  ++record.version;
  record.update_time = now;
  return change;
}

}  // namespace kefu::aftersales::domain
