#include "services/aftersales/store/orders.h"

#include <algorithm>
#include <map>
#include <utility>

#include "common/status/status_macros.h"
#include "common/time/civil.h"

namespace kefu::aftersales::store {
namespace {

using db::Param;
using db::Row;
using db::Sql;

#define ORDER_COLUMNS                                                                         \
  "org_id, shop_id, order_id, customer_id, currency_code, paid_minor, freight_minor,"         \
  " create_us, pay_us, promised_ship_us, ship_us, sign_us, waybill, carrier, reservation_id," \
  " agent_id, told_us"
constexpr size_t kOrderColumns = 17;
#define OF_ORDER " WHERE org_id = ? AND shop_id = ? AND order_id = ? AND told_us > 0"
constexpr Sql kFindOrder{"SELECT " ORDER_COLUMNS " FROM sales_order" OF_ORDER};
constexpr Sql kFindOrders{"SELECT " ORDER_COLUMNS
                          " FROM sales_order WHERE (org_id, shop_id, order_id) IN (?*)"};
constexpr Sql kLockOrder{"SELECT " ORDER_COLUMNS " FROM sales_order" OF_ORDER " FOR UPDATE"};
constexpr Sql kListOrders{"SELECT " ORDER_COLUMNS
                          " FROM sales_order WHERE org_id = ? AND shop_id = ? AND order_id > ?"
                          " AND told_us > 0 ORDER BY order_id LIMIT ?"};
constexpr Sql kListOfCustomer{
    "SELECT " ORDER_COLUMNS
    " FROM sales_order WHERE org_id = ? AND shop_id = ? AND customer_id = ? AND order_id > ?"
    " AND told_us > 0 ORDER BY order_id LIMIT ?"};
constexpr Sql kToldTimes{
    "SELECT shop_id, order_id, told_us FROM sales_order WHERE (org_id, shop_id, order_id) IN (?*)"
    " ORDER BY org_id, shop_id, order_id FOR UPDATE"};
constexpr std::string_view kPutOrders = "INSERT INTO sales_order (" ORDER_COLUMNS ")";
// A row of an order that is new, so that there is something to lock.
constexpr std::string_view kKeepOrders = " ON DUPLICATE KEY UPDATE told_us = told_us";
constexpr std::string_view kReplaceOrders =
    " ON DUPLICATE KEY UPDATE customer_id = VALUES(customer_id),"
    " currency_code = VALUES(currency_code), paid_minor = VALUES(paid_minor),"
    " freight_minor = VALUES(freight_minor), create_us = VALUES(create_us),"
    " pay_us = VALUES(pay_us), promised_ship_us = VALUES(promised_ship_us),"
    " ship_us = VALUES(ship_us), sign_us = VALUES(sign_us), waybill = VALUES(waybill),"
    " carrier = VALUES(carrier), reservation_id = VALUES(reservation_id),"
    " agent_id = VALUES(agent_id), told_us = VALUES(told_us)";

constexpr Sql kLines{
    "SELECT shop_id, order_id, sku, category, quantity, price_minor FROM sales_order_line"
    " WHERE (org_id, shop_id, order_id) IN (?*) ORDER BY org_id, shop_id, order_id, seq"};
constexpr Sql kDeleteLines{
    "DELETE FROM sales_order_line WHERE (org_id, shop_id, order_id) IN (?*)"};
constexpr std::string_view kInsertLines =
    "INSERT INTO sales_order_line"
    " (org_id, shop_id, order_id, seq, sku, category, quantity, price_minor)";

constexpr Sql kCasesOfOrder{
    "SELECT case_id FROM aftersales_case WHERE org_id = ? AND shop_id = ? AND order_id = ?"
    " AND FIND_IN_SET(kind, ?) > 0 ORDER BY case_id LIMIT 100"};

using Key = std::pair<std::string, std::string>;  // shop, order

std::optional<int64_t> Stored(const std::optional<absl::Time>& time) {
  return time ? std::optional(ToMicros(*time)) : std::nullopt;
}

domain::Order OrderFromRow(const Row& row) {
  return {.org_id = row.Str(0),
          .shop_id = row.Str(1),
          .order_id = row.Str(2),
          .customer_id = row.Str(3),
          .currency = row.Str(4),
          .paid_minor = row.Int(5),
          .freight_minor = row.Int(6),
          .create_time = row.Time(7),
          .pay_time = row.OptTime(8),
          .promised_ship_time = row.OptTime(9),
          .ship_time = row.OptTime(10),
          .sign_time = row.OptTime(11),
          .waybill = row.Str(12),
          .carrier = row.Str(13),
          .reservation_id = row.Str(14),
          .agent_id = row.Str(15),
          .lines = {},
          .told = row.Time(16)};
}

absl::StatusOr<std::vector<domain::Order>> WithLines(db::Transaction& t,
                                                     const absl::StatusOr<db::Rows>& rows) {
  if (!rows.ok()) return rows.status();
  std::vector<domain::Order> orders;
  std::vector<Param> keys;
  std::map<Key, size_t> at;
  for (const Row row : *rows) {
    const domain::Order& order = orders.emplace_back(OrderFromRow(row));
    at[{order.shop_id, order.order_id}] = orders.size() - 1;
  }
  for (const domain::Order& order : orders) {
    keys.insert(keys.end(), {order.org_id, order.shop_id, order.order_id});
  }
  ASSIGN_OR_RETURN(const db::Rows lines, t.QueryIn(kLines, {}, keys, 3));
  for (const Row row : lines) {
    orders[at.at({row.Str(0), row.Str(1)})].lines.push_back(
        {row.Str(2), row.Str(3), row.Int(4), row.Int(5)});
  }
  return orders;
}

absl::StatusOr<std::optional<domain::Order>> OnlyOrder(db::Transaction& t,
                                                       const absl::StatusOr<db::Rows>& rows) {
  ASSIGN_OR_RETURN(std::vector<domain::Order> orders, WithLines(t, rows));
  if (orders.empty()) return std::nullopt;
  return std::move(orders.front());
}

void AppendHead(const domain::Order& o, int64_t told_us, std::vector<Param>& flat) {
  flat.insert(flat.end(), {o.org_id, o.shop_id, o.order_id, o.customer_id, o.currency, o.paid_minor,
                           o.freight_minor, ToMicros(o.create_time), Stored(o.pay_time),
                           Stored(o.promised_ship_time), Stored(o.ship_time), Stored(o.sign_time),
                           o.waybill, o.carrier, o.reservation_id, o.agent_id, told_us});
}

// When the state that is kept of each order was told, 0 of a new one; their rows are locked.
absl::StatusOr<std::map<Key, int64_t>> LockOrders(db::Transaction& t,
                                                  std::span<const domain::Order* const> orders) {
  std::vector<Param> heads, keys;
  for (const domain::Order* order : orders) {
    AppendHead(*order, 0, heads);
    keys.insert(keys.end(), {order->org_id, order->shop_id, order->order_id});
  }
  RETURN_IF_ERROR(t.InsertMany(kPutOrders, kOrderColumns, heads, kKeepOrders));
  ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kToldTimes, {}, keys, 3));
  std::map<Key, int64_t> told;
  for (const Row row : rows) told[{row.Str(0), row.Str(1)}] = row.Int(2);
  return told;
}

// In which fields what is kept of these locked orders says otherwise.
absl::StatusOr<std::map<Key, std::vector<std::string>>> Conflicts(
    db::Transaction& t, std::span<const domain::Order* const> orders) {
  std::map<Key, const domain::Order*> told;
  std::vector<Param> keys;
  for (const domain::Order* order : orders) {
    told[{order->shop_id, order->order_id}] = order;
    keys.insert(keys.end(), {order->org_id, order->shop_id, order->order_id});
  }
  ASSIGN_OR_RETURN(const auto kept, WithLines(t, t.QueryIn(kFindOrders, {}, keys, 3)));
  std::map<Key, std::vector<std::string>> conflicts;
  for (const domain::Order& order : kept) {
    const Key key(order.shop_id, order.order_id);
    std::vector<std::string> fields = domain::DifferentFields(order, *told.at(key));
    if (!fields.empty()) conflicts.emplace(key, std::move(fields));
  }
  return conflicts;
}

}  // namespace

absl::StatusOr<std::optional<domain::Order>> FindOrder(db::Transaction& t, std::string_view org_id,
                                                       std::string_view shop_id,
                                                       std::string_view order_id) {
  return OnlyOrder(t, t.Query(kFindOrder, {org_id, shop_id, order_id}));
}

absl::StatusOr<std::optional<domain::Order>> LockOrder(db::Transaction& t, std::string_view org_id,
                                                       std::string_view shop_id,
                                                       std::string_view order_id) {
  return OnlyOrder(t, t.Query(kLockOrder, {org_id, shop_id, order_id}));
}

absl::StatusOr<std::vector<Put>> PutOrders(db::Transaction& t,
                                           std::span<const domain::Order* const> orders) {
  // In the order of keys, as every writer takes them.
  std::vector<const domain::Order*> sorted(orders.begin(), orders.end());
  std::ranges::sort(sorted, {}, [](const domain::Order* order) {
    return std::tie(order->shop_id, order->order_id);
  });
  ASSIGN_OR_RETURN(const auto told, LockOrders(t, sorted));
  std::vector<Param> heads, keys, lines;
  std::vector<const domain::Order*> again;
  const auto newer = [&](const domain::Order& order) {
    return ToMicros(order.told) > told.at({order.shop_id, order.order_id});
  };
  for (const domain::Order* order : sorted) {
    if (ToMicros(order->told) == told.at({order->shop_id, order->order_id})) again.push_back(order);
    if (!newer(*order)) continue;
    AppendHead(*order, ToMicros(order->told), heads);
    keys.insert(keys.end(), {order->org_id, order->shop_id, order->order_id});
    int seq = 0;
    for (const domain::OrderLine& line : order->lines) {
      lines.insert(lines.end(), {order->org_id, order->shop_id, order->order_id, seq++, line.sku,
                                 line.category, line.quantity, line.price_minor});
    }
  }
  RETURN_IF_ERROR(t.InsertMany(kPutOrders, kOrderColumns, heads, kReplaceOrders));
  RETURN_IF_ERROR(t.ExecuteIn(kDeleteLines, {}, keys, 3));
  RETURN_IF_ERROR(t.InsertMany(kInsertLines, 8, lines));
  ASSIGN_OR_RETURN(const auto conflicts, Conflicts(t, again));
  std::vector<Put> put;
  for (const domain::Order* order : orders) {
    const auto conflict = conflicts.find({order->shop_id, order->order_id});
    put.push_back({newer(*order),
                   conflict == conflicts.end() ? std::vector<std::string>() : conflict->second});
  }
  return put;
}

absl::StatusOr<std::vector<domain::Order>> ListOrders(db::Transaction& t, std::string_view org_id,
                                                      std::string_view shop_id,
                                                      std::string_view customer_id,
                                                      std::string_view after, int limit) {
  return WithLines(t, customer_id.empty()
                          ? t.Query(kListOrders, {org_id, shop_id, after, limit})
                          : t.Query(kListOfCustomer, {org_id, shop_id, customer_id, after, limit}));
}

absl::StatusOr<std::vector<std::string>> CaseIdsOfOrder(db::Transaction& t, std::string_view org_id,
                                                        std::string_view shop_id,
                                                        std::string_view order_id,
                                                        std::string_view kinds) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kCasesOfOrder, {org_id, shop_id, order_id, kinds}));
  std::vector<std::string> ids;
  for (const Row row : rows) ids.push_back(row.Str(0));
  return ids;
}

}  // namespace kefu::aftersales::store
