// The gRPC service of contracts.
#pragma once

#include "common/rpc/server.h"
#include "services/staffing/handlers/contracts/contract_handlers.h"

namespace kefu::staffing {

// Thread-safe. The handlers outlive it.
class ContractServiceImpl final : public rpc::HiddenService {
 public:
  ContractServiceImpl(rpc::Dispatcher& dispatcher, const ContractHandlers& handlers);
};

}  // namespace kefu::staffing
