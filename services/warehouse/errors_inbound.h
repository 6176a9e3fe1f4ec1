// Failures of inbound, returns and transfers; each reason stands in
// docs/errors/warehouse_inbound.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::error {

// NOT_FOUND NOT_FOUND.
absl::Status NoticeNotFound(std::string_view id);
absl::Status ReturnNotFound(std::string_view id);
absl::Status TransferNotFound(std::string_view id);
absl::Status BinNotFound(std::string_view bin);
absl::Status LineNotFound(std::string_view document_id, std::string_view line);
absl::Status ReceiptNotFound(std::string_view document_id, int number);

// FAILED_PRECONDITION: the verb does not fit the state.
absl::Status NoticeState(std::string_view id, std::string_view why);    // NOTICE_STATE
absl::Status ReturnState(std::string_view id, std::string_view why);    // RETURN_STATE
absl::Status TransferState(std::string_view id, std::string_view why);  // TRANSFER_STATE

// One line of a request that a rule forbids: subject "lines[i] NAME".
struct LineFault {
  size_t line = 0;  // from 0
  std::string name;
  std::string why;
};
// FAILED_PRECONDITION with one violation a fault, which are not empty.
absl::Status OverReceipt(std::span<const LineFault> faults);               // OVER_RECEIPT
absl::Status InspectionRequired(std::span<const LineFault> faults);        // INSPECTION_REQUIRED
absl::Status InspectionExceedsReceipt(std::span<const LineFault> faults);  // INSPECTION_EXCEEDS_…
absl::Status ReturnExceedsShipped(std::span<const LineFault> faults);      // RETURN_EXCEEDS_SHIPPED
absl::Status BinRefuses(std::span<const LineFault> faults);                // BIN_REFUSES
absl::Status LotAmbiguous(std::span<const LineFault> faults);              // LOT_AMBIGUOUS

absl::Status SameNode(std::string_view node_id);  // SAME_NODE
// TRANSFER_ON_NOTICE: the transfer is received by that notice.
absl::Status TransferOnNotice(std::string_view transfer_id, std::string_view notice_id);

}  // namespace kefu::warehouse::error
