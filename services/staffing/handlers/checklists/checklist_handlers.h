// Checklists, call by call: contract messages in, contract messages out. As handlers.h.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/staffing/v1/checklists.pb.h"
#include "services/staffing/handlers/handlers.h"

namespace kefu::staffing {

// Thread-safe; errors as Handlers, and those of errors_workplace.h.
class ChecklistHandlers {
 public:
  explicit ChecklistHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_CHECKLIST_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_CHECKLIST_HANDLER(SetChecklistTemplate, SetChecklistTemplateRequest, ChecklistTemplate)
  KEFU_CHECKLIST_HANDLER(ListChecklistTemplates, ListChecklistTemplatesRequest,
                         ListChecklistTemplatesResponse)
  KEFU_CHECKLIST_HANDLER(SetChecklistSchedule, SetChecklistScheduleRequest, ChecklistSchedule)
  KEFU_CHECKLIST_HANDLER(ListChecklistSchedules, ListChecklistSchedulesRequest,
                         ListChecklistSchedulesResponse)
  KEFU_CHECKLIST_HANDLER(GetDutyRota, GetDutyRotaRequest, GetDutyRotaResponse)
  KEFU_CHECKLIST_HANDLER(StartChecklist, StartChecklistRequest, Checklist)
  KEFU_CHECKLIST_HANDLER(CompleteChecklistItem, CompleteChecklistItemRequest, Checklist)
  KEFU_CHECKLIST_HANDLER(AssignChecklist, AssignChecklistRequest, Checklist)
  KEFU_CHECKLIST_HANDLER(CancelChecklist, CancelChecklistRequest, Checklist)
  KEFU_CHECKLIST_HANDLER(GetChecklist, GetChecklistRequest, Checklist)
  KEFU_CHECKLIST_HANDLER(ListChecklists, ListChecklistsRequest, ListChecklistsResponse)

#undef KEFU_CHECKLIST_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::staffing
