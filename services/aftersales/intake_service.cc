#include "services/aftersales/intake_service.h"

#include "common/rpc/service_methods.h"
#include "kefu/aftersales/v1/intake.grpc.pb.h"
#include "services/aftersales/handlers/intake/intake_handlers.h"

namespace kefu::aftersales {
namespace {

class Calls final : public rpc::Service<v1::IntakeService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const Dependencies& deps)
      : Service(dispatcher), handlers_(deps) {}

#define KEFU_INTAKE_CALL(Method, Response) \
  KEFU_UNARY(Method, v1::Method##Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_INTAKE_CALL(QuoteChannel, ChannelQuote)
  KEFU_INTAKE_CALL(SetChannelPolicy, ChannelPolicy)
  KEFU_INTAKE_CALL(GetChannelPolicy, ChannelPolicy)
  KEFU_INTAKE_CALL(ImportCases, ImportCasesResponse)

#undef KEFU_INTAKE_CALL

 private:
  const IntakeHandlers handlers_;
};

}  // namespace

IntakeServiceImpl::IntakeServiceImpl(rpc::Dispatcher& dispatcher, const Dependencies& deps)
    : HiddenService(std::make_unique<Calls>(dispatcher, deps)) {}

}  // namespace kefu::aftersales
