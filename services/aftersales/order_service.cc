#include "services/aftersales/order_service.h"

#include "common/rpc/service_methods.h"
#include "kefu/aftersales/v1/orders.grpc.pb.h"
#include "services/aftersales/handlers/orders.h"

namespace kefu::aftersales {
namespace {

class Calls final : public rpc::Service<v1::OrderService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const Dependencies& deps)
      : Service(dispatcher), handlers_(deps) {}

#define KEFU_ORDER_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_ORDER_CALL(PutOrders, PutOrdersRequest, PutOrdersResponse)
  KEFU_ORDER_CALL(GetOrder, GetOrderRequest, Order)
  KEFU_ORDER_CALL(ListOrders, ListOrdersRequest, ListOrdersResponse)

#undef KEFU_ORDER_CALL

 private:
  const OrderHandlers handlers_;
};

}  // namespace

OrderServiceImpl::OrderServiceImpl(rpc::Dispatcher& dispatcher, const Dependencies& deps)
    : HiddenService(std::make_unique<Calls>(dispatcher, deps)) {}

}  // namespace kefu::aftersales
