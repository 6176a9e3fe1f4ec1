#include "services/warehouse/inbound_service.h"

#include "common/rpc/service_methods.h"
#include "kefu/warehouse/v1/inbound_service.grpc.pb.h"
#include "services/warehouse/handlers/support.h"

namespace kefu::warehouse {
namespace {

class Calls final : public rpc::Service<v1::InboundService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const Dependencies& deps)
      : Service(dispatcher), handlers_(deps) {}

// What a shop may ask for its own.
#define KEFU_INBOUND_CALL_OF_SHOP(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))
#define KEFU_INBOUND_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response,      \
             ForAllShops(ctx, [&] { return handlers_.Method(ctx, request); }))

  KEFU_INBOUND_CALL(CreateInboundNotice, CreateInboundNoticeRequest, InboundNotice)
  KEFU_INBOUND_CALL(GetInboundNotice, GetInboundNoticeRequest, InboundNotice)
  KEFU_INBOUND_CALL(ListInboundNotices, ListInboundNoticesRequest, ListInboundNoticesResponse)
  KEFU_INBOUND_CALL(CancelInboundNotice, CancelInboundNoticeRequest, InboundNotice)
  KEFU_INBOUND_CALL(StartReceiving, StartReceivingRequest, InboundNotice)
  KEFU_INBOUND_CALL(RecordReceipt, RecordReceiptRequest, InboundNotice)
  KEFU_INBOUND_CALL(CloseInboundNotice, CloseInboundNoticeRequest, InboundNotice)
  KEFU_INBOUND_CALL(InspectReceipt, InspectReceiptRequest, InboundNotice)
  KEFU_INBOUND_CALL(ProposePutAway, ProposePutAwayRequest, ProposePutAwayResponse)
  KEFU_INBOUND_CALL(ConfirmPutAway, ConfirmPutAwayRequest, ConfirmPutAwayResponse)
  KEFU_INBOUND_CALL_OF_SHOP(ExpectReturn, ExpectReturnRequest, CustomerReturn)
  KEFU_INBOUND_CALL(GetReturn, GetReturnRequest, CustomerReturn)
  KEFU_INBOUND_CALL(ListReturns, ListReturnsRequest, ListReturnsResponse)
  KEFU_INBOUND_CALL(ReceiveReturn, ReceiveReturnRequest, CustomerReturn)
  KEFU_INBOUND_CALL(InspectReturn, InspectReturnRequest, CustomerReturn)
  KEFU_INBOUND_CALL(CloseReturn, CloseReturnRequest, CustomerReturn)
  KEFU_INBOUND_CALL(CancelReturn, CancelReturnRequest, CustomerReturn)
  KEFU_INBOUND_CALL(SetInboundPolicy, SetInboundPolicyRequest, InboundPolicy)
  KEFU_INBOUND_CALL(GetInboundPolicy, GetInboundPolicyRequest, InboundPolicy)

#undef KEFU_INBOUND_CALL
#undef KEFU_INBOUND_CALL_OF_SHOP

 private:
  const InboundHandlers handlers_;
};

}  // namespace

InboundServiceImpl::InboundServiceImpl(rpc::Dispatcher& dispatcher, const Dependencies& deps)
    : HiddenService(std::make_unique<Calls>(dispatcher, deps)) {}

}  // namespace kefu::warehouse
