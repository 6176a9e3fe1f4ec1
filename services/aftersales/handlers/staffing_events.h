// What after-sales learns from staffing: the zone and platform of shops.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/db/transaction.h"
#include "kefu/common/v1/event.pb.h"

namespace kefu::aftersales {

// The payloads that ApplyStaffingEvent understands, for the consumer's filter.
std::vector<std::string> StaffingEventTypes();

// Applies one event; any other payload changes nothing. Idempotent. Clocks that run already keep
// the zone they were set in. INVALID_ARGUMENT ZONE_UNKNOWN.
absl::Status ApplyStaffingEvent(db::Transaction& t, const ::kefu::common::v1::Event& event);

}  // namespace kefu::aftersales
