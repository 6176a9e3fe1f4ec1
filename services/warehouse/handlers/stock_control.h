// Shipping, moving, correcting, verifying and repairing stock: calls of WarehouseService and of
// StockControlService. As handlers.h says.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "common/rpc/stream.h"
#include "kefu/warehouse/v1/shipping.pb.h"
#include "kefu/warehouse/v1/stock_control_service.pb.h"
#include "kefu/warehouse/v1/verification.pb.h"
#include "services/warehouse/handlers/dependencies.h"

namespace kefu::warehouse {

// Thread-safe. Writes are idempotent under a request_id.
class StockControlHandlers {
 public:
  explicit StockControlHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_STOCK_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_STOCK_HANDLER(ShipOrder, ShipOrderRequest, ShipOrderResponse)
  KEFU_STOCK_HANDLER(MoveReservation, MoveReservationRequest, Reservation)
  KEFU_STOCK_HANDLER(AdjustStock, AdjustStockRequest, AdjustStockResponse)
  KEFU_STOCK_HANDLER(GetAdjustment, GetAdjustmentRequest, StockAdjustment)
  KEFU_STOCK_HANDLER(ListAdjustments, ListAdjustmentsRequest, ListAdjustmentsResponse)
  KEFU_STOCK_HANDLER(ApproveAdjustment, ApproveAdjustmentRequest, AdjustStockResponse)
  KEFU_STOCK_HANDLER(RejectAdjustment, RejectAdjustmentRequest, StockAdjustment)
  KEFU_STOCK_HANDLER(SetStockPolicy, SetStockPolicyRequest, StockPolicy)
  KEFU_STOCK_HANDLER(GetStockPolicy, GetStockPolicyRequest, StockPolicy)
  KEFU_STOCK_HANDLER(RepairStock, RepairStockRequest, RepairStockResponse)
  KEFU_STOCK_HANDLER(GetStockAt, GetStockAtRequest, GetStockAtResponse)
  KEFU_STOCK_HANDLER(SetSalesGuard, SetSalesGuardRequest, SalesGuard)
  KEFU_STOCK_HANDLER(GetSalesGuard, GetSalesGuardRequest, SalesGuard)
  KEFU_STOCK_HANDLER(ListSalesGuards, ListSalesGuardsRequest, ListSalesGuardsResponse)

#undef KEFU_STOCK_HANDLER

  absl::Status VerifyLedger(const RequestContext& ctx, const v1::VerifyLedgerRequest& request,
                            rpc::StreamWriter<v1::VerifyLedgerResponse>& writer) const;

 private:
  Dependencies deps_;
};

}  // namespace kefu::warehouse
