#include "services/warehouse/handlers/shipped.h"

#include <map>
#include <tuple>

#include "common/convert/fields.h"
#include "kefu/warehouse/v1/shipped.pb.h"

namespace kefu::warehouse {

absl::Status TellShipped(const Posting& posting, const domain::Reservation& reservation,
                         std::span<const domain::Movement> movements) {
  std::map<std::tuple<std::string, std::string, std::string, std::string, absl::CivilDay>, int64_t>
      goods;
  for (const domain::Movement& movement : movements) {
    const domain::TotalKey& key = movement.key.total;
    goods[{key.node_id, key.sku_id, key.owner_id, movement.key.lot, movement.business_date}] +=
        movement.quantity;
  }
  if (goods.empty()) return absl::OkStatus();
  v1::GoodsShipped event;
  event.set_reservation_id(reservation.id);
  event.set_order_id(reservation.order_id);
  event.set_shop_id(reservation.shop_id);
  for (const auto& [key, quantity] : goods) {
    v1::ShippedGoods& added = *event.add_goods();
    added.set_node_id(std::get<0>(key));
    added.set_sku_id(std::get<1>(key));
    added.set_owner_id(std::get<2>(key));
    added.set_lot(std::get<3>(key));
    added.set_quantity(quantity);
    *added.mutable_business_date() = ::kefu::convert::ToProto(std::get<4>(key));
  }
  posting.t.AfterCommit(posting.deps.on_events);
  return events::Append(posting.t, posting.org_id, reservation.id, event, posting.now);
}

}  // namespace kefu::warehouse
