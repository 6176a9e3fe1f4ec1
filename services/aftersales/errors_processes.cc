#include "services/aftersales/errors_processes.h"

#include <string>

#include "common/status/error.h"
#include "fmt/format.h"

namespace kefu::aftersales::error {

absl::Status ProcessNotFound(std::string_view process_id) {
  return NotFound("process", process_id);
}

absl::Status PaymentNotFound(std::string_view payment_id) {
  return NotFound("payment", payment_id);
}

absl::Status ProcessState(std::string_view state) {
  return FailedPrecondition("PROCESS_STATE", "process",
                            fmt::format("that is not possible in state {}", state),
                            {{"state", std::string(state)}});
}

absl::Status ProcessPastCancelling(std::string_view step) {
  return FailedPrecondition(
      "PROCESS_PAST_CANCELLING", "process",
      fmt::format("money was paid or goods have left: at {} there is no way back", step),
      {{"step", std::string(step)}});
}

absl::Status ProcessCancellable(std::string_view step) {
  return FailedPrecondition(
      "PROCESS_CANCELLABLE", "process",
      fmt::format("at {} there is a way back: resume the process or cancel it", step),
      {{"step", std::string(step)}});
}

absl::Status StepInDoubt(std::string_view action) {
  return FailedPrecondition(
      "STEP_IN_DOUBT", "process",
      fmt::format("an answer to {} was lost: find out whether it was carried out, and say so in "
                  "outcome_verified",
                  action),
      {{"action", std::string(action)}});
}

absl::Status ProcessEtagMismatch(std::string_view process_id) {
  return Aborted("ETAG_MISMATCH",
                 fmt::format("process {} has moved since it was read; read it again", process_id));
}

absl::Status FlowPolicyEtagMismatch(std::string_view policy_id) {
  return Aborted("ETAG_MISMATCH",
                 fmt::format("another version of flow policy {} has been written since it was "
                             "read; read it again",
                             policy_id));
}

absl::Status PlanTooLate(std::string_view result) {
  return FailedPrecondition("PLAN_TOO_LATE", "case",
                            fmt::format("what follows {} has begun, or nothing does", result),
                            {{"result", std::string(result)}});
}

absl::Status CaseNotDecided(std::string_view state) {
  return FailedPrecondition("CASE_NOT_DECIDED", "case",
                            fmt::format("only of a decided case, not in state {}", state),
                            {{"state", std::string(state)}});
}

absl::Status ProcessRunning(std::string_view process_id, std::string_view kind) {
  return FailedPrecondition(
      "PROCESS_RUNNING", process_id,
      fmt::format("the case has a process {} that has not ended: wait for it, or "
                  "cancel it (CancelProcess)",
                  kind),
      {{"process_id", std::string(process_id)}});
}

absl::Status RefundExceedsPaid(const Money& asked, const Money& left) {
  return FailedPrecondition("REFUND_EXCEEDS_PAID", "payment",
                            fmt::format("{} is more than the {} that are left of what was paid",
                                        Format(asked), Format(left)));
}

absl::Status CompensatedBefore(std::string_view payment_id) {
  return FailedPrecondition("COMPENSATED_BEFORE", payment_id,
                            "the order has been compensated for this before",
                            {{"payment_id", std::string(payment_id)}});
}

absl::Status OrderNotPaid(std::string_view order_id) {
  return FailedPrecondition("ORDER_NOT_PAID", order_id,
                            "the buyer has paid nothing for the order: nothing is compensated");
}

absl::Status PiecesPaidBack(std::string_view order_id, std::string_view sku, int64_t asked,
                            int64_t left) {
  return FailedPrecondition(
      "PIECES_PAID_BACK", order_id,
      fmt::format("{} pieces of SKU {} are named, and all but {} of the order were paid back "
                  "before: what is left of them is paid by what it is worth, and a goodwill by a "
                  "case that names none (OpenCase)",
                  asked, sku, left),
      {{"sku", std::string(sku)}, {"left", fmt::format("{}", left)}});
}

absl::Status CarriedOutBefore(std::string_view result, std::string_view process_id) {
  return FailedPrecondition(
      "CARRIED_OUT_BEFORE", process_id,
      fmt::format(
          "what follows from {} was carried out by an earlier decision of the case: more is "
          "a case of its own (OpenCase), linked to this one (LinkCases)",
          result),
      {{"process_id", std::string(process_id)}});
}

absl::Status NothingToCompensate(std::string_view order_id) {
  return FailedPrecondition("NOTHING_TO_COMPENSATE", order_id,
                            "the compensation policy gives nothing for the order; what the buyer "
                            "has laid out for freight is the cost of a FREIGHT_CLAIM case: say it "
                            "when that is approved");
}

absl::Status CancelNotAllowed(std::string_view kind) {
  return PermissionDenied(
      "CANCEL_NOT_ALLOWED",
      fmt::format("a process {} of this case is cancelled by who decides for the merchant (owner, "
                  "shop manager, integration); one of conduct also by a supervisor of the "
                  "merchant, and never by whom it concerns",
                  kind));
}

absl::Status NothingLeft(std::string_view order_id) {
  return FailedPrecondition("NOTHING_LEFT", order_id,
                            "nothing is left of what was paid for the order, or of its pieces: "
                            "reject the case");
}

absl::Status ShippedInTime(std::string_view order_id) {
  return FailedPrecondition("SHIPPED_IN_TIME", order_id,
                            "the order was shipped by the time promised, or none was promised: "
                            "PutOrders tells promised_ship_time");
}

absl::Status AmountUnknown(std::string_view order_id) {
  return FailedPrecondition("AMOUNT_UNKNOWN", order_id,
                            "the review or the plan names an amount in another currency");
}

absl::Status GoodsMissing(std::string_view sku, int64_t expected, int64_t received) {
  return FailedPrecondition(
      "GOODS_MISSING", sku,
      fmt::format("{} of {} pieces came back: decide anew, or set missing_goods of the "
                  "flow policy",
                  received, expected));
}

absl::Status GoodsNotIntact(std::string_view sku, int64_t received, int64_t intact) {
  return FailedPrecondition(
      "GOODS_NOT_INTACT", sku,
      fmt::format("{} of {} pieces were found intact: decide anew, or set damaged_goods "
                  "of the flow policy",
                  intact, received));
}

absl::Status NothingIntact() {
  return FailedPrecondition("NOTHING_INTACT", "return", "nothing came back that is refunded");
}

absl::Status OutOfStock(std::string_view sku) {
  return FailedPrecondition("OUT_OF_STOCK", sku, "there is not enough of it to be sent");
}

absl::Status ReturnOverdue(std::string_view return_id, int days) {
  return FailedPrecondition(
      "RETURN_OVERDUE", return_id,
      fmt::format("the goods have not come within {} days of the approval", days));
}

absl::Status ReturnCalledOff(std::string_view return_id) {
  return FailedPrecondition("RETURN_CALLED_OFF", return_id, "the warehouse called the return off");
}

absl::Status GoodsTakenBack(std::string_view reservation_id) {
  return FailedPrecondition("GOODS_TAKEN_BACK", reservation_id,
                            "the warehouse gave the goods back instead of sending them");
}

absl::Status PartlyShipped(std::string_view reservation_id) {
  return InvalidArgument("PARTLY_SHIPPED", "reservation_id",
                         fmt::format("part of {} has left already", reservation_id));
}

absl::Status RefundRowRefused(std::string_view reason, std::string_view description) {
  return FailedPrecondition(
      "REFUND_ROW_REFUSED", "refund",
      fmt::format("performance refuses the refund: {} {}", reason, description));
}

absl::Status ReturnNodeUnknown(std::string_view order_id) {
  return FailedPrecondition(
      "RETURN_NODE_UNKNOWN", order_id,
      "neither the order's reservation nor the flow policy names where it goes");
}

absl::Status PeerNotConfigured(std::string_view key) {
  return FailedPrecondition("PEER_NOT_CONFIGURED", key, fmt::format("{} is not set", key));
}

absl::Status PaymentIdReused(std::string_view payment_id) {
  return FailedPrecondition("PAYMENT_ID_REUSED", payment_id,
                            "the ledger holds another payment under this id");
}

absl::Status LedgerUnavailable(std::string_view cause) {
  return WithCause(
      Unavailable("LEDGER_UNAVAILABLE", "the payment ledger cannot be written", absl::Seconds(1)),
      cause);
}

absl::Status LedgerDamaged(std::string_view path, int64_t line) {
  return Internal(fmt::format("payment ledger {}: line {} does not check", path, line));
}

}  // namespace kefu::aftersales::error
