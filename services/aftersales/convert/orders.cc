#include "services/aftersales/convert/orders.h"

#include <limits>
#include <set>

#include "common/convert/fields.h"
#include "common/time/civil.h"
#include "fmt/format.h"

namespace kefu::aftersales::convert {
namespace {

namespace fields = ::kefu::convert;

constexpr int kMaxLines = 200, kMaxName = 64, kMaxCustomer = 200;
constexpr int64_t kMaxQuantity = 1'000'000;

std::optional<absl::Time> OptionalInstant(bool present, const google::protobuf::Timestamp& time,
                                          std::string_view field, FieldViolations& violations) {
  if (!present) return std::nullopt;
  return FromMicros(ToMicros(fields::Instant(time, field, violations)));
}

absl::Time RequiredInstant(bool present, const google::protobuf::Timestamp& time,
                           std::string_view field, FieldViolations& violations) {
  violations.Check(present, field, "must be set");
  return OptionalInstant(present, time, field, violations).value_or(absl::UnixEpoch());
}

// Minor units of an amount of the order; `limit` is the most.
int64_t Amount(bool present, const ::kefu::common::v1::Money& proto, const domain::Order& order,
               int64_t limit, std::string_view field, FieldViolations& violations) {
  const auto money = MoneyFromProto(present, proto, field, violations);
  if (!money) return 0;
  violations.Check(order.currency.empty() || money->currency == order.currency,
                   fmt::format("{}.currency_code", field), "must be that of paid");
  violations.Check(money->minor <= limit, fmt::format("{}.minor_units", field),
                   "must not be more than was paid");
  return money->minor;
}

void LinesFromProto(const v1::Order& proto, domain::Order& order, FieldViolations& violations) {
  violations.Check(proto.lines_size() >= 1 && proto.lines_size() <= kMaxLines, "lines",
                   fmt::format("must have 1 to {} items", kMaxLines));
  std::set<std::string> skus;
  // A sum of prices that int64 cannot hold would be no order.
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max() / kMaxLines;
  for (int i = 0; i < proto.lines_size(); ++i) {
    const v1::OrderLine& line = proto.lines(i);
    const std::string path = fmt::format("lines[{}]", i);
    domain::OrderLine& added = order.lines.emplace_back();
    added.sku = fields::Text(line.sku(), kMaxName, path + ".sku", violations);
    violations.Check(skus.insert(added.sku).second, path + ".sku", "stands in another line too");
    added.category =
        fields::OptionalText(line.category(), kMaxName, path + ".category", violations);
    added.quantity =
        fields::Number(line.quantity(), 1, kMaxQuantity, path + ".quantity", violations);
    violations.Check(line.has_price(), path + ".price", "must be set");
    const auto price = MoneyFromProto(line.has_price(), line.price(), path + ".price", violations);
    if (!price) continue;
    violations.Check(price->currency == order.currency, path + ".price.currency_code",
                     "must be that of paid");
    violations.Check(price->minor <= kMost, path + ".price.minor_units", "is too much");
    added.price_minor = price->minor;
  }
}

void TimesFromProto(const v1::Order& proto, absl::Time now, domain::Order& order,
                    FieldViolations& violations) {
  order.create_time =
      RequiredInstant(proto.has_create_time(), proto.create_time(), "create_time", violations);
  order.pay_time = OptionalInstant(proto.has_pay_time(), proto.pay_time(), "pay_time", violations);
  order.promised_ship_time = OptionalInstant(
      proto.has_promised_ship_time(), proto.promised_ship_time(), "promised_ship_time", violations);
  order.ship_time =
      OptionalInstant(proto.has_ship_time(), proto.ship_time(), "ship_time", violations);
  order.sign_time =
      OptionalInstant(proto.has_sign_time(), proto.sign_time(), "sign_time", violations);
  order.told =
      RequiredInstant(proto.has_update_time(), proto.update_time(), "update_time", violations);
  violations.Check(order.told > absl::UnixEpoch() || !proto.has_update_time(), "update_time",
                   "must be after 1970");
  for (const auto& [time, field] : {std::pair(std::optional(order.told), "update_time"),
                                    {order.ship_time, "ship_time"},
                                    {order.sign_time, "sign_time"},
                                    {order.pay_time, "pay_time"}}) {
    violations.Check(!time || *time <= now, field, "must not be in the future");
  }
}

}  // namespace

domain::Order FromProto(const v1::Order& proto, absl::Time now, FieldViolations& violations) {
  domain::Order order;
  order.shop_id = fields::Id(proto.shop_id(), "shop_id", violations);
  order.order_id = fields::Id(proto.order_id(), "order_id", violations);
  order.customer_id =
      fields::OptionalText(proto.customer_id(), kMaxCustomer, "customer_id", violations);
  violations.Check(proto.has_paid(), "paid", "must be set");
  if (const auto paid = MoneyFromProto(proto.has_paid(), proto.paid(), "paid", violations)) {
    order.currency = paid->currency;
    order.paid_minor = paid->minor;
  }
  order.freight_minor =
      Amount(proto.has_freight(), proto.freight(), order, order.paid_minor, "freight", violations);
  TimesFromProto(proto, now, order, violations);
  order.waybill = fields::OptionalText(proto.waybill(), kMaxName, "waybill", violations);
  order.carrier = fields::OptionalText(proto.carrier(), kMaxName, "carrier", violations);
  order.reservation_id = fields::OptionalId(proto.reservation_id(), "reservation_id", violations);
  order.agent_id = fields::OptionalId(proto.agent_id(), "agent_id", violations);
  LinesFromProto(proto, order, violations);
  return order;
}

v1::Order ToProto(const domain::Order& order, View view) {
  v1::Order proto;
  const auto set_money = [&](::kefu::common::v1::Money& money, int64_t minor) {
    money.set_currency_code(order.currency);
    money.set_minor_units(minor);
  };
  const auto set_time = [](const std::optional<absl::Time>& time, auto mutable_field) {
    if (time) *mutable_field() = fields::ToProto(*time);
  };
  proto.set_shop_id(order.shop_id);
  proto.set_order_id(order.order_id);
  proto.set_customer_id(view == View::kMasked ? Masked(order.customer_id) : order.customer_id);
  set_money(*proto.mutable_paid(), order.paid_minor);
  set_money(*proto.mutable_freight(), order.freight_minor);
  *proto.mutable_create_time() = fields::ToProto(order.create_time);
  set_time(order.pay_time, [&] { return proto.mutable_pay_time(); });
  set_time(order.promised_ship_time, [&] { return proto.mutable_promised_ship_time(); });
  set_time(order.ship_time, [&] { return proto.mutable_ship_time(); });
  set_time(order.sign_time, [&] { return proto.mutable_sign_time(); });
  proto.set_waybill(order.waybill);
  proto.set_carrier(order.carrier);
  proto.set_reservation_id(order.reservation_id);
  proto.set_agent_id(order.agent_id);
  for (const domain::OrderLine& line : order.lines) {
    v1::OrderLine& added = *proto.add_lines();
    added.set_sku(line.sku);
    added.set_category(line.category);
    added.set_quantity(line.quantity);
    set_money(*added.mutable_price(), line.price_minor);
  }
  *proto.mutable_update_time() = fields::ToProto(order.told);
  return proto;
}

}  // namespace kefu::aftersales::convert
