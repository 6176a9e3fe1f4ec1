// Pages of orders and conversations.
#include "common/db/sql.h"
#include "common/status/status_macros.h"
#include "services/performance/store/facts.h"

namespace kefu::performance::store {
namespace {

using db::Sql;

constexpr Sql kPageOrders{
    "SELECT create_day, order_id, body FROM sales_order WHERE org_id = ? AND shop_id = ? AND "
    "create_day BETWEEN ? AND ? "
    "AND (create_day > ? OR (create_day = ? AND order_id > ?)) ORDER BY create_day, order_id "
    "LIMIT ?"};
constexpr Sql kPageLateOrders{
    "SELECT create_day, order_id, body FROM sales_order FORCE INDEX (sales_order_late) WHERE "
    "org_id "
    "= ? AND shop_id = ? AND late_shipment = 1 AND create_day BETWEEN ? AND ? AND (create_day > ? "
    "OR "
    "(create_day = ? AND order_id > ?)) ORDER BY create_day, order_id LIMIT ?"};
constexpr Sql kPageConversations{
    "SELECT first_day, conversation_id, body FROM conversation WHERE org_id = ? AND shop_id = ? "
    "AND first_day BETWEEN ? AND ? "
    "AND (first_day > ? OR (first_day = ? AND conversation_id > ?)) ORDER BY first_day, "
    "conversation_id LIMIT ?"};

std::vector<PageRow> PageRows(const db::Rows& rows) {
  std::vector<PageRow> result;
  for (const db::Row row : rows) result.push_back({row.Day(0), row.Str(1), row.Str(2)});
  return result;
}

}  // namespace

absl::StatusOr<std::vector<PageRow>> PageOrders(db::Transaction& t, const Scope& scope,
                                                absl::CivilDay first, absl::CivilDay last,
                                                bool late_only, absl::CivilDay after_day,
                                                std::string_view after_id, int limit) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(late_only ? kPageLateOrders : kPageOrders,
                                                {scope.org_id, scope.shop_id, first, last,
                                                 after_day, after_day, after_id, limit}));
  return PageRows(rows);
}

absl::StatusOr<std::vector<PageRow>> PageConversations(db::Transaction& t, const Scope& scope,
                                                       absl::CivilDay first, absl::CivilDay last,
                                                       absl::CivilDay after_day,
                                                       std::string_view after_id, int limit) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kPageConversations, {scope.org_id, scope.shop_id, first, last, after_day,
                                                after_day, after_id, limit}));
  return PageRows(rows);
}

}  // namespace kefu::performance::store
