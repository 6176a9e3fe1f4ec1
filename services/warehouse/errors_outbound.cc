#include "services/warehouse/errors_outbound.h"

#include "common/status/error.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "google/rpc/error_details.pb.h"

namespace kefu::warehouse::error {
namespace {

absl::Status WithFaults(std::string_view reason, std::string message,
                        std::span<const Fault> faults) {
  google::rpc::PreconditionFailure failure;
  for (const Fault& fault : faults) {
    auto* violation = failure.add_violations();
    violation->set_type(std::string(reason));
    violation->set_subject(fault.subject);
    violation->set_description(fault.description);
  }
  return AddDetail(MakeError(absl::StatusCode::kFailedPrecondition, reason, std::move(message)),
                   failure);
}

std::string Subject(std::string_view resource, std::string_view id) {
  return fmt::format("{} {}", resource, id);
}

std::string NoWay(std::string_view state, std::string_view move) {
  return fmt::format("is {}: there is no way to {} it", state, move);
}

}  // namespace

absl::Status ShipmentNotFound(std::string_view id) { return NotFound("shipment", id); }
absl::Status WaveNotFound(std::string_view id) { return NotFound("wave", id); }
absl::Status TaskNotFound(std::string_view id) { return NotFound("pick task", id); }
absl::Status ManifestNotFound(std::string_view id) { return NotFound("manifest", id); }
absl::Status CountNotFound(std::string_view id) { return NotFound("count", id); }
absl::Status RecallNotFound(std::string_view id) { return NotFound("recall", id); }
absl::Status CountLineNotFound(std::string_view count_id, int line) {
  return NotFound("count line", fmt::format("{}/{}", count_id, line));
}

absl::Status ShipmentExists(std::string_view reservation_id, std::string_view node_id,
                            std::string_view shipment_id) {
  google::rpc::ResourceInfo info;
  info.set_resource_type("shipment");
  info.set_resource_name(std::string(shipment_id));
  info.set_description("is at work on the same reservation and node");
  return AddDetail(MakeError(absl::StatusCode::kAlreadyExists, "SHIPMENT_EXISTS",
                             fmt::format("shipment {} is at work on reservation {} at node {}",
                                         shipment_id, reservation_id, node_id)),
                   info);
}

absl::Status ReservationInShipment(std::string_view id, int shipments) {
  return FailedPrecondition(
      "RESERVATION_IN_SHIPMENT", Subject("reservation", id),
      fmt::format("{} of its shipments are at work: cancel or ship them first", shipments));
}

absl::Status NothingToShip(std::string_view reservation_id, std::string_view node_id) {
  return FailedPrecondition("NOTHING_TO_SHIP", Subject("reservation", reservation_id),
                            fmt::format("node {} owes it nothing more", node_id));
}

absl::Status ShipmentState(std::string_view id, std::string_view state, std::string_view move) {
  return FailedPrecondition("SHIPMENT_STATE", Subject("shipment", id), NoWay(state, move));
}

absl::Status WaveState(std::string_view id, std::string_view state, std::string_view move) {
  return FailedPrecondition("WAVE_STATE", Subject("wave", id), NoWay(state, move));
}

absl::Status TaskState(std::string_view id, std::string_view state, std::string_view move) {
  return FailedPrecondition("TASK_STATE", Subject("pick task", id), NoWay(state, move));
}

absl::Status CountState(std::string_view subject, std::string_view state, std::string_view move) {
  return FailedPrecondition("COUNT_STATE", subject, NoWay(state, move));
}

absl::Status RecallState(std::string_view id, std::string_view state, std::string_view move) {
  return FailedPrecondition("RECALL_STATE", Subject("recall", id), NoWay(state, move));
}

absl::Status WaveEmpty(std::string_view node_id) {
  return FailedPrecondition("WAVE_EMPTY", Subject("node", node_id),
                            "no shipment that waits fits the wave");
}

absl::Status PackMismatch(std::string_view id, std::span<const Fault> faults) {
  return WithFaults("PACK_MISMATCH",
                    fmt::format("the cartons of shipment {} do not hold what was picked", id),
                    faults);
}

absl::Status WeightMismatch(std::string_view id, std::span<const Fault> faults) {
  return WithFaults("WEIGHT_MISMATCH",
                    fmt::format("cartons of shipment {} do not weigh what they should", id),
                    faults);
}

absl::Status WrongCarrier(std::span<const Fault> faults) {
  return WithFaults("MANIFEST_MISMATCH",
                    fmt::format("{} of the shipments are not this carrier's here", faults.size()),
                    faults);
}

absl::Status CarrierRequired(std::string_view id) {
  return FailedPrecondition("CARRIER_REQUIRED", Subject("shipment", id),
                            "has no carrier: name one");
}

absl::Status CountEmpty(std::string_view node_id) {
  return FailedPrecondition("COUNT_EMPTY", Subject("node", node_id),
                            "has no stock in this scope to count");
}

absl::Status CountTooLarge(int limit) {
  return FailedPrecondition("COUNT_TOO_LARGE", "scope",
                            fmt::format("has more than {} stock rows: count it in parts", limit));
}

absl::Status CountSamePerson(int line, std::string_view counter) {
  return FailedPrecondition("COUNT_SAME_PERSON", fmt::format("line {}", line),
                            fmt::format("{} has counted it: somebody else has to", counter));
}

absl::Status CountTime(int line) {
  return FailedPrecondition("COUNT_TIME", fmt::format("line {}", line),
                            "counted before the count was made, or in the future");
}

absl::Status CountBelowReserved(std::span<const Fault> faults) {
  return WithFaults("COUNT_BELOW_RESERVED",
                    fmt::format("{} stocks would fall below what is promised", faults.size()),
                    faults);
}

absl::Status StagingInUse(std::string_view location) {
  return FailedPrecondition("STAGING_IN_USE", fmt::format("location {}", location),
                            "picks have gone there: the staging place cannot change any more");
}

absl::Status PickOfRecalled(std::string_view sku_id, std::string_view lot) {
  return FailedPrecondition("LOT_RECALLED", fmt::format("lot {}/{}", sku_id, lot),
                            "was called back: leave it where it is");
}

absl::Status PickOfExpired(std::string_view sku_id, std::string_view lot, absl::CivilDay last_day) {
  return FailedPrecondition("LOT_EXPIRED", fmt::format("lot {}/{}", sku_id, lot),
                            fmt::format("could be sold until {}", FormatDay(last_day)));
}

absl::Status CountSelfApproval(std::string_view id) {
  return PermissionDenied("COUNT_SELF_APPROVAL",
                          fmt::format("who counted {} does not approve it", id));
}

absl::Status PolicyChanged(int64_t expected, int64_t actual) {
  return Aborted(
      "ETAG_MISMATCH",
      fmt::format("version {} of the policy holds, not {}; read it again", actual, expected));
}

}  // namespace kefu::warehouse::error
