// Rows of delegated authority. As store.h. Bodies are messages of the contract, opaque here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "services/staffing/store/store.h"

namespace kefu::staffing::store {

// Bodies of the organization's own versions, by version.
absl::StatusOr<std::vector<std::string>> AuthorityPolicies(Reader reader, std::string_view org_id);
// Adds one; its version must be the next one, under the lock of the organization's row.
absl::Status InsertAuthorityPolicy(db::Transaction& transaction, std::string_view org_id,
                                   int32_t version, absl::CivilDay effective_date,
                                   std::string_view body);
// Up to `limit` agents whose last tier record up to a day is of the tier, who are employed and not
// on leave on it, by id; corrections count as they stand. Own staff, and agents of that base.
absl::StatusOr<std::vector<std::string>> AgentsAtWork(Reader reader, std::string_view org_id,
                                                      std::string_view base_id,
                                                      std::string_view tier_id, absl::CivilDay day,
                                                      int limit);

}  // namespace kefu::staffing::store
