#include "services/warehouse/warehouse_service.h"

#include <functional>
#include <memory>
#include <utility>

#include "common/rpc/service_methods.h"
#include "kefu/warehouse/v1/warehouse_service.grpc.pb.h"
#include "services/warehouse/handlers/billing.h"
#include "services/warehouse/handlers/network.h"
#include "services/warehouse/handlers/planning.h"
#include "services/warehouse/handlers/stock_control.h"
#include "services/warehouse/handlers/transfers.h"

namespace kefu::warehouse {
namespace {

class Calls final : public rpc::Service<v1::WarehouseService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const Handlers& handlers,
        const ReservationHandlers& reservations)
      : Service(dispatcher), handlers_(handlers), reservations_(reservations) {}

#define KEFU_WAREHOUSE_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))
#define KEFU_WAREHOUSE_FOLDED(Method, Request, Response) \
  KEFU_UNARY_ASYNC(Method, v1::Request, v1::Response,    \
                   reservations_.Method(ctx, request, std::move(done)))

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
  KEFU_WAREHOUSE_FOLDED(Reserve, ReserveRequest, Reservation)
  KEFU_WAREHOUSE_CALL(GetReservation, GetReservationRequest, Reservation)
  KEFU_WAREHOUSE_FOLDED(ConfirmReservation, ConfirmReservationRequest, Reservation)
  KEFU_WAREHOUSE_FOLDED(ReleaseReservation, ReleaseReservationRequest, Reservation)
  KEFU_WAREHOUSE_FOLDED(ExtendReservation, ExtendReservationRequest, Reservation)
  KEFU_WAREHOUSE_FOLDED(BatchReserve, BatchReserveRequest, BatchReserveResponse)
  KEFU_BIDI_STREAM(ReserveStream, v1::ReserveStreamRequest, v1::ReserveStreamResponse,
                   reservations_.ReserveStream(ctx, reader, writer))
  KEFU_WAREHOUSE_CALL(CountStock, CountStockRequest, CountStockResponse)
  KEFU_WAREHOUSE_CALL(GetLedger, GetLedgerRequest, GetLedgerResponse)
  KEFU_UNARY(PromiseDate, v1::PromiseDateRequest, v1::PromiseDateResponse,
             planning_.PromiseDate(ctx, request))
  KEFU_UNARY_ASYNC(AdviseSites, v1::AdviseSitesRequest, v1::AdviseSitesResponse,
                   network_.AdviseSites(ctx, request, Shared(std::move(done))))
  KEFU_WAREHOUSE_CALL(PlanReplenishment, PlanReplenishmentRequest, PlanReplenishmentResponse)
  KEFU_UNARY(Transfer, v1::TransferRequest, v1::StockTransfer, transfers_.Transfer(ctx, request))
  KEFU_UNARY(DispatchTransfer, v1::DispatchTransferRequest, v1::StockTransfer,
             transfers_.DispatchTransfer(ctx, request))
  KEFU_UNARY(ReceiveTransfer, v1::ReceiveTransferRequest, v1::StockTransfer,
             transfers_.ReceiveTransfer(ctx, request))
  KEFU_UNARY(CancelTransfer, v1::CancelTransferRequest, v1::StockTransfer,
             transfers_.CancelTransfer(ctx, request))
  KEFU_UNARY(GetTransfer, v1::GetTransferRequest, v1::StockTransfer,
             transfers_.GetTransfer(ctx, request))
  KEFU_UNARY(ListTransfers, v1::ListTransfersRequest, v1::ListTransfersResponse,
             transfers_.ListTransfers(ctx, request))
  KEFU_UNARY(Allocate, v1::AllocateRequest, v1::AllocateResponse, planning_.Allocate(ctx, request))
  KEFU_UNARY(ComputeSlotting, v1::ComputeSlottingRequest, v1::ComputeSlottingResponse,
             planning_.ComputeSlotting(ctx, request))
  KEFU_UNARY(ShipOrder, v1::ShipOrderRequest, v1::ShipOrderResponse,
             stock_control_.ShipOrder(ctx, request))
  KEFU_UNARY(MoveReservation, v1::MoveReservationRequest, v1::Reservation,
             stock_control_.MoveReservation(ctx, request))
  KEFU_UNARY(AdjustStock, v1::AdjustStockRequest, v1::AdjustStockResponse,
             stock_control_.AdjustStock(ctx, request))
  KEFU_SERVER_STREAM(VerifyLedger, v1::VerifyLedgerRequest, v1::VerifyLedgerResponse,
                     stock_control_.VerifyLedger(ctx, request, writer))
  KEFU_UNARY(ComputeSettlement, v1::ComputeSettlementRequest, v1::ComputeSettlementResponse,
             billing_.ComputeSettlement(ctx, request))

#undef KEFU_WAREHOUSE_CALL
#undef KEFU_WAREHOUSE_FOLDED

 private:
  // A completion that can be copied; whoever calls it first answers.
  template <class Response>
  static std::function<void(absl::StatusOr<Response>)> Shared(rpc::Completion<Response> done) {
    return [done = std::make_shared<rpc::Completion<Response>>(std::move(done))](
               absl::StatusOr<Response> result) { (*done)(std::move(result)); };
  }

  const Handlers& handlers_;
  const ReservationHandlers& reservations_;
  // Those of one topic each.
  const PlanningHandlers planning_{handlers_.dependencies()};
  NetworkHandlers network_{handlers_.dependencies()};
  const TransferHandlers transfers_{handlers_.dependencies()};
  const StockControlHandlers stock_control_{handlers_.dependencies()};
  const BillingHandlers billing_{handlers_.dependencies()};
};

}  // namespace

WarehouseServiceImpl::WarehouseServiceImpl(rpc::Dispatcher& dispatcher, const Handlers& handlers,
                                           const ReservationHandlers& reservations)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers, reservations)) {}

}  // namespace kefu::warehouse
