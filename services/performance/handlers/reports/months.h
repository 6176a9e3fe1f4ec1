// What a shop's weekly and monthly reports tell the other services: the figures of its agents.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "kefu/performance/v1/reports.pb.h"
#include "services/performance/domain/judgement/score.h"
#include "services/performance/store/reports.h"

namespace kefu::performance {

// Appends MonthReported or WeekReported for the whole shop's monthly or weekly report of the
// shipped definition; for any other report, nothing. `content` holds the sections, `head` what the
// report is known by. The figures of a month's days are those of this moment.
absl::Status TellReport(db::Transaction& t, const store::ReportKey& key, const v1::Report& head,
                        const v1::Report& content, absl::Time now);

// Whether the report is one by which a whole shop's month is told.
bool IsShopsMonth(const store::ReportKey& key);

// Appends MonthScored for a shop's month.
absl::Status TellScores(db::Transaction& t, const store::ReportKey& key,
                        const std::map<std::string, domain::Score>& scores,
                        std::string_view currency, absl::Time now);

}  // namespace kefu::performance
