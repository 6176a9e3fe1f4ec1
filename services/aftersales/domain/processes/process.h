// One run of a flow, and the single function that moves it. Pure, thread-safe.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/enums/enum_names.h"
#include "services/aftersales/domain/processes/flows.h"

namespace kefu::aftersales::domain {

enum class ProcessState : uint8_t {
  kUnspecified,
  kRunning,
  kWaiting,
  kCompensating,
  kDone,
  kCompensated,
  kStuck
};
KEFU_ENUM_NAMES(ProcessState, "UNSPECIFIED", "RUNNING", "WAITING", "COMPENSATING", "DONE",
                "COMPENSATED", "STUCK")

struct Process {
  ProcessKind kind = ProcessKind::kUnspecified;
  ProcessState state = ProcessState::kUnspecified;
  ProcessStep step = ProcessStep::kUnspecified;  // while it is undone: where that began
  ActionSet undo;                                // what would undo what was done
  bool compensating = false;                     // tells of a stuck process which way it was going
  bool undone = false;      // something was undone: there is no way forward any more
  bool cancelling = false;  // somebody asked to cancel it
  bool past_pivot = false;
  int attempts = 0;  // of the present command; above 0 its outcome is in doubt
  int round = 0;     // grows when a step is entered anew: part of the request_id

  friend bool operator==(const Process&, const Process&) = default;
};

// What happens to a process.
enum class Input : uint8_t {
  kSend,         // the present command is about to be sent
  kOk,           // it was carried out, or what was waited for has happened
  kSkipped,      // there was nothing to do
  kRefused,      // a rule or state of the other side forbids it for good; it was not carried out
  kRejected,     // the other side does not take it as it is, or not from us: a matter for people
  kFailed,       // the outcome is not known, or it may go better later
  kUnreachable,  // the other side is not configured; not an attempt
  kResume,       // by hand
  kCancel,       // by hand
  kOverdue,      // goods that are waited for have not come in time
  kElsewhere,    // by hand: the step at which it is stuck was done by other means
  kWaive         // by hand: nobody does that step any more
};

// What is to be done next.
enum class Effect : uint8_t {
  kNone,        // nothing by itself: it is stuck or has ended
  kAct,         // ActionOf
  kAwait,       // SignalOf
  kCloseCase,   // it has just ended well
  kReturnCase,  // it has just been undone
};

struct Transition {
  Process process;
  Effect effect;
};

Process StartProcess(ProcessKind kind);

// The present action or awaited signal; kNone when there is none.
Action ActionOf(const Process& process);
Signal SignalOf(const Process& process);
bool Ended(const Process& process);
// What it does, or would do if it were not stuck; kNone when it waits.
Action HeldAction(const Process& process);
// The present command was sent and nobody knows whether it was carried out.
bool InDoubt(const Process& process);

// Whether a person may settle the step at which the process is stuck: FAILED_PRECONDITION
// PROCESS_STATE unless it is stuck, PROCESS_CANCELLABLE where there is a way back and nothing is in
// doubt. Who waives what is in doubt before the point of no return calls the process off.
absl::Status CheckSettling(const Process& process);

// FAILED_PRECONDITION PROCESS_STATE for an input that does not go with the state,
// PROCESS_PAST_CANCELLING when there is no way back, CheckSettling's of what settles a step.
// `max_attempts` bounds attempts of one command.
// Cancelling first waits for the outcome of a command that is in doubt; when that was the point of
// no return, or what should undo is refused because it is too late, the process goes on. So it does
// when goods that are overdue turn out to have come.
absl::StatusOr<Transition> Step(const Process& process, Input input, int max_attempts);

// How long to wait after so many attempts: doubled from `least` up to `most`, of which `spread` in
// [0, 1] takes off up to a half, so that processes that failed together do not come back together.
absl::Duration Backoff(absl::Duration least, absl::Duration most, int attempts, double spread);

}  // namespace kefu::aftersales::domain
