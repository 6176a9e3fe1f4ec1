// Who answers for a deadline of a case that nobody has.
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales {

// Fills in former_agent_id, from the decisions on who gets the case, where nobody has it and one of
// its clocks has run out before `now`; otherwise nothing is asked. It stays empty if nobody ever
// had it. The database's errors.
absl::Status NameFormerAgent(db::Transaction& t, absl::Time now, domain::Case& record);

// Whether the case was nobody's at that time, after somebody had had it.
absl::StatusOr<bool> WasHandedToNobody(db::Transaction& t, const domain::Case& record,
                                       absl::Time at);

}  // namespace kefu::aftersales
