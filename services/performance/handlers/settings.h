// The one rule for changing a shop's settings, for the RPC and for staffing's events.
#pragma once

#include "absl/status/status.h"
#include "common/db/transaction.h"
#include "services/performance/store/rollups.h"

namespace kefu::performance {

// Stores settings unless they are stored already. FAILED_PRECONDITION SETTINGS_FIXED when zone or
// currency would change although there are facts.
absl::Status ApplySettings(db::Transaction& t, const store::Scope& scope,
                           const domain::Settings& settings);

}  // namespace kefu::performance
