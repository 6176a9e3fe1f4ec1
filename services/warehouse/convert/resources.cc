#include "services/warehouse/convert/resources.h"
#include "services/warehouse/domain/default_zone.h"

#include "kefu/warehouse/v1/warehouse_service.pb.h"

#include <algorithm>
#include <optional>
#include <set>

#include "common/hash/sha256.h"
#include "common/money/money.h"
#include "fmt/format.h"

namespace kefu::warehouse::convert {
namespace {

constexpr int kMaxCode = 100;  // characters of codes and documents; widths of the columns
constexpr int kMaxLot = 64;    // characters of a lot or a bin
constexpr size_t kMaxRegion = 16;
constexpr int64_t kMaxCount = 1'000'000'000'000;  // pieces or grams: no warehouse holds 10^12
constexpr int kMaxMillimetres = 1'000'000;        // a kilometre
constexpr int kMaxShelfLife = 36'500;             // days; a century
constexpr int kMaxLines = 100;
constexpr int64_t kMaxLineQuantity = 1'000'000;
constexpr int kMaxReceiptLines = 1000;
constexpr int64_t kMaxReceiptQuantity = 10'000'000;

int64_t Count(int64_t value, int64_t min, int64_t max, std::string_view field,
              FieldViolations& violations) {
  violations.Check(value >= min && value <= max, field, fmt::format("must be {} to {}", min, max));
  return value;
}

std::optional<Money> OptionalPrice(bool present, const ::kefu::common::v1::Money& money,
                                   const std::string& field, FieldViolations& violations) {
  if (!present) return std::nullopt;
  violations.Check(IsKnownCurrency(money.currency_code()), field + ".currency_code",
                   "must be an ISO 4217 code such as CNY");
  violations.Check(money.minor_units() >= 0, field + ".minor_units", "must not be negative");
  return Money{money.currency_code(), money.minor_units()};
}

void SetMoney(const Money& money, ::kefu::common::v1::Money* proto) {
  proto->set_currency_code(money.currency);
  proto->set_minor_units(money.minor);
}

// A record's state as a writer may set it: absent takes ACTIVE.
domain::RecordState StateFrom(v1::RecordState state, FieldViolations& violations) {
  const auto known = OptionalEnum<v1::RecordState>(state, "state", violations);
  return known == v1::RECORD_STATE_UNSPECIFIED ? domain::RecordState::kActive
                                               : static_cast<domain::RecordState>(known);
}

template <class Proto>
void SetInfo(const domain::RecordInfo& info, Proto& proto) {
  *proto.mutable_create_time() = ::kefu::convert::ToProto(info.create_time);
  *proto.mutable_update_time() = ::kefu::convert::ToProto(info.update_time);
  proto.set_etag(Etag(info));
}

void SetKey(const domain::TotalKey& key, v1::StockKey* proto) {
  proto->set_node_id(key.node_id);
  proto->set_sku_id(key.sku_id);
  proto->set_owner_id(key.owner_id);
  proto->set_condition(static_cast<v1::StockCondition>(key.condition));
}

std::optional<domain::GeoPoint> PointFrom(const v1::Node& proto, FieldViolations& violations) {
  if (!proto.has_location()) return std::nullopt;
  return domain::GeoPoint{Number(proto.location().latitude_micro_degrees(), -90'000'000, 90'000'000,
                                 "location.latitude_micro_degrees", violations),
                          Number(proto.location().longitude_micro_degrees(), -180'000'000,
                                 180'000'000, "location.longitude_micro_degrees", violations)};
}

}  // namespace

std::string Etag(const domain::RecordInfo& info) { return fmt::format("{:x}", info.version); }

domain::Node FromProto(const v1::Node& proto, FieldViolations& violations) {
  domain::Node node{
      .external_id = OptionalText(proto.external_id(), kMaxCode, "external_id", violations),
      .display_name = Text(proto.display_name(), kMaxName, "display_name", violations),
      .kind = static_cast<domain::NodeKind>(
          RequiredEnum<v1::NodeKind>(proto.kind(), "kind", violations)),
      .parent_node_id = OptionalId(proto.parent_node_id(), "parent_node_id", violations),
      .region_code = OptionalId(proto.region_code(), "region_code", violations),
      .location = PointFrom(proto, violations),
      .time_zone = OptionalZone(proto.time_zone(), "time_zone", violations),
      .capacity_units = Count(proto.capacity_units(), 0, kMaxCount, "capacity_units", violations),
      .daily_throughput_units =
          Count(proto.daily_throughput_units(), 0, kMaxCount, "daily_throughput_units", violations),
      .daily_rent =
          OptionalPrice(proto.has_daily_rent(), proto.daily_rent(), "daily_rent", violations),
      .operator_name = OptionalText(proto.operator_(), kMaxName, "operator", violations),
      .state = StateFrom(proto.state(), violations)};
  violations.Check(node.region_code.size() <= kMaxRegion, "region_code",
                   fmt::format("must have at most {} characters", kMaxRegion));
  if (node.time_zone.empty()) node.time_zone = domain::kDefaultZone;
  return node;
}

domain::Sku FromProto(const v1::Sku& proto, FieldViolations& violations) {
  return {.code = Text(proto.code(), kMaxCode, "code", violations),
          .display_name = Text(proto.display_name(), kMaxName, "display_name", violations),
          .category = OptionalText(proto.category(), kMaxCode, "category", violations),
          .barcode = OptionalText(proto.barcode(), kMaxCode, "barcode", violations),
          .size_class = static_cast<domain::SizeClass>(
              OptionalEnum<v1::SizeClass>(proto.size_class(), "size_class", violations)),
          .weight_grams = Count(proto.weight_grams(), 0, kMaxCount, "weight_grams", violations),
          .length_mm = Number(proto.length_mm(), 0, kMaxMillimetres, "length_mm", violations),
          .width_mm = Number(proto.width_mm(), 0, kMaxMillimetres, "width_mm", violations),
          .height_mm = Number(proto.height_mm(), 0, kMaxMillimetres, "height_mm", violations),
          .lot_tracked = proto.lot_tracked(),
          .shelf_life_days =
              Number(proto.shelf_life_days(), 0, kMaxShelfLife, "shelf_life_days", violations),
          .list_price =
              OptionalPrice(proto.has_list_price(), proto.list_price(), "list_price", violations),
          .state = StateFrom(proto.state(), violations)};
}

namespace {

domain::ReservationLine FromProto(const v1::ReservationLine& line, const std::string& path,
                                  FieldViolations& violations) {
  return {Id(line.node_id(), path + ".node_id", violations),
          Id(line.sku_id(), path + ".sku_id", violations),
          OptionalId(line.owner_id(), path + ".owner_id", violations),
          Count(line.quantity(), 1, kMaxLineQuantity, path + ".quantity", violations)};
}

}  // namespace

domain::Reservation FromProto(const v1::Reservation& proto, FieldViolations& violations) {
  constexpr size_t kMaxOrderId = 64;
  domain::Reservation reservation;
  reservation.order_id = proto.order_id();
  violations.Check(
      proto.order_id().size() <= kMaxOrderId &&
          std::ranges::all_of(proto.order_id(), [](char c) { return c >= ' ' && c <= '~'; }),
      "order_id", "must be at most 64 printable ASCII characters");
  reservation.channel = OptionalId(proto.channel(), "channel", violations);
  reservation.shop_id = OptionalId(proto.shop_id(), "shop_id", violations);
  if (proto.lines_size() < 1 || proto.lines_size() > kMaxLines) {
    violations.Add("lines", fmt::format("must have 1 to {} items", kMaxLines));
  }
  std::set<domain::TotalKey> seen;
  reservation.lines.reserve(proto.lines_size());
  for (int i = 0; i < proto.lines_size(); ++i) {
    // Paths are made for faults only: this is the hottest request.
    FieldViolations faults;
    reservation.lines.push_back(FromProto(proto.lines(i), "", faults));
    if (!faults.empty()) FromProto(proto.lines(i), fmt::format("lines[{}]", i), violations);
    if (proto.lines_size() > 1 && !seen.insert(reservation.lines.back().key()).second) {
      violations.Add(fmt::format("lines[{}]", i),
                     "names a node, SKU and owner of a line before: add their quantities up");
    }
  }
  return reservation;
}

std::vector<domain::ReceiptLine> Lines(const v1::ReceiveRequest& request,
                                       FieldViolations& violations) {
  violations.Check(request.lines_size() >= 1 && request.lines_size() <= kMaxReceiptLines, "lines",
                   fmt::format("must have 1 to {} items", kMaxReceiptLines));
  std::vector<domain::ReceiptLine> lines;
  for (int i = 0; i < request.lines_size(); ++i) {
    const std::string path = fmt::format("lines[{}]", i);
    const v1::ReceiptLine& line = request.lines(i);
    auto condition =
        OptionalEnum<v1::StockCondition>(line.condition(), path + ".condition", violations);
    if (condition == v1::STOCK_CONDITION_UNSPECIFIED) condition = v1::STOCK_CONDITION_SELLABLE;
    lines.push_back(
        {.sku_id = Id(line.sku_id(), path + ".sku_id", violations),
         .quantity = Count(line.quantity(), 1, kMaxReceiptQuantity, path + ".quantity", violations),
         .owner_id = OptionalId(line.owner_id(), path + ".owner_id", violations),
         .condition = static_cast<domain::StockCondition>(condition),
         .lot = OptionalText(line.lot(), kMaxLot, path + ".lot", violations),
         .location = OptionalText(line.location(), kMaxLot, path + ".location", violations),
         .expiry_date = OptionalDay(line.has_expire_date(), line.expire_date(),
                                    path + ".expire_date", violations),
         .made_date =
             OptionalDay(line.has_made_date(), line.made_date(), path + ".made_date", violations)});
  }
  return lines;
}

v1::Node ToProto(const domain::Node& node) {
  v1::Node proto;
  proto.set_node_id(node.id);
  proto.set_external_id(node.external_id);
  proto.set_display_name(node.display_name);
  proto.set_kind(static_cast<v1::NodeKind>(node.kind));
  proto.set_parent_node_id(node.parent_node_id);
  proto.set_region_code(node.region_code);
  if (node.location) {
    proto.mutable_location()->set_latitude_micro_degrees(node.location->latitude_micro_degrees);
    proto.mutable_location()->set_longitude_micro_degrees(node.location->longitude_micro_degrees);
  }
  proto.set_time_zone(node.time_zone);
  proto.set_capacity_units(node.capacity_units);
  proto.set_daily_throughput_units(node.daily_throughput_units);
  if (node.daily_rent) SetMoney(*node.daily_rent, proto.mutable_daily_rent());
  proto.set_operator_(node.operator_name);
  proto.set_state(static_cast<v1::RecordState>(node.state));
  SetInfo(node.info, proto);
  return proto;
}

v1::Sku ToProto(const domain::Sku& sku) {
  v1::Sku proto;
  proto.set_sku_id(sku.id);
  proto.set_code(sku.code);
  proto.set_display_name(sku.display_name);
  proto.set_category(sku.category);
  proto.set_barcode(sku.barcode);
  proto.set_size_class(static_cast<v1::SizeClass>(sku.size_class));
  proto.set_weight_grams(sku.weight_grams);
  proto.set_length_mm(sku.length_mm);
  proto.set_width_mm(sku.width_mm);
  proto.set_height_mm(sku.height_mm);
  proto.set_lot_tracked(sku.lot_tracked);
  proto.set_shelf_life_days(sku.shelf_life_days);
  if (sku.list_price) SetMoney(*sku.list_price, proto.mutable_list_price());
  proto.set_state(static_cast<v1::RecordState>(sku.state));
  SetInfo(sku.info, proto);
  return proto;
}

v1::StockKey ToProto(const domain::StockKey& key) {
  v1::StockKey proto;
  SetKey(key.total, &proto);
  proto.set_lot(key.lot);
  proto.set_location(key.location);
  return proto;
}

v1::StockLevel ToProto(const domain::StockTotal& total) {
  v1::StockLevel proto;
  SetKey(total.key, proto.mutable_key());
  proto.set_on_hand(total.on_hand);
  proto.set_reserved(total.reserved);
  proto.set_available(total.available());
  proto.set_in_transit(total.in_transit);
  return proto;
}

v1::LedgerEntry ToProto(const domain::LedgerEntry& entry) {
  const domain::Movement& m = entry.movement;
  v1::LedgerEntry proto;
  proto.set_entry_number(entry.entry_number);
  proto.set_node_id(m.key.total.node_id);
  *proto.mutable_key() = ToProto(m.key);
  proto.set_from_account(static_cast<v1::LedgerAccount>(m.from));
  proto.set_to_account(static_cast<v1::LedgerAccount>(m.to));
  proto.set_quantity(m.quantity);
  proto.set_reason(m.reason);
  proto.set_reference(m.reference);
  proto.set_note(m.note);
  *proto.mutable_business_date() = ::kefu::convert::ToProto(m.business_date);
  *proto.mutable_record_time() = ::kefu::convert::ToProto(entry.record_time);
  proto.set_actor(entry.actor);
  proto.set_entry_hash(Hex(entry.hash));
  return proto;
}

v1::Reservation ToProto(const domain::Reservation& reservation) {
  v1::Reservation proto;
  proto.set_reservation_id(reservation.id);
  proto.set_order_id(reservation.order_id);
  proto.set_channel(reservation.channel);
  proto.set_shop_id(reservation.shop_id);
  for (const domain::ReservationLine& line : reservation.lines) {
    v1::ReservationLine* out = proto.add_lines();
    out->set_node_id(line.node_id);
    out->set_sku_id(line.sku_id);
    out->set_owner_id(line.owner_id);
    out->set_quantity(line.quantity);
    out->set_shipped_quantity(line.shipped);
  }
  proto.set_state(static_cast<v1::ReservationState>(reservation.state));
  if (reservation.state == domain::ReservationState::kHeld ||
      reservation.state == domain::ReservationState::kExpired) {
    *proto.mutable_expire_time() = ::kefu::convert::ToProto(reservation.expire_time);
  }
  SetInfo(reservation.info, proto);
  return proto;
}

void SetState(const domain::StockTotal& total, v1::StockState* proto) {
  proto->set_node_id(total.key.node_id);
  proto->set_sku_id(total.key.sku_id);
  proto->set_owner_id(total.key.owner_id);
  proto->set_on_hand(total.on_hand);
  proto->set_reserved(total.reserved);
  proto->set_in_transit(total.in_transit);
  proto->set_version(total.version);
}

}  // namespace kefu::warehouse::convert
