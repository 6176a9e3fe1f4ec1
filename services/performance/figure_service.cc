#include "services/performance/figure_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/performance/v1/figures.grpc.pb.h"

namespace kefu::performance {
namespace {

class Calls final : public rpc::Service<v1::FigureService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const FigureHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

  KEFU_UNARY(CheckSalesConservation, v1::CheckSalesConservationRequest,
             v1::CheckSalesConservationResponse, handlers_.CheckSalesConservation(ctx, request))

 private:
  const FigureHandlers& handlers_;
};

}  // namespace

FigureServiceImpl::FigureServiceImpl(rpc::Dispatcher& dispatcher, const FigureHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::performance
