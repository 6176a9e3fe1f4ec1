// Shift templates and swaps, call by call: contract messages in, contract messages out. As
// handlers.h.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/staffing/v1/shifts.pb.h"
#include "services/staffing/handlers/handlers.h"

namespace kefu::staffing {

// Thread-safe; errors as Handlers, and those of errors_time.h.
class ShiftHandlers {
 public:
  explicit ShiftHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_SHIFT_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_SHIFT_HANDLER(SetShiftTemplate, SetShiftTemplateRequest, ShiftTemplate)
  KEFU_SHIFT_HANDLER(ListShiftTemplates, ListShiftTemplatesRequest, ListShiftTemplatesResponse)
  KEFU_SHIFT_HANDLER(OfferSwap, OfferSwapRequest, ShiftSwap)
  KEFU_SHIFT_HANDLER(AnswerSwap, AnswerSwapRequest, ShiftSwap)
  KEFU_SHIFT_HANDLER(DecideSwap, DecideSwapRequest, ShiftSwap)
  KEFU_SHIFT_HANDLER(WithdrawSwap, WithdrawSwapRequest, ShiftSwap)
  KEFU_SHIFT_HANDLER(ListSwaps, ListSwapsRequest, ListSwapsResponse)

#undef KEFU_SHIFT_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::staffing
