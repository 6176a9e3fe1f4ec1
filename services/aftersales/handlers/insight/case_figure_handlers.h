// What CaseFigureService does, call by call.
#pragma once

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/aftersales/v1/case_figures.pb.h"
#include "services/aftersales/handlers/handlers.h"

namespace kefu::aftersales {

// Thread-safe. Nothing is written. Returns INVALID_FIELDS with every fault of the request,
// SHOP_NOT_ALLOWED, ORGANIZATION_REQUIRED, the errors of page tokens, and the database's.
class CaseFigureHandlers {
 public:
  explicit CaseFigureHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_FIGURE_HANDLER(Method)                                      \
  absl::StatusOr<v1::Method##Response> Method(const RequestContext& ctx, \
                                              const v1::Method##Request& request) const;

  KEFU_FIGURE_HANDLER(GetReasons)
  KEFU_FIGURE_HANDLER(GetReasonTrend)
  KEFU_FIGURE_HANDLER(ListReasonCases)
  KEFU_FIGURE_HANDLER(GetSlaCompliance)
  KEFU_FIGURE_HANDLER(ListSlaDeadlines)
  KEFU_FIGURE_HANDLER(GetBacklog)
  KEFU_FIGURE_HANDLER(ForecastBreaches)

#undef KEFU_FIGURE_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::aftersales
