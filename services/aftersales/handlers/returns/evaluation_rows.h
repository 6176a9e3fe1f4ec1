// Evaluations as they are kept, read back into what they were decided from.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "common/db/transaction.h"
#include "kefu/aftersales/v1/returns.pb.h"
#include "services/aftersales/domain/returns/types.h"
#include "services/aftersales/store/returns.h"

namespace kefu::aftersales {

// The evaluation, if the caller may reach it. NOT_FOUND; SHOP_NOT_ALLOWED.
absl::StatusOr<store::ReturnEvaluation> RequireEvaluation(db::Transaction& t,
                                                          const RequestContext& ctx,
                                                          std::string_view evaluation_id);

// INTERNAL where the row is broken.
absl::StatusOr<v1::ReturnEvaluation> ParseEvaluation(const store::ReturnEvaluation& stored);
absl::StatusOr<domain::returns::Question> QuestionOf(const v1::ReturnEvaluation& evaluation);

// Reads each version of a policy once. Not thread-safe.
class PolicyVersions {
 public:
  explicit PolicyVersions(std::string org_id) : org_id_(std::move(org_id)) {}

  // The versions that an evaluation of the organization names, in its order. INTERNAL when one is
  // gone.
  absl::StatusOr<std::vector<domain::returns::Policy>> Of(db::Transaction& t,
                                                          const v1::ReturnEvaluation& evaluation);

 private:
  const std::string org_id_;
  std::map<std::tuple<bool, std::string, int>, domain::returns::Policy> read_;
};

}  // namespace kefu::aftersales
