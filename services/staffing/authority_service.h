// kefu.staffing.v1.AuthorityService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/staffing/handlers/careers/authority_handlers.h"

namespace kefu::staffing {

// Thread-safe. Dispatcher and handlers outlive it.
class AuthorityServiceImpl final : public rpc::HiddenService {
 public:
  AuthorityServiceImpl(rpc::Dispatcher& dispatcher, const AuthorityHandlers& handlers);
};

}  // namespace kefu::staffing
