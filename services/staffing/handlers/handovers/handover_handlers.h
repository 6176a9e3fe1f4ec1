// The handover book, call by call: contract messages in, contract messages out. As handlers.h.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/staffing/v1/handovers.pb.h"
#include "services/staffing/domain/handover/handover.h"
#include "services/staffing/handlers/handlers.h"

namespace kefu::staffing {

// Thread-safe; errors as Handlers, and those of errors_time.h.
class HandoverHandlers {
 public:
  explicit HandoverHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_HANDOVER_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_HANDOVER_HANDLER(StartShift, StartShiftRequest, DutyShift)
  KEFU_HANDOVER_HANDLER(EndShift, EndShiftRequest, DutyShift)
  KEFU_HANDOVER_HANDLER(ListDutyShifts, ListDutyShiftsRequest, ListDutyShiftsResponse)
  KEFU_HANDOVER_HANDLER(WriteHandover, WriteHandoverRequest, Handover)
  KEFU_HANDOVER_HANDLER(AcknowledgeHandover, AcknowledgeHandoverRequest, HandoverItem)
  KEFU_HANDOVER_HANDLER(ResolveHandoverItem, ResolveHandoverItemRequest, HandoverItem)
  KEFU_HANDOVER_HANDLER(GetHandoverItem, GetHandoverItemRequest, GetHandoverItemResponse)
  KEFU_HANDOVER_HANDLER(ListHandoverItems, ListHandoverItemsRequest, ListHandoverItemsResponse)
  KEFU_HANDOVER_HANDLER(SetHandoverPolicy, SetHandoverPolicyRequest, HandoverPolicy)
  KEFU_HANDOVER_HANDLER(GetHandoverPolicy, GetHandoverPolicyRequest, HandoverPolicy)

#undef KEFU_HANDOVER_HANDLER

 private:
  Dependencies deps_;
};

// Writes a changed item with the step that changed it; `kind` decides who is named. Nothing is
// told.
absl::Status SaveStep(db::Transaction& t, std::string_view org_id, const handover::Item& item,
                      handover::EntryKind kind, const handover::DutyShift& shift,
                      int64_t policy_version, std::string_view actor);

}  // namespace kefu::staffing
