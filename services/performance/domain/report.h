// What stands in a report and which days it covers. The figures themselves are those of the
// catalogue.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/performance/domain/metrics.h"

namespace kefu::performance::domain {

// Weekly: Monday to Sunday (ISO 8601). Monthly: a calendar month.
enum class ReportKind { kWeekly, kMonthly };

struct ReportPeriod {
  absl::CivilDay first, last;  // both included
  bool operator==(const ReportPeriod&) const = default;
};

// The week or month that contains the day, and the one before a period of the kind.
ReportPeriod ReportPeriodOf(ReportKind kind, absl::CivilDay day);
ReportPeriod PeriodBefore(ReportKind kind, const ReportPeriod& period);
// Whether the period's last day has ended in the zone.
bool IsOver(const ReportPeriod& period, absl::Time now, const absl::TimeZone& zone);

// The rows of a section.
enum class ReportRows { kTotal, kDays, kShops, kTeams, kAgents };

struct ReportSectionSpec {
  std::string_view id, title_zh, title_en;
  ReportRows rows;
  std::vector<const MetricSpec*> metrics;
  bool compared = false;          // with the period before
  std::string_view chart_metric;  // drawn over the rows; empty: not drawn
  size_t metrics_in_all = 0;      // that such rows have
};

// The sections about a subject of the kind. A team has agents; an agent has neither; an
// organization (of kind kShop) has shops; figures that the rows' subjects do not have are left out.
std::vector<ReportSectionSpec> ReportSections(ReportKind kind, SubjectKind subject,
                                              bool organization);

}  // namespace kefu::performance::domain
