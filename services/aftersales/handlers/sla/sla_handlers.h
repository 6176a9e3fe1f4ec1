// What SlaPolicyService and CaseClockService do. As handlers.h: thread-safe, a base's people act in
// the organizations of the merchants whose shops they are granted, writes are idempotent under a
// request_id. Errors are those of errors.h, and what common/db and events::RunWrite say.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/aftersales/v1/sla.pb.h"
#include "services/aftersales/handlers/handlers.h"

namespace kefu::aftersales {

class SlaHandlers {
 public:
  explicit SlaHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_SLA_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_SLA_HANDLER(SetSlaPolicy, SetSlaPolicyRequest, SlaPolicy)
  KEFU_SLA_HANDLER(GetSlaPolicy, GetSlaPolicyRequest, SlaPolicy)
  KEFU_SLA_HANDLER(ListSlaPolicies, ListSlaPoliciesRequest, ListSlaPoliciesResponse)
  KEFU_SLA_HANDLER(RecordCustomerMessage, RecordCustomerMessageRequest, Case)

#undef KEFU_SLA_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::aftersales
