// Failures of the flows that follow a decision and of payments; each reason stands in
// docs/errors/aftersales_processes.md.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "common/money/money.h"

namespace kefu::aftersales::error {

absl::Status ProcessNotFound(std::string_view process_id);  // NOT_FOUND NOT_FOUND
absl::Status PaymentNotFound(std::string_view payment_id);  // NOT_FOUND NOT_FOUND
// FAILED_PRECONDITION PROCESS_STATE
absl::Status ProcessState(std::string_view state);
// FAILED_PRECONDITION PROCESS_PAST_CANCELLING
absl::Status ProcessPastCancelling(std::string_view step);
// FAILED_PRECONDITION PROCESS_CANCELLABLE: a step is settled where there is no way back, or where
// it is in doubt, only.
absl::Status ProcessCancellable(std::string_view step);
// FAILED_PRECONDITION STEP_IN_DOUBT: nobody knows whether it was carried out.
absl::Status StepInDoubt(std::string_view action);
// ABORTED ETAG_MISMATCH, of a process and of a flow policy.
absl::Status ProcessEtagMismatch(std::string_view process_id);
absl::Status FlowPolicyEtagMismatch(std::string_view policy_id);
// FAILED_PRECONDITION PLAN_TOO_LATE
absl::Status PlanTooLate(std::string_view result);
// FAILED_PRECONDITION CASE_NOT_DECIDED
absl::Status CaseNotDecided(std::string_view state);
// FAILED_PRECONDITION PROCESS_RUNNING: the case has a flow that has not ended.
absl::Status ProcessRunning(std::string_view process_id, std::string_view kind);

// FAILED_PRECONDITION REFUND_EXCEEDS_PAID
absl::Status RefundExceedsPaid(const Money& asked, const Money& left);
// FAILED_PRECONDITION COMPENSATED_BEFORE: another case of the order has it.
absl::Status CompensatedBefore(std::string_view payment_id);
// FAILED_PRECONDITION ORDER_NOT_PAID: there is nothing to compensate.
absl::Status OrderNotPaid(std::string_view order_id);
// FAILED_PRECONDITION NOTHING_TO_COMPENSATE: by the policy, and nobody says what was laid out.
absl::Status NothingToCompensate(std::string_view order_id);
// PERMISSION_DENIED CANCEL_NOT_ALLOWED: of what is not undone by delegated authority.
absl::Status CancelNotAllowed(std::string_view kind);
// FAILED_PRECONDITION CARRIED_OUT_BEFORE; metadata `process_id` did it.
absl::Status CarriedOutBefore(std::string_view result, std::string_view process_id);
// FAILED_PRECONDITION PIECES_PAID_BACK: what is named was paid back before, or a part of it.
absl::Status PiecesPaidBack(std::string_view order_id, std::string_view sku, int64_t asked,
                            int64_t left);
// FAILED_PRECONDITION NOTHING_LEFT: all of the order was paid back before, or nothing was paid.
absl::Status NothingLeft(std::string_view order_id);
// FAILED_PRECONDITION SHIPPED_IN_TIME: there is nothing to compensate.
absl::Status ShippedInTime(std::string_view order_id);
// FAILED_PRECONDITION AMOUNT_UNKNOWN: said in another currency than that of the order.
absl::Status AmountUnknown(std::string_view order_id);
// FAILED_PRECONDITION GOODS_MISSING, GOODS_NOT_INTACT
absl::Status GoodsMissing(std::string_view sku, int64_t expected, int64_t received);
absl::Status GoodsNotIntact(std::string_view sku, int64_t received, int64_t intact);
// FAILED_PRECONDITION NOTHING_INTACT: nothing of it is refunded.
absl::Status NothingIntact();

// FAILED_PRECONDITION OUT_OF_STOCK
absl::Status OutOfStock(std::string_view sku);
// FAILED_PRECONDITION RETURN_OVERDUE: the goods have not come within the policy's term.
absl::Status ReturnOverdue(std::string_view return_id, int days);
// FAILED_PRECONDITION RETURN_CALLED_OFF, GOODS_TAKEN_BACK: somebody in the warehouse did it.
absl::Status ReturnCalledOff(std::string_view return_id);
absl::Status GoodsTakenBack(std::string_view reservation_id);
// INVALID_ARGUMENT PARTLY_SHIPPED: people must decide about the rest.
absl::Status PartlyShipped(std::string_view reservation_id);
// FAILED_PRECONDITION REFUND_ROW_REFUSED
absl::Status RefundRowRefused(std::string_view reason, std::string_view description);
// FAILED_PRECONDITION RETURN_NODE_UNKNOWN: neither the order's reservation nor the policy names
// one.
absl::Status ReturnNodeUnknown(std::string_view order_id);
// FAILED_PRECONDITION PEER_NOT_CONFIGURED: the key of the configuration that names it.
absl::Status PeerNotConfigured(std::string_view key);
// FAILED_PRECONDITION PAYMENT_ID_REUSED: the same payment_id with other content.
absl::Status PaymentIdReused(std::string_view payment_id);
// UNAVAILABLE LEDGER_UNAVAILABLE; the cause goes to the log.
absl::Status LedgerUnavailable(std::string_view cause);
// INTERNAL: a line of the ledger in the middle does not check.
absl::Status LedgerDamaged(std::string_view path, int64_t line);

}  // namespace kefu::aftersales::error
