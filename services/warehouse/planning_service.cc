#include "services/warehouse/planning_service.h"

#include "common/rpc/service_methods.h"
#include "kefu/warehouse/v1/fulfilment_planning_service.grpc.pb.h"

namespace kefu::warehouse {
namespace {

class Calls final : public rpc::Service<v1::FulfilmentPlanningService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const Dependencies& dependencies)
      : Service(dispatcher), handlers_(dependencies) {}

  KEFU_UNARY(SetNodeSchedule, v1::SetNodeScheduleRequest, v1::NodeSchedule,
             handlers_.SetNodeSchedule(ctx, request))
  KEFU_UNARY(GetNodeSchedule, v1::GetNodeScheduleRequest, v1::NodeSchedule,
             handlers_.GetNodeSchedule(ctx, request))
  KEFU_UNARY(SetCarrierService, v1::SetCarrierServiceRequest, v1::CarrierService,
             handlers_.SetCarrierService(ctx, request))
  KEFU_UNARY(ListCarrierServices, v1::ListCarrierServicesRequest, v1::ListCarrierServicesResponse,
             handlers_.ListCarrierServices(ctx, request))
  KEFU_UNARY(SetAllocationPolicy, v1::SetAllocationPolicyRequest, v1::AllocationPolicy,
             handlers_.SetAllocationPolicy(ctx, request))
  KEFU_UNARY(GetAllocationPolicy, v1::GetAllocationPolicyRequest, v1::AllocationPolicy,
             handlers_.GetAllocationPolicy(ctx, request))
  KEFU_UNARY(SetSlottingPolicy, v1::SetSlottingPolicyRequest, v1::SlottingPolicy,
             handlers_.SetSlottingPolicy(ctx, request))
  KEFU_UNARY(GetSlottingPolicy, v1::GetSlottingPolicyRequest, v1::SlottingPolicy,
             handlers_.GetSlottingPolicy(ctx, request))
  KEFU_UNARY(SetBins, v1::SetBinsRequest, v1::SetBinsResponse, handlers_.SetBins(ctx, request))
  KEFU_UNARY(ListBins, v1::ListBinsRequest, v1::ListBinsResponse, handlers_.ListBins(ctx, request))
  KEFU_CLIENT_STREAM(ImportAffinity, v1::ImportAffinityRequest, v1::ImportAffinityResponse,
                     handlers_.ImportAffinity(ctx, reader))

 private:
  const PlanningHandlers handlers_;
};

}  // namespace

PlanningServiceImpl::PlanningServiceImpl(rpc::Dispatcher& dispatcher,
                                         const Dependencies& dependencies)
    : HiddenService(std::make_unique<Calls>(dispatcher, dependencies)) {}

}  // namespace kefu::warehouse
