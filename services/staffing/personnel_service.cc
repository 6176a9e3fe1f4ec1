#include "services/staffing/personnel_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/staffing/v1/personnel.grpc.pb.h"

namespace kefu::staffing {
namespace {

class Calls final : public rpc::Service<v1::PersonnelService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const PersonnelHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

#define KEFU_PERSONNEL_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_PERSONNEL_CALL(GetRetentionPolicy, GetRetentionPolicyRequest, RetentionPolicy)
  KEFU_PERSONNEL_CALL(SetRetentionPolicy, SetRetentionPolicyRequest, RetentionPolicy)
  KEFU_PERSONNEL_CALL(EvaluateRetention, EvaluateRetentionRequest, EvaluateRetentionResponse)
  KEFU_PERSONNEL_CALL(RecordCareerTalk, RecordCareerTalkRequest, CareerTalk)
  KEFU_PERSONNEL_CALL(ListCareerTalks, ListCareerTalksRequest, ListCareerTalksResponse)
  KEFU_PERSONNEL_CALL(SettlePromise, SettlePromiseRequest, CareerTalk)
  KEFU_PERSONNEL_CALL(RecordExit, RecordExitRequest, AgentExit)
  KEFU_PERSONNEL_CALL(GetTurnover, GetTurnoverRequest, GetTurnoverResponse)
  KEFU_PERSONNEL_CALL(CreateJobPost, CreateJobPostRequest, JobPost)
  KEFU_PERSONNEL_CALL(CloseJobPost, CloseJobPostRequest, JobPost)
  KEFU_PERSONNEL_CALL(ListJobPosts, ListJobPostsRequest, ListJobPostsResponse)
  KEFU_PERSONNEL_CALL(AddCandidate, AddCandidateRequest, Candidate)
  KEFU_PERSONNEL_CALL(MoveCandidate, MoveCandidateRequest, Candidate)
  KEFU_PERSONNEL_CALL(HireCandidate, HireCandidateRequest, Candidate)
  KEFU_PERSONNEL_CALL(ListCandidates, ListCandidatesRequest, ListCandidatesResponse)
  KEFU_PERSONNEL_CALL(AddPersonnelFile, AddPersonnelFileRequest, PersonnelFile)
  KEFU_PERSONNEL_CALL(RemovePersonnelFile, RemovePersonnelFileRequest, PersonnelFile)
  KEFU_PERSONNEL_CALL(ListPersonnelFiles, ListPersonnelFilesRequest, ListPersonnelFilesResponse)

#undef KEFU_PERSONNEL_CALL

 private:
  const PersonnelHandlers& handlers_;
};

}  // namespace

PersonnelServiceImpl::PersonnelServiceImpl(rpc::Dispatcher& dispatcher,
                                           const PersonnelHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::staffing
