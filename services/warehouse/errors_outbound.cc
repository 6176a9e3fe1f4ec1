#include "services/warehouse/errors_outbound.h"

#include "common/status/error.h"
#include "fmt/format.h"

namespace kefu::warehouse::error {

absl::Status ReservationInShipment(std::string_view id, int shipments) {
  return FailedPrecondition(
      "RESERVATION_IN_SHIPMENT", fmt::format("reservation {}", id),
      fmt::format("{} of its shipments are at work: cancel or ship them first", shipments));
}

}  // namespace kefu::warehouse::error
