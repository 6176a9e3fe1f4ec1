// How a kefu process acts for an organization in another service.
//
// A process's own token (role "service") belongs to no organization. With the metadata `kefu-org`
// it speaks for one in this call: the dispatcher makes it the principal's organization. From any
// other token the metadata is refused with PERMISSION_DENIED / ACTING_NOT_ALLOWED, so that nobody
// takes it for a way into another tenant.
#pragma once

#include <grpcpp/client_context.h>

#include <string>
#include <string_view>
#include <type_traits>

#include "absl/status/statusor.h"
#include "common/rpc/client.h"

namespace kefu::rpc {

inline constexpr std::string_view kActingOrgMetadata = "kefu-org";

// Prepare for a call on behalf of an organization.
inline void PrepareFor(std::string_view org_id, const CallOptions& options,
                       grpc::ClientContext& context) {
  Prepare(options, context);
  context.AddMetadata(std::string(kActingOrgMetadata), std::string(org_id));
}

// rpc::Call on behalf of an organization.
template <class Stub, class Request, class Response>
absl::StatusOr<Response> CallFor(std::string_view org_id, Stub& stub,
                                 grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                              Response*),
                                 const std::type_identity_t<Request>& request,
                                 const CallOptions& options) {
  grpc::ClientContext context;
  PrepareFor(org_id, options, context);
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  if (!status.ok()) return OutcomeOf(status);
  return response;
}

}  // namespace kefu::rpc
