// What FactService does about facts and how they are read, call by call.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "common/rpc/stream.h"
#include "kefu/performance/v1/definitions.pb.h"
#include "kefu/performance/v1/payments.pb.h"
#include "kefu/performance/v1/screening.pb.h"
#include "kefu/performance/v1/visits.pb.h"
#include "services/performance/handlers/facts/days_in_hand.h"
#include "services/performance/handlers/handlers.h"

namespace kefu::performance {

// Thread-safe; see Handlers.
class FactHandlers {
 public:
  explicit FactHandlers(Dependencies dependencies, DayLimits limits = {})
      : deps_(std::move(dependencies)), limits_(limits), in_hand_(limits.most_bytes) {}

  absl::StatusOr<v1::ImportResponse> ImportVisits(
      const RequestContext& ctx, rpc::StreamReader<v1::ImportVisitsRequest>& reader) const;
  absl::StatusOr<v1::ImportResponse> ImportPayments(
      const RequestContext& ctx, rpc::StreamReader<v1::ImportPaymentsRequest>& reader) const;
  absl::StatusOr<v1::ImportResponse> ImportRatings(
      const RequestContext& ctx, rpc::StreamReader<v1::ImportRatingsRequest>& reader) const;
  absl::StatusOr<v1::ImportResponse> ImportInspections(
      const RequestContext& ctx, rpc::StreamReader<v1::ImportInspectionsRequest>& reader) const;
  absl::StatusOr<v1::ReplaceDayResponse> ReplaceDay(
      const RequestContext& ctx, rpc::StreamReader<v1::ReplaceDayRequest>& reader) const;

  // INVALID_FIELDS with every fault of the definition. For the whole organization:
  // PERMISSION_DENIED for a caller confined to shops.
  absl::StatusOr<v1::MetricDefinition> PublishMetricDefinition(
      const RequestContext& ctx, const v1::PublishMetricDefinitionRequest& request) const;
  // As PublishMetricDefinition.
  absl::StatusOr<v1::DefinitionPolicy> SetDefinitionPolicy(
      const RequestContext& ctx, const v1::SetDefinitionPolicyRequest& request) const;
  absl::StatusOr<v1::DefinitionPolicy> GetDefinitionPolicy(
      const RequestContext& ctx, const v1::GetDefinitionPolicyRequest& request) const;
  // FAILED_PRECONDITION DEFINITION_NEEDED for "default" and the platform's own.
  absl::StatusOr<v1::ListMetricDefinitionsResponse> DeactivateMetricDefinition(
      const RequestContext& ctx, const v1::DeactivateMetricDefinitionRequest& request) const;
  absl::StatusOr<v1::ListMetricDefinitionsResponse> ListMetricDefinitions(
      const RequestContext& ctx, const v1::ListMetricDefinitionsRequest& request) const;

  // As PublishMetricDefinition.
  absl::StatusOr<v1::ScreeningPolicy> PublishScreeningPolicy(
      const RequestContext& ctx, const v1::PublishScreeningPolicyRequest& request) const;
  absl::StatusOr<v1::ScreeningPolicy> GetScreeningPolicy(
      const RequestContext& ctx, const v1::GetScreeningPolicyRequest& request) const;
  // These name customers and agents: PERMISSION_DENIED ONLY_OWN_AGENTS for a base.
  absl::StatusOr<v1::ListExclusionsResponse> ListExclusions(
      const RequestContext& ctx, const v1::ListExclusionsRequest& request) const;
  absl::StatusOr<v1::ConversationExclusion> ReviewExclusion(
      const RequestContext& ctx, const v1::ReviewExclusionRequest& request) const;
  absl::StatusOr<v1::ListOrderExclusionsResponse> ListOrderExclusions(
      const RequestContext& ctx, const v1::ListOrderExclusionsRequest& request) const;
  absl::StatusOr<v1::OrderExclusion> ReviewOrderExclusion(
      const RequestContext& ctx, const v1::ReviewOrderExclusionRequest& request) const;
  absl::StatusOr<v1::ListWordHitsResponse> ListWordHits(
      const RequestContext& ctx, const v1::ListWordHitsRequest& request) const;

 private:
  Dependencies deps_;
  const DayLimits limits_;
  mutable DaysInHand in_hand_;
};

}  // namespace kefu::performance
