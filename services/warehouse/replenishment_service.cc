#include "services/warehouse/replenishment_service.h"

#include "common/rpc/service_methods.h"
#include "kefu/warehouse/v1/replenishment.grpc.pb.h"

namespace kefu::warehouse {
namespace {

class Calls final : public rpc::Service<v1::ReplenishmentService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const ReplenishmentHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

#define KEFU_REPLENISHMENT_CALL(Method) \
  KEFU_UNARY(Method, v1::Method##Request, v1::Method##Response, handlers_.Method(ctx, request))

  // A few operations on a few numbers: microseconds.
  KEFU_UNARY_INLINE(ComputeOrderQuantity, v1::ComputeOrderQuantityRequest,
                    v1::ComputeOrderQuantityResponse, handlers_.ComputeOrderQuantity(ctx, request))
  KEFU_UNARY_INLINE(ComputeSafetyStock, v1::ComputeSafetyStockRequest,
                    v1::ComputeSafetyStockResponse, handlers_.ComputeSafetyStock(ctx, request))
  KEFU_REPLENISHMENT_CALL(ComputeNewsvendor)
  KEFU_REPLENISHMENT_CALL(ComputeHorizon)
  KEFU_REPLENISHMENT_CALL(ComputeReorderPolicy)
  KEFU_REPLENISHMENT_CALL(ComputeLotSizes)
  KEFU_REPLENISHMENT_CALL(ComputeLoss)
  KEFU_REPLENISHMENT_CALL(ClassifySkus)
  KEFU_REPLENISHMENT_CALL(OptimizeEchelons)
  KEFU_REPLENISHMENT_CALL(OptimizeSerialSystem)
  KEFU_REPLENISHMENT_CALL(ForecastSeries)
  KEFU_REPLENISHMENT_CALL(GuardCampaign)
  KEFU_CLIENT_STREAM(ImportDemand, v1::ImportDemandRequest, v1::ImportDemandResponse,
                     handlers_.ImportDemand(ctx, reader))
  KEFU_UNARY(SetReplenishmentPolicy, v1::SetReplenishmentPolicyRequest, v1::ReplenishmentPolicy,
             handlers_.SetReplenishmentPolicy(ctx, request))
  KEFU_UNARY(GetReplenishmentPolicy, v1::GetReplenishmentPolicyRequest, v1::ReplenishmentPolicy,
             handlers_.GetReplenishmentPolicy(ctx, request))
  KEFU_UNARY(GetReplenishmentPlan, v1::GetReplenishmentPlanRequest, v1::ReplenishmentPlan,
             handlers_.GetReplenishmentPlan(ctx, request))
  KEFU_REPLENISHMENT_CALL(ListReplenishmentLines)

#undef KEFU_REPLENISHMENT_CALL

 private:
  const ReplenishmentHandlers& handlers_;
};

}  // namespace

ReplenishmentServiceImpl::ReplenishmentServiceImpl(rpc::Dispatcher& dispatcher,
                                                   const ReplenishmentHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::warehouse
