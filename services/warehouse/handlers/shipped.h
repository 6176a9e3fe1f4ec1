// What the feed says of goods that have left.
#pragma once

#include <span>

#include "absl/status/status.h"
#include "services/warehouse/handlers/posting.h"

namespace kefu::warehouse {

// Writes one GoodsShipped of the movements, all of which take pieces of the reservation to the
// customer; bins do not matter to it. The database's errors.
absl::Status TellShipped(const Posting& posting, const domain::Reservation& reservation,
                         std::span<const domain::Movement> movements);

}  // namespace kefu::warehouse
