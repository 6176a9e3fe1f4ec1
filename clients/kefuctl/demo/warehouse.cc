// A small network of every kind of node, three dozen SKUs, receipts and reservations.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "clients/kefuctl/demo/parts.h"

namespace kefu::demo {
namespace {

namespace warehouse = kefu::warehouse::v1;

constexpr std::string_view kVendor = "demo-vendor-haishu";  // owner of the consignment stock

struct NodeSpec {
  std::string_view key, name;
  warehouse::NodeKind kind;
  std::string_view parent, region;
  int32_t latitude, longitude;  // millionths of a degree, about the middle of the town
  int64_t capacity, rent_minor;
  std::string_view runs;  // who runs it, where it is not the merchant
  int every;              // holds every so manieth SKU; 0: none
  int64_t low, high;      // pieces a line
};
constexpr std::array kNodes = {
    NodeSpec{"lc-hz", "杭州物流中心", warehouse::NODE_KIND_LOGISTICS_CENTRE, "", "330109",
             30'264'000, 120'408'000, 400'000, 1'680'000, "", 1, 400, 1800},
    NodeSpec{"city-sh", "上海城市仓", warehouse::NODE_KIND_CITY_WAREHOUSE, "lc-hz", "310114",
             31'374'000, 121'265'000, 60'000, 520'000, "", 2, 60, 320},
    NodeSpec{"city-nj", "南京城市仓", warehouse::NODE_KIND_CITY_WAREHOUSE, "lc-hz", "320115",
             31'954'000, 118'840'000, 50'000, 430'000, "", 2, 40, 260},
    NodeSpec{"tc-jx", "嘉兴中转场TC", warehouse::NODE_KIND_TRANSFER_CENTRE, "lc-hz", "330411",
             30'744'000, 120'783'000, 20'000, 160'000, "", 9, 10, 40},
    NodeSpec{"front-xh", "西湖前置仓", warehouse::NODE_KIND_FRONT_WAREHOUSE, "lc-hz", "330106",
             30'259'000, 120'130'000, 6'000, 98'000, "", 3, 4, 60},
    NodeSpec{"front-pd", "浦东前置仓", warehouse::NODE_KIND_FRONT_WAREHOUSE, "city-sh", "310115",
             31'221'000, 121'544'000, 6'000, 126'000, "", 3, 3, 48},
    NodeSpec{"station-bj", "滨江配送站", warehouse::NODE_KIND_DELIVERY_STATION, "front-xh",
             "330108", 30'208'000, 120'212'000, 800, 12'000, "", 12, 2, 9},
    NodeSpec{"pickup-wl", "未来科技城自提点", warehouse::NODE_KIND_PICKUP_POINT, "front-xh",
             "330110", 30'290'000, 119'992'000, 300, 4'500, "", 18, 1, 5},
    NodeSpec{"vendor-nb", "宁波海曙供应商仓", warehouse::NODE_KIND_VENDOR_WAREHOUSE, "", "330203",
             29'860'000, 121'551'000, 30'000, 0, "海曙床具厂（虚构）", 7, 40, 160},
    NodeSpec{"shared-sz", "苏州共享仓", warehouse::NODE_KIND_SHARED_THIRD_PARTY, "lc-hz", "320506",
             31'263'000, 120'632'000, 15'000, 88'000, "共享云仓（虚构）", 6, 20, 90},
};

struct SkuSpec {
  std::string_view category, name;
  int64_t price_minor;
  int64_t grams;
  warehouse::SizeClass size;
  bool by_lot;  // without a shelf life: the demo's month is fixed and its goods must stay sellable
};
constexpr warehouse::SizeClass kSmall = warehouse::SIZE_CLASS_A, kMedium = warehouse::SIZE_CLASS_B,
                               kBulky = warehouse::SIZE_CLASS_C;
constexpr std::array kSkus = {
    SkuSpec{"bedding", "云栖长绒棉四件套 1.5米", 36900, 2300, kMedium, false},
    SkuSpec{"bedding", "云栖长绒棉四件套 1.8米", 42900, 2700, kMedium, false},
    SkuSpec{"bedding", "云栖天丝夏被 200×230", 29900, 1500, kMedium, false},
    SkuSpec{"bedding", "云栖蚕丝被 1.5公斤", 89900, 2100, kMedium, false},
    SkuSpec{"bedding", "云栖乳胶枕 高低款", 19900, 1300, kMedium, false},
    SkuSpec{"bedding", "云栖记忆棉枕", 15900, 1200, kMedium, false},
    SkuSpec{"mattress", "云栖独立弹簧床垫 1.8米", 219900, 42000, kBulky, false},
    SkuSpec{"mattress", "云栖乳胶薄垫 1.5米", 99900, 11000, kBulky, false},
    SkuSpec{"storage", "云栖可折叠收纳箱 66升", 5990, 1700, kMedium, false},
    SkuSpec{"storage", "云栖抽屉式收纳柜 四层", 23900, 7200, kBulky, false},
    SkuSpec{"storage", "云栖真空压缩袋 8件装", 3990, 900, kSmall, false},
    SkuSpec{"storage", "云栖桌面收纳盒", 2990, 480, kSmall, false},
    SkuSpec{"kitchen", "云栖陶瓷不粘炒锅 30厘米", 16900, 1900, kMedium, false},
    SkuSpec{"kitchen", "云栖玻璃保鲜盒 5件套", 8900, 2600, kMedium, false},
    SkuSpec{"kitchen", "云栖竹砧板 双面", 6900, 1500, kSmall, false},
    SkuSpec{"kitchen", "云栖骨瓷碗碟 18头", 25900, 5200, kMedium, false},
    SkuSpec{"kitchen", "云栖保温杯 480毫升", 9900, 380, kSmall, false},
    SkuSpec{"kitchen", "云栖厨房剪刀", 2590, 180, kSmall, false},
    SkuSpec{"appliance", "云栖循环扇 静音款", 32900, 3900, kMedium, false},
    SkuSpec{"appliance", "云栖养生壶 1.5升", 13900, 1600, kMedium, false},
    SkuSpec{"appliance", "云栖无线吸尘器", 79900, 2900, kMedium, false},
    SkuSpec{"appliance", "云栖挂烫机", 18900, 1400, kMedium, false},
    SkuSpec{"lighting", "云栖护眼台灯", 21900, 1500, kMedium, false},
    SkuSpec{"lighting", "云栖小夜灯 感应款", 3590, 120, kSmall, false},
    SkuSpec{"lighting", "云栖落地灯 木质", 34900, 4800, kBulky, false},
    SkuSpec{"bath", "云栖纯棉浴巾 两条装", 11900, 900, kSmall, false},
    SkuSpec{"bath", "云栖毛巾 六条装", 5990, 620, kSmall, false},
    SkuSpec{"bath", "云栖硅藻泥脚垫", 4990, 1400, kSmall, false},
    SkuSpec{"cleaning", "云栖洗衣凝珠 60颗", 5590, 1100, kSmall, true},
    SkuSpec{"cleaning", "云栖厨房湿巾 3包", 2990, 1000, kSmall, true},
    SkuSpec{"cleaning", "云栖洗洁精 1公斤×2", 2690, 2200, kSmall, true},
    SkuSpec{"fragrance", "云栖无火香薰 桂花", 7990, 450, kSmall, true},
    SkuSpec{"fragrance", "云栖香薰蜡烛 雪松", 8990, 520, kSmall, true},
    SkuSpec{"food", "云栖桂花龙井茶 100克", 12800, 160, kSmall, true},
    SkuSpec{"food", "云栖坚果礼盒 750克", 9900, 950, kSmall, true},
    SkuSpec{"food", "云栖藕粉 独立装 12袋", 4590, 420, kSmall, true},
};

void MakeNodes(Dataset& data) {
  for (const NodeSpec& spec : kNodes) {
    warehouse::Node node;
    node.set_external_id(fmt::format("DEMO-{}", spec.key));
    node.set_display_name(std::string(spec.name));
    node.set_kind(spec.kind);
    node.set_parent_node_id(std::string(spec.parent));
    node.set_region_code(std::string(spec.region));
    node.mutable_location()->set_latitude_micro_degrees(spec.latitude);
    node.mutable_location()->set_longitude_micro_degrees(spec.longitude);
    node.set_time_zone(std::string(kZone));
    node.set_capacity_units(spec.capacity);
    node.set_daily_throughput_units(spec.capacity / 12);
    if (spec.rent_minor > 0) SetMoney(spec.rent_minor, node.mutable_daily_rent());
    node.set_operator_(std::string(spec.runs));
    data.nodes.push_back({std::string(spec.key), node});
  }
}

void MakeSkus(Dataset& data) {
  std::map<std::string_view, int> count;
  for (size_t i = 0; i < kSkus.size(); ++i) {
    const SkuSpec& spec = kSkus[i];
    warehouse::Sku& sku = data.skus.emplace_back();
    sku.set_code(fmt::format("YQ-{}-{:02}", spec.category, ++count[spec.category]));
    sku.set_display_name(std::string(spec.name));
    sku.set_category(std::string(spec.category));
    sku.set_barcode(fmt::format("29{:011}", 4100 + i));  // 20…29: numbers for use within a shop
    sku.set_size_class(spec.size);
    sku.set_weight_grams(spec.grams);
    const int side = spec.size == kSmall ? 160 : spec.size == kMedium ? 360 : 900;
    sku.set_length_mm(side * 2);
    sku.set_width_mm(side);
    sku.set_height_mm(side / 2);
    sku.set_lot_tracked(spec.by_lot);
    SetMoney(spec.price_minor, sku.mutable_list_price());
  }
}

// What an SKU of that number adds to the receipt of a node.
void AddLines(const NodeSpec& node, size_t i, const warehouse::Sku& sku, absl::CivilDay day,
              Random& random, warehouse::ReceiveRequest& receipt) {
  const auto add = [&](int64_t quantity, warehouse::StockCondition condition) {
    warehouse::ReceiptLine* line = receipt.add_lines();
    line->set_sku_id(sku.code());
    line->set_quantity(quantity);
    line->set_condition(condition);
    if (node.kind == warehouse::NODE_KIND_VENDOR_WAREHOUSE)
      line->set_owner_id(std::string(kVendor));
    if (sku.lot_tracked()) {
      line->set_lot(fmt::format("L{:04}{:02}{:02}-{}", day.year(), day.month(), day.day(),
                                condition == warehouse::STOCK_CONDITION_SELLABLE ? 'A' : 'B'));
      SetDay(day, line->mutable_made_date());
    }
    if (node.kind == warehouse::NODE_KIND_LOGISTICS_CENTRE) {
      line->set_location(fmt::format("{}-{:02}-{:02}", static_cast<char>('A' + i % 6), i / 6 + 1,
                                     random.Between(1, 20)));
    }
  };
  add(random.Between(node.low, node.high), warehouse::STOCK_CONDITION_SELLABLE);
  if (node.kind != warehouse::NODE_KIND_LOGISTICS_CENTRE) return;
  if (i % 7 == 2) add(random.Between(1, 12), warehouse::STOCK_CONDITION_DAMAGED);
  if (i % 9 == 4) add(random.Between(5, 30), warehouse::STOCK_CONDITION_AWAITING_INSPECTION);
  if (i % 11 == 6) add(random.Between(5, 40), warehouse::STOCK_CONDITION_QUARANTINED);
}

void MakeReceipts(Dataset& data) {
  Random random(data.seed, "receipts");
  for (const NodeSpec& node : kNodes) {
    const bool centre = node.kind == warehouse::NODE_KIND_LOGISTICS_CENTRE;
    // The centre is filled before the month and again before the campaign.
    for (int round = 0; round < (centre ? 2 : 1); ++round) {
      const absl::CivilDay day = data.first + (round == 0 ? (centre ? 0 : 1) : 12);
      warehouse::ReceiveRequest receipt;
      receipt.set_node_id(std::string(node.key));
      receipt.set_document(fmt::format("DEMO-ASN-{}-{}", node.key, round + 1));
      SetDay(day, receipt.mutable_business_date());
      for (size_t i = 0; i < data.skus.size(); ++i) {
        const bool bulky = data.skus[i].size_class() == kBulky;
        // Bulky goods stay with their maker; everything else starts at the centre.
        const bool held = node.kind == warehouse::NODE_KIND_VENDOR_WAREHOUSE
                              ? bulky
                              : !bulky && (i + node.key.size()) % node.every == 0;
        if (held && (round == 0 || i % 2 == 0)) {
          AddLines(node, i, data.skus[i], day, random, receipt);
        }
      }
      data.receipts.push_back(std::move(receipt));
    }
  }
}

}  // namespace

void MakeWarehouse(Dataset& data) {
  MakeNodes(data);
  MakeSkus(data);
  MakeReceipts(data);
}

void MakeReservations(Dataset& data) {
  constexpr size_t kPerShop = 14;
  Random random(data.seed, "reservations");
  std::map<std::string, bool, std::less<>> stocked;  // at the centre
  for (const auto& receipt : data.receipts) {
    if (receipt.node_id() != "lc-hz") continue;
    for (const auto& line : receipt.lines()) stocked[line.sku_id()] = true;
  }
  for (const ShopPlan& shop : data.shops) {
    size_t made = 0;
    for (auto order = shop.orders.rbegin(); order != shop.orders.rend() && made < kPerShop;
         ++order) {
      ReservationPlan plan;
      std::map<std::string, int64_t> pieces;
      for (const auto& item : order->items()) {
        if (stocked.contains(item.sku())) pieces[item.sku()] += item.quantity();
      }
      if (pieces.empty() || order->exclusion() != 0) continue;
      plan.reservation.set_order_id(order->order_id());
      plan.reservation.set_channel(shop.key);
      for (const auto& [sku, quantity] : pieces) {
        warehouse::ReservationLine* line = plan.reservation.add_lines();
        line->set_node_id("lc-hz");
        line->set_sku_id(sku);
        line->set_quantity(quantity);
      }
      constexpr int kWeights[] = {3, 5, 2};
      constexpr warehouse::ReservationState kEnds[] = {warehouse::RESERVATION_STATE_HELD,
                                                       warehouse::RESERVATION_STATE_CONFIRMED,
                                                       warehouse::RESERVATION_STATE_RELEASED};
      plan.end = made < 3 ? kEnds[made] : kEnds[random.Weighted(kWeights)];
      data.reservations.push_back(std::move(plan));
      ++made;
    }
  }
}

}  // namespace kefu::demo
