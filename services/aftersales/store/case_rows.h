// Rows of several cases by few statements; see cases.h for those of one.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/db/transaction.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales::store {

// Different cases.
using CaseRows = std::span<const domain::Case* const>;

// Those of the organization that nobody else holds, with their parts, locked, by id; does not
// wait. At most 1000.
absl::StatusOr<std::vector<domain::Case>> LockFreeCases(db::Transaction& t, std::string_view org_id,
                                                        std::span<const std::string_view> case_ids);

// As InsertCase and UpdateCase, but for the clocks, which SaveClocks writes after the rows.
// ALREADY_EXISTS says which external id is taken where one case is inserted.
absl::Status InsertCases(db::Transaction& t, CaseRows cases);
absl::Status UpdateCases(db::Transaction& t, CaseRows cases);
absl::Status SaveClocks(db::Transaction& t, CaseRows cases);

// As InsertActivity.
struct CaseActivity {
  std::string org_id;
  domain::Activity activity;
};
absl::Status InsertActivities(db::Transaction& t, std::span<const CaseActivity> activities);

// Adds to each of at most 1000 different cases its clocks, by kind.
absl::Status ReadClocks(db::Transaction& t, std::span<domain::Case> cases);

}  // namespace kefu::aftersales::store
