#include "services/aftersales/handlers/insight/shipped_events.h"

#include "common/convert/fields.h"
#include "kefu/warehouse/v1/shipped.pb.h"
#include "services/aftersales/store/shipped.h"

namespace kefu::aftersales {

using ::kefu::warehouse::v1::GoodsShipped;

std::vector<std::string> ShippedEventTypes() { return {GoodsShipped::descriptor()->full_name()}; }

absl::Status ApplyShippedEvent(db::Transaction& t, const ::kefu::common::v1::Event& event) {
  GoodsShipped shipped;
  if (!event.payload().UnpackTo(&shipped)) return absl::OkStatus();
  if (shipped.order_id().empty() || shipped.shop_id().empty()) return absl::OkStatus();
  std::vector<store::ShippedPieces> pieces;
  for (const auto& goods : shipped.goods()) {
    pieces.push_back({shipped.shop_id(),
                      shipped.order_id(),
                      {goods.sku_id(), goods.node_id(), goods.lot()},
                      ::kefu::convert::FromProto(goods.business_date()),
                      goods.quantity()});
  }
  return store::AddShipped(t, event.org_id(), pieces);
}

}  // namespace kefu::aftersales
