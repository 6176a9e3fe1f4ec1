// Days whose arrivals are to be counted. Every method runs in the caller's transaction and returns
// the Statuses of db::Transaction.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "services/performance/store/facts.h"

namespace kefu::performance::store {

// Their figures have changed. Days noted before keep the time of then.
absl::Status NoteArrivals(db::Transaction& t, const Scope& scope,
                          const std::vector<absl::CivilDay>& days, absl::Time now);

struct ArrivalDay {
  Scope scope;
  absl::CivilDay day;
};
// Those noted until then, of all shops of all organizations, oldest first.
absl::StatusOr<std::vector<ArrivalDay>> NotedArrivals(db::Transaction& t, absl::Time until,
                                                      int limit);
// Takes a day off the list, which stays locked until the end of the transaction, so that whoever
// notes it meanwhile does so afterwards. False when another has taken it.
absl::StatusOr<bool> TakeArrivals(db::Transaction& t, const ArrivalDay& day);

}  // namespace kefu::performance::store
