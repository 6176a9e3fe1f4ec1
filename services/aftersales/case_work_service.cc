#include "services/aftersales/case_work_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/aftersales/v1/case_work.grpc.pb.h"
#include "services/aftersales/handlers/casework/casework.h"

namespace kefu::aftersales {
namespace {

class Calls final : public rpc::Service<v1::CaseWorkService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const Dependencies& deps)
      : Service(dispatcher), handlers_(deps) {}

#define KEFU_CASE_WORK_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_CASE_WORK_CALL(ProposeReview, ProposeReviewRequest, Case)
  KEFU_CASE_WORK_CALL(ApproveReview, ApproveReviewRequest, Case)
  KEFU_CASE_WORK_CALL(RejectProposal, RejectProposalRequest, Case)
  KEFU_CASE_WORK_CALL(WithdrawProposal, WithdrawProposalRequest, Case)
  KEFU_CASE_WORK_CALL(LowerEscalation, LowerEscalationRequest, Case)
  KEFU_CASE_WORK_CALL(DecideAppeal, DecideAppealRequest, Case)
  KEFU_CASE_WORK_CALL(ReopenCase, ReopenCaseRequest, Case)
  KEFU_CASE_WORK_CALL(UpdateCase, UpdateCaseRequest, Case)
  KEFU_CASE_WORK_CALL(AddCaseComment, AddCaseCommentRequest, Case)
  KEFU_CASE_WORK_CALL(ListCaseComments, ListCaseCommentsRequest, ListCaseCommentsResponse)
  KEFU_CASE_WORK_CALL(AttachEvidence, AttachEvidenceRequest, Case)
  KEFU_CASE_WORK_CALL(ListCaseEvidence, ListCaseEvidenceRequest, ListCaseEvidenceResponse)
  KEFU_CASE_WORK_CALL(LinkCases, LinkCasesRequest, Case)
  KEFU_CASE_WORK_CALL(UnlinkCases, UnlinkCasesRequest, Case)
  KEFU_CASE_WORK_CALL(ListCaseLinks, ListCaseLinksRequest, ListCaseLinksResponse)
  KEFU_CASE_WORK_CALL(MergeCases, MergeCasesRequest, Case)
  KEFU_CASE_WORK_CALL(GetCasePolicy, GetCasePolicyRequest, CasePolicy)
  KEFU_CASE_WORK_CALL(SetCasePolicy, SetCasePolicyRequest, CasePolicy)
  KEFU_CASE_WORK_CALL(ListCasePolicies, ListCasePoliciesRequest, ListCasePoliciesResponse)

#undef KEFU_CASE_WORK_CALL

 private:
  const CaseWorkHandlers handlers_;
};

}  // namespace

CaseWorkServiceImpl::CaseWorkServiceImpl(rpc::Dispatcher& dispatcher, const Dependencies& deps)
    : HiddenService(std::make_unique<Calls>(dispatcher, deps)) {}

}  // namespace kefu::aftersales
