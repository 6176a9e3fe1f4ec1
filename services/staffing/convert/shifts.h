// Contract <-> domain for shift templates and swaps. Pure, thread-safe.
#pragma once

#include "common/status/error.h"
#include "kefu/staffing/v1/shifts.pb.h"
#include "services/staffing/domain/shifts/shifts.h"

namespace kefu::staffing::convert {

shifts::Template FromProto(const v1::ShiftTemplate& shift, FieldViolations& violations);
// Without id and agent.
shifts::Swap FromProto(const v1::OfferSwapRequest& request, FieldViolations& violations);

v1::ShiftTemplate ToProto(const shifts::Template& shift);
v1::ShiftSwap ToProto(const shifts::Swap& swap);

}  // namespace kefu::staffing::convert
