// What InsightService does, call by call.
#pragma once

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/aftersales/v1/insight.pb.h"
#include "services/aftersales/handlers/handlers.h"

namespace kefu::aftersales {

// Thread-safe. Returns what Handlers return, and the reasons of errors_insight.h.
class InsightHandlers {
 public:
  explicit InsightHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_INSIGHT_HANDLER(Method, Response)                   \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, \
                                      const v1::Method##Request& request) const;

  KEFU_INSIGHT_HANDLER(GetBadLotPolicy, BadLotPolicy)
  KEFU_INSIGHT_HANDLER(SetBadLotPolicy, BadLotPolicy)
  KEFU_INSIGHT_HANDLER(ListBadLotWarnings, ListBadLotWarningsResponse)
  KEFU_INSIGHT_HANDLER(ExplainBadLot, ExplainBadLotResponse)
  KEFU_INSIGHT_HANDLER(JudgeBadLot, BadLotWarning)

#undef KEFU_INSIGHT_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::aftersales
