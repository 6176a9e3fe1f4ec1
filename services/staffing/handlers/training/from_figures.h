// What training takes from performance's reports: courses for weak figures, and the days by which
// effects are told.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "kefu/performance/v1/events.pb.h"
#include "kefu/performance/v1/weeks.pb.h"
#include "services/staffing/handlers/handlers.h"

namespace kefu::staffing {

// Keeps the days of a month's agents, whose rows are saved already. Part of a report by part: the
// month counts as told with its last one. Idempotent; an earlier report changes nothing that a
// later one has told.
absl::Status KeepDays(db::Transaction& t, const std::string& org_id,
                      const performance::v1::MonthReported& reported);

// Assigns courses to those agents of a month or week whose figures are weak, each once for a
// figure. Nothing when a later report of it is stored already, or when the period is long over.
absl::Status AssignFromMonth(const Dependencies& deps, db::Transaction& t,
                             const std::string& org_id,
                             const performance::v1::MonthReported& reported, absl::Time now);
absl::Status AssignFromWeek(const Dependencies& deps, db::Transaction& t, const std::string& org_id,
                            const performance::v1::WeekReported& reported, absl::Time now);

}  // namespace kefu::staffing
