// What after-sales learns from staffing: the zone and platform of shops, and delegated authority:
// policies, the currency of their limits, and who holds which tier. What it tells of agents and
// contracts is taken in with assignment's.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/db/transaction.h"
#include "kefu/common/v1/event.pb.h"

namespace kefu::aftersales {

// The payloads that ApplyStaffingEvent understands, for the filters of the consumers. Authority has
// its own, which begins at the first event: shops were followed long before.
std::vector<std::string> ShopEventTypes();
std::vector<std::string> AuthorityEventTypes();

// Applies one event; any other payload changes nothing. Idempotent. Clocks that run already keep
// the zone they were set in. INVALID_ARGUMENT ZONE_UNKNOWN.
absl::Status ApplyStaffingEvent(db::Transaction& t, const ::kefu::common::v1::Event& event);

}  // namespace kefu::aftersales
