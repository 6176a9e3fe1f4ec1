// What promises, allocates and slots, and keeps the rules for it, call by call.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "common/rpc/stream.h"
#include "kefu/warehouse/v1/fulfilment_planning_service.pb.h"
#include "services/warehouse/handlers/dependencies.h"

namespace kefu::warehouse {

// Thread-safe. As Handlers: every method acts in the organization of the token, blocks on the
// database, and answers, besides the reasons of errors.h and errors_promise.h, INVALID_FIELDS with
// every fault of the request. Writes are idempotent under a request_id.
class PlanningHandlers {
 public:
  explicit PlanningHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_PLANNING_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_PLANNING_HANDLER(SetNodeSchedule, SetNodeScheduleRequest, NodeSchedule)
  KEFU_PLANNING_HANDLER(GetNodeSchedule, GetNodeScheduleRequest, NodeSchedule)
  KEFU_PLANNING_HANDLER(SetCarrierService, SetCarrierServiceRequest, CarrierService)
  KEFU_PLANNING_HANDLER(ListCarrierServices, ListCarrierServicesRequest,
                        ListCarrierServicesResponse)
  KEFU_PLANNING_HANDLER(PromiseDate, PromiseDateRequest, PromiseDateResponse)
  KEFU_PLANNING_HANDLER(SetAllocationPolicy, SetAllocationPolicyRequest, AllocationPolicy)
  KEFU_PLANNING_HANDLER(GetAllocationPolicy, GetAllocationPolicyRequest, AllocationPolicy)
  KEFU_PLANNING_HANDLER(SetSlottingPolicy, SetSlottingPolicyRequest, SlottingPolicy)
  KEFU_PLANNING_HANDLER(GetSlottingPolicy, GetSlottingPolicyRequest, SlottingPolicy)
  KEFU_PLANNING_HANDLER(SetBins, SetBinsRequest, SetBinsResponse)
  KEFU_PLANNING_HANDLER(ListBins, ListBinsRequest, ListBinsResponse)
  KEFU_PLANNING_HANDLER(Allocate, AllocateRequest, AllocateResponse)
  KEFU_PLANNING_HANDLER(ComputeSlotting, ComputeSlottingRequest, ComputeSlottingResponse)

#undef KEFU_PLANNING_HANDLER

  absl::StatusOr<v1::ImportAffinityResponse> ImportAffinity(
      const RequestContext& ctx, rpc::StreamReader<v1::ImportAffinityRequest>& reader) const;

 private:
  Dependencies deps_;
};

}  // namespace kefu::warehouse
