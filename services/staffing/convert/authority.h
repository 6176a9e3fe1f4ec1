// Contract <-> domain for questions of delegated authority; its policies are common/authority's. As
// resources.h.
#pragma once

#include "common/convert/authority.h"
#include "common/status/error.h"
#include "kefu/staffing/v1/authority.pb.h"

namespace kefu::staffing::convert {

// Agent, tier and base are the caller's to complete. Faults of the currency are the caller's to
// find.
authority::Question FromProto(const v1::CheckAuthorityRequest& request,
                              FieldViolations& violations);

}  // namespace kefu::staffing::convert
