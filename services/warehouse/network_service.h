// kefu.warehouse.v1.NetworkService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/warehouse/handlers/network.h"

namespace kefu::warehouse {

// Thread-safe. Dispatcher and handlers outlive it.
class NetworkServiceImpl final : public rpc::HiddenService {
 public:
  NetworkServiceImpl(rpc::Dispatcher& dispatcher, const NetworkHandlers& handlers);
};

}  // namespace kefu::warehouse
