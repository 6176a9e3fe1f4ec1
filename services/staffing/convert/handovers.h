// Contract <-> domain for the handover book. Pure, thread-safe.
#pragma once

#include "common/status/error.h"
#include "kefu/staffing/v1/handovers.pb.h"
#include "services/staffing/domain/handover/handover.h"

namespace kefu::staffing::convert {

// Without id, agent and start.
handover::DutyShift FromProto(const v1::StartShiftRequest& request, FieldViolations& violations);
// New items without ids, in the request's order.
handover::Writing FromProto(const v1::WriteHandoverRequest& request, FieldViolations& violations);
handover::Policy FromProto(const v1::HandoverPolicy& policy, FieldViolations& violations);

v1::DutyShift ToProto(const handover::DutyShift& shift);
v1::HandoverItem ToProto(const handover::Item& item);
v1::HandoverEntry ToProto(const handover::Entry& entry);
v1::HandoverPolicy ToProto(const handover::Policy& policy);

}  // namespace kefu::staffing::convert
