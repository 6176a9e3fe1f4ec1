// Return policies and evaluations. The functions keep no state and are thread-safe; all return the
// database's errors. Bodies of evaluations are messages of the contract, opaque here.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "services/aftersales/domain/returns/types.h"
#include "services/aftersales/store/policies.h"

namespace kefu::aftersales::store {

// The policies whose rules hold for the shop at that time: the shipped one for every shop, the
// shipped one for its platform where there is one, and of the organization's own the most
// particular. INTERNAL when not even the first is there.
absl::StatusOr<std::vector<domain::returns::Policy>> ReturnPoliciesFor(db::Transaction& t,
                                                                       const Shop& shop,
                                                                       absl::Time at);
// The organization's own most particular one alone.
absl::StatusOr<std::optional<domain::returns::Policy>> OwnReturnPolicyFor(db::Transaction& t,
                                                                          const Shop& shop,
                                                                          absl::Time at);
// One version with its rules and categories; version 0 is the newest.
absl::StatusOr<std::optional<domain::returns::Policy>> FindReturnPolicy(
    db::Transaction& t, const domain::PolicyRef& ref);

struct ReturnPolicyFilter {
  std::string org_id;  // the shipped ones are always shown
  // Those for every shop, and those of these shops; nothing: of all shops.
  std::optional<std::vector<std::string>> shops;
  // Those for every platform, and those of this one; nothing: of all platforms.
  std::optional<std::string> platform;
};
// At most `limit` after `after`, by organization (shipped first), id and version.
absl::StatusOr<std::vector<domain::PolicyRef>> ListReturnPolicies(db::Transaction& t,
                                                                  const ReturnPolicyFilter& filter,
                                                                  const domain::PolicyRef& after,
                                                                  int limit);

// The next number of a policy's versions, from 1. Until the transaction ends nobody else gets one.
absl::StatusOr<int32_t> NextReturnVersion(db::Transaction& t, std::string_view org_id,
                                          std::string_view policy_id);
absl::Status InsertReturnPolicy(db::Transaction& t, const domain::returns::Policy& policy);

// What people read, by kind and name.
using ReturnTexts = std::map<std::pair<std::string, std::string>, domain::returns::Text>;
absl::StatusOr<ReturnTexts> LoadReturnTexts(db::Transaction& t);

struct ReturnEvaluation {
  std::string org_id;
  std::string evaluation_id;
  std::string shop_id;
  std::string case_id;  // empty: none
  absl::Time create_time;
  std::string body;
  std::string reason = {};  // name, for figures over cases; not read back
};
absl::Status InsertReturnEvaluation(db::Transaction& t, const ReturnEvaluation& evaluation);
absl::StatusOr<std::optional<ReturnEvaluation>> FindReturnEvaluation(
    db::Transaction& t, std::string_view org_id, std::string_view evaluation_id);
// Of these cases, at most `limit` after the id, oldest first.
using CaseIds = std::span<const std::string>;
absl::StatusOr<std::vector<ReturnEvaluation>> ListReturnEvaluations(db::Transaction& t,
                                                                    std::string_view org_id,
                                                                    CaseIds case_ids,
                                                                    std::string_view after_id,
                                                                    int limit);

// The latest of these cases, or nothing.
absl::StatusOr<std::optional<ReturnEvaluation>> LatestReturnEvaluation(db::Transaction& t,
                                                                       std::string_view org_id,
                                                                       CaseIds case_ids);

struct EvaluationFilter {
  std::string org_id;
  std::string shop_id;    // empty: all
  std::string base_id;    // see CaseFilter; with a shop only
  absl::Time from, to;    // made from this time on, and before this one
  std::string before_id;  // when set, also those made at `to` with lesser ids
};
// At most `limit`, the newest first. The last row's time and id continue the list.
absl::StatusOr<std::vector<ReturnEvaluation>> ListReturnEvaluations(db::Transaction& t,
                                                                    const EvaluationFilter& filter,
                                                                    int limit);

}  // namespace kefu::aftersales::store
