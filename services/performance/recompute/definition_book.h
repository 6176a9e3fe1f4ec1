// Definitions by name, shipped and published alike, and those that are active in a shop.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/db/transaction.h"
#include "services/performance/domain/definition.h"
#include "services/performance/store/facts.h"

namespace kefu::performance {

using DefinitionPtr = std::shared_ptr<const domain::MetricDefinition>;

// "jd" is its newest version, "jd@2" that one, "" is "default". INVALID_ARGUMENT
// UNKNOWN_DEFINITION.
absl::StatusOr<DefinitionPtr> FindDefinition(db::Transaction& t, std::string_view org_id,
                                             std::string_view name);

// The definitions by which a shop's days are computed.
absl::StatusOr<std::vector<DefinitionPtr>> ActiveDefinitions(db::Transaction& t,
                                                             const store::Scope& scope);

// By which an organization's shops of a platform are scored: "default" and all that name the
// platform, in their newest versions.
absl::StatusOr<std::vector<DefinitionPtr>> DefinitionsOfPlatform(db::Transaction& t,
                                                                 std::string_view org_id,
                                                                 std::string_view platform);

// The most definitions by which a shop of the organization is scored, by its policy: each
// multiplies what imports cost. A platform has no more.
inline constexpr int kMostActive = 8;                                 // of the shipped policy
inline constexpr std::string_view kDefinitionPolicy = "definitions";  // its kind
absl::StatusOr<int> MostActive(db::Transaction& t, std::string_view org_id);

// FAILED_PRECONDITION TOO_MANY_DEFINITIONS where those of the shop's platform and those by which
// months of its pay, or of its organization's, were closed are more than that.
absl::Status RequireRoom(db::Transaction& t, const store::Scope& scope, std::string_view platform);
// Makes a definition active by which a month was closed: takes back others, that no platform and
// no closed month needs, beyond MostActive. The shop's settings must be locked.
absl::Status ActivateForPay(db::Transaction& t, const store::Scope& scope,
                            std::string_view platform, std::string_view key);

// Makes these active, and takes back others beyond MostActive. The shop's settings must be locked.
absl::Status ActivateDefaults(db::Transaction& t, const store::Scope& scope,
                              std::string_view platform);
// The same of a shop that was on another platform, whose definitions are taken back.
absl::Status ChangePlatform(db::Transaction& t, const store::Scope& scope, std::string_view before,
                            std::string_view after);
// Takes a key back. The shop's settings must be locked.
absl::Status TakeBack(db::Transaction& t, const store::Scope& scope, std::string_view key);
// Locks the shop's settings; from now on the sums of `after` take the place of those of `before`.
absl::Status Supersede(db::Transaction& t, const store::Scope& scope, std::string_view before,
                       std::string_view after);
// Locks the shop's settings and makes a key active; FAILED_PRECONDITION TOO_MANY_DEFINITIONS beyond
// MostActive.
absl::Status ActivateWithinLimit(db::Transaction& t, const store::Scope& scope,
                                 std::string_view key);

// Finds a definition by which the shop is scored. One that is not active there is made so where
// `may_activate`, else FAILED_PRECONDITION DEFINITION_NOT_ACTIVE; and TOO_MANY_DEFINITIONS beyond
// MostActive.
absl::StatusOr<DefinitionPtr> FindAndActivate(db::Transaction& t, const store::Scope& scope,
                                              std::string_view name, bool may_activate = true);

}  // namespace kefu::performance
