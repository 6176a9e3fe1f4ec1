#include "services/aftersales/store/shipped.h"

#include <algorithm>

#include "common/status/status_macros.h"
#include "common/time/civil.h"

namespace kefu::aftersales::store {
namespace {

using db::Param;
using db::Row;
using db::Sql;

constexpr std::string_view kAddShipped =
    "INSERT INTO shipped_line"
    " (org_id, shop_id, order_id, sku, node_id, lot, ship_day, pieces, mixed)";
constexpr std::string_view kAddShippedTail =
    " ON DUPLICATE KEY UPDATE mixed = mixed OR node_id <> VALUES(node_id) OR lot <> VALUES(lot),"
    " pieces = pieces + VALUES(pieces), ship_day = LEAST(ship_day, VALUES(ship_day))";
constexpr Sql kOrganizations{
    "SELECT DISTINCT org_id FROM shipped_line WHERE ship_day >= ? ORDER BY org_id"};
constexpr Sql kCountSeries{
    "SELECT COUNT(DISTINCT sku, node_id, lot) FROM shipped_line"
    " WHERE org_id = ? AND ship_day >= ? AND ship_day <= ? AND NOT mixed"};
constexpr Sql kSeries{
    "SELECT node_id, lot, ship_day, SUM(pieces) FROM shipped_line"
    " WHERE org_id = ? AND sku = ? AND ship_day >= ? AND ship_day <= ? AND NOT mixed"
    " GROUP BY node_id, lot, ship_day ORDER BY node_id, lot, ship_day"};
// parts & 1: the case names goods.
constexpr Sql kCasesWithGoods{
    "SELECT c.case_id, c.shop_id, c.order_id, c.receive_us, s.sku, s.node_id, s.lot, s.ship_day"
    " FROM aftersales_case c JOIN case_line l ON l.org_id = c.org_id AND l.case_id = c.case_id"
    " JOIN shipped_line s ON s.org_id = c.org_id AND s.shop_id = c.shop_id"
    " AND s.order_id = c.order_id AND s.sku = l.sku"
    " WHERE c.org_id = ? AND c.receive_us >= ? AND c.receive_us < ?"
    " AND FIND_IN_SET(c.kind, ?) > 0 AND NOT s.mixed"};
constexpr Sql kCasesWithoutGoods{
    "SELECT c.case_id, MIN(c.shop_id), MIN(c.order_id), MIN(c.receive_us), MIN(s.sku),"
    " MIN(s.node_id), MIN(s.lot), MIN(s.ship_day)"
    " FROM aftersales_case c JOIN shipped_line s ON s.org_id = c.org_id"
    " AND s.shop_id = c.shop_id AND s.order_id = c.order_id"
    " WHERE c.org_id = ? AND c.receive_us >= ? AND c.receive_us < ?"
    " AND FIND_IN_SET(c.kind, ?) > 0 AND (c.parts & 1) = 0"
    " GROUP BY c.case_id HAVING COUNT(*) = 1 AND MAX(s.mixed) = 0"};
constexpr Sql kZones{"SELECT shop_id, time_zone FROM shop WHERE org_id = ?"};

}  // namespace

absl::Status AddShipped(db::Transaction& t, std::string_view org_id,
                        std::span<const ShippedPieces> pieces) {
  std::vector<Param> flat;
  for (const ShippedPieces& one : pieces) {
    flat.insert(flat.end(), {org_id, one.shop_id, one.order_id, one.series.sku, one.series.node_id,
                             one.series.lot, one.day, one.pieces, false});
  }
  return t.InsertMany(kAddShipped, 9, flat, kAddShippedTail).status();
}

absl::StatusOr<std::vector<std::string>> OrganizationsThatShip(db::Transaction& t,
                                                               absl::CivilDay since) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kOrganizations, {since}));
  std::vector<std::string> ids;
  for (const Row row : rows) ids.push_back(row.Str(0));
  return ids;
}

absl::StatusOr<int64_t> CountSeries(db::Transaction& t, std::string_view org_id,
                                    absl::CivilDay first, absl::CivilDay last) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kCountSeries, {org_id, first, last}));
  return rows.front().Int(0);
}

absl::StatusOr<std::vector<domain::insight::Series>> SeriesOf(db::Transaction& t,
                                                              std::string_view org_id,
                                                              std::string_view sku,
                                                              absl::CivilDay first,
                                                              absl::CivilDay last) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kSeries, {org_id, sku, first, last}));
  std::vector<domain::insight::Series> series;
  for (const Row row : rows) {
    domain::insight::SeriesKey key{std::string(sku), row.Str(0), row.Str(1)};
    if (series.empty() || series.back().key != key) series.push_back({std::move(key), {}});
    series.back().days.push_back({.day = row.Day(2), .pieces = row.Int(3)});
  }
  return series;
}

absl::StatusOr<std::vector<CaseAboutGoods>> CasesAboutGoods(db::Transaction& t,
                                                            std::string_view org_id,
                                                            std::string_view kinds, absl::Time from,
                                                            absl::Time to) {
  std::vector<CaseAboutGoods> cases;
  for (const Sql& sql : {kCasesWithGoods, kCasesWithoutGoods}) {
    ASSIGN_OR_RETURN(const db::Rows rows,
                     t.Query(sql, {org_id, ToMicros(from), ToMicros(to), kinds}));
    for (const Row row : rows) {
      cases.push_back({row.Str(0),
                       row.Str(1),
                       row.Str(2),
                       row.Time(3),
                       {row.Str(4), row.Str(5), row.Str(6)},
                       row.Day(7)});
    }
  }
  std::ranges::sort(cases, {}, [](const CaseAboutGoods& one) {
    return std::tie(one.receive_time, one.case_id, one.series);
  });
  return cases;
}

absl::StatusOr<std::map<std::string, std::string>> ZonesOf(db::Transaction& t,
                                                           std::string_view org_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kZones, {org_id}));
  std::map<std::string, std::string> zones;
  for (const Row row : rows) zones[row.Str(0)] = row.Str(1);
  return zones;
}

}  // namespace kefu::aftersales::store
