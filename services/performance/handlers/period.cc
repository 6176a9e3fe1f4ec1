#include "services/performance/handlers/period.h"

#include <algorithm>

#include "common/auth/permissions.h"
#include "common/convert/fields.h"
#include "common/status/status_macros.h"
#include "services/performance/errors.h"

namespace kefu::performance {
namespace {

constexpr int64_t kMaxDays = 20 * 366;  // a typing mistake in a year must not read the whole table

// The first and last day with facts of any of the shops.
absl::StatusOr<std::optional<domain::Span>> DaysWithFacts(db::Database& database,
                                                          const std::vector<ShopScope>& shops,
                                                          absl::Time deadline) {
  return database.RunInTransaction(
      deadline, [&](db::Transaction& t) -> absl::StatusOr<std::optional<domain::Span>> {
        std::optional<domain::Span> days;
        for (const ShopScope& shop : shops) {
          ASSIGN_OR_RETURN(const auto extent, store::FactDays(t, shop.scope));
          if (!extent) continue;
          if (!days) days = domain::Span{extent->first, extent->last};
          days = domain::Span{std::min(days->first, extent->first),
                              std::max(days->last, extent->last)};
        }
        return days;
      });
}

// The definition by name for each shop. What a shop is scored by is for those to say who configure
// its facts: their question makes a definition active from now on.
absl::Status FindDefinitions(const Dependencies& deps, const RequestContext& ctx,
                             std::string_view name, AskedShops& asked) {
  const bool may_activate =
      auth::PermissionTable::Get().Allows(ctx.principal, auth::Permission::kConfigureFacts);
  return deps.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) -> absl::Status {
    asked.definitions.clear();
    for (const ShopScope& shop : asked.shops) {
      ASSIGN_OR_RETURN(asked.definitions.emplace_back(),
                       FindAndActivate(t, shop.scope, name, may_activate));
    }
    if (!asked.shops.empty()) {
      asked.definition = asked.definitions.front();
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(asked.definition, FindDefinition(t, ctx.principal.org_id, name));
    return absl::OkStatus();
  });
}

}  // namespace

absl::StatusOr<AskedShops> ResolveShops(const Dependencies& deps, const RequestContext& ctx,
                                        const ShopsQuestion& question) {
  FieldViolations violations;
  violations.Check(!question.all_shops || question.shop_id.empty(), "shop_id",
                   "cannot be set together with all_shops");
  const auto period =
      kefu::convert::OptionalDays(question.has_period, question.period, "period", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  if (period && period->last - period->first >= kMaxDays)
    return error::PeriodTooLong(period->last - period->first + 1, kMaxDays);
  AskedShops asked;
  if (question.all_shops) {
    ASSIGN_OR_RETURN(asked.shops, ShopsInSight(deps.database, ctx, ctx.deadline));
  } else {
    ASSIGN_OR_RETURN(asked.shops.emplace_back(),
                     RequireShopScope(deps.database, ctx, question.shop_id, ctx.deadline));
  }
  RETURN_IF_ERROR(FindDefinitions(deps, ctx, question.definition_id, asked));
  if (period) {
    asked.days = domain::Span{period->first, period->last};
  } else {
    ASSIGN_OR_RETURN(asked.days, DaysWithFacts(deps.database, asked.shops, ctx.deadline));
    if (asked.days && asked.days->last - asked.days->first >= kMaxDays)
      return error::FactsTooFarApart(asked.days->first, asked.days->last, kMaxDays);
  }
  if (!asked.days) return asked;
  domain::Span needed = *asked.days;
  if (question.compare) needed.first = domain::FirstCompared(needed, question.granularity);
  for (size_t i = 0; i < asked.shops.size(); ++i) {
    RETURN_IF_ERROR(deps.recomputer
                        .Run(asked.shops[i].scope, asked.definitions[i]->Key(), needed.first,
                             needed.last, ctx.deadline)
                        .status());
  }
  return asked;
}

absl::StatusOr<AskedPeriod> ResolvePeriod(const Dependencies& deps, const RequestContext& ctx,
                                          std::string_view shop_id, std::string_view definition_id,
                                          bool has_period,
                                          const kefu::common::v1::DateRange& period) {
  ASSIGN_OR_RETURN(AskedShops asked, ResolveShops(deps, ctx,
                                                  {.shop_id = shop_id,
                                                   .definition_id = definition_id,
                                                   .has_period = has_period,
                                                   .period = period}));
  AskedPeriod result{std::move(asked.shops.front()), asked.definition, std::nullopt};
  if (asked.days) result.days.emplace(asked.days->first, asked.days->last);
  return result;
}

}  // namespace kefu::performance
