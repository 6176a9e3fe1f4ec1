// What InboundService does. As handlers.h: thread-safe, in the organization of the caller's token;
// writes are idempotent under a request_id. Errors are those of errors.h, errors_core.h and
// errors_inbound.h, and what common/db and events::RunWrite say.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/warehouse/v1/inbound_service.pb.h"
#include "services/warehouse/handlers/dependencies.h"

namespace kefu::warehouse {

class InboundHandlers {
 public:
  explicit InboundHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_INBOUND_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_INBOUND_HANDLER(CreateInboundNotice, CreateInboundNoticeRequest, InboundNotice)
  KEFU_INBOUND_HANDLER(GetInboundNotice, GetInboundNoticeRequest, InboundNotice)
  KEFU_INBOUND_HANDLER(ListInboundNotices, ListInboundNoticesRequest, ListInboundNoticesResponse)
  KEFU_INBOUND_HANDLER(CancelInboundNotice, CancelInboundNoticeRequest, InboundNotice)
  KEFU_INBOUND_HANDLER(StartReceiving, StartReceivingRequest, InboundNotice)
  KEFU_INBOUND_HANDLER(RecordReceipt, RecordReceiptRequest, InboundNotice)
  KEFU_INBOUND_HANDLER(CloseInboundNotice, CloseInboundNoticeRequest, InboundNotice)
  KEFU_INBOUND_HANDLER(InspectReceipt, InspectReceiptRequest, InboundNotice)
  KEFU_INBOUND_HANDLER(ProposePutAway, ProposePutAwayRequest, ProposePutAwayResponse)
  KEFU_INBOUND_HANDLER(ConfirmPutAway, ConfirmPutAwayRequest, ConfirmPutAwayResponse)
  KEFU_INBOUND_HANDLER(ExpectReturn, ExpectReturnRequest, CustomerReturn)
  KEFU_INBOUND_HANDLER(GetReturn, GetReturnRequest, CustomerReturn)
  KEFU_INBOUND_HANDLER(ListReturns, ListReturnsRequest, ListReturnsResponse)
  KEFU_INBOUND_HANDLER(ReceiveReturn, ReceiveReturnRequest, CustomerReturn)
  KEFU_INBOUND_HANDLER(InspectReturn, InspectReturnRequest, CustomerReturn)
  KEFU_INBOUND_HANDLER(CloseReturn, CloseReturnRequest, CustomerReturn)
  KEFU_INBOUND_HANDLER(CancelReturn, CancelReturnRequest, CustomerReturn)
  KEFU_INBOUND_HANDLER(SetInboundPolicy, SetInboundPolicyRequest, InboundPolicy)
  KEFU_INBOUND_HANDLER(GetInboundPolicy, GetInboundPolicyRequest, InboundPolicy)

#undef KEFU_INBOUND_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::warehouse
