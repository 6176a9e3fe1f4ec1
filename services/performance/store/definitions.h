// Published definitions, and by which of them a shop's days are computed. Every method runs in the
// caller's transaction and returns the Statuses of db::Transaction. A key is what sums are stored
// under: a definition with the first version that computes them, "jd@1".
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/performance/store/facts.h"

namespace kefu::performance::store {

// ALREADY_EXISTS when two publish the same version at once.
absl::Status InsertDefinition(db::Transaction& t, std::string_view org_id, std::string_view id,
                              int version, std::string_view body);
// The body of a version an organization has published, 0: of its newest; nothing without one.
absl::StatusOr<std::optional<std::string>> LoadDefinition(db::Transaction& t,
                                                          std::string_view org_id,
                                                          std::string_view id, int version);
// Bodies of all that an organization has published, by id and version.
absl::StatusOr<std::vector<std::string>> LoadDefinitions(db::Transaction& t,
                                                         std::string_view org_id);

// The keys by which a shop's days are computed.
absl::StatusOr<std::set<std::string>> ActiveKeys(db::Transaction& t, const Scope& scope);
// Shops of an organization whose days are computed by a key.
absl::StatusOr<std::vector<std::string>> ShopsWithKey(db::Transaction& t, std::string_view org_id,
                                                      std::string_view key);
// From now on the shop's days are computed by `key` as well: marks all its days for it. The shop's
// settings must be locked. Idempotent.
absl::Status Activate(db::Transaction& t, const Scope& scope, std::string_view key);
// From now on they are not: takes back the marks. What was computed stays and is not kept up to
// date, until Activate marks it. The shop's settings must be locked.
absl::Status Deactivate(db::Transaction& t, const Scope& scope, std::string_view key);

}  // namespace kefu::performance::store
