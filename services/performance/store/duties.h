// What agents are assigned to a shop for, as staffing tells it. Every method runs in the caller's
// transaction and returns the Statuses of db::Transaction.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "services/performance/domain/judgement/duties.h"
#include "services/performance/store/facts.h"

namespace kefu::performance::store {

// An assignment as it was at `update_time`: what was told of it before is replaced, what is older
// than what is known changes nothing.
absl::Status SaveDuty(db::Transaction& t, const Scope& scope, std::string_view assignment_id,
                      const domain::DutySpan& span, absl::Time update_time);
// All of a shop's, by agent and first day.
absl::StatusOr<std::vector<domain::DutySpan>> LoadDuties(db::Transaction& t, const Scope& scope);

}  // namespace kefu::performance::store
