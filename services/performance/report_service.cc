#include "services/performance/report_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/performance/v1/reports.grpc.pb.h"

namespace kefu::performance {
namespace {

class Calls final : public rpc::Service<v1::ReportService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const ReportHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

  KEFU_UNARY(CreateReport, v1::CreateReportRequest, v1::Report,
             handlers_.CreateReport(ctx, request))
  KEFU_UNARY(ListReports, v1::ListReportsRequest, v1::ListReportsResponse,
             handlers_.ListReports(ctx, request))
  KEFU_UNARY(CompareReports, v1::CompareReportsRequest, v1::CompareReportsResponse,
             handlers_.CompareReports(ctx, request))
  KEFU_SERVER_STREAM(ExportReport, v1::ExportReportRequest, v1::ExportReportResponse,
                     handlers_.ExportReport(ctx, request, writer))

 private:
  const ReportHandlers& handlers_;
};

}  // namespace

ReportServiceImpl::ReportServiceImpl(rpc::Dispatcher& dispatcher, const ReportHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::performance
