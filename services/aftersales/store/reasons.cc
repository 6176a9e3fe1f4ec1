#include "services/aftersales/store/reasons.h"

#include <algorithm>
#include <limits>

#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "services/aftersales/store/figure_sql.h"
#include "services/aftersales/store/rows.h"

namespace kefu::aftersales::store {
namespace {

using db::Param;
using db::Row;
using db::Sql;
using domain::insight::CasePeriod;
using domain::insight::FigureCase;
using domain::insight::ReasonDimension;
using domain::insight::ReasonGroup;
using domain::insight::ReasonQuery;
using domain::insight::ReasonRow;

// Days of every zone begin with a quarter of an hour.
constexpr int64_t kQuarter = 900'000'000;

enum Need : unsigned { kLines = 1, kShipped = 2, kOrder = 4, kAgent = 8 };

// What a dimension reads of a case; {l} is a line, {s} what was shipped of it.
struct Dimension {
  std::string_view value;
  unsigned needs = 0;
  std::string_view also = "";
};
// In the order of the enumeration.
constexpr Dimension kDimensions[] = {
    {"''"},
    // The case's own, else that of a case merged into it.
    {"COALESCE((SELECT e.reason FROM return_evaluation e WHERE e.org_id = c.org_id"
     " AND e.case_id = c.case_id ORDER BY e.evaluation_id DESC LIMIT 1),"
     " (SELECT e.reason FROM case_merge m JOIN return_evaluation e ON e.org_id = m.org_id"
     " AND e.case_id = m.merged_case_id WHERE m.org_id = c.org_id"
     " AND m.survivor_case_id = c.case_id ORDER BY e.evaluation_id DESC LIMIT 1), '')"},
    {"COALESCE({l}.sku, '')", kLines},
    {"COALESCE({s}.node_id, '')", kLines | kShipped},
    {"COALESCE(CONCAT({s}.sku, '|', {s}.lot), '')", kLines | kShipped},
    {"COALESCE({l}.category, '')", kLines},
    {"c.kind"},
    {"c.result"},
    {"c.assignee_agent_id"},
    {kBaseOfAssignee, kAgent},
    {"COALESCE(o.carrier, '')", kOrder},
    {"c.shop_id"},
    {"CONCAT({l}.sku, '|', c.kind)", kLines, " AND l.sku IS NOT NULL"},
    {"c.customer_id", 0, " AND c.customer_id <> ''"},
    {"CONCAT(c.shop_id, '|', c.order_id)", 0, " AND c.order_id <> ''"},
};

constexpr std::string_view kJoinLines =
    " LEFT JOIN case_line l ON l.org_id = c.org_id AND l.case_id = c.case_id";
constexpr std::string_view kJoinShipped =
    " LEFT JOIN shipped_line {s} ON {s}.org_id = c.org_id AND {s}.shop_id = c.shop_id"
    " AND {s}.order_id = c.order_id AND {s}.sku = {l}.sku AND NOT {s}.mixed";
constexpr std::string_view kJoinOrder =
    " LEFT JOIN sales_order o ON o.org_id = c.org_id AND o.shop_id = c.shop_id"
    " AND o.order_id = c.order_id";
// What was paid to the buyer. A charge gives the platform back what it advanced, which counts
// already.
constexpr std::string_view kCost =
    "COALESCE((SELECT SUM(CASE WHEN p.purpose = 'COLLECTION' THEN -p.amount_minor"
    " ELSE p.amount_minor END) FROM payment p WHERE p.org_id = c.org_id"
    " AND p.case_id = c.case_id AND p.state IN ('PAID', 'PAID_OUT_OF_BAND')"
    " AND p.purpose <> 'CHARGE'"
    " AND p.currency_code = ?), 0)";

const Dimension& DimensionOf(ReasonDimension by) { return kDimensions[static_cast<size_t>(by)]; }

std::string Of(std::string_view constant, std::string_view line, std::string_view shipped) {
  return fmt::format(fmt::runtime(constant), fmt::arg("l", line), fmt::arg("s", shipped));
}
std::string OfLine(std::string_view constant) { return Of(constant, "l", "s"); }
bool IsOfLine(const Dimension& dimension) { return (dimension.needs & kLines) != 0; }

// A case with several lines counts once: with the first line of those that are alike in everything
// that is asked for. Most cases have one line, number 0.
void OnlyFirstLine(const std::vector<ReasonGroup>& groups, ReasonDimension by, unsigned needs,
                   FigureSql& sql) {
  if ((needs & kLines) == 0) return;
  sql.Add(" AND (l.seq IS NULL OR l.seq = 0 OR NOT EXISTS (SELECT 1 FROM case_line m");
  if ((needs & kShipped) != 0) sql.Add(Of(kJoinShipped, "m", "n"));
  sql.Add(" WHERE m.org_id = l.org_id AND m.case_id = l.case_id AND m.seq < l.seq");
  const Dimension& dimension = DimensionOf(by);
  if (IsOfLine(dimension)) {
    sql.Add(" AND " + Of(dimension.value, "m", "n") + " = " + OfLine(dimension.value));
  }
  for (const ReasonGroup& group : groups) {
    const Dimension& of = DimensionOf(group.by);
    if (IsOfLine(of)) sql.Add(" AND " + Of(of.value, "m", "n") + " = ?", {group.value});
  }
  sql.Add("))");
}

// From the cases of the query, received since `from`, that lie in all these groups; each once for
// every value of the dimension.
void AddCases(const ReasonQuery& query, absl::Time from, const std::vector<ReasonGroup>& groups,
              ReasonDimension by, FigureSql& sql) {
  const CasePeriod& period = query.period;
  unsigned needs = DimensionOf(by).needs | (period.base_id.empty() ? 0 : kAgent);
  for (const ReasonGroup& group : groups) needs |= DimensionOf(group.by).needs;
  sql.Add(FigureSql::kCases);
  if ((needs & kLines) != 0) sql.Add(kJoinLines);
  if ((needs & kShipped) != 0) sql.Add(OfLine(kJoinShipped));
  if ((needs & kOrder) != 0) sql.Add(kJoinOrder);
  if ((needs & kAgent) != 0) sql.Add(kJoinAssignee);
  sql.Received(period, from, period.to);
  if (!period.base_id.empty()) sql.Add(kAssigneeOfBase, {period.base_id});
  sql.Add(DimensionOf(by).also);
  for (const ReasonGroup& group : groups) {
    const Dimension& dimension = DimensionOf(group.by);
    sql.Add(dimension.also).Add(" AND " + OfLine(dimension.value) + " = ?", {group.value});
  }
  OnlyFirstLine(groups, by, needs, sql);
}

std::vector<ReasonGroup> GroupsOf(const ReasonQuery& query) {
  return query.within ? std::vector{*query.within} : std::vector<ReasonGroup>{};
}

#define SOLD                                                                                \
  " FROM sales_order o JOIN sales_order_line l ON l.org_id = o.org_id"                      \
  " AND l.shop_id = o.shop_id AND l.order_id = o.order_id WHERE o.org_id = ?"               \
  " AND o.create_us >= ? AND o.create_us < ? AND (? = '' OR FIND_IN_SET(o.shop_id, ?) > 0)" \
  " AND o.pay_us IS NOT NULL"
#define ORDERS                                                                      \
  " FROM sales_order o WHERE o.org_id = ? AND o.create_us >= ? AND o.create_us < ?" \
  " AND (? = '' OR FIND_IN_SET(o.shop_id, ?) > 0) AND o.pay_us IS NOT NULL"
#define LEFT_HOUSE                                                                  \
  " FROM shipped_line s WHERE s.org_id = ? AND s.ship_day >= ? AND s.ship_day <= ?" \
  " AND (? = '' OR FIND_IN_SET(s.shop_id, ?) > 0) AND NOT s.mixed"
constexpr Sql kSoldOfSku{"SELECT l.sku, SUM(l.quantity)" SOLD " AND l.sku IN (?*) GROUP BY l.sku"};
constexpr Sql kSoldOfCategory{"SELECT l.category, SUM(l.quantity)" SOLD
                              " AND l.category IN (?*) GROUP BY l.category"};
constexpr Sql kShippedOfNode{"SELECT s.node_id, SUM(s.pieces)" LEFT_HOUSE
                             " AND s.node_id IN (?*) GROUP BY s.node_id"};
constexpr Sql kShippedOfLot{"SELECT CONCAT(s.sku, '|', s.lot), SUM(s.pieces)" LEFT_HOUSE
                            " AND CONCAT(s.sku, '|', s.lot) IN (?*) GROUP BY s.sku, s.lot"};
constexpr Sql kOrdersOfCarrier{"SELECT o.carrier, COUNT(*)" ORDERS
                               " AND o.carrier IN (?*) GROUP BY o.carrier"};
constexpr Sql kOrdersOfShop{"SELECT o.shop_id, COUNT(*)" ORDERS
                            " AND o.shop_id IN (?*) GROUP BY o.shop_id"};

const Sql* SoldOf(ReasonDimension by) {
  switch (by) {
    case ReasonDimension::kSku:
      return &kSoldOfSku;
    case ReasonDimension::kCategory:
      return &kSoldOfCategory;
    case ReasonDimension::kNode:
      return &kShippedOfNode;
    case ReasonDimension::kLot:
      return &kShippedOfLot;
    case ReasonDimension::kCarrier:
      return &kOrdersOfCarrier;
    case ReasonDimension::kShop:
      return &kOrdersOfShop;
    default:
      return nullptr;
  }
}

}  // namespace

absl::StatusOr<CaseCounts> CountCases(db::Transaction& t, const ReasonQuery& query,
                                      absl::Time previous_from) {
  const int64_t from = ToMicros(query.period.from);
  const std::vector<ReasonGroup> groups = GroupsOf(query);
  FigureSql sql;
  sql.Add("SELECT SUM(c.receive_us >= ?), SUM(c.receive_us < ?)", {from, from});
  AddCases(query, previous_from, groups, ReasonDimension::kUnspecified, sql);
  ASSIGN_OR_RETURN(const db::Rows rows, sql.Query(t));
  return CaseCounts{rows.front().Int(0), rows.front().Int(1)};
}

absl::StatusOr<std::vector<ReasonRow>> Reasons(db::Transaction& t, const ReasonQuery& query,
                                               ReasonDimension by, absl::Time previous_from,
                                               const ReasonPage& page) {
  const int64_t from = ToMicros(query.period.from);
  const int64_t after =
      page.after_cases == 0 ? std::numeric_limits<int64_t>::max() : page.after_cases;
  const std::vector<ReasonGroup> groups = GroupsOf(query);
  FigureSql sql;
  sql.Add("SELECT v, SUM(now_in) AS n, SUM(1 - now_in), SUM(cost) FROM (SELECT ")
      .Add(OfLine(DimensionOf(by).value))
      .Add(" AS v, c.receive_us >= ? AS now_in, IF(c.receive_us >= ?, ", {from, from})
      .Add(kCost, {query.currency})
      .Add(", 0) AS cost");
  AddCases(query, previous_from, groups, by, sql);
  sql.Add(
      ") x GROUP BY v HAVING n >= ? AND (n < ? OR (n = ? AND v > ?)) ORDER BY n DESC, v LIMIT ?",
      {page.least_cases, after, after, page.after_value, page.limit});
  ASSIGN_OR_RETURN(const db::Rows rows, sql.Query(t));
  std::vector<ReasonRow> reasons;
  for (const Row row : rows) {
    reasons.push_back({row.Str(0), row.Int(1), row.Int(2), row.Int(3), 0});
  }
  return reasons;
}

absl::Status FillSold(db::Transaction& t, const CasePeriod& p, ReasonDimension by,
                      std::span<ReasonRow> rows) {
  const Sql* const sql = SoldOf(by);
  if (sql == nullptr) return absl::OkStatus();
  std::vector<Param> values;
  std::map<std::string_view, ReasonRow*> at;
  for (ReasonRow& row : rows) {
    if (row.value.empty()) continue;
    values.emplace_back(row.value);
    at[row.value] = &row;
  }
  const bool by_day = by == ReasonDimension::kNode || by == ReasonDimension::kLot;
  const Param from = by_day ? Param(p.first) : Param(ToMicros(p.from));
  const Param to = by_day ? Param(p.last) : Param(ToMicros(p.to));
  ASSIGN_OR_RETURN(const db::Rows sold,
                   t.QueryIn(*sql, {p.org_id, from, to, p.shops, p.shops}, values));
  for (const Row row : sold) {
    const auto found = at.find(row.Text(0));
    if (found != at.end()) found->second->sold = row.Int(1);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::map<absl::Time, int64_t>> CasesByQuarter(db::Transaction& t,
                                                             const ReasonQuery& query) {
  const std::vector<ReasonGroup> groups = GroupsOf(query);
  FigureSql sql;
  sql.Add("SELECT c.receive_us DIV ? AS quarter, COUNT(*)", {kQuarter});
  AddCases(query, query.period.from, groups, ReasonDimension::kUnspecified, sql);
  sql.Add(" GROUP BY quarter");
  ASSIGN_OR_RETURN(const db::Rows rows, sql.Query(t));
  std::map<absl::Time, int64_t> cases;
  for (const Row row : rows) cases[FromMicros(row.Int(0) * kQuarter)] = row.Int(1);
  return cases;
}

absl::StatusOr<std::vector<FigureCase>> CasesOf(db::Transaction& t, const ReasonQuery& query,
                                                const ReasonGroup& group, const CasesAfter& page) {
  const int64_t after = ToMicros(page.receive_time);
  std::vector<ReasonGroup> groups = GroupsOf(query);
  groups.push_back(group);
  FigureSql sql;
  sql.Add("SELECT c.case_id, c.shop_id, c.order_id, c.kind, c.receive_us, ")
      .Add(kCost, {query.currency});
  AddCases(query, std::max(query.period.from, page.receive_time), groups,
           ReasonDimension::kUnspecified, sql);
  sql.Add(
      " AND (c.receive_us > ? OR (c.receive_us = ? AND c.case_id > ?))"
      " ORDER BY c.receive_us, c.case_id LIMIT ?",
      {after, after, page.case_id, page.limit});
  ASSIGN_OR_RETURN(const db::Rows rows, sql.Query(t));
  std::vector<FigureCase> cases;
  for (const Row row : rows) {
    cases.push_back({row.Str(0), row.Str(1), row.Str(2), EnumAt<domain::CaseKind>(row, 3),
                     row.Time(4), row.Int(5)});
  }
  return cases;
}

}  // namespace kefu::aftersales::store
