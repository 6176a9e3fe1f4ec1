// Keeping people, recruitment and personnel files, call by call.
#pragma once

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/staffing/v1/personnel.pb.h"
#include "services/staffing/handlers/handlers.h"

namespace kefu::staffing {

// Thread-safe. As Handlers.
class PersonnelHandlers {
 public:
  explicit PersonnelHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_PERSONNEL_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_PERSONNEL_HANDLER(GetRetentionPolicy, GetRetentionPolicyRequest, RetentionPolicy)
  KEFU_PERSONNEL_HANDLER(SetRetentionPolicy, SetRetentionPolicyRequest, RetentionPolicy)
  KEFU_PERSONNEL_HANDLER(EvaluateRetention, EvaluateRetentionRequest, EvaluateRetentionResponse)
  KEFU_PERSONNEL_HANDLER(RecordCareerTalk, RecordCareerTalkRequest, CareerTalk)
  KEFU_PERSONNEL_HANDLER(ListCareerTalks, ListCareerTalksRequest, ListCareerTalksResponse)
  KEFU_PERSONNEL_HANDLER(SettlePromise, SettlePromiseRequest, CareerTalk)
  KEFU_PERSONNEL_HANDLER(RecordExit, RecordExitRequest, AgentExit)
  KEFU_PERSONNEL_HANDLER(GetTurnover, GetTurnoverRequest, GetTurnoverResponse)
  KEFU_PERSONNEL_HANDLER(CreateJobPost, CreateJobPostRequest, JobPost)
  KEFU_PERSONNEL_HANDLER(CloseJobPost, CloseJobPostRequest, JobPost)
  KEFU_PERSONNEL_HANDLER(ListJobPosts, ListJobPostsRequest, ListJobPostsResponse)
  KEFU_PERSONNEL_HANDLER(AddCandidate, AddCandidateRequest, Candidate)
  KEFU_PERSONNEL_HANDLER(MoveCandidate, MoveCandidateRequest, Candidate)
  KEFU_PERSONNEL_HANDLER(HireCandidate, HireCandidateRequest, Candidate)
  KEFU_PERSONNEL_HANDLER(ListCandidates, ListCandidatesRequest, ListCandidatesResponse)
  KEFU_PERSONNEL_HANDLER(AddPersonnelFile, AddPersonnelFileRequest, PersonnelFile)
  KEFU_PERSONNEL_HANDLER(RemovePersonnelFile, RemovePersonnelFileRequest, PersonnelFile)
  KEFU_PERSONNEL_HANDLER(ListPersonnelFiles, ListPersonnelFilesRequest, ListPersonnelFilesResponse)

#undef KEFU_PERSONNEL_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::staffing
