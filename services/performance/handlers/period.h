// The common part of every question about figures: which shop, which definition, which days, with
// figures up to date.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/performance/domain/periods.h"
#include "services/performance/handlers/handlers.h"
#include "services/performance/handlers/scope.h"
#include "services/performance/recompute/definition_book.h"

namespace kefu::performance {

struct AskedPeriod {
  ShopScope shop;
  DefinitionPtr definition;
  std::optional<std::pair<absl::CivilDay, absl::CivilDay>>
      days;  // nothing: no period was asked and there are no facts
};

// A question about one shop or about all of them.
struct AskedShops {
  std::vector<ShopScope> shops;  // by organization and id
  // Of the first shop's organization: merchants may have published versions of their own.
  DefinitionPtr definition;
  std::vector<DefinitionPtr> definitions;  // of each shop
  std::optional<domain::Span> days;        // as above, over all shops
};
struct ShopsQuestion {
  std::string_view shop_id;
  bool all_shops = false;  // instead of shop_id
  std::string_view definition_id;
  bool has_period = false;
  const kefu::common::v1::DateRange& period;
  // Also brings up to date what the parts of the period are compared with.
  bool compare = false;
  domain::Granularity granularity = domain::Granularity::kPeriod;
};
// The shops of the caller's organization that it is not kept from, or of a base those granted today
// by anyone; unconfigured ones have no figures. The same errors as below.
absl::StatusOr<AskedShops> ResolveShops(const Dependencies& deps, const RequestContext& ctx,
                                        const ShopsQuestion& question);

// Checks, and recomputes marked days of the period by the definition first, so that an answer never
// misses committed facts. INVALID_ARGUMENT INVALID_FIELDS, UNKNOWN_DEFINITION, PERIOD_TOO_LONG,
// what FindAndActivate says of a definition by which the shop is not scored yet, and what
// RequireShopScope says.
absl::StatusOr<AskedPeriod> ResolvePeriod(const Dependencies& deps, const RequestContext& ctx,
                                          std::string_view shop_id, std::string_view definition_id,
                                          bool has_period,
                                          const kefu::common::v1::DateRange& period);

}  // namespace kefu::performance
