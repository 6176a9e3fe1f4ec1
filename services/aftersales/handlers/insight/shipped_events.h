// What after-sales learns from the warehouse about shipped goods: house, lot and day of each line
// of an order.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/db/transaction.h"
#include "kefu/common/v1/event.pb.h"

namespace kefu::aftersales {

// The payloads that ApplyShippedEvent understands, for the consumer's filter.
std::vector<std::string> ShippedEventTypes();

// Adds what one event tells of; any other payload changes nothing, nor do goods of a reservation
// that names no order or shop: nobody complains about them here. Not idempotent: the consumer
// applies each event once.
absl::Status ApplyShippedEvent(db::Transaction& t, const ::kefu::common::v1::Event& event);

}  // namespace kefu::aftersales
