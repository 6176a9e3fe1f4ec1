#include "services/staffing/conduct_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/staffing/v1/conduct.grpc.pb.h"

namespace kefu::staffing {
namespace {

class Calls final : public rpc::Service<v1::ConductService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const ConductHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

#define KEFU_CONDUCT_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_CONDUCT_CALL(SetConductCatalogue, SetConductCatalogueRequest, ConductCatalogue)
  KEFU_CONDUCT_CALL(GetConductCatalogue, GetConductCatalogueRequest, ConductCatalogue)
  KEFU_CONDUCT_CALL(GetConduct, GetConductRequest, Conduct)
  KEFU_CONDUCT_CALL(ListConduct, ListConductRequest, ListConductResponse)
  KEFU_CONDUCT_CALL(ExplainConduct, ExplainConductRequest, ExplainConductResponse)
  KEFU_CONDUCT_CALL(DecideConduct, DecideConductRequest, Conduct)
  KEFU_CONDUCT_CALL(AppealConduct, AppealConductRequest, Conduct)
  KEFU_CONDUCT_CALL(DecideConductAppeal, DecideConductAppealRequest, Conduct)
  KEFU_CONDUCT_CALL(VoidConduct, VoidConductRequest, Conduct)

#undef KEFU_CONDUCT_CALL

 private:
  const ConductHandlers& handlers_;
};

}  // namespace

ConductServiceImpl::ConductServiceImpl(rpc::Dispatcher& dispatcher, const ConductHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::staffing
