// What after-sales learns from staffing: the zone and platform of shops, and delegated authority:
// policies, the currency of their limits, and who holds which tier; and contracts with bases.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/db/transaction.h"
#include "kefu/common/v1/event.pb.h"

namespace kefu::aftersales {

// The payloads that ApplyStaffingEvent understands, for the filters of the consumers. Authority
// and contracts have their own, which begin at the first event: shops were followed long before.
std::vector<std::string> ShopEventTypes();
std::vector<std::string> AuthorityEventTypes();
std::vector<std::string> ContractEventTypes();

// Applies one event; any other payload changes nothing. Idempotent. Clocks that run already keep
// the zone they were set in. INVALID_ARGUMENT ZONE_UNKNOWN.
absl::Status ApplyStaffingEvent(db::Transaction& t, const ::kefu::common::v1::Event& event);

}  // namespace kefu::aftersales
