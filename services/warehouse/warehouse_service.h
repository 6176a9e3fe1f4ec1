// kefu.warehouse.v1.WarehouseService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/warehouse/handlers/handlers.h"
#include "services/warehouse/handlers/reservation_commands.h"

namespace kefu::warehouse {

// Thread-safe. Dispatcher and handlers outlive it. Calls that end in the fold leave gRPC's thread
// at once and are answered by the fold's.
class WarehouseServiceImpl final : public rpc::HiddenService {
 public:
  WarehouseServiceImpl(rpc::Dispatcher& dispatcher, const Handlers& handlers,
                       const ReservationHandlers& reservations);
};

}  // namespace kefu::warehouse
