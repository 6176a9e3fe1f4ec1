// Whose shop a call is about.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/context/request_context.h"
#include "common/db/database.h"
#include "services/performance/store/rollups.h"

namespace kefu::performance {

// A shop that the caller may use, and how its facts are read.
struct ShopScope {
  store::Scope scope;
  domain::Settings settings;
  absl::TimeZone zone;
};

// PERMISSION_DENIED SHOP_NOT_ALLOWED; NOT_FOUND SHOP_NOT_CONFIGURED, also for another tenant's
// shop; INVALID_ARGUMENT INVALID_FIELDS for an id that cannot be one. A base's principal acts in
// the organization of the merchant that granted the shop.
absl::StatusOr<ShopScope> RequireShopScope(db::Database& database, const RequestContext& ctx,
                                           std::string_view shop_id, absl::Time deadline);

// All shops that the caller may use today and that are configured here, by organization and id.
absl::StatusOr<std::vector<ShopScope>> ShopsInSight(db::Database& database,
                                                    const RequestContext& ctx, absl::Time deadline);

// The agents whose figures the caller may see in the shop's organization; nothing: all of them.
// Only a base is confined, to those that staffing has told to be its own.
absl::StatusOr<std::optional<std::set<std::string>>> AgentsInSight(db::Transaction& t,
                                                                   const RequestContext& ctx,
                                                                   const ShopScope& shop);

// PERMISSION_DENIED ONLY_OWN_AGENTS for a base: facts name customers and other agents.
absl::Status RequireSightOfFacts(const RequestContext& ctx);

// What all shops share is not for a caller who is confined to some: PERMISSION_DENIED
// SHOP_NOT_ALLOWED.
absl::Status RequireWholeOrganization(const RequestContext& ctx);

// Who owns a version of a policy: a shop, or the organization for its shops without one.
struct PolicyOwner {
  store::Scope scope;    // without a shop: the organization
  std::string currency;  // of the shop; empty: any
  absl::CivilDay today;  // for the organization the day that has begun everywhere
};
// For a shop what RequireShopScope says, else what RequireWholeOrganization says.
absl::StatusOr<PolicyOwner> RequirePolicyOwner(db::Database& database, const RequestContext& ctx,
                                               std::string_view shop_id);

}  // namespace kefu::performance
