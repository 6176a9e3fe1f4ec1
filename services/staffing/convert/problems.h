// Contract <-> domain for the problem log. Pure, thread-safe.
#pragma once

#include "common/status/error.h"
#include "kefu/staffing/v1/problems.pb.h"
#include "services/staffing/domain/problems/problem.h"

namespace kefu::staffing::convert {

// Without id and agent.
problems::Problem FromProto(const v1::Problem& proto, FieldViolations& violations);

v1::Problem ToProto(const problems::Problem& problem);
v1::ProblemAnswer ToProto(const problems::Answer& answer);

}  // namespace kefu::staffing::convert
