// Contract <-> domain for the supervision of bases. Faults are all named at once, with paths inside
// the message. Pure, thread-safe.
#pragma once

#include <vector>

#include "common/status/error.h"
#include "kefu/staffing/v1/supervision.pb.h"
#include "services/staffing/domain/supervision/follow_up.h"

namespace kefu::staffing::convert {

inline constexpr int kMostTrainings = 100;  // of an inspection, whose row stays small

// The inspection as it is kept: texts trimmed, agents sorted, output fields empty. Due dates that
// are not set stay so.
v1::BaseInspection Normalised(const v1::BaseInspection& proto, FieldViolations& violations);
v1::ShortTraining Normalised(const v1::ShortTraining& proto, FieldViolations& violations);

// The findings of a stored inspection, in their order.
std::vector<supervision::Finding> FindingsOf(const v1::BaseInspection& inspection);

supervision::Policy FromProto(const v1::SupervisionPolicy& proto, FieldViolations& violations);
v1::SupervisionPolicy ToProto(const supervision::Policy& policy);

}  // namespace kefu::staffing::convert
