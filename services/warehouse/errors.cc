#include "services/warehouse/errors.h"

#include <utility>

#include "common/status/error.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "google/rpc/error_details.pb.h"

namespace kefu::warehouse::error {
namespace {

absl::Status Exists(std::string_view reason, std::string_view resource, std::string_view name,
                    std::string message) {
  google::rpc::ResourceInfo info;
  info.set_resource_type(std::string(resource));
  info.set_resource_name(std::string(name));
  info.set_description(message);
  return AddDetail(MakeError(absl::StatusCode::kAlreadyExists, reason, std::move(message)), info);
}

std::string Subject(std::string_view resource, std::string_view id) {
  return fmt::format("{} {}", resource, id);
}

void AddViolation(google::rpc::PreconditionFailure& failure, std::string_view type,
                  std::string subject, std::string description) {
  auto* violation = failure.add_violations();
  violation->set_type(std::string(type));
  violation->set_subject(std::move(subject));
  violation->set_description(std::move(description));
}

}  // namespace

absl::Status NodeNotFound(std::string_view id) { return NotFound("node", id); }
absl::Status SkuNotFound(std::string_view id) { return NotFound("sku", id); }
absl::Status ReservationNotFound(std::string_view id) { return NotFound("reservation", id); }

absl::Status ExternalIdTaken(std::string_view external_id) {
  return Exists("EXTERNAL_ID_TAKEN", "node", external_id, "another node has this external_id");
}

absl::Status SkuCodeTaken(std::string_view code) {
  return Exists("SKU_CODE_TAKEN", "sku", code, "another SKU has this code");
}

absl::Status EtagMismatch(std::string_view resource, std::string_view id) {
  return Aborted("ETAG_MISMATCH",
                 fmt::format("{} {} has changed since it was read; read it again", resource, id));
}

absl::Status OrganizationRequired() {
  return PermissionDenied("ORGANIZATION_REQUIRED", "the token speaks for no organization");
}

absl::Status RecordArchived(std::string_view resource, std::string_view id) {
  return FailedPrecondition("RECORD_ARCHIVED", Subject(resource, id),
                            "is archived and takes no new work");
}

absl::Status NetworkCycle(std::string_view node_id, std::string_view parent_id) {
  return FailedPrecondition("NETWORK_CYCLE", Subject("node", node_id),
                            fmt::format("would replenish itself through {}", parent_id));
}

absl::Status SkuHasStock(std::string_view sku_id) {
  return FailedPrecondition("SKU_HAS_STOCK", Subject("sku", sku_id),
                            "is in stock: lot_tracked can only change when there is none");
}

absl::Status InsufficientStock(std::span<const Shortfall> shortfalls) {
  constexpr std::string_view kReason = "INSUFFICIENT_STOCK";
  google::rpc::PreconditionFailure failure;
  for (const Shortfall& shortfall : shortfalls) {
    const domain::ReservationLine& line = shortfall.wanted;
    AddViolation(
        failure, kReason,
        fmt::format("lines[{}] {}/{}/{}", shortfall.line, line.node_id, line.sku_id, line.owner_id),
        fmt::format("wanted {}, available {}", line.quantity, shortfall.available));
  }
  return AddDetail(
      MakeError(absl::StatusCode::kFailedPrecondition, kReason,
                fmt::format("{} of the lines ask for more than there is", shortfalls.size())),
      failure);
}

absl::Status LotRules(std::span<const LotFault> faults) {
  google::rpc::PreconditionFailure failure;
  for (const LotFault& fault : faults) {
    AddViolation(failure, fault.reason, fmt::format("lines[{}] {}", fault.line, fault.sku_id),
                 !fault.what.empty()              ? fault.what
                 : fault.reason == "LOT_REQUIRED" ? "the SKU is kept by lot: name the lot"
                                                  : "the SKU is not kept by lot: name none");
  }
  return AddDetail(MakeError(absl::StatusCode::kFailedPrecondition, faults.front().reason,
                             fmt::format("{} of the lines break the rules of lots", faults.size())),
                   failure);
}

absl::Status BusinessDateInFuture(absl::CivilDay day, absl::CivilDay today) {
  return FailedPrecondition(
      "BUSINESS_DATE_IN_FUTURE", "business_date",
      fmt::format("{} lies after {}, today at the node", FormatDay(day), FormatDay(today)));
}

absl::Status StockLimit(std::string_view node_id, std::string_view sku_id) {
  return FailedPrecondition("STOCK_LIMIT", fmt::format("stock {}/{}", node_id, sku_id),
                            "would exceed what can be counted; check the quantities");
}

absl::Status ReservationNotHeld(std::string_view id, std::string_view why) {
  return FailedPrecondition("RESERVATION_NOT_HELD", Subject("reservation", id), why);
}

absl::Status ReservationClosed(std::string_view id, std::string_view why) {
  return FailedPrecondition("RESERVATION_CLOSED", Subject("reservation", id), why);
}

}  // namespace kefu::warehouse::error
