// kefu.aftersales.v1.ProcessService and PaymentService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/aftersales/handlers/handlers.h"

namespace kefu::aftersales {

// Thread-safe. The dispatcher and what the dependencies name outlive them.
class ProcessServiceImpl final : public rpc::HiddenService {
 public:
  ProcessServiceImpl(rpc::Dispatcher& dispatcher, const Dependencies& deps);
};

class PaymentServiceImpl final : public rpc::HiddenService {
 public:
  PaymentServiceImpl(rpc::Dispatcher& dispatcher, const Dependencies& deps);
};

}  // namespace kefu::aftersales
