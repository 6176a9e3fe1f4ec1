#include "services/performance/store/conservation.h"

#include <fmt/format.h>

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/performance/domain/measures.h"

namespace kefu::performance::store {
namespace {

using db::Param;
using db::Sql;

constexpr std::string_view kNote =
    "INSERT INTO unchecked_day (org_id, shop_id, definition_id, day)";
// An update that changes nothing still waits for whoever holds the row.
constexpr std::string_view kNoteAgain = " ON DUPLICATE KEY UPDATE day = VALUES(day)";
constexpr Sql kUnchecked{
    "SELECT org_id, shop_id, definition_id, day FROM unchecked_day WHERE org_id >= ? AND (org_id > "
    "? OR shop_id > ? OR (shop_id = ? AND (definition_id > ? OR (definition_id = ? AND day > ?)))) "
    "ORDER BY org_id, shop_id, definition_id, day LIMIT ?"};
constexpr Sql kLockUnchecked{
    "SELECT day FROM unchecked_day WHERE org_id = ? AND shop_id = ? AND definition_id = ? AND day "
    "IN (?*) ORDER BY day FOR UPDATE"};
constexpr Sql kClearUnchecked{
    "DELETE FROM unchecked_day WHERE org_id = ? AND shop_id = ? AND definition_id = ? AND day IN "
    "(?*)"};
// One statement sees one state of all tables.
constexpr Sql kSales{
    "SELECT 'MARK', day, '', 0, '' FROM dirty_day WHERE org_id = ? AND shop_id = ? AND "
    "definition_id = ? AND day BETWEEN ? AND ? "
    "UNION ALL SELECT CASE WHEN c.agent_id IS NULL THEN 'LOST' ELSE 'PAID' END, o.pay_day, "
    "COALESCE(c.agent_id, ''), CAST(SUM(o.paid_minor) AS SIGNED), '' FROM sales_order o LEFT JOIN "
    "order_credit c ON c.org_id = o.org_id AND c.shop_id = o.shop_id AND c.definition_id = ? AND "
    "c.order_id = o.order_id WHERE o.org_id = ? AND o.shop_id = ? AND o.pay_day BETWEEN ? AND ? "
    "AND o.excluded = 0 AND o.paid_minor IS NOT NULL GROUP BY o.pay_day, c.agent_id "
    "UNION ALL SELECT subject_kind, day, subject_id, 0, measures FROM day_rollup WHERE org_id = ? "
    "AND shop_id = ? AND definition_id = ? AND day BETWEEN ? AND ? AND subject_kind IN ('SHOP', "
    "'AGENT')"};
constexpr Sql kUnfilled{
    "SELECT order_id, body FROM sales_order WHERE org_id = ? AND shop_id = ? AND customer_id = '' "
    "LIMIT ?"};
constexpr Sql kFill{
    "UPDATE sales_order SET customer_id = ?, paid_minor = ? WHERE org_id = ? AND shop_id = ? AND "
    "order_id = ?"};
constexpr Sql kAllShops{"SELECT org_id, shop_id FROM shop_settings ORDER BY org_id, shop_id"};
constexpr Sql kDaysWithFigures{
    "SELECT DISTINCT day FROM day_rollup WHERE org_id = ? AND shop_id = ?"};

std::vector<Param> Flat(const std::vector<absl::CivilDay>& days) {
  return {days.begin(), days.end()};
}

}  // namespace

absl::Status NoteUnchecked(db::Transaction& t, const Scope& scope, const Mark& mark) {
  const std::vector<Param> row{scope.org_id, scope.shop_id, mark.definition, mark.day};
  return t.InsertMany(kNote, 4, row, kNoteAgain).status();
}

absl::StatusOr<std::vector<UncheckedDay>> UncheckedDays(db::Transaction& t,
                                                        const UncheckedDay& after, int limit) {
  const auto& [scope, mark] = after;
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kUnchecked, {scope.org_id, scope.org_id, scope.shop_id, scope.shop_id,
                                        mark.definition, mark.definition, mark.day, limit}));
  std::vector<UncheckedDay> days;
  for (const db::Row row : rows)
    days.push_back({{row.Str(0), row.Str(1)}, {row.Day(3), row.Str(2)}});
  return days;
}

absl::StatusOr<std::vector<absl::CivilDay>> LockUnchecked(db::Transaction& t, const Scope& scope,
                                                          std::string_view definition,
                                                          const std::vector<absl::CivilDay>& days) {
  ASSIGN_OR_RETURN(
      const db::Rows rows,
      t.QueryIn(kLockUnchecked, {scope.org_id, scope.shop_id, definition}, Flat(days)));
  std::vector<absl::CivilDay> locked;
  for (const db::Row row : rows) locked.push_back(row.Day(0));
  return locked;
}

absl::Status ClearUnchecked(db::Transaction& t, const Scope& scope, std::string_view definition,
                            const std::vector<absl::CivilDay>& days) {
  if (days.empty()) return absl::OkStatus();
  return t.ExecuteIn(kClearUnchecked, {scope.org_id, scope.shop_id, definition}, Flat(days))
      .status();
}

absl::StatusOr<SalesOfDays> LoadSales(db::Transaction& t, const Scope& scope,
                                      std::string_view definition, absl::CivilDay first,
                                      absl::CivilDay last) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kSales, {scope.org_id, scope.shop_id, definition, first, last,
                                    definition, scope.org_id, scope.shop_id, first, last,
                                    scope.org_id, scope.shop_id, definition, first, last}));
  SalesOfDays sales;
  for (const db::Row row : rows) {
    const std::string kind = row.Str(0), id = row.Str(2);
    const absl::CivilDay day = row.Day(1);
    if (kind == "MARK") {
      sales.changing.insert(day);
    } else if (kind == "LOST") {
      sales.days[day].uncredited_minor += row.Int(3);
    } else if (kind == "PAID") {
      sales.days[day].paid_by_agent[id] += row.Int(3);
    } else {
      const auto measures = domain::Measures::Decode(row.Text(4), "");
      if (!measures)
        return Internal(fmt::format("day_rollup of shop {} cannot be read", scope.shop_id));
      const int64_t minor = (*measures)[domain::Measure::kSalesMinor];
      if (minor == 0) continue;
      if (kind == "AGENT") {
        sales.days[day].agents_minor[id] = minor;
      } else {
        sales.days[day].shop_minor = minor;
        sales.days[day].silent_minor = (*measures)[domain::Measure::kSilentSalesMinor];
      }
    }
  }
  for (const absl::CivilDay day : sales.changing) sales.days.erase(day);
  return sales;
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> UnfilledOrders(db::Transaction& t,
                                                                                const Scope& scope,
                                                                                int limit) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kUnfilled, {scope.org_id, scope.shop_id, limit}));
  std::vector<std::pair<std::string, std::string>> orders;
  for (const db::Row row : rows) orders.emplace_back(row.Str(0), row.Str(1));
  return orders;
}

absl::Status FillOrder(db::Transaction& t, const Scope& scope, std::string_view order_id,
                       const OrderColumns& columns) {
  return t
      .Execute(kFill,
               {columns.customer_id, columns.paid_minor, scope.org_id, scope.shop_id, order_id})
      .status();
}

absl::StatusOr<std::vector<Scope>> AllShops(db::Transaction& t) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kAllShops));
  std::vector<Scope> shops;
  for (const db::Row row : rows) shops.push_back({row.Str(0), row.Str(1)});
  return shops;
}

absl::StatusOr<std::set<absl::CivilDay>> DaysWithFigures(db::Transaction& t, const Scope& scope) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kDaysWithFigures, {scope.org_id, scope.shop_id}));
  std::set<absl::CivilDay> days;
  for (const db::Row row : rows) days.insert(row.Day(0));
  return days;
}

}  // namespace kefu::performance::store
