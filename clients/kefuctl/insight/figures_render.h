// The tables of figures over cases. Values that are names of enumerations are shown by their label.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "clients/kefuctl/table.h"
#include "kefu/aftersales/v1/case_figures.pb.h"

namespace kefu::insight {

kefuctl::Table ReasonTable(const aftersales::v1::GetReasonsResponse& reasons,
                           aftersales::v1::ReasonDimension by);
kefuctl::Table TrendTable(const aftersales::v1::GetReasonTrendResponse& trend);
kefuctl::Table FigureCaseTable(const aftersales::v1::ListReasonCasesResponse& cases,
                               absl::TimeZone zone);
// What was missed stands out: below 95 % of a group.
kefuctl::Table SlaTable(const aftersales::v1::GetSlaComplianceResponse& shares);
kefuctl::Table DeadlineTable(const aftersales::v1::ListSlaDeadlinesResponse& deadlines,
                             absl::TimeZone zone);
kefuctl::Table BacklogTable(const aftersales::v1::GetBacklogResponse& backlog);
// Steps in which something is expected or runs.
kefuctl::Table ForecastTable(const aftersales::v1::ForecastBreachesResponse& forecast,
                             absl::TimeZone zone);
// One line that says what it rests on.
std::string HistoryText(const aftersales::v1::ForecastBreachesResponse& forecast);

}  // namespace kefu::insight
