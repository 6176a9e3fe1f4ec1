// What IntakeService does, call by call.
#pragma once

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/aftersales/v1/intake.pb.h"
#include "services/aftersales/handlers/handlers.h"

namespace kefu::aftersales {

// Thread-safe. As Handlers; besides these the reasons of errors_intake.h.
class IntakeHandlers {
 public:
  explicit IntakeHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_INTAKE_HANDLER(Method, Response)                    \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, \
                                      const v1::Method##Request& request) const;

  KEFU_INTAKE_HANDLER(QuoteChannel, ChannelQuote)
  KEFU_INTAKE_HANDLER(SetChannelPolicy, ChannelPolicy)
  KEFU_INTAKE_HANDLER(GetChannelPolicy, ChannelPolicy)
  KEFU_INTAKE_HANDLER(ImportCases, ImportCasesResponse)

#undef KEFU_INTAKE_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::aftersales
