// kefu.warehouse.v1.WarehouseService over gRPC, and as a part of a kefu process.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "common/app/service_main.h"
#include "common/rpc/service_methods.h"
#include "kefu/warehouse/v1/warehouse_service.grpc.pb.h"
#include "services/warehouse/handlers/handlers.h"
#include "services/warehouse/handlers/planning.h"
#include "services/warehouse/handlers/stock_control.h"

namespace kefu::warehouse {

// Thread-safe. Dispatcher and handlers outlive it.
class WarehouseServiceImpl final : public rpc::Service<v1::WarehouseService> {
 public:
  WarehouseServiceImpl(rpc::Dispatcher& dispatcher, const Handlers& handlers)
      : Service(dispatcher),
        handlers_(handlers),
        planning_(handlers.dependencies()),
        stock_control_(handlers.dependencies()) {}

#define KEFU_WAREHOUSE_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_WAREHOUSE_CALL(CreateNode, CreateNodeRequest, Node)
  KEFU_WAREHOUSE_CALL(GetNode, GetNodeRequest, Node)
  KEFU_WAREHOUSE_CALL(ListNodes, ListNodesRequest, ListNodesResponse)
  KEFU_WAREHOUSE_CALL(UpdateNode, UpdateNodeRequest, Node)
  KEFU_WAREHOUSE_CALL(CreateSku, CreateSkuRequest, Sku)
  KEFU_WAREHOUSE_CALL(GetSku, GetSkuRequest, Sku)
  KEFU_WAREHOUSE_CALL(ListSkus, ListSkusRequest, ListSkusResponse)
  KEFU_WAREHOUSE_CALL(UpdateSku, UpdateSkuRequest, Sku)
  KEFU_WAREHOUSE_CALL(Receive, ReceiveRequest, ReceiveResponse)
  KEFU_UNARY_INLINE_FIRST(GetAvailability, v1::GetAvailabilityRequest, v1::GetAvailabilityResponse,
                          handlers_.AvailabilityInline(ctx, request),
                          handlers_.GetAvailability(ctx, request))
  KEFU_WAREHOUSE_CALL(ListStockLevels, ListStockLevelsRequest, ListStockLevelsResponse)
  KEFU_WAREHOUSE_CALL(Reserve, ReserveRequest, Reservation)
  KEFU_WAREHOUSE_CALL(GetReservation, GetReservationRequest, Reservation)
  KEFU_WAREHOUSE_CALL(ConfirmReservation, ConfirmReservationRequest, Reservation)
  KEFU_WAREHOUSE_CALL(ReleaseReservation, ReleaseReservationRequest, Reservation)
  KEFU_WAREHOUSE_CALL(GetLedger, GetLedgerRequest, GetLedgerResponse)
  KEFU_UNARY(PromiseDate, v1::PromiseDateRequest, v1::PromiseDateResponse,
             planning_.PromiseDate(ctx, request))
  KEFU_UNARY(ShipOrder, v1::ShipOrderRequest, v1::ShipOrderResponse,
             stock_control_.ShipOrder(ctx, request))
  KEFU_UNARY(MoveReservation, v1::MoveReservationRequest, v1::Reservation,
             stock_control_.MoveReservation(ctx, request))
  KEFU_UNARY(AdjustStock, v1::AdjustStockRequest, v1::AdjustStockResponse,
             stock_control_.AdjustStock(ctx, request))
  KEFU_SERVER_STREAM(VerifyLedger, v1::VerifyLedgerRequest, v1::VerifyLedgerResponse,
                     stock_control_.VerifyLedger(ctx, request, writer))

#undef KEFU_WAREHOUSE_CALL

 private:
  const Handlers& handlers_;
  const PlanningHandlers planning_;
  const StockControlHandlers stock_control_;
};

// The service for app::ServiceMain.
absl::StatusOr<std::unique_ptr<app::Service>> MakeService(const app::Dependencies& deps);

}  // namespace kefu::warehouse
