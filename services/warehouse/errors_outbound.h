// What shipments, counts and lots answer when they cannot; each reason stands in
// docs/errors/warehouse_outbound.md.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace kefu::warehouse::error {

// FAILED_PRECONDITION.
absl::Status ReservationInShipment(std::string_view id, int shipments);  // RESERVATION_IN_SHIPMENT

}  // namespace kefu::warehouse::error
