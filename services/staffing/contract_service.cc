#include "services/staffing/contract_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/staffing/v1/contracts.grpc.pb.h"

namespace kefu::staffing {
namespace {

class Calls final : public rpc::Service<v1::ContractService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const ContractHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

#define KEFU_CONTRACT_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_CONTRACT_CALL(GetContract, GetContractRequest, Contract)
  KEFU_CONTRACT_CALL(ListContracts, ListContractsRequest, ListContractsResponse)
  KEFU_CONTRACT_CALL(EndContract, EndContractRequest, Contract)
  KEFU_CONTRACT_CALL(CompleteMilestone, CompleteMilestoneRequest, Contract)
  KEFU_CONTRACT_CALL(ListBreaches, ListBreachesRequest, ListBreachesResponse)
  KEFU_CONTRACT_CALL(DecideBreach, DecideBreachRequest, Breach)
  KEFU_CONTRACT_CALL(IssueInvoice, IssueInvoiceRequest, Invoice)
  KEFU_CONTRACT_CALL(CompareMakeOrBuy, CompareMakeOrBuyRequest, CompareMakeOrBuyResponse)

#undef KEFU_CONTRACT_CALL

 private:
  const ContractHandlers& handlers_;
};

}  // namespace

ContractServiceImpl::ContractServiceImpl(rpc::Dispatcher& dispatcher,
                                         const ContractHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::staffing
