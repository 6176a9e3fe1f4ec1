#include "clients/kefuctl/sold_orders.h"

#include <algorithm>
#include <initializer_list>

#include "google/protobuf/util/time_util.h"

namespace kefu::kefuctl {
namespace {

namespace as = aftersales::v1;
namespace perf = performance::v1;

std::string CurrencyOf(const perf::Order& order) {
  if (order.has_paid()) return order.paid().currency_code();
  for (const perf::OrderItem& item : order.items()) {
    if (item.has_price()) return item.price().currency_code();
  }
  return "";
}

void Add(const common::v1::Money& amount, common::v1::Money& to) {
  to.set_minor_units(to.minor_units() + amount.minor_units());
}

void SetLines(const perf::Order& order, const std::string& currency, as::Order& sold) {
  for (const perf::OrderItem& item : order.items()) {
    const auto same = std::ranges::find(*sold.mutable_lines(), item.sku(), &as::OrderLine::sku);
    const bool fresh = same == sold.mutable_lines()->end();
    as::OrderLine& line = fresh ? *sold.add_lines() : *same;
    line.set_sku(item.sku());
    line.set_category(item.category());
    line.set_quantity(line.quantity() + item.quantity());
    line.mutable_price()->set_currency_code(currency);
    Add(item.price(), *line.mutable_price());
    Add(item.freight(), *sold.mutable_freight());
    if (item.has_ship_limit_time() && !sold.has_promised_ship_time()) {
      *sold.mutable_promised_ship_time() = item.ship_limit_time();
    }
  }
}

}  // namespace

std::optional<as::Order> SoldOrder(const perf::Order& order, const std::string& shop_id) {
  const std::string currency = CurrencyOf(order);
  if (currency.empty() || order.items().empty()) return std::nullopt;
  as::Order sold;
  sold.set_shop_id(shop_id);
  sold.set_order_id(order.order_id());
  sold.set_customer_id(order.customer_id());
  sold.mutable_paid()->set_currency_code(currency);
  sold.mutable_paid()->set_minor_units(order.paid().minor_units());
  sold.mutable_freight()->set_currency_code(currency);
  SetLines(order, currency, sold);
  // A discount may have taken more off than the goods were worth.
  sold.mutable_freight()->set_minor_units(
      std::min(sold.freight().minor_units(), sold.paid().minor_units()));
  *sold.mutable_create_time() = order.create_time();
  *sold.mutable_update_time() = order.create_time();
  const auto take = [&](bool present, const google::protobuf::Timestamp& time,
                        google::protobuf::Timestamp* (as::Order::*field)()) {
    if (!present) return;
    *(sold.*field)() = time;
    if (sold.update_time() < time) {
      *sold.mutable_update_time() = time;
    }
  };
  take(order.has_pay_time(), order.pay_time(), &as::Order::mutable_pay_time);
  take(order.has_ship_time(), order.ship_time(), &as::Order::mutable_ship_time);
  take(order.has_sign_time(), order.sign_time(), &as::Order::mutable_sign_time);
  return sold;
}

}  // namespace kefu::kefuctl
