// Contract <-> domain for delegated authority. As resources.h.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "common/status/error.h"
#include "kefu/staffing/v1/authority.pb.h"
#include "services/staffing/domain/careers/authority.h"

namespace kefu::staffing::convert {

// Shape and sense: see domain::careers::CheckAuthorityPolicy. Id and version are the caller's to
// set.
domain::careers::AuthorityPolicy FromProto(const v1::AuthorityPolicy& proto,
                                           FieldViolations& violations);
v1::AuthorityRule ToProto(const domain::careers::AuthorityRule& rule);
v1::AuthorityPolicy ToProto(const domain::careers::AuthorityPolicy& policy);
// Of a body that was written here.
absl::StatusOr<domain::careers::AuthorityPolicy> AuthorityFromBody(std::string_view body);

// Agent, tier and base are the caller's to complete. Faults of the currency are the caller's to
// find.
domain::careers::AuthorityQuestion FromProto(const v1::CheckAuthorityRequest& request,
                                             FieldViolations& violations);

}  // namespace kefu::staffing::convert
