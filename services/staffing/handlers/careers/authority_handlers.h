// Delegated authority, call by call. As handlers.h.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/staffing/v1/authority.pb.h"
#include "services/staffing/handlers/handlers.h"

namespace kefu::staffing {

// Thread-safe; errors as Handlers.
class AuthorityHandlers {
 public:
  explicit AuthorityHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_AUTHORITY_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  // Of StaffingService.
  KEFU_AUTHORITY_HANDLER(CheckAuthority, CheckAuthorityRequest, CheckAuthorityResponse)

  KEFU_AUTHORITY_HANDLER(SetAuthorityPolicy, SetAuthorityPolicyRequest, AuthorityPolicy)
  KEFU_AUTHORITY_HANDLER(GetAuthorityPolicy, GetAuthorityPolicyRequest, AuthorityPolicy)
  KEFU_AUTHORITY_HANDLER(ListAuthorityPolicies, ListAuthorityPoliciesRequest,
                         ListAuthorityPoliciesResponse)

#undef KEFU_AUTHORITY_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::staffing
