#include "services/staffing/handover_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/staffing/v1/handovers.grpc.pb.h"

namespace kefu::staffing {
namespace {

class Calls final : public rpc::Service<v1::HandoverService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const HandoverHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

#define KEFU_HANDOVER_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_HANDOVER_CALL(StartShift, StartShiftRequest, DutyShift)
  KEFU_HANDOVER_CALL(EndShift, EndShiftRequest, DutyShift)
  KEFU_HANDOVER_CALL(ListDutyShifts, ListDutyShiftsRequest, ListDutyShiftsResponse)
  KEFU_HANDOVER_CALL(ResolveHandoverItem, ResolveHandoverItemRequest, HandoverItem)
  KEFU_HANDOVER_CALL(GetHandoverItem, GetHandoverItemRequest, GetHandoverItemResponse)
  KEFU_HANDOVER_CALL(ListHandoverItems, ListHandoverItemsRequest, ListHandoverItemsResponse)
  KEFU_HANDOVER_CALL(SetHandoverPolicy, SetHandoverPolicyRequest, HandoverPolicy)
  KEFU_HANDOVER_CALL(GetHandoverPolicy, GetHandoverPolicyRequest, HandoverPolicy)

#undef KEFU_HANDOVER_CALL

 private:
  const HandoverHandlers& handlers_;
};

}  // namespace

HandoverServiceImpl::HandoverServiceImpl(rpc::Dispatcher& dispatcher,
                                         const HandoverHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::staffing
