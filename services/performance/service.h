// kefu.performance.v1.PerformanceService over gRPC, and as a part of a kefu process.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "common/app/service_main.h"
#include "common/rpc/service_methods.h"
#include "kefu/performance/v1/performance_service.grpc.pb.h"
#include "services/performance/handlers/handlers.h"

namespace kefu::performance {

// Thread-safe. Dispatcher and handlers outlive it.
class PerformanceServiceImpl final : public rpc::Service<v1::PerformanceService> {
 public:
  PerformanceServiceImpl(rpc::Dispatcher& dispatcher, const Handlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

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
  KEFU_UNARY(ListOrders, v1::ListOrdersRequest, v1::ListOrdersResponse,
             handlers_.ListOrders(ctx, request))
  KEFU_UNARY(ListConversations, v1::ListConversationsRequest, v1::ListConversationsResponse,
             handlers_.ListConversations(ctx, request))

 private:
  const Handlers& handlers_;
};

// Declares the service's own configuration keys.
void AddKeys(config::Spec& spec);

// The service for app::ServiceMain.
absl::StatusOr<std::unique_ptr<app::Service>> MakeService(const app::Dependencies& deps);

}  // namespace kefu::performance
