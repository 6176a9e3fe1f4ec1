// All gRPC services of after-sales with the handlers behind them: what a process, a test and the
// suite's test serve.
#pragma once

#include <memory>
#include <vector>

#include "common/rpc/dispatcher.h"
#include "common/rpc/server.h"
#include "services/aftersales/handlers/handlers.h"

namespace kefu::aftersales {

// Thread-safe. The dispatcher and what the dependencies name outlive it.
class Calls {
 public:
  Calls(rpc::Dispatcher& dispatcher, const Dependencies& deps);
  ~Calls();
  std::vector<rpc::NamedService> services() const;

 private:
  struct All;
  const std::unique_ptr<All> all_;
};

}  // namespace kefu::aftersales
