// The flows that follow a decision (DOMAIN 4.6) as tables: steps, what each one does or waits for,
// where it leads, and what undoes it. Process::Step runs them; docs/processes.md draws them.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

#include "common/enums/enum_names.h"

namespace kefu::aftersales::domain {

enum class ProcessKind : uint8_t {
  kUnspecified,
  kReturn,
  kExchange,
  kRefund,
  kReissue,
  kCompensation,
  kAdvancePayment,
  kComplaint,
  kBreach
};

enum class ProcessStep : uint8_t {
  kUnspecified,
  kReserve,
  kLocateReturn,
  kExpectReturn,
  kAwaitGoods,
  kJudgeGoods,
  kRequestRefund,
  kPayRefund,
  kReportRefund,
  kRequestCollection,
  kCollect,
  kConfirm,
  kReserveAgain,
  kAwaitShipment,
  kRequestDifference,
  kRequestCompensation,
  kPayCompensation,
  kRequestAdvance,
  kPayAdvance,
  kRequestCharge,
  kCharge,
  kRecordConduct,
  kEnd
};

// What a process does. Payments are requested in the service's own transaction, where the amount is
// fixed and bounded, and paid by the next step; a process has at most one that is requested.
enum class Action : uint8_t {
  kNone,
  // Commands to other services and to the payment gateway.
  kLocateReturn,
  kExpectReturn,
  kReserve,
  kConfirm,
  kPay,
  kReportRefund,
  kRecordConduct,
  // In the transaction that moves the process on.
  kJudgeGoods,
  kRequestRefund,
  kRequestDifference,
  kRequestCollection,
  kRequestCompensation,
  kRequestAdvance,
  kRequestCharge,
  // What undoes, in the order in which a process is undone: first what can be too late, so that
  // nothing is undone yet when it is.
  kCancelReturn,
  kRelease,
  kRequestRepayment,  // of what was collected
  kRepay,
  kWithdrawPayment
};

// What a process waits for.
enum class Signal : uint8_t { kNone, kGoodsInspected, kGoodsShipped };

KEFU_ENUM_NAMES(ProcessKind, "UNSPECIFIED", "RETURN", "EXCHANGE", "REFUND", "REISSUE",
                "COMPENSATION", "ADVANCE_PAYMENT", "COMPLAINT", "BREACH")
KEFU_ENUM_NAMES(ProcessStep, "UNSPECIFIED", "RESERVE", "LOCATE_RETURN", "EXPECT_RETURN",
                "AWAIT_GOODS", "JUDGE_GOODS", "REQUEST_REFUND", "PAY_REFUND", "REPORT_REFUND",
                "REQUEST_COLLECTION", "COLLECT", "CONFIRM", "RESERVE_AGAIN", "AWAIT_SHIPMENT",
                "REQUEST_DIFFERENCE", "REQUEST_COMPENSATION", "PAY_COMPENSATION", "REQUEST_ADVANCE",
                "PAY_ADVANCE", "REQUEST_CHARGE", "CHARGE", "RECORD_CONDUCT", "END")
KEFU_ENUM_NAMES(Action, "NONE", "LOCATE_RETURN", "EXPECT_RETURN", "RESERVE", "CONFIRM", "PAY",
                "REPORT_REFUND", "RECORD_CONDUCT", "JUDGE_GOODS", "REQUEST_REFUND",
                "REQUEST_DIFFERENCE", "REQUEST_COLLECTION", "REQUEST_COMPENSATION",
                "REQUEST_ADVANCE", "REQUEST_CHARGE", "CANCEL_RETURN", "RELEASE",
                "REQUEST_REPAYMENT", "REPAY", "WITHDRAW_PAYMENT")
KEFU_ENUM_NAMES(Signal, "NONE", "GOODS_INSPECTED", "GOODS_SHIPPED")

// Whether the action leaves this service's own transaction.
bool IsRemote(Action action);

// Actions, in the order of the enumeration.
class ActionSet {
 public:
  constexpr ActionSet() = default;
  constexpr ActionSet(std::initializer_list<Action> actions) {
    for (const Action action : actions) Add(action);
  }
  constexpr void Add(Action action) { bits_ |= 1U << static_cast<unsigned>(action); }
  constexpr void Add(ActionSet other) { bits_ |= other.bits_; }
  constexpr void Remove(Action action) { bits_ &= ~(1U << static_cast<unsigned>(action)); }
  constexpr bool Has(Action action) const {
    return ((bits_ >> static_cast<unsigned>(action)) & 1U) != 0;
  }
  constexpr bool empty() const { return bits_ == 0; }
  // The one to do next; kNone of the empty set.
  Action First() const;
  // Stored as a number.
  constexpr uint32_t bits() const { return bits_; }
  static constexpr ActionSet FromBits(uint32_t bits) {
    ActionSet set;
    set.bits_ = bits;
    return set;
  }
  friend constexpr bool operator==(ActionSet, ActionSet) = default;

 private:
  uint32_t bits_ = 0;
};

// What follows when a step is refused for good.
enum class OnRefusal : uint8_t {
  kHalt,  // stuck until somebody resumes or cancels it
  kUndo,  // what was done is undone, and the case goes back with the reason
  kGoTo   // another way
};

struct StepRow {
  ProcessStep step;
  // One of the two.
  Action action = Action::kNone;
  Signal awaits = Signal::kNone;
  ProcessStep next;
  ProcessStep skipped = ProcessStep::kUnspecified;  // where to when there is nothing to do
  OnRefusal refusal = OnRefusal::kHalt;
  ProcessStep refused = ProcessStep::kUnspecified;  // of kGoTo
  ActionSet undo = {};                              // what will undo it
  Action settles = Action::kNone;  // what needs no undoing any more: the thing has happened
  bool pivot = false;              // from here on there is no way back
  // Past the pivot, where a person leads past the step: what was done elsewhere to `elsewhere` (to
  // `next` where that says nothing), what nobody does any more to `waived` (likewise).
  ProcessStep elsewhere = ProcessStep::kUnspecified;
  ProcessStep waived = ProcessStep::kUnspecified;
};

// The steps of a flow, the first one first.
std::span<const StepRow> StepsOf(ProcessKind kind);
// Aborts when the flow has no such step.
const StepRow& RowOf(ProcessKind kind, ProcessStep step);

// The flows as Markdown with Mermaid diagrams: the whole of docs/processes.md.
std::string DrawFlows();

}  // namespace kefu::aftersales::domain
