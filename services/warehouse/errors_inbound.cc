#include "services/warehouse/errors_inbound.h"

#include <utility>

#include "common/status/error.h"
#include "fmt/format.h"
#include "google/rpc/error_details.pb.h"

namespace kefu::warehouse::error {
namespace {

absl::Status Faults(std::string_view reason, std::span<const LineFault> faults,
                    std::string message) {
  google::rpc::PreconditionFailure failure;
  for (const LineFault& fault : faults) {
    auto* violation = failure.add_violations();
    violation->set_type(std::string(reason));
    violation->set_subject(fmt::format("lines[{}] {}", fault.line, fault.name));
    violation->set_description(fault.why);
  }
  return AddDetail(MakeError(absl::StatusCode::kFailedPrecondition, reason, std::move(message)),
                   failure);
}

}  // namespace

absl::Status NoticeNotFound(std::string_view id) { return NotFound("inbound_notice", id); }
absl::Status ReturnNotFound(std::string_view id) { return NotFound("customer_return", id); }
absl::Status TransferNotFound(std::string_view id) { return NotFound("stock_transfer", id); }
absl::Status BinNotFound(std::string_view bin) { return NotFound("storage_bin", bin); }
absl::Status LineNotFound(std::string_view document_id, std::string_view line) {
  return NotFound("line", fmt::format("{}/{}", document_id, line));
}
absl::Status ReceiptNotFound(std::string_view document_id, int number) {
  return NotFound("receipt", fmt::format("{}/{}", document_id, number));
}

absl::Status NoticeState(std::string_view id, std::string_view why) {
  return FailedPrecondition("NOTICE_STATE", fmt::format("inbound_notice {}", id), why);
}
absl::Status ReturnState(std::string_view id, std::string_view why) {
  return FailedPrecondition("RETURN_STATE", fmt::format("customer_return {}", id), why);
}
absl::Status TransferState(std::string_view id, std::string_view why) {
  return FailedPrecondition("TRANSFER_STATE", fmt::format("stock_transfer {}", id), why);
}

absl::Status OverReceipt(std::span<const LineFault> faults) {
  return Faults("OVER_RECEIPT", faults,
                fmt::format("{} of the lines bring more than is tolerated", faults.size()));
}
absl::Status InspectionRequired(std::span<const LineFault> faults) {
  return Faults("INSPECTION_REQUIRED", faults,
                fmt::format("{} of the lines must be inspected first", faults.size()));
}
absl::Status InspectionExceedsReceipt(std::span<const LineFault> faults) {
  return Faults("INSPECTION_EXCEEDS_RECEIPT", faults,
                fmt::format("{} of the lines decide about more than awaits it", faults.size()));
}
absl::Status ReturnExceedsShipped(std::span<const LineFault> faults) {
  return Faults("RETURN_EXCEEDS_SHIPPED", faults,
                fmt::format("{} of the lines exceed what the reservation shipped", faults.size()));
}
absl::Status BinRefuses(std::span<const LineFault> faults) {
  return Faults(
      "BIN_REFUSES", faults,
      fmt::format("{} of the moves lead into a bin that does not take them", faults.size()));
}
absl::Status LotAmbiguous(std::span<const LineFault> faults) {
  return Faults("LOT_AMBIGUOUS", faults,
                fmt::format("{} of the lines do not say which lot arrived", faults.size()));
}

absl::Status SameNode(std::string_view node_id) {
  return FailedPrecondition(
      "SAME_NODE", fmt::format("node {}", node_id),
      "is both source and destination; bins of a node are changed by put-away");
}

absl::Status TransferOnNotice(std::string_view transfer_id, std::string_view notice_id) {
  return FailedPrecondition("TRANSFER_ON_NOTICE", fmt::format("stock_transfer {}", transfer_id),
                            fmt::format("is received by notice {}: use or cancel that", notice_id));
}

}  // namespace kefu::warehouse::error
