// What a shop's weekly and monthly reports tell the other services: the figures of its agents.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "kefu/performance/v1/reports.pb.h"
#include "services/performance/store/reports.h"

namespace kefu::performance {

// Appends MonthReported or WeekReported for the whole shop's monthly or weekly report of the
// shipped definition; for any other report, nothing. `content` holds the sections, `head` what the
// report is known by. The figures of a month's days are those of this moment.
absl::Status TellReport(db::Transaction& t, const store::ReportKey& key, const v1::Report& head,
                        const v1::Report& content, absl::Time now);

}  // namespace kefu::performance
