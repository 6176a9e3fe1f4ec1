// Contract <-> domain for leave. Pure, thread-safe.
#pragma once

#include "common/status/error.h"
#include "kefu/staffing/v1/leave.pb.h"
#include "services/staffing/domain/leave/leave.h"

namespace kefu::staffing::convert {

leave::Kind FromProto(const v1::LeaveKind& kind, FieldViolations& violations);
// Without id and agent; paid and has_balance follow from the kind.
leave::Leave FromProto(const v1::RequestLeaveRequest& request, FieldViolations& violations);
// What CareerService.RecordLeave takes: an approved leave, without id.
leave::Leave FromProto(const v1::Leave& proto, FieldViolations& violations);

v1::LeaveKind ToProto(const leave::Kind& kind);
v1::Leave ToProto(const leave::Leave& leave);
v1::LeaveBalance ToProto(std::string_view agent_id, const leave::Balance& balance);

}  // namespace kefu::staffing::convert
