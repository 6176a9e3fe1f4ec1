#include "services/performance/store/payments.h"

#include "services/performance/store/lists.h"

namespace kefu::performance::store {
namespace {

using db::Param;
using db::Sql;

constexpr Sql kFind{
    "SELECT CONCAT(order_id, ' ', payment_id), body_hash, body FROM payment WHERE org_id = ? AND "
    "shop_id = ? AND (order_id, payment_id) IN (?*)"};
constexpr std::string_view kInsert =
    "INSERT INTO payment (org_id, shop_id, order_id, payment_id, day, body_hash, body)";
constexpr std::string_view kReplace =
    " ON DUPLICATE KEY UPDATE day = VALUES(day), body_hash = VALUES(body_hash), body = "
    "VALUES(body)";
constexpr Sql kOfOrders{
    "SELECT order_id, body FROM payment WHERE org_id = ? AND shop_id = ? AND order_id IN (?*)"};
constexpr Sql kTold{
    "SELECT order_id, body FROM order_told WHERE org_id = ? AND shop_id = ? AND order_id IN (?*)"};
constexpr std::string_view kInsertTold = "INSERT INTO order_told (org_id, shop_id, order_id, body)";
constexpr std::string_view kReplaceTold = " ON DUPLICATE KEY UPDATE body = VALUES(body)";
constexpr Sql kDeleteTold{
    "DELETE FROM order_told WHERE org_id = ? AND shop_id = ? AND order_id IN (?*)"};

}  // namespace

absl::StatusOr<StoredById> FindPayments(
    db::Transaction& t, const Scope& scope,
    std::span<const std::pair<std::string_view, std::string_view>> order_and_payment_ids) {
  std::vector<Param> flat;
  for (const auto& [order_id, payment_id] : order_and_payment_ids) {
    flat.emplace_back(order_id);
    flat.emplace_back(payment_id);
  }
  return FindById(t, kFind, scope, flat, 2);
}

absl::Status SavePayments(db::Transaction& t, const Scope& scope,
                          std::span<const PaymentRow> rows) {
  std::vector<Param> flat;
  for (const PaymentRow& row : rows) {
    flat.insert(flat.end(), {scope.org_id, scope.shop_id, row.order_id, row.payment_id, row.day,
                             Param::Bytes(row.body_hash), Param::Bytes(row.body)});
  }
  return t.InsertMany(kInsert, 7, flat, kReplace).status();
}

absl::StatusOr<std::map<std::string, std::vector<std::string>>> LoadPayments(
    db::Transaction& t, const Scope& scope, std::span<const std::string_view> order_ids) {
  std::map<std::string, std::vector<std::string>> bodies;
  RETURN_IF_ERROR(ForEachIn(t, kOfOrders, scope, Flat(order_ids), 1,
                            [&](const db::Row& row) { bodies[row.Str(0)].push_back(row.Str(1)); }));
  return bodies;
}

absl::StatusOr<std::map<std::string, std::string>> LoadTold(
    db::Transaction& t, const Scope& scope, std::span<const std::string_view> order_ids) {
  std::map<std::string, std::string> told;
  RETURN_IF_ERROR(ForEachIn(t, kTold, scope, Flat(order_ids), 1,
                            [&](const db::Row& row) { told[row.Str(0)] = row.Str(1); }));
  return told;
}

absl::Status SaveTold(db::Transaction& t, const Scope& scope,
                      const std::map<std::string, std::string>& told) {
  std::vector<Param> flat;
  for (const auto& [order_id, body] : told)
    flat.insert(flat.end(), {scope.org_id, scope.shop_id, order_id, Param::Bytes(body)});
  return t.InsertMany(kInsertTold, 4, flat, kReplaceTold).status();
}

absl::Status DeleteTold(db::Transaction& t, const Scope& scope,
                        std::span<const std::string_view> order_ids) {
  return ExecuteForEach(t, kDeleteTold, scope, Flat(order_ids));
}

}  // namespace kefu::performance::store
