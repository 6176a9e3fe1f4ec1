// How a shop's facts are read: zone and currency.
#include "common/auth/principal.h"
#include "common/convert/fields.h"
#include "common/events/write.h"
#include "common/status/status_macros.h"
#include "services/performance/convert/settings.h"
#include "services/performance/errors.h"
#include "services/performance/handlers/handlers.h"
#include "services/performance/handlers/scope.h"
#include "services/performance/handlers/settings.h"
#include "services/performance/recompute/definition_book.h"
#include "services/performance/store/screening.h"

namespace kefu::performance {

absl::Status ApplySettings(db::Transaction& t, const store::Scope& scope,
                           const domain::Settings& settings) {
  ASSIGN_OR_RETURN(const auto before, store::LoadSettings(t, scope, /*lock=*/true));
  if (before && *before == settings) return absl::OkStatus();
  if (before && (before->time_zone != settings.time_zone ||
                 before->currency_code != settings.currency_code)) {
    ASSIGN_OR_RETURN(const bool has_facts, store::HasFacts(t, scope));
    if (has_facts) return error::SettingsFixed(before->time_zone, before->currency_code);
  }
  RETURN_IF_ERROR(store::SaveSettings(t, scope, settings));
  // Another platform has other rules and words.
  if (before && before->platform != settings.platform) {
    RETURN_IF_ERROR(store::MarkAllForScreening(t, scope));
    return ChangePlatform(t, scope, before->platform, settings.platform);
  }
  return ActivateDefaults(t, scope, settings.platform);
}

absl::StatusOr<v1::ShopSettings> Handlers::ConfigureShop(
    const RequestContext& ctx, const v1::ConfigureShopRequest& request) const {
  ASSIGN_OR_RETURN(const domain::Settings settings, convert::SettingsFrom(request.settings()));
  // Merchants do this, whose shops are theirs on any day; a base's contract never begins so early.
  ASSIGN_OR_RETURN(const std::string org_id,
                   auth::RequireShop(ctx.principal, settings.shop_id, absl::CivilDay()));
  return events::RunWrite<v1::ShopSettings>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::ShopSettings> {
        RETURN_IF_ERROR(ApplySettings(t, {org_id, settings.shop_id}, settings));
        return convert::ToProto(settings);
      });
}

absl::StatusOr<v1::ShopSettings> Handlers::GetShopSettings(
    const RequestContext& ctx, const v1::GetShopSettingsRequest& request) const {
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps_.database, ctx, request.shop_id(), ctx.deadline));
  return convert::ToProto(shop.settings);
}

}  // namespace kefu::performance
