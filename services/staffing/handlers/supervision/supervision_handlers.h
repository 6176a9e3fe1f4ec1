// The supervision of bases, call by call.
#pragma once

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/staffing/v1/supervision.pb.h"
#include "services/staffing/handlers/handlers.h"

namespace kefu::staffing {

// Thread-safe. As Handlers, but for a base's people, who act in the organization of the merchant
// whose contract they are granted.
class SupervisionHandlers {
 public:
  explicit SupervisionHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_SUPERVISION_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_SUPERVISION_HANDLER(GetBaseContract, GetBaseContractRequest, Contract)
  KEFU_SUPERVISION_HANDLER(RecordBaseInspection, RecordBaseInspectionRequest, BaseInspection)
  KEFU_SUPERVISION_HANDLER(GetBaseInspection, GetBaseInspectionRequest, BaseInspection)
  KEFU_SUPERVISION_HANDLER(ListBaseInspections, ListBaseInspectionsRequest,
                           ListBaseInspectionsResponse)
  KEFU_SUPERVISION_HANDLER(AnswerFinding, AnswerFindingRequest, BaseInspection)
  KEFU_SUPERVISION_HANDLER(DecideFinding, DecideFindingRequest, BaseInspection)
  KEFU_SUPERVISION_HANDLER(AddShortTraining, AddShortTrainingRequest, BaseInspection)
  KEFU_SUPERVISION_HANDLER(FileBaseComplaint, FileBaseComplaintRequest, BaseComplaint)
  KEFU_SUPERVISION_HANDLER(GetBaseComplaint, GetBaseComplaintRequest, BaseComplaint)
  KEFU_SUPERVISION_HANDLER(ListBaseComplaints, ListBaseComplaintsRequest,
                           ListBaseComplaintsResponse)
  KEFU_SUPERVISION_HANDLER(DecideBaseComplaint, DecideBaseComplaintRequest, BaseComplaint)
  KEFU_SUPERVISION_HANDLER(CloseBaseComplaint, CloseBaseComplaintRequest, BaseComplaint)
  KEFU_SUPERVISION_HANDLER(GetTrial, GetTrialRequest, Trial)
  KEFU_SUPERVISION_HANDLER(DecideTrial, DecideTrialRequest, Trial)
  KEFU_SUPERVISION_HANDLER(GetBaseReport, GetBaseReportRequest, BaseReport)
  KEFU_SUPERVISION_HANDLER(ListBaseReports, ListBaseReportsRequest, ListBaseReportsResponse)
  KEFU_SUPERVISION_HANDLER(GetSupervisionPolicy, GetSupervisionPolicyRequest, SupervisionPolicy)
  KEFU_SUPERVISION_HANDLER(SetSupervisionPolicy, SetSupervisionPolicyRequest, SupervisionPolicy)

#undef KEFU_SUPERVISION_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::staffing
