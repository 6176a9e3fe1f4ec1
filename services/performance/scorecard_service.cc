#include "services/performance/scorecard_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/performance/v1/scorecards.grpc.pb.h"

namespace kefu::performance {
namespace {

class Calls final : public rpc::Service<v1::ScorecardService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const JudgementHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

  KEFU_UNARY(CreateScorecard, v1::CreateScorecardRequest, v1::Scorecard,
             handlers_.CreateScorecard(ctx, request))
  KEFU_UNARY(GetScorecardVersion, v1::GetScorecardVersionRequest, v1::Scorecard,
             handlers_.GetScorecardVersion(ctx, request))
  KEFU_UNARY(ListScorecards, v1::ListScorecardsRequest, v1::ListScorecardsResponse,
             handlers_.ListScorecards(ctx, request))
  KEFU_UNARY(GradeAgent, v1::GradeAgentRequest, v1::AgentGrade, handlers_.GradeAgent(ctx, request))
  KEFU_UNARY(ListGradeVersions, v1::ListGradeVersionsRequest, v1::ListGradeVersionsResponse,
             handlers_.ListGradeVersions(ctx, request))
  KEFU_UNARY(ListScores, v1::ListScoresRequest, v1::ListScoresResponse,
             handlers_.ListScores(ctx, request))
  KEFU_UNARY(SetDiagnosisPolicy, v1::SetDiagnosisPolicyRequest, v1::DiagnosisPolicy,
             handlers_.SetDiagnosisPolicy(ctx, request))
  KEFU_UNARY(GetDiagnosisPolicy, v1::GetDiagnosisPolicyRequest, v1::DiagnosisPolicy,
             handlers_.GetDiagnosisPolicy(ctx, request))

 private:
  const JudgementHandlers& handlers_;
};

}  // namespace

ScorecardServiceImpl::ScorecardServiceImpl(rpc::Dispatcher& dispatcher,
                                           const JudgementHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::performance
