// The platform that a policy is for.
#pragma once

#include <string>

#include "common/status/error.h"

namespace kefu::aftersales::convert {

// The name of staffing's Platform without its prefix, for example "JD"; empty: every platform. Any
// other name is a fault of the field `platform`.
std::string PlatformFromProto(const std::string& name, FieldViolations& violations);

}  // namespace kefu::aftersales::convert
