#include "services/performance/store/credit_days.h"

#include <utility>
#include <vector>

#include "common/status/status_macros.h"

namespace kefu::performance::store {
namespace {

using db::Param;
using db::Sql;

constexpr Sql kAnyMarks{"SELECT EXISTS(SELECT 1 FROM dirty_day WHERE org_id = ? AND shop_id = ?)"};
constexpr Sql kPayDays{
    "SELECT o.pay_day FROM refund f JOIN sales_order o ON o.org_id = f.org_id AND o.shop_id = "
    "f.shop_id AND o.order_id = f.order_id WHERE f.org_id = ? AND f.shop_id = ? AND f.day BETWEEN "
    "? AND ? AND o.pay_day NOT BETWEEN ? AND ? UNION "
    "SELECT o.pay_day FROM review f JOIN sales_order o ON o.org_id = f.org_id AND o.shop_id = "
    "f.shop_id AND o.order_id = f.order_id WHERE f.org_id = ? AND f.shop_id = ? AND f.day BETWEEN "
    "? AND ? AND o.pay_day NOT BETWEEN ? AND ?"};
// An order that is gone, or paid on another day, has its credit until that day is computed.
constexpr Sql kCreditDays{
    "SELECT c.pay_day FROM refund f JOIN order_credit c ON c.definition_id = ? AND c.org_id = "
    "f.org_id AND c.shop_id = f.shop_id AND c.order_id = f.order_id WHERE f.org_id = ? AND "
    "f.shop_id = ? AND f.day BETWEEN ? AND ? AND c.pay_day NOT BETWEEN ? AND ? UNION "
    "SELECT c.pay_day FROM review f JOIN order_credit c ON c.definition_id = ? AND c.org_id = "
    "f.org_id AND c.shop_id = f.shop_id AND c.order_id = f.order_id WHERE f.org_id = ? AND "
    "f.shop_id = ? AND f.day BETWEEN ? AND ? AND c.pay_day NOT BETWEEN ? AND ?"};

}  // namespace

absl::StatusOr<bool> AnyMarks(db::Transaction& t, const Scope& scope) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kAnyMarks, {scope.org_id, scope.shop_id}));
  return rows.front().Bool(0);
}

absl::StatusOr<std::set<absl::CivilDay>> PayDaysOfFollowUps(db::Transaction& t, const Scope& scope,
                                                            std::string_view definition_id,
                                                            absl::CivilDay first,
                                                            absl::CivilDay last) {
  std::vector<Param> facts{scope.org_id, scope.shop_id, first, last, first, last}, credits = facts;
  credits.insert(credits.begin(), definition_id);
  std::set<absl::CivilDay> days;
  for (const auto& [sql, of_refunds] :
       {std::pair(kPayDays, facts), std::pair(kCreditDays, credits)}) {
    std::vector<Param> params = of_refunds;
    params.insert(params.end(), of_refunds.begin(), of_refunds.end());  // and the same of reviews
    ASSIGN_OR_RETURN(const db::Rows rows, t.Query(sql, params));
    for (const db::Row row : rows) days.insert(row.Day(0));
  }
  return days;
}

}  // namespace kefu::performance::store
