#include "services/staffing/supervision_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/staffing/v1/supervision.grpc.pb.h"

namespace kefu::staffing {
namespace {

class Calls final : public rpc::Service<v1::SupervisionService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const SupervisionHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

#define KEFU_SUPERVISION_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_SUPERVISION_CALL(GetBaseContract, GetBaseContractRequest, Contract)
  KEFU_SUPERVISION_CALL(RecordBaseInspection, RecordBaseInspectionRequest, BaseInspection)
  KEFU_SUPERVISION_CALL(GetBaseInspection, GetBaseInspectionRequest, BaseInspection)
  KEFU_SUPERVISION_CALL(ListBaseInspections, ListBaseInspectionsRequest,
                        ListBaseInspectionsResponse)
  KEFU_SUPERVISION_CALL(AnswerFinding, AnswerFindingRequest, BaseInspection)
  KEFU_SUPERVISION_CALL(DecideFinding, DecideFindingRequest, BaseInspection)
  KEFU_SUPERVISION_CALL(AddShortTraining, AddShortTrainingRequest, BaseInspection)
  KEFU_SUPERVISION_CALL(FileBaseComplaint, FileBaseComplaintRequest, BaseComplaint)
  KEFU_SUPERVISION_CALL(GetBaseComplaint, GetBaseComplaintRequest, BaseComplaint)
  KEFU_SUPERVISION_CALL(ListBaseComplaints, ListBaseComplaintsRequest, ListBaseComplaintsResponse)
  KEFU_SUPERVISION_CALL(DecideBaseComplaint, DecideBaseComplaintRequest, BaseComplaint)
  KEFU_SUPERVISION_CALL(CloseBaseComplaint, CloseBaseComplaintRequest, BaseComplaint)
  KEFU_SUPERVISION_CALL(GetTrial, GetTrialRequest, Trial)
  KEFU_SUPERVISION_CALL(DecideTrial, DecideTrialRequest, Trial)
  KEFU_SUPERVISION_CALL(GetBaseReport, GetBaseReportRequest, BaseReport)
  KEFU_SUPERVISION_CALL(ListBaseReports, ListBaseReportsRequest, ListBaseReportsResponse)
  KEFU_SUPERVISION_CALL(GetSupervisionPolicy, GetSupervisionPolicyRequest, SupervisionPolicy)
  KEFU_SUPERVISION_CALL(SetSupervisionPolicy, SetSupervisionPolicyRequest, SupervisionPolicy)

#undef KEFU_SUPERVISION_CALL

 private:
  const SupervisionHandlers& handlers_;
};

}  // namespace

SupervisionServiceImpl::SupervisionServiceImpl(rpc::Dispatcher& dispatcher,
                                               const SupervisionHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::staffing
