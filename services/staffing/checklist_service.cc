#include "services/staffing/checklist_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/staffing/v1/checklists.grpc.pb.h"

namespace kefu::staffing {
namespace {

class Calls final : public rpc::Service<v1::ChecklistService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const ChecklistHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

#define KEFU_CHECKLIST_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_CHECKLIST_CALL(SetChecklistTemplate, SetChecklistTemplateRequest, ChecklistTemplate)
  KEFU_CHECKLIST_CALL(ListChecklistTemplates, ListChecklistTemplatesRequest,
                      ListChecklistTemplatesResponse)
  KEFU_CHECKLIST_CALL(SetChecklistSchedule, SetChecklistScheduleRequest, ChecklistSchedule)
  KEFU_CHECKLIST_CALL(ListChecklistSchedules, ListChecklistSchedulesRequest,
                      ListChecklistSchedulesResponse)
  KEFU_CHECKLIST_CALL(GetDutyRota, GetDutyRotaRequest, GetDutyRotaResponse)
  KEFU_CHECKLIST_CALL(StartChecklist, StartChecklistRequest, Checklist)
  KEFU_CHECKLIST_CALL(CompleteChecklistItem, CompleteChecklistItemRequest, Checklist)
  KEFU_CHECKLIST_CALL(AssignChecklist, AssignChecklistRequest, Checklist)
  KEFU_CHECKLIST_CALL(CancelChecklist, CancelChecklistRequest, Checklist)
  KEFU_CHECKLIST_CALL(GetChecklist, GetChecklistRequest, Checklist)
  KEFU_CHECKLIST_CALL(ListChecklists, ListChecklistsRequest, ListChecklistsResponse)

#undef KEFU_CHECKLIST_CALL

 private:
  const ChecklistHandlers& handlers_;
};

}  // namespace

ChecklistServiceImpl::ChecklistServiceImpl(rpc::Dispatcher& dispatcher,
                                           const ChecklistHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::staffing
