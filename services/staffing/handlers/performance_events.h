// What staffing learns from performance: the months of its agents, and how many customers came.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/db/transaction.h"
#include "kefu/common/v1/event.pb.h"
#include "services/staffing/handlers/handlers.h"

namespace kefu::staffing {

// The payloads that ApplyPerformanceEvent understands, for the consumer's filter.
std::vector<std::string> PerformanceEventTypes();

// Applies one event; any other payload changes nothing. Idempotent, and an event of an earlier
// report changes nothing that a later one has told.
absl::Status ApplyPerformanceEvent(const Dependencies& deps, db::Transaction& t,
                                   const common::v1::Event& event);

}  // namespace kefu::staffing
