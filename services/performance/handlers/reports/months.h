// What a shop's monthly report tells the other services: the figures of its agents.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "kefu/performance/v1/reports.pb.h"
#include "services/performance/store/reports.h"

namespace kefu::performance {

// Appends MonthReported for the whole shop's monthly report of the shipped definition; for any
// other report, nothing. `content` holds the sections, `head` what the report is known by. The
// figures of days are those of this moment.
absl::Status TellMonth(db::Transaction& t, const store::ReportKey& key, const v1::Report& head,
                       const v1::Report& content, absl::Time now);

}  // namespace kefu::performance
