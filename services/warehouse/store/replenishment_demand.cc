// Demand history, and the stock it is held against.
#include <algorithm>

#include "common/status/status_macros.h"
#include "services/warehouse/store/replenishment.h"
#include "services/warehouse/store/rows.h"

namespace kefu::warehouse::store {
namespace {

constexpr db::Sql kFind{
    "SELECT node_id, series_id, day, quantity FROM demand_day"
    " WHERE org_id = ? AND series_kind = ? AND (node_id, series_id, day) IN (?*)"};
constexpr std::string_view kInsert =
    "INSERT INTO demand_day (org_id, series_kind, node_id, series_id, day, quantity)";
constexpr std::string_view kReplace = " ON DUPLICATE KEY UPDATE quantity = VALUES(quantity)";
constexpr db::Sql kLastDay{
    "SELECT MAX(day) FROM demand_day WHERE org_id = ? AND series_kind = ? AND node_id = ?"};
constexpr db::Sql kKnownDays{
    "SELECT DISTINCT day FROM demand_day"
    " WHERE org_id = ? AND series_kind = ? AND node_id = ? AND day BETWEEN ? AND ? ORDER BY day"};
constexpr db::Sql kSeries{
    "SELECT DISTINCT series_id FROM demand_day"
    " WHERE org_id = ? AND series_kind = ? AND node_id = ? ORDER BY series_id"};
constexpr db::Sql kDemand{
    "SELECT series_id, day, quantity FROM demand_day"
    " WHERE org_id = ? AND series_kind = ? AND node_id = ? AND series_id IN (?*)"
    " AND day BETWEEN ? AND ? ORDER BY series_id, day"};
// Of the organization's own goods, as the stock below: what consignors sold, they replenish.
constexpr db::Sql kShipments{
    "SELECT sku_id, business_date, SUM(quantity) FROM ledger_entry"
    " WHERE org_id = ? AND node_id = ? AND owner_id = '' AND to_account = 'CUSTOMER'"
    " AND business_date BETWEEN ? AND ?"
    " GROUP BY sku_id, business_date ORDER BY sku_id, business_date"};
constexpr db::Sql kSkuStock{
    "SELECT sku_id, SUM(available), SUM(in_transit) FROM stock_total"
    " WHERE org_id = ? AND sku_id IN (?*) AND owner_id = '' AND stock_condition = 'SELLABLE'"
    " AND (? = '' OR node_id = ?) GROUP BY sku_id"};
constexpr db::Sql kCategoryStock{
    "SELECT s.category, SUM(t.available), SUM(t.in_transit) FROM sku AS s"
    " JOIN stock_total AS t ON t.org_id = s.org_id AND t.sku_id = s.sku_id"
    " WHERE s.org_id = ? AND s.category IN (?*) AND t.owner_id = ''"
    " AND t.stock_condition = 'SELLABLE' AND (? = '' OR t.node_id = ?) GROUP BY s.category"};
constexpr size_t kMaxTuples = 1000;  // of one IN list

std::string KeyOf(std::string_view node_id, std::string_view series_id, absl::CivilDay day) {
  std::string key(node_id);
  key.append(1, '\n').append(series_id).append(1, '\n');
  return key.append(std::to_string(day - absl::CivilDay(1970, 1, 1)));
}

std::vector<db::Param> Params(std::span<const std::string> texts) {
  return {texts.begin(), texts.end()};
}

}  // namespace

absl::StatusOr<std::vector<std::optional<int64_t>>> FindDemand(db::Transaction& t,
                                                               std::string_view org_id,
                                                               std::string_view kind,
                                                               std::span<const DemandRow> rows) {
  std::map<std::string, int64_t> stored;
  for (size_t begin = 0; begin < rows.size(); begin += kMaxTuples) {
    std::vector<db::Param> list;
    for (const DemandRow& row : rows.subspan(begin, std::min(kMaxTuples, rows.size() - begin))) {
      list.insert(list.end(), {row.node_id, row.series_id, row.day});
    }
    ASSIGN_OR_RETURN(const db::Rows found, t.QueryIn(kFind, {org_id, kind}, list, 3));
    for (const db::Row row : found) {
      stored[KeyOf(row.Text(0), row.Text(1), row.Day(2))] = row.Int(3);
    }
  }
  std::vector<std::optional<int64_t>> result;
  for (const DemandRow& row : rows) {
    const auto at = stored.find(KeyOf(row.node_id, row.series_id, row.day));
    result.push_back(at == stored.end() ? std::nullopt : std::optional(at->second));
  }
  return result;
}

absl::Status SaveDemand(db::Transaction& t, std::string_view org_id, std::string_view kind,
                        std::span<const DemandRow> rows) {
  std::vector<db::Param> flat;
  flat.reserve(rows.size() * 6);
  for (const DemandRow& row : rows) {
    flat.insert(flat.end(), {org_id, kind, row.node_id, row.series_id, row.day, row.quantity});
  }
  return t.InsertMany(kInsert, 6, flat, kReplace).status();
}

absl::StatusOr<std::optional<absl::CivilDay>> LastDemandDay(db::Reader reader,
                                                            const DemandScope& scope) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   reader.Query(kLastDay, {scope.org_id, scope.kind, scope.node_id}));
  return rows.front().OptDay(0);
}

absl::StatusOr<std::vector<absl::CivilDay>> KnownDays(db::Reader reader, const DemandScope& scope,
                                                      DayRange days) {
  return Collect(
      reader.Query(kKnownDays, {scope.org_id, scope.kind, scope.node_id, days.first, days.last}),
      [](const db::Row& row) { return row.Day(0); });
}

absl::StatusOr<std::vector<std::string>> DemandSeries(db::Reader reader, const DemandScope& scope) {
  return Collect(reader.Query(kSeries, {scope.org_id, scope.kind, scope.node_id}),
                 [](const db::Row& row) { return row.Str(0); });
}

absl::StatusOr<std::vector<DemandRow>> ReadDemand(db::Transaction& t, const DemandScope& scope,
                                                  std::span<const std::string> series_ids,
                                                  DayRange days) {
  return Collect(t.QueryIn(kDemand, {scope.org_id, scope.kind, scope.node_id}, Params(series_ids),
                           1, {days.first, days.last}),
                 [&](const db::Row& row) {
                   return DemandRow{std::string(scope.node_id), row.Str(0), row.Day(1), row.Int(2)};
                 });
}

absl::StatusOr<std::vector<DemandRow>> ReadShipments(db::Reader reader, std::string_view org_id,
                                                     std::string_view node_id, DayRange days) {
  return Collect(reader.Query(kShipments, {org_id, node_id, days.first, days.last}),
                 [&](const db::Row& row) {
                   return DemandRow{std::string(node_id), row.Str(0), row.Day(1), row.Int(2)};
                 });
}

absl::StatusOr<std::map<std::string, SeriesStock>> StockOfSeries(
    db::Transaction& t, const DemandScope& scope, std::span<const std::string> series_ids) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.QueryIn(scope.kind == "SKU" ? kSkuStock : kCategoryStock, {scope.org_id},
                             Params(series_ids), 1, {scope.node_id, scope.node_id}));
  std::map<std::string, SeriesStock> stock;
  for (const db::Row row : rows) stock[row.Str(0)] = {row.Int(1), row.Int(2)};
  return stock;
}

}  // namespace kefu::warehouse::store
