// Policies of compensation. The functions keep no state and are thread-safe; all return the
// database's errors.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "services/aftersales/domain/compensation.h"
#include "services/aftersales/store/policies.h"

namespace kefu::aftersales::store {

// The policy in force for the shop at that time. INTERNAL when there is none, since one is shipped.
absl::StatusOr<domain::CompensationPolicy> ChooseCompensationPolicy(db::Transaction& t,
                                                                    const Shop& shop,
                                                                    absl::Time at);
// The newest version of an own policy.
absl::StatusOr<std::optional<domain::CompensationPolicy>> LatestCompensationPolicy(
    db::Transaction& t, std::string_view org_id, std::string_view policy_id);
// Adds a version. ALREADY_EXISTS DUPLICATE_KEY when it is there.
absl::Status InsertCompensationPolicy(db::Transaction& t, const domain::CompensationPolicy& policy);
// Up to `limit` versions after one: the shipped ones, then the organization's, by policy and
// version; of one policy unless that is empty.
absl::StatusOr<std::vector<domain::CompensationPolicy>> ListCompensationPolicies(
    db::Transaction& t, std::string_view org_id, std::string_view policy_id,
    const domain::PolicyRef& after, int limit);

}  // namespace kefu::aftersales::store
