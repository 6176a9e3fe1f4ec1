// What ScorecardService does, and PerformanceService.GetScorecard and Diagnose, call by call.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/performance/v1/scorecards.pb.h"
#include "services/performance/handlers/handlers.h"

namespace kefu::performance {

// Thread-safe; see Handlers. A base sees the scores of its own agents and changes nothing.
class JudgementHandlers {
 public:
  explicit JudgementHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

  absl::StatusOr<v1::Scorecard> CreateScorecard(const RequestContext& ctx,
                                                const v1::CreateScorecardRequest& request) const;
  absl::StatusOr<v1::Scorecard> GetScorecardVersion(
      const RequestContext& ctx, const v1::GetScorecardVersionRequest& request) const;
  absl::StatusOr<v1::ListScorecardsResponse> ListScorecards(
      const RequestContext& ctx, const v1::ListScorecardsRequest& request) const;
  absl::StatusOr<v1::AgentGrade> GradeAgent(const RequestContext& ctx,
                                            const v1::GradeAgentRequest& request) const;
  absl::StatusOr<v1::ListGradeVersionsResponse> ListGradeVersions(
      const RequestContext& ctx, const v1::ListGradeVersionsRequest& request) const;
  absl::StatusOr<v1::AgentScore> GetScorecard(const RequestContext& ctx,
                                              const v1::GetScorecardRequest& request) const;
  absl::StatusOr<v1::ListScoresResponse> ListScores(const RequestContext& ctx,
                                                    const v1::ListScoresRequest& request) const;
  absl::StatusOr<v1::DiagnoseResponse> Diagnose(const RequestContext& ctx,
                                                const v1::DiagnoseRequest& request) const;
  absl::StatusOr<v1::DiagnosisPolicy> SetDiagnosisPolicy(
      const RequestContext& ctx, const v1::SetDiagnosisPolicyRequest& request) const;
  absl::StatusOr<v1::DiagnosisPolicy> GetDiagnosisPolicy(
      const RequestContext& ctx, const v1::GetDiagnosisPolicyRequest& request) const;

 private:
  Dependencies deps_;
};

}  // namespace kefu::performance
