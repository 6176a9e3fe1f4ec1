#include "services/performance/convert/settings.h"

#include "common/convert/fields.h"
#include "common/status/status_macros.h"

namespace kefu::performance::convert {

absl::StatusOr<domain::Settings> SettingsFrom(const v1::ShopSettings& proto) {
  FieldViolations violations;
  domain::Settings settings;
  settings.shop_id = kefu::convert::Id(proto.shop_id(), "settings.shop_id", violations);
  settings.time_zone =
      kefu::convert::OptionalZone(proto.time_zone(), "settings.time_zone", violations);
  settings.currency_code =
      kefu::convert::OptionalCurrency(proto.currency_code(), "settings.currency_code", violations);
  violations.Check(!proto.time_zone().empty(), "settings.time_zone", "is required");
  violations.Check(!proto.currency_code().empty(), "settings.currency_code", "is required");
  settings.platform = kefu::convert::OptionalId(proto.platform(), "settings.platform", violations);
  settings.display_name = kefu::convert::OptionalText(proto.display_name(), kefu::convert::kMaxName,
                                                      "settings.display_name", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return settings;
}

v1::ShopSettings ToProto(const domain::Settings& settings) {
  v1::ShopSettings proto;
  proto.set_shop_id(settings.shop_id);
  proto.set_time_zone(settings.time_zone);
  proto.set_currency_code(settings.currency_code);
  proto.set_platform(settings.platform);
  proto.set_display_name(settings.display_name);
  return proto;
}

}  // namespace kefu::performance::convert
