// What NetworkService does, and AdviseSites of WarehouseService. As handlers.h: thread-safe, in the
// organization of the caller's token; writes are idempotent under a request_id. Errors are those of
// errors.h and errors_network.h, and what common/db and events::RunWrite say.
#pragma once

#include <functional>
#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/warehouse/v1/network.pb.h"
#include "services/warehouse/handlers/dependencies.h"
#include "services/warehouse/solver/solver_thread.h"

namespace kefu::warehouse {

class NetworkHandlers {
 public:
  explicit NetworkHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_NETWORK_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_NETWORK_HANDLER(SetNetworkPolicy, SetNetworkPolicyRequest, NetworkPolicy)
  KEFU_NETWORK_HANDLER(GetNetworkPolicy, GetNetworkPolicyRequest, NetworkPolicy)
  KEFU_NETWORK_HANDLER(GetNetwork, GetNetworkRequest, GetNetworkResponse)
  KEFU_NETWORK_HANDLER(BatchCreateNodes, BatchCreateNodesRequest, BatchCreateNodesResponse)
  KEFU_NETWORK_HANDLER(BatchCreateSkus, BatchCreateSkusRequest, BatchCreateSkusResponse)
  KEFU_NETWORK_HANDLER(ProposeSupply, ProposeSupplyRequest, ProposeSupplyResponse)
  KEFU_NETWORK_HANDLER(RebalanceStock, RebalanceStockRequest, RebalanceStockResponse)
  KEFU_NETWORK_HANDLER(AcknowledgeEntries, AcknowledgeEntriesRequest, AcknowledgeEntriesResponse)
  KEFU_NETWORK_HANDLER(ListUnacknowledged, ListUnacknowledgedRequest, ListUnacknowledgedResponse)

#undef KEFU_NETWORK_HANDLER

  // Does not block: faults of the request are answered at once, the rest by the solver's thread.
  // `done` is called exactly once; copies of it are the same. RESOURCE_EXHAUSTED SOLVER_BUSY.
  void AdviseSites(const RequestContext& ctx, const v1::AdviseSitesRequest& request,
                   std::function<void(absl::StatusOr<v1::AdviseSitesResponse>)> done);

 private:
  Dependencies deps_;
  solver::SolverThread solver_;  // the last, so that its jobs find the rest
};

}  // namespace kefu::warehouse
