#include "services/staffing/supply_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/staffing/v1/supplies.grpc.pb.h"

namespace kefu::staffing {
namespace {

class Calls final : public rpc::Service<v1::SupplyService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const SupplyHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

#define KEFU_SUPPLY_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_SUPPLY_CALL(SetSupply, SetSupplyRequest, Supply)
  KEFU_SUPPLY_CALL(AdjustSupplyStock, AdjustSupplyStockRequest, Supply)
  KEFU_SUPPLY_CALL(ListSupplies, ListSuppliesRequest, ListSuppliesResponse)
  KEFU_SUPPLY_CALL(HandOutSupply, HandOutSupplyRequest, SupplyIssue)
  KEFU_SUPPLY_CALL(ReturnSupply, ReturnSupplyRequest, SupplyIssue)
  KEFU_SUPPLY_CALL(ListSupplyIssues, ListSupplyIssuesRequest, ListSupplyIssuesResponse)

#undef KEFU_SUPPLY_CALL

 private:
  const SupplyHandlers& handlers_;
};

}  // namespace

SupplyServiceImpl::SupplyServiceImpl(rpc::Dispatcher& dispatcher, const SupplyHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::staffing
