#include "services/performance/handlers/period.h"

#include "common/convert/fields.h"
#include "common/status/status_macros.h"
#include "services/performance/errors.h"

namespace kefu::performance {
namespace {

constexpr int64_t kMaxDays = 20 * 366;  // a typing mistake in a year must not read the whole table

}  // namespace

absl::StatusOr<AskedPeriod> ResolvePeriod(const Dependencies& deps, const RequestContext& ctx,
                                          std::string_view shop_id, std::string_view definition_id,
                                          bool has_period,
                                          const kefu::common::v1::DateRange& period) {
  FieldViolations violations;
  const auto asked = kefu::convert::OptionalDays(has_period, period, "period", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  AskedPeriod result;
  if (asked && asked->last - asked->first >= kMaxDays)
    return error::PeriodTooLong(asked->last - asked->first + 1, kMaxDays);
  ASSIGN_OR_RETURN(result.shop, RequireShopScope(deps.database, ctx, shop_id, ctx.deadline));
  ASSIGN_OR_RETURN(result.definition,
                   deps.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return FindAndActivate(t, result.shop.scope, definition_id);
                   }));
  if (asked) {
    result.days.emplace(asked->first, asked->last);
  } else {
    ASSIGN_OR_RETURN(const auto extent,
                     deps.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                       return store::FactDays(t, result.shop.scope);
                     }));
    if (extent) result.days.emplace(extent->first, extent->last);
  }
  if (result.days) {
    RETURN_IF_ERROR(deps.recomputer
                        .Run(result.shop.scope, result.definition->Key(), result.days->first,
                             result.days->second, ctx.deadline)
                        .status());
  }
  return result;
}

}  // namespace kefu::performance
