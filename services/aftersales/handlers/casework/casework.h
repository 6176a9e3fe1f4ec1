// What CaseWorkService does, call by call. As handlers.h says.
#pragma once

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/aftersales/v1/case_work.pb.h"
#include "services/aftersales/handlers/dependencies.h"

namespace kefu::aftersales {

class CaseWorkHandlers {
 public:
  explicit CaseWorkHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_CASE_WORK_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_CASE_WORK_HANDLER(ProposeReview, ProposeReviewRequest, Case)
  KEFU_CASE_WORK_HANDLER(ApproveReview, ApproveReviewRequest, Case)
  KEFU_CASE_WORK_HANDLER(RejectProposal, RejectProposalRequest, Case)
  KEFU_CASE_WORK_HANDLER(WithdrawProposal, WithdrawProposalRequest, Case)
  KEFU_CASE_WORK_HANDLER(LowerEscalation, LowerEscalationRequest, Case)
  KEFU_CASE_WORK_HANDLER(DecideAppeal, DecideAppealRequest, Case)
  KEFU_CASE_WORK_HANDLER(ReopenCase, ReopenCaseRequest, Case)
  KEFU_CASE_WORK_HANDLER(UpdateCase, UpdateCaseRequest, Case)
  KEFU_CASE_WORK_HANDLER(AddCaseComment, AddCaseCommentRequest, Case)
  KEFU_CASE_WORK_HANDLER(ListCaseComments, ListCaseCommentsRequest, ListCaseCommentsResponse)
  KEFU_CASE_WORK_HANDLER(AttachEvidence, AttachEvidenceRequest, Case)
  KEFU_CASE_WORK_HANDLER(ListCaseEvidence, ListCaseEvidenceRequest, ListCaseEvidenceResponse)
  KEFU_CASE_WORK_HANDLER(LinkCases, LinkCasesRequest, Case)
  KEFU_CASE_WORK_HANDLER(UnlinkCases, UnlinkCasesRequest, Case)
  KEFU_CASE_WORK_HANDLER(ListCaseLinks, ListCaseLinksRequest, ListCaseLinksResponse)
  KEFU_CASE_WORK_HANDLER(MergeCases, MergeCasesRequest, Case)
  KEFU_CASE_WORK_HANDLER(GetCasePolicy, GetCasePolicyRequest, CasePolicy)
  KEFU_CASE_WORK_HANDLER(SetCasePolicy, SetCasePolicyRequest, CasePolicy)
  KEFU_CASE_WORK_HANDLER(ListCasePolicies, ListCasePoliciesRequest, ListCasePoliciesResponse)

#undef KEFU_CASE_WORK_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::aftersales
