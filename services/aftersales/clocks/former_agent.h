// Who answers for a deadline that was missed.
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales {

// Fills in late_owners, from the decisions on who gets the case, for the clocks that have run out
// before `now`: who had it when the clock fell due, so that no outage moves blame to whoever got it
// since, or had had it last where nobody had it then; empty: nobody had had it yet. Where there are
// no clocks that have run out, nothing is asked, and where there are no decisions, nothing is said:
// the case is of whom it was opened for. The database's errors.
absl::Status NameLateOwners(db::Transaction& t, absl::Time now, domain::Case& record);

// Whether the case was nobody's at that time, after somebody had had it.
absl::StatusOr<bool> WasHandedToNobody(db::Transaction& t, const domain::Case& record,
                                       absl::Time at);

}  // namespace kefu::aftersales
