// A report's figures, as they stand now.
#pragma once

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "services/performance/convert/reports.h"
#include "services/performance/handlers/reports/reports.h"
#include "services/performance/handlers/scope.h"

namespace kefu::performance {

// Everything but id, version, time and hash, all from one state of the facts. FAILED_PRECONDITION
// PERIOD_NOT_OVER; ABORTED FACTS_CHANGING when facts kept arriving meanwhile; those of GetMetrics.
absl::StatusOr<v1::Report> ReportContent(const ReportDependencies& deps, const RequestContext& ctx,
                                         const ShopScope& shop, const convert::AskedReport& asked,
                                         const std::string& definition_id);

}  // namespace kefu::performance
