// What performance learns from staffing: shops and their stages, team memberships,
// bases' agents, employments, tiers and closed attendance.
#pragma once

#include "absl/status/status.h"
#include "common/db/transaction.h"
#include "kefu/common/v1/event.pb.h"

namespace kefu::performance {

// The payloads that ApplyStaffingEvent understands, for the consumer's filter.
std::vector<std::string> StaffingEventTypes();

// Applies one event; any other payload changes nothing. Idempotent. Changed memberships, and
// another base, mark the days with figures of the agent on which it belongs elsewhere now than
// before.
absl::Status ApplyStaffingEvent(db::Transaction& t, const kefu::common::v1::Event& event);

}  // namespace kefu::performance
