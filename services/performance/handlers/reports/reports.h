// Calls about stored reports: those of ReportService and PerformanceService.GetReport.
#pragma once

#include <functional>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "common/ids/id_generator.h"
#include "common/rpc/stream.h"
#include "kefu/performance/v1/reports.pb.h"
#include "services/performance/handlers/handlers.h"

namespace kefu::performance {

// What the handlers work with; all of it outlives them.
struct ReportDependencies {
  db::Database& database;
  IdGenerator& ids;
  const Handlers& figures;          // what a report is made of
  std::function<void()> on_events;  // called after each commit that wrote events; cheap
  Dependencies scoring;             // what a month is scored with
};

// Thread-safe; errors as of Handlers. A base sees the reports of its own agents only.
class ReportHandlers {
 public:
  explicit ReportHandlers(ReportDependencies dependencies) : deps_(std::move(dependencies)) {}

  // The report without its sections, new or as it stands.
  absl::StatusOr<v1::Report> CreateReport(const RequestContext& ctx,
                                          const v1::CreateReportRequest& request) const;
  absl::StatusOr<v1::Report> GetReport(const RequestContext& ctx,
                                       const v1::GetReportRequest& request) const;
  absl::StatusOr<v1::ListReportsResponse> ListReports(const RequestContext& ctx,
                                                      const v1::ListReportsRequest& request) const;
  absl::StatusOr<v1::CompareReportsResponse> CompareReports(
      const RequestContext& ctx, const v1::CompareReportsRequest& request) const;
  absl::Status ExportReport(const RequestContext& ctx, const v1::ExportReportRequest& request,
                            rpc::StreamWriter<v1::ExportReportResponse>& writer) const;

 private:
  absl::StatusOr<v1::Report> Load(const RequestContext& ctx, const std::string& report_id) const;

  ReportDependencies deps_;
};

}  // namespace kefu::performance
