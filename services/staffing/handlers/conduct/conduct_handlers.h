// The conduct ledger, call by call: contract messages in, contract messages out. As handlers.h.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/staffing/v1/conduct.pb.h"
#include "services/staffing/handlers/handlers.h"

namespace kefu::staffing {

// Thread-safe; errors as Handlers, and those of errors_conduct.h.
class ConductHandlers {
 public:
  explicit ConductHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_CONDUCT_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_CONDUCT_HANDLER(SetConductCatalogue, SetConductCatalogueRequest, ConductCatalogue)
  KEFU_CONDUCT_HANDLER(GetConductCatalogue, GetConductCatalogueRequest, ConductCatalogue)
  KEFU_CONDUCT_HANDLER(RecordConduct, RecordConductRequest, Conduct)
  KEFU_CONDUCT_HANDLER(GetConduct, GetConductRequest, Conduct)
  KEFU_CONDUCT_HANDLER(ListConduct, ListConductRequest, ListConductResponse)
  KEFU_CONDUCT_HANDLER(ExplainConduct, ExplainConductRequest, ExplainConductResponse)
  KEFU_CONDUCT_HANDLER(DecideConduct, DecideConductRequest, Conduct)
  KEFU_CONDUCT_HANDLER(AppealConduct, AppealConductRequest, Conduct)
  KEFU_CONDUCT_HANDLER(DecideConductAppeal, DecideConductAppealRequest, Conduct)
  KEFU_CONDUCT_HANDLER(VoidConduct, VoidConductRequest, Conduct)
  KEFU_CONDUCT_HANDLER(GetConductScore, GetConductScoreRequest, GetConductScoreResponse)

#undef KEFU_CONDUCT_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::staffing
