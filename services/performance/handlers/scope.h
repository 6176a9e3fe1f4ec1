// Whose shop a call is about.
#pragma once

#include <string_view>

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

}  // namespace kefu::performance
