#include "services/aftersales/domain/processes/process.h"

#include <algorithm>

#include "services/aftersales/errors_processes.h"

namespace kefu::aftersales::domain {
namespace {

using enum ProcessState;

// Ready for another command.
void Settle(Process& process) { process.attempts = 0; }

Action Present(const Process& process) {
  return process.compensating ? process.undo.First() : RowOf(process.kind, process.step).action;
}

void Enter(Process& process, ProcessStep step) {
  Settle(process);
  process.step = step;
  if (step == ProcessStep::kEnd) {
    process.state = kDone;
    process.undo = {};
    return;
  }
  const bool waits = RowOf(process.kind, step).awaits != Signal::kNone;
  process.state = waits ? kWaiting : kRunning;
}

void Compensate(Process& process) {
  Settle(process);
  process.compensating = true;
  ++process.round;
  process.state = process.undo.empty() ? kCompensated : kCompensating;
}

void Halt(Process& process) { process.state = kStuck; }

void Done(Process& process, bool skipped) {
  const StepRow& row = RowOf(process.kind, process.step);
  if (!skipped) process.undo.Add(row.undo);
  process.undo.Remove(row.settles);
  if (row.pivot && !skipped) {
    process.past_pivot = true;
    process.cancelling = false;
    process.undo = {};
  }
  const ProcessStep next = skipped ? row.skipped : row.next;
  if (!process.cancelling) return Enter(process, next);
  // Should it be too late to undo, the process goes on with what comes after this command.
  if (next != ProcessStep::kEnd) process.step = next;
  Compensate(process);
}

void Refuse(Process& process) {
  const StepRow& row = RowOf(process.kind, process.step);
  Settle(process);
  if (process.cancelling || row.refusal == OnRefusal::kUndo) return Compensate(process);
  if (row.refusal == OnRefusal::kHalt) return Halt(process);
  ++process.round;
  Enter(process, row.refused);
}

void Undone(Process& process) {
  process.undo.Remove(process.undo.First());
  process.undone = true;
  Settle(process);
  if (process.undo.empty()) process.state = kCompensated;
}

// What should undo is too late. Nothing was undone yet, so the process can go on where it was.
void RefuseUndo(Process& process) {
  Settle(process);
  if (process.undone || !process.cancelling) return Halt(process);
  process.compensating = process.cancelling = false;
  Enter(process, process.step);
}

void Reject(Process& process) {
  // Sent once and refused: nothing was carried out. After a lost answer that is not known.
  if (process.attempts == 1) Settle(process);
  Halt(process);
}

void Fail(Process& process, int max_attempts) {
  if (process.attempts >= max_attempts) Halt(process);
}

void Resume(Process& process) {
  process.attempts = std::min(process.attempts, 1);  // doubt stays
  if (process.compensating) {
    process.state = kCompensating;
  } else {
    const bool waits = RowOf(process.kind, process.step).awaits != Signal::kNone;
    process.state = waits ? kWaiting : kRunning;
  }
}

// As if somebody had cancelled it: what has come by now is kept.
void CallOff(Process& process) {
  process.cancelling = true;
  Compensate(process);
}

void SettleByHand(Process& process, bool waived) {
  if (process.compensating) {
    // What was never requested is not paid either.
    if (process.undo.First() == Action::kRequestRepayment) process.undo.Remove(Action::kRepay);
    process.state = kCompensating;
    return Undone(process);
  }
  // In doubt on the way there: it was carried out after all, or it was not.
  if (!process.past_pivot) return waived ? CallOff(process) : Done(process, /*skipped=*/false);
  const StepRow& row = RowOf(process.kind, process.step);
  const ProcessStep beyond = waived ? row.waived : row.elsewhere;
  Enter(process, beyond == ProcessStep::kUnspecified ? row.next : beyond);
}

absl::Status Cancel(Process& process) {
  if (process.past_pivot) return error::ProcessPastCancelling(NameOf(process.step));
  if (process.cancelling || process.compensating) return absl::OkStatus();  // asked before
  process.cancelling = true;
  if (!InDoubt(process)) {
    Compensate(process);
  } else if (process.state == kStuck) {
    Resume(process);  // to learn what became of the command
  }
  return absl::OkStatus();
}

bool Fits(const Process& process, Input input) {
  switch (input) {
    case Input::kSend:
    case Input::kFailed:
    case Input::kUnreachable:
    case Input::kRejected:
      return process.state == kRunning || process.state == kCompensating;
    case Input::kSkipped:
      return process.state == kCompensating ||
             (process.state == kRunning &&
              RowOf(process.kind, process.step).skipped != ProcessStep::kUnspecified);
    case Input::kOk:
    case Input::kRefused:
      return process.state == kRunning || process.state == kCompensating ||
             process.state == kWaiting;
    case Input::kResume:
    case Input::kElsewhere:
    case Input::kWaive:
      return process.state == kStuck;
    case Input::kCancel:
      return !Ended(process);
    case Input::kOverdue:
      return SignalOf(process) == Signal::kGoodsInspected;
  }
  return false;
}

Effect EffectOf(const Process& process) {
  switch (process.state) {
    case kRunning:
    case kCompensating:
      return Effect::kAct;
    case kWaiting:
      return Effect::kAwait;
    case kDone:
      return Effect::kCloseCase;
    case kCompensated:
      return Effect::kReturnCase;
    case kStuck:
    case kUnspecified:
      break;
  }
  return Effect::kNone;
}

}  // namespace

Process StartProcess(ProcessKind kind) {
  Process process{.kind = kind};
  Enter(process, StepsOf(kind).front().step);
  return process;
}

Action ActionOf(const Process& process) {
  if (process.state == kCompensating) return process.undo.First();
  if (process.state == kRunning) return RowOf(process.kind, process.step).action;
  return Action::kNone;
}

Signal SignalOf(const Process& process) {
  return process.state == kWaiting ? RowOf(process.kind, process.step).awaits : Signal::kNone;
}

bool Ended(const Process& process) {
  return process.state == kDone || process.state == kCompensated;
}

Action HeldAction(const Process& process) {
  return Ended(process) ? Action::kNone : Present(process);
}

bool InDoubt(const Process& process) {
  return process.attempts > 0 && IsRemote(HeldAction(process));
}

absl::Status CheckSettling(const Process& process) {
  if (process.state != kStuck) return error::ProcessState(NameOf(process.state));
  if (process.past_pivot || process.compensating || InDoubt(process)) return absl::OkStatus();
  return error::ProcessCancellable(NameOf(process.step));
}

absl::StatusOr<Transition> Step(const Process& process, Input input, int max_attempts) {
  if (!Fits(process, input)) return error::ProcessState(NameOf(process.state));
  Process next = process;
  switch (input) {
    case Input::kSend:
      ++next.attempts;
      break;
    case Input::kOk:
    case Input::kSkipped:
      if (next.compensating) {
        Undone(next);
      } else {
        Done(next, input == Input::kSkipped);
      }
      break;
    case Input::kRefused:
      next.compensating ? RefuseUndo(next) : Refuse(next);
      break;
    case Input::kRejected:
      Reject(next);
      break;
    case Input::kFailed:
      Fail(next, max_attempts);
      break;
    case Input::kUnreachable:
      break;
    case Input::kResume:
      Resume(next);
      break;
    case Input::kCancel:
      if (absl::Status status = Cancel(next); !status.ok()) return status;
      break;
    case Input::kOverdue:
      CallOff(next);
      break;
    case Input::kElsewhere:
    case Input::kWaive:
      if (absl::Status status = CheckSettling(next); !status.ok()) return status;
      SettleByHand(next, input == Input::kWaive);
      break;
  }
  return Transition{next, EffectOf(next)};
}

absl::Duration Backoff(absl::Duration least, absl::Duration most, int attempts, double spread) {
  constexpr int kMostDoublings = 30;  // far beyond any `most`
  const int doublings = std::clamp(attempts - 1, 0, kMostDoublings);
  const absl::Duration full = std::min(most, least * (int64_t{1} << doublings));
  return full - full * (spread / 2);
}

}  // namespace kefu::aftersales::domain
