#include "services/warehouse/billing_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/warehouse/v1/billing_service.grpc.pb.h"

namespace kefu::warehouse {
namespace {

class Calls final : public rpc::Service<v1::BillingService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const BillingHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

#define KEFU_BILLING_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_BILLING_CALL(CreateStockOwner, CreateStockOwnerRequest, StockOwner)
  KEFU_BILLING_CALL(GetStockOwner, GetStockOwnerRequest, StockOwner)
  KEFU_BILLING_CALL(ListStockOwners, ListStockOwnersRequest, ListStockOwnersResponse)
  KEFU_BILLING_CALL(UpdateStockOwner, UpdateStockOwnerRequest, StockOwner)
  KEFU_BILLING_CALL(SetOwnerTerms, SetOwnerTermsRequest, OwnerTerms)
  KEFU_BILLING_CALL(GetOwnerTerms, GetOwnerTermsRequest, OwnerTerms)
  KEFU_BILLING_CALL(ListOwnerTerms, ListOwnerTermsRequest, ListOwnerTermsResponse)
  KEFU_BILLING_CALL(CloseSettlement, CloseSettlementRequest, Settlement)
  KEFU_BILLING_CALL(GetSettlement, GetSettlementRequest, Settlement)
  KEFU_BILLING_CALL(ListSettlements, ListSettlementsRequest, ListSettlementsResponse)
  KEFU_BILLING_CALL(ListSettlementEntries, ListSettlementEntriesRequest,
                    ListSettlementEntriesResponse)
  KEFU_BILLING_CALL(CreateLease, CreateLeaseRequest, Lease)
  KEFU_BILLING_CALL(GetLease, GetLeaseRequest, Lease)
  KEFU_BILLING_CALL(ListLeases, ListLeasesRequest, ListLeasesResponse)
  KEFU_BILLING_CALL(UpdateLease, UpdateLeaseRequest, Lease)
  KEFU_BILLING_CALL(ComputeLeaseBilling, ComputeLeaseBillingRequest, ComputeLeaseBillingResponse)
  KEFU_BILLING_CALL(SetWarehouseContract, SetWarehouseContractRequest, WarehouseContract)
  KEFU_BILLING_CALL(GetWarehouseContract, GetWarehouseContractRequest, WarehouseContract)
  KEFU_BILLING_CALL(ListWarehouseContracts, ListWarehouseContractsRequest,
                    ListWarehouseContractsResponse)
  KEFU_BILLING_CALL(GetWarehouseReport, GetWarehouseReportRequest, WarehouseReport)
  KEFU_BILLING_CALL(CheckWarehouseBill, CheckWarehouseBillRequest, CheckWarehouseBillResponse)

#undef KEFU_BILLING_CALL

 private:
  const BillingHandlers& handlers_;
};

}  // namespace

BillingServiceImpl::BillingServiceImpl(rpc::Dispatcher& dispatcher, const BillingHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::warehouse
