#include "services/aftersales/insight_service.h"

#include "common/rpc/service_methods.h"
#include "kefu/aftersales/v1/insight.grpc.pb.h"
#include "services/aftersales/handlers/insight/insight_handlers.h"

namespace kefu::aftersales {
namespace {

class Calls final : public rpc::Service<v1::InsightService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const Dependencies& deps)
      : Service(dispatcher), handlers_(deps) {}

#define KEFU_INSIGHT_CALL(Method, Response) \
  KEFU_UNARY(Method, v1::Method##Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_INSIGHT_CALL(GetBadLotPolicy, BadLotPolicy)
  KEFU_INSIGHT_CALL(SetBadLotPolicy, BadLotPolicy)
  KEFU_INSIGHT_CALL(ListBadLotWarnings, ListBadLotWarningsResponse)
  KEFU_INSIGHT_CALL(ExplainBadLot, ExplainBadLotResponse)
  KEFU_INSIGHT_CALL(JudgeBadLot, BadLotWarning)

#undef KEFU_INSIGHT_CALL

 private:
  const InsightHandlers handlers_;
};

}  // namespace

InsightServiceImpl::InsightServiceImpl(rpc::Dispatcher& dispatcher, const Dependencies& deps)
    : HiddenService(std::make_unique<Calls>(dispatcher, deps)) {}

}  // namespace kefu::aftersales
