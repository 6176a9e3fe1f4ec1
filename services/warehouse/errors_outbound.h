// What shipments, counts and recalls answer when they cannot; each reason stands in
// docs/errors/warehouse_outbound.md. As errors.h says.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"

namespace kefu::warehouse::error {

// One violation of a PreconditionFailure.
struct Fault {
  std::string subject;
  std::string description;
};

// NOT_FOUND NOT_FOUND.
absl::Status ShipmentNotFound(std::string_view id);
absl::Status WaveNotFound(std::string_view id);
absl::Status TaskNotFound(std::string_view id);
absl::Status ManifestNotFound(std::string_view id);
absl::Status CountNotFound(std::string_view id);
absl::Status CountLineNotFound(std::string_view count_id, int line);
absl::Status RecallNotFound(std::string_view id);

// ALREADY_EXISTS SHIPMENT_EXISTS.
absl::Status ShipmentExists(std::string_view reservation_id, std::string_view node_id,
                            std::string_view shipment_id);

// FAILED_PRECONDITION.
absl::Status ReservationInShipment(std::string_view id, int shipments);  // RESERVATION_IN_SHIPMENT
absl::Status NothingToShip(std::string_view reservation_id,
                           std::string_view node_id);  // NOTHING_TO_SHIP
// SHIPMENT_STATE, WAVE_STATE, TASK_STATE, COUNT_STATE, RECALL_STATE: the move is none of its state.
absl::Status ShipmentState(std::string_view id, std::string_view state, std::string_view move);
absl::Status WaveState(std::string_view id, std::string_view state, std::string_view move);
absl::Status TaskState(std::string_view id, std::string_view state, std::string_view move);
absl::Status CountState(std::string_view subject, std::string_view state, std::string_view move);
absl::Status RecallState(std::string_view id, std::string_view state, std::string_view move);
absl::Status WaveEmpty(std::string_view node_id);                               // WAVE_EMPTY
absl::Status PackMismatch(std::string_view id, std::span<const Fault> faults);  // PACK_MISMATCH
absl::Status WeightMismatch(std::string_view id,
                            std::span<const Fault> faults);                  // WEIGHT_MISMATCH
absl::Status WrongCarrier(std::span<const Fault> faults);                    // MANIFEST_MISMATCH
absl::Status CarrierRequired(std::string_view id);                           // CARRIER_REQUIRED
absl::Status CountEmpty(std::string_view node_id);                           // COUNT_EMPTY
absl::Status CountTooLarge(int limit);                                       // COUNT_TOO_LARGE
absl::Status CountSamePerson(int line, std::string_view counter);            // COUNT_SAME_PERSON
absl::Status CountTime(int line);                                            // COUNT_TIME
absl::Status CountBelowReserved(std::span<const Fault> faults);              // COUNT_BELOW_RESERVED
absl::Status StagingInUse(std::string_view location);                        // STAGING_IN_USE
absl::Status PickOfRecalled(std::string_view sku_id, std::string_view lot);  // LOT_RECALLED
absl::Status PickOfExpired(std::string_view sku_id, std::string_view lot,
                           absl::CivilDay last_day);  // LOT_EXPIRED

// PERMISSION_DENIED COUNT_SELF_APPROVAL.
absl::Status CountSelfApproval(std::string_view id);

// ABORTED ETAG_MISMATCH.
absl::Status PolicyChanged(int64_t expected, int64_t actual);

}  // namespace kefu::warehouse::error
