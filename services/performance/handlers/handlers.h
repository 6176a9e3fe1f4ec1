// What PerformanceService does, call by call. Every handler acts in the organization that the
// caller's token gives for the shop.
#pragma once

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "common/db/database.h"
#include "common/ids/id_generator.h"
#include "common/rpc/stream.h"
#include "kefu/performance/v1/performance_service.pb.h"
#include "services/performance/recompute/recompute.h"

namespace kefu::performance {

// What the handlers work with; all of it outlives them.
struct Dependencies {
  db::Database& database;
  Recomputer& recomputer;
  IdGenerator& ids;
  std::function<void()> on_events;  // called after each commit that wrote events; cheap
  // Of an import's chunk: up to so many rows correct stored figures, more compute whole days again.
  size_t most_corrected_rows = 100;
  // Of a stream's rows: their ids stay in memory until its end, 71 MB for so many.
  int64_t most_stream_rows = 3'500'000;
  // Of explanations: so many lines of the days last asked for are kept for further pages, 30 MB.
  size_t most_explained_lines = 100'000;
};

inline constexpr size_t kMostAnswerBytes = 12 << 20;  // of an answer in one; gRPC sends 16 MiB

// Thread-safe. Each method blocks on the database and returns, besides the reasons of errors.h:
// INVALID_ARGUMENT INVALID_FIELDS with every fault of the request, PERMISSION_DENIED
// SHOP_NOT_ALLOWED, and what common/db says.
class Handlers {
 public:
  explicit Handlers(Dependencies dependencies);

  absl::StatusOr<v1::ShopSettings> ConfigureShop(const RequestContext& ctx,
                                                 const v1::ConfigureShopRequest& request) const;
  absl::StatusOr<v1::ShopSettings> GetShopSettings(const RequestContext& ctx,
                                                   const v1::GetShopSettingsRequest& request) const;

  // Imports commit in chunks; whatever ends the stream keeps whole chunks, and sending everything
  // again changes nothing.
  absl::StatusOr<v1::ImportResponse> ImportConversations(
      const RequestContext& ctx, rpc::StreamReader<v1::ImportConversationsRequest>& reader) const;
  absl::StatusOr<v1::ImportResponse> ImportOrders(
      const RequestContext& ctx, rpc::StreamReader<v1::ImportOrdersRequest>& reader) const;
  absl::StatusOr<v1::ImportResponse> ImportRefunds(
      const RequestContext& ctx, rpc::StreamReader<v1::ImportRefundsRequest>& reader) const;
  absl::StatusOr<v1::ImportResponse> ImportReviews(
      const RequestContext& ctx, rpc::StreamReader<v1::ImportReviewsRequest>& reader) const;

  absl::StatusOr<v1::GetMetricsResponse> GetMetrics(const RequestContext& ctx,
                                                    const v1::GetMetricsRequest& request) const;
  absl::StatusOr<v1::ListMetricsResponse> ListMetrics(const RequestContext& ctx,
                                                      const v1::ListMetricsRequest& request) const;
  absl::StatusOr<v1::ExplainMetricResponse> ExplainMetric(
      const RequestContext& ctx, const v1::ExplainMetricRequest& request) const;
  absl::StatusOr<v1::ExplainAttributionResponse> ExplainAttribution(
      const RequestContext& ctx, const v1::ExplainAttributionRequest& request) const;
  absl::StatusOr<v1::ListOrdersResponse> ListOrders(const RequestContext& ctx,
                                                    const v1::ListOrdersRequest& request) const;
  absl::StatusOr<v1::ListConversationsResponse> ListConversations(
      const RequestContext& ctx, const v1::ListConversationsRequest& request) const;

 private:
  Dependencies deps_;
  std::shared_ptr<class LineCache> lines_;
};

}  // namespace kefu::performance
