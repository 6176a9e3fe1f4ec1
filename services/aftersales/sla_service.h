// kefu.aftersales.v1.SlaPolicyService and CaseClockService over gRPC.
#pragma once

#include "common/rpc/service_methods.h"
#include "kefu/aftersales/v1/sla.grpc.pb.h"
#include "services/aftersales/handlers/sla/sla_handlers.h"

namespace kefu::aftersales {

// Both thread-safe; dispatcher and handlers outlive them.
class SlaPolicyServiceImpl final : public rpc::Service<v1::SlaPolicyService> {
 public:
  SlaPolicyServiceImpl(rpc::Dispatcher& dispatcher, const SlaHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

  KEFU_UNARY(SetSlaPolicy, v1::SetSlaPolicyRequest, v1::SlaPolicy,
             handlers_.SetSlaPolicy(ctx, request))
  KEFU_UNARY(GetSlaPolicy, v1::GetSlaPolicyRequest, v1::SlaPolicy,
             handlers_.GetSlaPolicy(ctx, request))
  KEFU_UNARY(ListSlaPolicies, v1::ListSlaPoliciesRequest, v1::ListSlaPoliciesResponse,
             handlers_.ListSlaPolicies(ctx, request))

 private:
  const SlaHandlers& handlers_;
};

class CaseClockServiceImpl final : public rpc::Service<v1::CaseClockService> {
 public:
  CaseClockServiceImpl(rpc::Dispatcher& dispatcher, const SlaHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

  KEFU_UNARY(RecordCustomerMessage, v1::RecordCustomerMessageRequest, v1::Case,
             handlers_.RecordCustomerMessage(ctx, request))

 private:
  const SlaHandlers& handlers_;
};

}  // namespace kefu::aftersales
