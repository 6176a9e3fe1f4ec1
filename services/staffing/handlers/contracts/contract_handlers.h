// Contracts with bases and agencies, call by call.
#pragma once

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/staffing/v1/contracts.pb.h"
#include "services/staffing/handlers/handlers.h"

namespace kefu::staffing {

// Thread-safe. As Handlers.
class ContractHandlers {
 public:
  explicit ContractHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_CONTRACT_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_CONTRACT_HANDLER(CreateContract, CreateContractRequest, Contract)
  KEFU_CONTRACT_HANDLER(GetContract, GetContractRequest, Contract)
  KEFU_CONTRACT_HANDLER(ListContracts, ListContractsRequest, ListContractsResponse)
  KEFU_CONTRACT_HANDLER(EndContract, EndContractRequest, Contract)
  KEFU_CONTRACT_HANDLER(CompleteMilestone, CompleteMilestoneRequest, Contract)
  KEFU_CONTRACT_HANDLER(CheckContract, CheckContractRequest, CheckContractResponse)
  KEFU_CONTRACT_HANDLER(ListBreaches, ListBreachesRequest, ListBreachesResponse)
  KEFU_CONTRACT_HANDLER(DecideBreach, DecideBreachRequest, Breach)
  KEFU_CONTRACT_HANDLER(ComputeInvoice, ComputeInvoiceRequest, Invoice)
  KEFU_CONTRACT_HANDLER(IssueInvoice, IssueInvoiceRequest, Invoice)
  KEFU_CONTRACT_HANDLER(CompareMakeOrBuy, CompareMakeOrBuyRequest, CompareMakeOrBuyResponse)

#undef KEFU_CONTRACT_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::staffing
