// A report's figures, as they stand now.
#pragma once

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "services/performance/convert/reports.h"
#include "services/performance/handlers/reports/reports.h"
#include "services/performance/handlers/scope.h"

namespace kefu::performance {

// Whose facts a report is made of.
struct ReportScope {
  store::Scope scope;            // without a shop: the organization
  std::vector<ShopScope> shops;  // of one currency, by id
  std::string currency;
  std::string name;  // the shop's; empty of the organization
};
// What RequireShopScope says; for the organization what RequireWholeOrganization says, NOT_FOUND
// SHOP_NOT_CONFIGURED where it has no shops, FAILED_PRECONDITION REPORT_CURRENCY.
absl::StatusOr<ReportScope> RequireReportScope(const ReportDependencies& deps,
                                               const RequestContext& ctx,
                                               const convert::AskedReport& asked);

// Everything but id, version, time and hash, all from one state of the facts. FAILED_PRECONDITION
// PERIOD_NOT_OVER; NOT_FOUND for a team, agent or base without figures of whom staffing has not
// told; ABORTED FACTS_CHANGING when facts kept arriving meanwhile; those of GetMetrics.
absl::StatusOr<v1::Report> ReportContent(const ReportDependencies& deps, const RequestContext& ctx,
                                         const ReportScope& scope,
                                         const convert::AskedReport& asked,
                                         const std::string& definition_id);

}  // namespace kefu::performance
