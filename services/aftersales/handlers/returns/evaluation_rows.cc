#include "services/aftersales/handlers/returns/evaluation_rows.h"

#include <optional>
#include <utility>

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/aftersales/convert/returns.h"
#include "services/aftersales/errors.h"
#include "services/aftersales/handlers/scope.h"

namespace kefu::aftersales {

absl::StatusOr<store::ReturnEvaluation> RequireEvaluation(db::Transaction& t,
                                                          const RequestContext& ctx,
                                                          std::string_view evaluation_id) {
  return InReach<store::ReturnEvaluation>(
      t, ctx,
      [&](std::string_view org_id) {
        return store::FindReturnEvaluation(t, org_id, evaluation_id);
      },
      error::ReturnEvaluationNotFound(evaluation_id));
}

absl::StatusOr<v1::ReturnEvaluation> ParseEvaluation(const store::ReturnEvaluation& stored) {
  v1::ReturnEvaluation evaluation;
  if (!evaluation.ParseFromString(stored.body)) return Internal("a stored evaluation is broken");
  return evaluation;
}

absl::StatusOr<domain::returns::Question> QuestionOf(const v1::ReturnEvaluation& evaluation) {
  FieldViolations faults;
  // It was asked in its own past, whatever this machine's clock says.
  domain::returns::Question question =
      convert::FromProto(evaluation.question(), absl::InfiniteFuture(), faults);
  if (!faults.empty() || !question.sign_time) {
    return Internal("the question of a stored evaluation is broken");
  }
  return question;
}

absl::StatusOr<std::vector<domain::returns::Policy>> PolicyVersions::Of(
    db::Transaction& t, const v1::ReturnEvaluation& evaluation) {
  std::vector<domain::returns::Policy> policies;
  for (const v1::ReturnPolicyRef& ref : evaluation.policies()) {
    const auto key = std::tuple(ref.shipped(), ref.policy_id(), ref.policy_version());
    auto found = read_.find(key);
    if (found == read_.end()) {
      ASSIGN_OR_RETURN(auto policy,
                       store::FindReturnPolicy(t, {ref.shipped() ? "" : org_id_, ref.policy_id(),
                                                   ref.policy_version()}));
      if (!policy) return Internal("a policy of a stored evaluation is gone");
      found = read_.emplace(key, *std::move(policy)).first;
    }
    policies.push_back(found->second);
  }
  return policies;
}

}  // namespace kefu::aftersales
