// Evaluations of returns: shown and computed again.
#include <algorithm>

#include "common/convert/fields.h"
#include "common/db/page_token.h"
#include "common/time/civil.h"
#include "services/aftersales/convert/returns.h"
#include "services/aftersales/domain/casework/casework.h"
#include "services/aftersales/domain/returns/evaluate.h"
#include "services/aftersales/handlers/pages.h"
#include "services/aftersales/handlers/returns/evaluation_rows.h"
#include "services/aftersales/handlers/returns/return_policies.h"
#include "services/aftersales/handlers/scope.h"
#include "services/aftersales/store/returns.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;
namespace returns = domain::returns;

absl::Status CheckId(std::string_view id, std::string_view field) {
  FieldViolations violations;
  fields::Id(id, field, violations);
  return violations.ToStatus();
}

}  // namespace

absl::StatusOr<v1::ReturnEvaluation> ReturnPolicyHandlers::GetReturnEvaluation(
    const RequestContext& ctx, const v1::GetReturnEvaluationRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckId(request.evaluation_id(), "evaluation_id"));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::ReturnEvaluation> {
        ASSIGN_OR_RETURN(const auto stored, RequireEvaluation(t, ctx, request.evaluation_id()));
        return ParseEvaluation(stored);
      });
}

absl::StatusOr<v1::ListReturnEvaluationsResponse> ReturnPolicyHandlers::ListReturnEvaluations(
    const RequestContext& ctx, const v1::ListReturnEvaluationsRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckId(request.case_id(), "case_id"));
  ASSIGN_OR_RETURN(const int size, db::PageSize(request.page_size()));
  const uint64_t hash = db::FilterHash({ctx.method, ctx.org_id(), request.case_id()});
  ASSIGN_OR_RETURN(const auto keys, db::DecodePageToken(request.page_token(), hash, 1));
  const std::string after = keys.empty() ? "" : keys[0];
  ASSIGN_OR_RETURN(
      const auto rows,
      deps_.database.RunInTransaction(
          ctx.deadline,
          [&](db::Transaction& t) -> absl::StatusOr<std::vector<store::ReturnEvaluation>> {
            ASSIGN_OR_RETURN(const domain::Case record,
                             RequireCase(t, ctx, request.case_id(), Access::kRead));
            const std::vector<std::string> ids = domain::WithMerged(record);
            return store::ListReturnEvaluations(t, record.org_id, ids, after, size + 1);
          }));
  v1::ListReturnEvaluationsResponse response;
  size_t shown = 0, bytes = 0;
  for (; shown < rows.size() && shown < static_cast<size_t>(size) && bytes < kPageBytes; ++shown) {
    ASSIGN_OR_RETURN(*response.add_evaluations(), ParseEvaluation(rows[shown]));
    bytes += rows[shown].body.size();
  }
  if (shown < rows.size()) {
    response.set_next_page_token(db::EncodePageToken(hash, {rows[shown - 1].evaluation_id}));
  }
  return response;
}

namespace {

bool SameOutcomes(const v1::ReturnEvaluation& stored,
                  const v1::ReplayReturnEvaluationResponse& again) {
  return std::ranges::equal(stored.outcomes(), again.outcomes(), {},
                            &v1::RemedyOutcome::SerializeAsString,
                            &v1::RemedyOutcome::SerializeAsString);
}

}  // namespace

absl::StatusOr<v1::ReplayReturnEvaluationResponse> ReturnPolicyHandlers::ReplayReturnEvaluation(
    const RequestContext& ctx, const v1::ReplayReturnEvaluationRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckId(request.evaluation_id(), "evaluation_id"));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::ReplayReturnEvaluationResponse> {
        ASSIGN_OR_RETURN(const auto stored, RequireEvaluation(t, ctx, request.evaluation_id()));
        v1::ReplayReturnEvaluationResponse response;
        ASSIGN_OR_RETURN(*response.mutable_evaluation(), ParseEvaluation(stored));
        const v1::ReturnEvaluation& evaluation = response.evaluation();
        ASSIGN_OR_RETURN(const returns::Question question, QuestionOf(evaluation));
        PolicyVersions versions(stored.org_id);
        ASSIGN_OR_RETURN(const auto policies, versions.Of(t, evaluation));
        ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(evaluation.time_zone()));
        for (const returns::Outcome& outcome : returns::Evaluate(policies, question, zone)) {
          *response.add_outcomes() = convert::ToProto(outcome);
        }
        response.set_identical(SameOutcomes(evaluation, response));
        return response;
      });
}

}  // namespace kefu::aftersales
