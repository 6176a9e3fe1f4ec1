// Leave, call by call: contract messages in, contract messages out. As handlers.h.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/staffing/v1/leave.pb.h"
#include "services/staffing/handlers/handlers.h"

namespace kefu::staffing {

// Thread-safe; errors as Handlers, and those of errors_time.h.
class LeaveHandlers {
 public:
  explicit LeaveHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_LEAVE_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_LEAVE_HANDLER(SetLeaveKind, SetLeaveKindRequest, LeaveKind)
  KEFU_LEAVE_HANDLER(ListLeaveKinds, ListLeaveKindsRequest, ListLeaveKindsResponse)
  KEFU_LEAVE_HANDLER(GrantLeave, GrantLeaveRequest, LeaveBalance)
  KEFU_LEAVE_HANDLER(GetLeaveBalances, GetLeaveBalancesRequest, GetLeaveBalancesResponse)
  KEFU_LEAVE_HANDLER(RequestLeave, RequestLeaveRequest, Leave)
  KEFU_LEAVE_HANDLER(DecideLeave, DecideLeaveRequest, Leave)
  KEFU_LEAVE_HANDLER(CancelLeave, CancelLeaveRequest, Leave)
  KEFU_LEAVE_HANDLER(GetLeave, GetLeaveRequest, Leave)
  KEFU_LEAVE_HANDLER(ListLeaves, ListLeavesRequest, ListLeavesResponse)

#undef KEFU_LEAVE_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::staffing
