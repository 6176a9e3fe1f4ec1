#include "services/warehouse/network_service.h"

#include "common/rpc/service_methods.h"
#include "kefu/warehouse/v1/network.grpc.pb.h"

namespace kefu::warehouse {
namespace {

class Calls final : public rpc::Service<v1::NetworkService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const NetworkHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

#define KEFU_NETWORK_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_NETWORK_CALL(SetNetworkPolicy, SetNetworkPolicyRequest, NetworkPolicy)
  KEFU_NETWORK_CALL(GetNetworkPolicy, GetNetworkPolicyRequest, NetworkPolicy)
  KEFU_NETWORK_CALL(GetNetwork, GetNetworkRequest, GetNetworkResponse)
  KEFU_NETWORK_CALL(BatchCreateNodes, BatchCreateNodesRequest, BatchCreateNodesResponse)
  KEFU_NETWORK_CALL(BatchCreateSkus, BatchCreateSkusRequest, BatchCreateSkusResponse)
  KEFU_NETWORK_CALL(ProposeSupply, ProposeSupplyRequest, ProposeSupplyResponse)
  KEFU_NETWORK_CALL(RebalanceStock, RebalanceStockRequest, RebalanceStockResponse)
  KEFU_NETWORK_CALL(AcknowledgeEntries, AcknowledgeEntriesRequest, AcknowledgeEntriesResponse)
  KEFU_NETWORK_CALL(ListUnacknowledged, ListUnacknowledgedRequest, ListUnacknowledgedResponse)

#undef KEFU_NETWORK_CALL

 private:
  const NetworkHandlers& handlers_;
};

}  // namespace

NetworkServiceImpl::NetworkServiceImpl(rpc::Dispatcher& dispatcher, const NetworkHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::warehouse
