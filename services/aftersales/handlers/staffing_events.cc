#include "services/aftersales/handlers/staffing_events.h"

#include "common/convert/fields.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "kefu/staffing/v1/events.pb.h"
#include "services/aftersales/store/policies.h"

namespace kefu::aftersales {

std::vector<std::string> StaffingEventTypes() {
  return {::kefu::staffing::v1::ShopChanged::descriptor()->full_name()};
}

absl::Status ApplyStaffingEvent(db::Transaction& t, const ::kefu::common::v1::Event& event) {
  ::kefu::staffing::v1::ShopChanged changed;
  if (!event.payload().UnpackTo(&changed)) return absl::OkStatus();
  const auto& shop = changed.shop();
  RETURN_IF_ERROR(LoadZone(shop.time_zone()));
  return store::SaveShop(t, {event.org_id(),
                             shop.shop_id(),
                             ::kefu::convert::StoredName(shop.platform(), "PLATFORM_"),
                             {shop.time_zone(), false}});
}

}  // namespace kefu::aftersales
