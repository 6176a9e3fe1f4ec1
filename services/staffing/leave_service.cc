#include "services/staffing/leave_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/staffing/v1/leave.grpc.pb.h"

namespace kefu::staffing {
namespace {

class Calls final : public rpc::Service<v1::LeaveService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const LeaveHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

#define KEFU_LEAVE_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_LEAVE_CALL(SetLeaveKind, SetLeaveKindRequest, LeaveKind)
  KEFU_LEAVE_CALL(ListLeaveKinds, ListLeaveKindsRequest, ListLeaveKindsResponse)
  KEFU_LEAVE_CALL(GrantLeave, GrantLeaveRequest, LeaveBalance)
  KEFU_LEAVE_CALL(GetLeaveBalances, GetLeaveBalancesRequest, GetLeaveBalancesResponse)
  KEFU_LEAVE_CALL(RequestLeave, RequestLeaveRequest, Leave)
  KEFU_LEAVE_CALL(DecideLeave, DecideLeaveRequest, Leave)
  KEFU_LEAVE_CALL(CancelLeave, CancelLeaveRequest, Leave)
  KEFU_LEAVE_CALL(GetLeave, GetLeaveRequest, Leave)
  KEFU_LEAVE_CALL(ListLeaves, ListLeavesRequest, ListLeavesResponse)

#undef KEFU_LEAVE_CALL

 private:
  const LeaveHandlers& handlers_;
};

}  // namespace

LeaveServiceImpl::LeaveServiceImpl(rpc::Dispatcher& dispatcher, const LeaveHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::staffing
