// The gRPC service of training.
#pragma once

#include "common/rpc/server.h"
#include "services/staffing/handlers/training/training_handlers.h"

namespace kefu::staffing {

// Thread-safe. The handlers outlive it.
class TrainingServiceImpl final : public rpc::HiddenService {
 public:
  TrainingServiceImpl(rpc::Dispatcher& dispatcher, const TrainingHandlers& handlers);
};

}  // namespace kefu::staffing
