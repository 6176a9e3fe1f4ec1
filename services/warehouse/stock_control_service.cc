#include "services/warehouse/stock_control_service.h"

#include "common/rpc/service_methods.h"
#include "kefu/warehouse/v1/stock_control_service.grpc.pb.h"

namespace kefu::warehouse {
namespace {

class Calls final : public rpc::Service<v1::StockControlService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const StockControlHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

#define KEFU_STOCK_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_STOCK_CALL(GetAdjustment, GetAdjustmentRequest, StockAdjustment)
  KEFU_STOCK_CALL(ListAdjustments, ListAdjustmentsRequest, ListAdjustmentsResponse)
  KEFU_STOCK_CALL(ApproveAdjustment, ApproveAdjustmentRequest, AdjustStockResponse)
  KEFU_STOCK_CALL(RejectAdjustment, RejectAdjustmentRequest, StockAdjustment)
  KEFU_STOCK_CALL(SetStockPolicy, SetStockPolicyRequest, StockPolicy)
  KEFU_STOCK_CALL(GetStockPolicy, GetStockPolicyRequest, StockPolicy)
  KEFU_STOCK_CALL(RepairStock, RepairStockRequest, RepairStockResponse)
  KEFU_STOCK_CALL(GetStockAt, GetStockAtRequest, GetStockAtResponse)
  KEFU_STOCK_CALL(SetSalesGuard, SetSalesGuardRequest, SalesGuard)
  KEFU_STOCK_CALL(GetSalesGuard, GetSalesGuardRequest, SalesGuard)
  KEFU_STOCK_CALL(ListSalesGuards, ListSalesGuardsRequest, ListSalesGuardsResponse)

#undef KEFU_STOCK_CALL

 private:
  const StockControlHandlers& handlers_;
};

}  // namespace

StockControlServiceImpl::StockControlServiceImpl(rpc::Dispatcher& dispatcher,
                                                 const StockControlHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::warehouse
