// The common part of every question about figures: which shop, which definition, which days, with
// figures up to date.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
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

// Checks, makes the definition active in the shop, and recomputes marked days of the period by it
// first, so that an answer never misses committed facts. INVALID_ARGUMENT INVALID_FIELDS,
// UNKNOWN_DEFINITION, PERIOD_TOO_LONG and what RequireShopScope says.
absl::StatusOr<AskedPeriod> ResolvePeriod(const Dependencies& deps, const RequestContext& ctx,
                                          std::string_view shop_id, std::string_view definition_id,
                                          bool has_period,
                                          const kefu::common::v1::DateRange& period);

}  // namespace kefu::performance
