// What the figures of a period wait for beside its own days. As store/facts.h says.
#pragma once

#include <set>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "services/performance/store/facts.h"

namespace kefu::performance::store {

// Whether any of a shop's days waits.
absl::StatusOr<bool> AnyMarks(db::Transaction& t, const Scope& scope);
// Those of some days on which orders are paid, or were when they were last credited by the
// definition, that have refunds or reviews in [first, last]: these count for who is credited then.
absl::StatusOr<std::set<absl::CivilDay>> DaysWithFollowUps(db::Transaction& t, const Scope& scope,
                                                           std::string_view definition_id,
                                                           const std::set<absl::CivilDay>& pay_days,
                                                           absl::CivilDay first,
                                                           absl::CivilDay last);

}  // namespace kefu::performance::store
