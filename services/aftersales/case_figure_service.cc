#include "services/aftersales/case_figure_service.h"

#include "common/rpc/service_methods.h"
#include "kefu/aftersales/v1/case_figures.grpc.pb.h"
#include "services/aftersales/handlers/insight/case_figure_handlers.h"

namespace kefu::aftersales {
namespace {

class Calls final : public rpc::Service<v1::CaseFigureService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const Dependencies& deps)
      : Service(dispatcher), handlers_(deps) {}

#define KEFU_FIGURE_CALL(Method) \
  KEFU_UNARY(Method, v1::Method##Request, v1::Method##Response, handlers_.Method(ctx, request))

  KEFU_FIGURE_CALL(GetReasons)
  KEFU_FIGURE_CALL(GetReasonTrend)
  KEFU_FIGURE_CALL(ListReasonCases)
  KEFU_FIGURE_CALL(GetSlaCompliance)
  KEFU_FIGURE_CALL(ListSlaDeadlines)
  KEFU_FIGURE_CALL(GetBacklog)
  KEFU_FIGURE_CALL(ForecastBreaches)

#undef KEFU_FIGURE_CALL

 private:
  const CaseFigureHandlers handlers_;
};

}  // namespace

CaseFigureServiceImpl::CaseFigureServiceImpl(rpc::Dispatcher& dispatcher, const Dependencies& deps)
    : HiddenService(std::make_unique<Calls>(dispatcher, deps)) {}

}  // namespace kefu::aftersales
