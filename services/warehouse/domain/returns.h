// The life of a customer's return. Pure.
//
//   verb           from                            to
//   ReceiveReturn  EXPECTED, RECEIVING, RECEIVED   RECEIVING; RECEIVED when nothing is missing
//   InspectReturn  RECEIVING, RECEIVED             the same; INSPECTED when nothing is missing and
//                                                  nothing awaits inspection
//   CloseReturn    RECEIVING                       RECEIVED, or INSPECTED likewise
//   CancelReturn   EXPECTED                        CANCELLED
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/warehouse/domain/inbound.h"
#include "services/warehouse/domain/inbound_types.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

enum class ReturnVerb { kReceive, kInspect, kClose, kCancel };

// OK, or FAILED_PRECONDITION RETURN_STATE with the reason.
absl::Status CheckMove(const CustomerReturn& returned, ReturnVerb verb);

// FAILED_PRECONDITION RETURN_EXCEEDS_SHIPPED naming every line of `mine` with which all returns of
// the reservation together would bring back more of an (SKU, owner) than it has shipped. What is
// still expected of an open return counts as if it had come. `all` are the reservation's returns;
// one with the id of `mine` is passed by.
absl::Status CheckShipped(const Reservation& reservation, std::span<const CustomerReturn> all,
                          const CustomerReturn& mine);

// Counts what came on the lines, adds lines for what was not announced, and returns the receipts,
// one an arrival, all awaiting inspection. FAILED_PRECONDITION RETURN_STATE, LOT_REQUIRED,
// LOT_NOT_ALLOWED. On an error the return must be thrown away.
absl::StatusOr<std::vector<Receipt>> ReceiveReturn(CustomerReturn& returned,
                                                   std::span<const Arrival> arrivals,
                                                   const std::map<std::string, Sku>& skus,
                                                   int first_number, absl::Time now);
// CUSTOMER → FREE for the receipts.
std::vector<Movement> MovementsOf(const CustomerReturn& returned, std::span<const Receipt> receipts,
                                  std::string_view note, absl::CivilDay today);

// Counts results that Inspect has counted on the receipts (all of the return's) on its lines.
absl::Status InspectReturn(CustomerReturn& returned, std::span<const Receipt> receipts,
                           std::span<const InspectionLine> lines, absl::Time now);

absl::Status CloseReturn(CustomerReturn& returned, std::span<const Receipt> receipts,
                         absl::Time now);
absl::Status CancelReturn(CustomerReturn& returned, absl::Time now);

}  // namespace kefu::warehouse::domain
