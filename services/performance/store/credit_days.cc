#include "services/performance/store/credit_days.h"

#include <algorithm>
#include <span>
#include <vector>

#include "common/status/status_macros.h"
#include "services/performance/store/lists.h"

namespace kefu::performance::store {
namespace {

using db::Param;
using db::Sql;

constexpr Sql kAnyMarks{"SELECT EXISTS(SELECT 1 FROM dirty_day WHERE org_id = ? AND shop_id = ?)"};
// Days of orders by what they say now, and by what the definition has credited: an order that is
// gone, or paid on another day, has its credit until that day is computed.
constexpr Sql kPaidAndRefunded{
    "SELECT DISTINCT o.pay_day FROM sales_order o JOIN refund f ON f.org_id = o.org_id AND "
    "f.shop_id = o.shop_id AND f.order_id = o.order_id WHERE o.org_id = ? AND o.shop_id = ? AND "
    "o.pay_day IN (?*) AND f.day BETWEEN ? AND ?"};
constexpr Sql kPaidAndReviewed{
    "SELECT DISTINCT o.pay_day FROM sales_order o JOIN review f ON f.org_id = o.org_id AND "
    "f.shop_id = o.shop_id AND f.order_id = o.order_id WHERE o.org_id = ? AND o.shop_id = ? AND "
    "o.pay_day IN (?*) AND f.day BETWEEN ? AND ?"};
constexpr Sql kCreditedAndRefunded{
    "SELECT DISTINCT c.pay_day FROM order_credit c JOIN refund f ON f.org_id = c.org_id AND "
    "f.shop_id = c.shop_id AND f.order_id = c.order_id WHERE c.org_id = ? AND c.shop_id = ? AND "
    "c.definition_id = ? AND c.pay_day IN (?*) AND f.day BETWEEN ? AND ?"};
constexpr Sql kCreditedAndReviewed{
    "SELECT DISTINCT c.pay_day FROM order_credit c JOIN review f ON f.org_id = c.org_id AND "
    "f.shop_id = c.shop_id AND f.order_id = c.order_id WHERE c.org_id = ? AND c.shop_id = ? AND "
    "c.definition_id = ? AND c.pay_day IN (?*) AND f.day BETWEEN ? AND ?"};

}  // namespace

absl::StatusOr<bool> AnyMarks(db::Transaction& t, const Scope& scope) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kAnyMarks, {scope.org_id, scope.shop_id}));
  return rows.front().Bool(0);
}

absl::StatusOr<std::set<absl::CivilDay>> DaysWithFollowUps(db::Transaction& t, const Scope& scope,
                                                           std::string_view definition_id,
                                                           const std::set<absl::CivilDay>& pay_days,
                                                           absl::CivilDay first,
                                                           absl::CivilDay last) {
  std::set<absl::CivilDay> days;
  const auto add = [&](absl::StatusOr<db::Rows> rows) -> absl::Status {
    RETURN_IF_ERROR(rows.status());
    for (const db::Row row : *rows) days.insert(row.Day(0));
    return absl::OkStatus();
  };
  const std::vector<Param> all(pay_days.begin(), pay_days.end());
  for (size_t begin = 0; begin < all.size(); begin += kListSize) {
    const auto asked = std::span(all).subspan(begin, std::min(kListSize, all.size() - begin));
    for (const Sql sql : {kPaidAndRefunded, kPaidAndReviewed})
      RETURN_IF_ERROR(add(t.QueryIn(sql, {scope.org_id, scope.shop_id}, asked, 1, {first, last})));
    for (const Sql sql : {kCreditedAndRefunded, kCreditedAndReviewed})
      RETURN_IF_ERROR(add(
          t.QueryIn(sql, {scope.org_id, scope.shop_id, definition_id}, asked, 1, {first, last})));
  }
  return days;
}

}  // namespace kefu::performance::store
