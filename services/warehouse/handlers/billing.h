// What BillingService does, and WarehouseService.ComputeSettlement, call by call.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/warehouse/v1/billing_service.pb.h"
#include "kefu/warehouse/v1/settlement.pb.h"
#include "services/warehouse/handlers/dependencies.h"

namespace kefu::warehouse {

// Thread-safe; see Handlers.
class BillingHandlers {
 public:
  explicit BillingHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_BILLING_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_BILLING_HANDLER(CreateStockOwner, CreateStockOwnerRequest, StockOwner)
  KEFU_BILLING_HANDLER(GetStockOwner, GetStockOwnerRequest, StockOwner)
  KEFU_BILLING_HANDLER(ListStockOwners, ListStockOwnersRequest, ListStockOwnersResponse)
  KEFU_BILLING_HANDLER(UpdateStockOwner, UpdateStockOwnerRequest, StockOwner)
  KEFU_BILLING_HANDLER(SetOwnerTerms, SetOwnerTermsRequest, OwnerTerms)
  KEFU_BILLING_HANDLER(GetOwnerTerms, GetOwnerTermsRequest, OwnerTerms)
  KEFU_BILLING_HANDLER(ListOwnerTerms, ListOwnerTermsRequest, ListOwnerTermsResponse)
  KEFU_BILLING_HANDLER(ComputeSettlement, ComputeSettlementRequest, ComputeSettlementResponse)
  KEFU_BILLING_HANDLER(CloseSettlement, CloseSettlementRequest, Settlement)
  KEFU_BILLING_HANDLER(GetSettlement, GetSettlementRequest, Settlement)
  KEFU_BILLING_HANDLER(ListSettlements, ListSettlementsRequest, ListSettlementsResponse)
  KEFU_BILLING_HANDLER(ListSettlementEntries, ListSettlementEntriesRequest,
                       ListSettlementEntriesResponse)
  KEFU_BILLING_HANDLER(CreateLease, CreateLeaseRequest, Lease)
  KEFU_BILLING_HANDLER(GetLease, GetLeaseRequest, Lease)
  KEFU_BILLING_HANDLER(ListLeases, ListLeasesRequest, ListLeasesResponse)
  KEFU_BILLING_HANDLER(UpdateLease, UpdateLeaseRequest, Lease)
  KEFU_BILLING_HANDLER(ComputeLeaseBilling, ComputeLeaseBillingRequest, ComputeLeaseBillingResponse)
  KEFU_BILLING_HANDLER(SetWarehouseContract, SetWarehouseContractRequest, WarehouseContract)
  KEFU_BILLING_HANDLER(GetWarehouseContract, GetWarehouseContractRequest, WarehouseContract)
  KEFU_BILLING_HANDLER(ListWarehouseContracts, ListWarehouseContractsRequest,
                       ListWarehouseContractsResponse)
  KEFU_BILLING_HANDLER(GetWarehouseReport, GetWarehouseReportRequest, WarehouseReport)
  KEFU_BILLING_HANDLER(CheckWarehouseBill, CheckWarehouseBillRequest, CheckWarehouseBillResponse)

#undef KEFU_BILLING_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::warehouse
