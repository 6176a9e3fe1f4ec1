// The imports of PerformanceService.
#include "services/performance/handlers/imports/import_stream.h"

namespace kefu::performance {

absl::StatusOr<v1::ImportResponse> Handlers::ImportConversations(
    const RequestContext& ctx, rpc::StreamReader<v1::ImportConversationsRequest>& reader) const {
  return imports::Import<imports::Conversations>(deps_, ctx).Run(reader);
}

absl::StatusOr<v1::ImportResponse> Handlers::ImportOrders(
    const RequestContext& ctx, rpc::StreamReader<v1::ImportOrdersRequest>& reader) const {
  return imports::Import<imports::Orders>(deps_, ctx).Run(reader);
}

absl::StatusOr<v1::ImportResponse> Handlers::ImportRefunds(
    const RequestContext& ctx, rpc::StreamReader<v1::ImportRefundsRequest>& reader) const {
  return imports::Import<imports::Refunds>(deps_, ctx).Run(reader);
}

absl::StatusOr<v1::ImportResponse> Handlers::ImportReviews(
    const RequestContext& ctx, rpc::StreamReader<v1::ImportReviewsRequest>& reader) const {
  return imports::Import<imports::Reviews>(deps_, ctx).Run(reader);
}

}  // namespace kefu::performance
