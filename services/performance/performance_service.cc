#include "services/performance/performance_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/performance/v1/performance_service.grpc.pb.h"

namespace kefu::performance {
namespace {

class Calls final : public rpc::Service<v1::PerformanceService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const Handlers& handlers, const ReportHandlers& reports,
        const JudgementHandlers& judgement, const QualityHandlers& quality,
        const PayrollHandlers& payroll)
      : Service(dispatcher),
        handlers_(handlers),
        reports_(reports),
        judgement_(judgement),
        quality_(quality),
        payroll_(payroll) {}

  KEFU_UNARY(ConfigureShop, v1::ConfigureShopRequest, v1::ShopSettings,
             handlers_.ConfigureShop(ctx, request))
  KEFU_UNARY(GetShopSettings, v1::GetShopSettingsRequest, v1::ShopSettings,
             handlers_.GetShopSettings(ctx, request))
  KEFU_CLIENT_STREAM(ImportConversations, v1::ImportConversationsRequest, v1::ImportResponse,
                     handlers_.ImportConversations(ctx, reader))
  KEFU_CLIENT_STREAM(ImportOrders, v1::ImportOrdersRequest, v1::ImportResponse,
                     handlers_.ImportOrders(ctx, reader))
  KEFU_CLIENT_STREAM(ImportRefunds, v1::ImportRefundsRequest, v1::ImportResponse,
                     handlers_.ImportRefunds(ctx, reader))
  KEFU_CLIENT_STREAM(ImportReviews, v1::ImportReviewsRequest, v1::ImportResponse,
                     handlers_.ImportReviews(ctx, reader))
  KEFU_UNARY(GetMetrics, v1::GetMetricsRequest, v1::GetMetricsResponse,
             handlers_.GetMetrics(ctx, request))
  KEFU_UNARY_INLINE(ListMetrics, v1::ListMetricsRequest, v1::ListMetricsResponse,
                    handlers_.ListMetrics(ctx, request))
  KEFU_UNARY(ExplainMetric, v1::ExplainMetricRequest, v1::ExplainMetricResponse,
             handlers_.ExplainMetric(ctx, request))
  KEFU_UNARY(ExplainAttribution, v1::ExplainAttributionRequest, v1::ExplainAttributionResponse,
             handlers_.ExplainAttribution(ctx, request))
  KEFU_UNARY(GetReport, v1::GetReportRequest, v1::Report, reports_.GetReport(ctx, request))
  KEFU_UNARY(GetScorecard, v1::GetScorecardRequest, v1::AgentScore,
             judgement_.GetScorecard(ctx, request))
  KEFU_UNARY(Diagnose, v1::DiagnoseRequest, v1::DiagnoseResponse, judgement_.Diagnose(ctx, request))
  KEFU_UNARY(CreateInspection, v1::CreateInspectionRequest, v1::Inspection,
             quality_.CreateInspection(ctx, request))
  KEFU_UNARY(ComputePayroll, v1::ComputePayrollRequest, v1::ComputePayrollResponse,
             payroll_.ComputePayroll(ctx, request))
  KEFU_UNARY(SimulatePayroll, v1::SimulatePayrollRequest, v1::SimulatePayrollResponse,
             payroll_.SimulatePayroll(ctx, request))
  KEFU_UNARY(ClosePeriod, v1::ClosePeriodRequest, v1::PayPeriod, payroll_.ClosePeriod(ctx, request))
  KEFU_UNARY(ListOrders, v1::ListOrdersRequest, v1::ListOrdersResponse,
             handlers_.ListOrders(ctx, request))
  KEFU_UNARY(ListConversations, v1::ListConversationsRequest, v1::ListConversationsResponse,
             handlers_.ListConversations(ctx, request))

 private:
  const Handlers& handlers_;
  const ReportHandlers& reports_;
  const JudgementHandlers& judgement_;
  const QualityHandlers& quality_;
  const PayrollHandlers& payroll_;
};

}  // namespace

PerformanceServiceImpl::PerformanceServiceImpl(rpc::Dispatcher& dispatcher,
                                               const Handlers& handlers,
                                               const ReportHandlers& reports,
                                               const JudgementHandlers& judgement,
                                               const QualityHandlers& quality,
                                               const PayrollHandlers& payroll)
    : HiddenService(
          std::make_unique<Calls>(dispatcher, handlers, reports, judgement, quality, payroll)) {}

}  // namespace kefu::performance
