// What ReplenishmentService does. As handlers.h: thread-safe, in the organization of the caller's
// token; writes are idempotent under a request_id. The calculators touch no database and return
// INVALID_FIELDS with every fault; the others return what errors.h, errors_replenishment.h,
// common/db and events::RunWrite say.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "common/rpc/stream.h"
#include "kefu/warehouse/v1/replenishment.pb.h"
#include "services/warehouse/handlers/dependencies.h"

namespace kefu::warehouse {

class ReplenishmentHandlers {
 public:
  explicit ReplenishmentHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_REPLENISHMENT_HANDLER(Method)                               \
  absl::StatusOr<v1::Method##Response> Method(const RequestContext& ctx, \
                                              const v1::Method##Request& request) const;

  KEFU_REPLENISHMENT_HANDLER(ComputeOrderQuantity)
  KEFU_REPLENISHMENT_HANDLER(ComputeNewsvendor)
  KEFU_REPLENISHMENT_HANDLER(ComputeHorizon)
  KEFU_REPLENISHMENT_HANDLER(ComputeReorderPolicy)
  KEFU_REPLENISHMENT_HANDLER(ComputeSafetyStock)
  KEFU_REPLENISHMENT_HANDLER(ComputeLotSizes)
  KEFU_REPLENISHMENT_HANDLER(ComputeLoss)
  KEFU_REPLENISHMENT_HANDLER(ClassifySkus)
  KEFU_REPLENISHMENT_HANDLER(OptimizeEchelons)
  KEFU_REPLENISHMENT_HANDLER(OptimizeSerialSystem)
  KEFU_REPLENISHMENT_HANDLER(ForecastSeries)
  KEFU_REPLENISHMENT_HANDLER(GuardCampaign)
  KEFU_REPLENISHMENT_HANDLER(ListReplenishmentLines)
  // Of WarehouseService. Reads and computes outside any transaction, then keeps the plan in one.
  KEFU_REPLENISHMENT_HANDLER(PlanReplenishment)

#undef KEFU_REPLENISHMENT_HANDLER

  // Commits in chunks; whatever ends the stream keeps whole chunks, and sending everything again
  // changes nothing.
  absl::StatusOr<v1::ImportDemandResponse> ImportDemand(
      const RequestContext& ctx, rpc::StreamReader<v1::ImportDemandRequest>& reader) const;
  absl::StatusOr<v1::ReplenishmentPolicy> SetReplenishmentPolicy(
      const RequestContext& ctx, const v1::SetReplenishmentPolicyRequest& request) const;
  absl::StatusOr<v1::ReplenishmentPolicy> GetReplenishmentPolicy(
      const RequestContext& ctx, const v1::GetReplenishmentPolicyRequest& request) const;
  absl::StatusOr<v1::ReplenishmentPlan> GetReplenishmentPlan(
      const RequestContext& ctx, const v1::GetReplenishmentPlanRequest& request) const;

 private:
  Dependencies deps_;
};

}  // namespace kefu::warehouse
