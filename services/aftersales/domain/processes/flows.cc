#include "services/aftersales/domain/processes/flows.h"

#include <bit>
#include <cstdlib>

#include "fmt/format.h"

namespace kefu::aftersales::domain {
namespace {

using enum ProcessStep;
using A = Action;
using enum OnRefusal;

// The steps that several flows share.
constexpr StepRow kReserveStock{.step = kReserve,
                                .action = A::kReserve,
                                .next = kConfirm,
                                .refusal = kUndo,
                                .undo = {A::kRelease}};
constexpr StepRow kLocate{.step = kLocateReturn, .action = A::kLocateReturn, .next = kExpectReturn};
constexpr StepRow kExpect{.step = kExpectReturn,
                          .action = A::kExpectReturn,
                          .next = kAwaitGoods,
                          .refusal = kUndo,
                          .undo = {A::kCancelReturn}};
constexpr StepRow kAwaitInspection{.step = kAwaitGoods,
                                   .awaits = Signal::kGoodsInspected,
                                   .next = kJudgeGoods,
                                   .refusal = kUndo,
                                   .settles = A::kCancelReturn};
constexpr StepRow kReport{.step = kReportRefund, .action = A::kReportRefund, .next = kEnd};

constexpr StepRow Request(ProcessStep step, Action action, ProcessStep next,
                          ProcessStep skipped = kUnspecified) {
  return {.step = step,
          .action = action,
          .next = next,
          .skipped = skipped,
          .refusal = kUndo,
          .undo = {A::kWithdrawPayment}};
}
constexpr StepRow PayOut(ProcessStep step, ProcessStep next) {
  return {.step = step, .action = A::kPay, .next = next, .refusal = kUndo, .pivot = true};
}

constexpr std::array kReturnSteps = {
    kLocate,
    kExpect,
    kAwaitInspection,
    StepRow{
        .step = kJudgeGoods, .action = A::kJudgeGoods, .next = kRequestRefund, .refusal = kUndo},
    Request(kRequestRefund, A::kRequestRefund, kPayRefund, kEnd),
    PayOut(kPayRefund, kReportRefund),
    kReport,
};

constexpr std::array kRefundSteps = {
    Request(kRequestRefund, A::kRequestRefund, kPayRefund, kEnd),
    PayOut(kPayRefund, kReportRefund),
    kReport,
};

// The new goods are held before the old ones are called back: who is told to send something back
// should not hear afterwards that there is nothing to exchange it for.
constexpr std::array kExchangeSteps = {
    StepRow{.step = kReserve,
            .action = A::kReserve,
            .next = kLocateReturn,
            .refusal = kUndo,
            .undo = {A::kRelease}},
    kLocate,
    kExpect,
    kAwaitInspection,
    StepRow{.step = kJudgeGoods,
            .action = A::kJudgeGoods,
            .next = kRequestCollection,
            .refusal = kUndo},
    Request(kRequestCollection, A::kRequestCollection, kCollect, kConfirm),
    StepRow{.step = kCollect,
            .action = A::kPay,
            .next = kConfirm,
            .refusal = kUndo,
            .undo = {A::kRequestRepayment, A::kRepay}},
    // The hold may have run out while the goods travelled.
    StepRow{.step = kConfirm,
            .action = A::kConfirm,
            .next = kAwaitShipment,
            .refusal = kGoTo,
            .refused = kReserveAgain},
    StepRow{.step = kReserveAgain,
            .action = A::kReserve,
            .next = kConfirm,
            .refusal = kUndo,
            .undo = {A::kRelease}},
    StepRow{.step = kAwaitShipment,
            .awaits = Signal::kGoodsShipped,
            .next = kRequestDifference,
            .refusal = kUndo,
            .pivot = true},
    // Money goes out last: it does not come back.
    StepRow{.step = kRequestDifference,
            .action = A::kRequestDifference,
            .next = kPayRefund,
            .skipped = kEnd,
            .elsewhere = kEnd,
            .waived = kEnd},
    StepRow{.step = kPayRefund, .action = A::kPay, .next = kReportRefund, .waived = kEnd},
    kReport,
};

constexpr std::array kReissueSteps = {
    kReserveStock,
    StepRow{.step = kConfirm,
            .action = A::kConfirm,
            .next = kAwaitShipment,
            .refusal = kGoTo,
            .refused = kReserve},
    StepRow{.step = kAwaitShipment,
            .awaits = Signal::kGoodsShipped,
            .next = kEnd,
            .refusal = kUndo,
            .pivot = true},
};

constexpr std::array kCompensationSteps = {
    Request(kRequestCompensation, A::kRequestCompensation, kPayCompensation, kEnd),
    PayOut(kPayCompensation, kEnd),
};

// The buyer first, then the merchant (DOMAIN 4.5).
constexpr std::array kAdvanceSteps = {
    Request(kRequestAdvance, A::kRequestAdvance, kPayAdvance, kEnd),
    PayOut(kPayAdvance, kRequestCharge),
    StepRow{.step = kRequestCharge,
            .action = A::kRequestCharge,
            .next = kCharge,
            .elsewhere = kReportRefund,
            .waived = kReportRefund},
    StepRow{.step = kCharge, .action = A::kPay, .next = kReportRefund},
    kReport,
};

constexpr std::array kConductSteps = {
    StepRow{.step = kRecordConduct, .action = A::kRecordConduct, .next = kEnd, .pivot = true},
};

struct Flow {
  ProcessKind kind;
  std::string_view title;
};
constexpr std::array kFlows = {
    Flow{ProcessKind::kReturn, "Return (退货)"},
    Flow{ProcessKind::kExchange, "Exchange (换货)"},
    Flow{ProcessKind::kRefund, "Refund without return (仅退款)"},
    Flow{ProcessKind::kReissue, "Reissue (补发)"},
    Flow{ProcessKind::kCompensation, "Compensation for late shipment or freight (赔付)"},
    Flow{ProcessKind::kAdvancePayment, "Advance payment (先行赔付)"},
    Flow{ProcessKind::kComplaint, "Upheld complaint (投诉成立)"},
    Flow{ProcessKind::kBreach, "Missed deadline (超时)"},
};

std::string Node(const StepRow& row) {
  return row.action == A::kNone
             ? fmt::format("{}: waits for {}", NameOf(row.step), NameOf(row.awaits))
             : fmt::format("{}: {}", NameOf(row.step), NameOf(row.action));
}

std::string UndoText(const StepRow& row) {
  std::string text;
  ActionSet left = row.undo;
  for (; !left.empty(); left.Remove(left.First())) {
    text += fmt::format("{}{}", text.empty() ? "<br/>undone by " : ", ", NameOf(left.First()));
  }
  if (row.settles != A::kNone) {
    text += fmt::format("<br/>makes {} void", NameOf(row.settles));
  }
  if (row.pivot) text += "<br/>no way back";
  return text;
}

std::string Draw(const Flow& flow) {
  const auto steps = StepsOf(flow.kind);
  std::string text =
      fmt::format("## {} `{}`\n\n```mermaid\nflowchart TD\n", flow.title, NameOf(flow.kind));
  bool undoes = false, halts = false;
  for (const StepRow& row : steps) {
    text += fmt::format("  {}[\"{}{}\"]\n", NameOf(row.step), Node(row), UndoText(row));
  }
  for (const StepRow& row : steps) {
    text += fmt::format("  {} --> {}\n", NameOf(row.step), NameOf(row.next));
    if (row.skipped != kUnspecified) {
      text += fmt::format("  {} -- nothing to do --> {}\n", NameOf(row.step), NameOf(row.skipped));
    }
    switch (row.refusal) {
      case kGoTo:
        text += fmt::format("  {} -. refused .-> {}\n", NameOf(row.step), NameOf(row.refused));
        break;
      case kUndo:
        text += fmt::format("  {} -. refused .-> UNDO\n", NameOf(row.step));
        undoes = true;
        break;
      case kHalt:
        halts = halts || IsRemote(row.action);
        break;
    }
  }
  text += "  END([\"DONE\"])\n";
  if (undoes) text += "  UNDO{{\"COMPENSATING, then COMPENSATED\"}}\n";
  text += "```\n";
  if (halts)
    text += "\nA refusal of a step without an arrow of its own leaves the process `STUCK`.\n";
  return text;
}

}  // namespace

bool IsRemote(Action action) {
  return (action >= A::kLocateReturn && action <= A::kRecordConduct) ||
         action == A::kCancelReturn || action == A::kRelease || action == A::kRepay;
}

Action ActionSet::First() const {
  return empty() ? Action::kNone : static_cast<Action>(std::countr_zero(bits_));
}

std::span<const StepRow> StepsOf(ProcessKind kind) {
  switch (kind) {
    case ProcessKind::kReturn:
      return kReturnSteps;
    case ProcessKind::kExchange:
      return kExchangeSteps;
    case ProcessKind::kRefund:
      return kRefundSteps;
    case ProcessKind::kReissue:
      return kReissueSteps;
    case ProcessKind::kCompensation:
      return kCompensationSteps;
    case ProcessKind::kAdvancePayment:
      return kAdvanceSteps;
    case ProcessKind::kComplaint:
    case ProcessKind::kBreach:
      return kConductSteps;
    case ProcessKind::kUnspecified:
      break;
  }
  return {};
}

const StepRow& RowOf(ProcessKind kind, ProcessStep step) {
  for (const StepRow& row : StepsOf(kind)) {
    if (row.step == step) return row;
  }
  std::abort();
}

std::string DrawFlows() {
  std::string text =
      "# Processes\n\n"
      "What follows a decision (DOMAIN 4.6), drawn from the tables of\n"
      "`services/aftersales/domain/processes/flows.cc`; a test compares. A process does one step "
      "at a "
      "time. A command that is\nlost or fails for a while is sent again with the same "
      "`request_id`; "
      "after as many attempts as the policy allows the process\nis `STUCK` until somebody resumes "
      "or "
      "cancels it. An undone process gives its case back to the agent with the reason, one "
      "that\nends "
      "closes it. What undoes is done in this order: CANCEL_RETURN, RELEASE, REQUEST_REPAYMENT, "
      "REPAY, "
      "WITHDRAW_PAYMENT; what\ncan be too late comes first, and when it is, the process goes on as "
      "if "
      "nobody had cancelled it.\n\n"
      "Goods that do not come within the policy's term are called off like that. A step past the "
      "point of no return that the other side\nrefuses for good, and what cannot be undone, is "
      "settled by a person of the merchant's (`SettleStep`): as done elsewhere, or as\nwaived; the "
      "process goes on behind it. So is a step whose answer was lost and of which nothing is heard "
      "any more: as\ndone after all, or as not done, and the process is undone.\n";
  for (const Flow& flow : kFlows) text += "\n" + Draw(flow);
  return text;
}

}  // namespace kefu::aftersales::domain
