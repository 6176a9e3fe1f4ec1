#include "services/staffing/shift_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/staffing/v1/shifts.grpc.pb.h"

namespace kefu::staffing {
namespace {

class Calls final : public rpc::Service<v1::ShiftService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const ShiftHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

#define KEFU_SHIFT_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_SHIFT_CALL(SetShiftTemplate, SetShiftTemplateRequest, ShiftTemplate)
  KEFU_SHIFT_CALL(ListShiftTemplates, ListShiftTemplatesRequest, ListShiftTemplatesResponse)
  KEFU_SHIFT_CALL(OfferSwap, OfferSwapRequest, ShiftSwap)
  KEFU_SHIFT_CALL(AnswerSwap, AnswerSwapRequest, ShiftSwap)
  KEFU_SHIFT_CALL(DecideSwap, DecideSwapRequest, ShiftSwap)
  KEFU_SHIFT_CALL(WithdrawSwap, WithdrawSwapRequest, ShiftSwap)
  KEFU_SHIFT_CALL(ListSwaps, ListSwapsRequest, ListSwapsResponse)

#undef KEFU_SHIFT_CALL

 private:
  const ShiftHandlers& handlers_;
};

}  // namespace

ShiftServiceImpl::ShiftServiceImpl(rpc::Dispatcher& dispatcher, const ShiftHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::staffing
