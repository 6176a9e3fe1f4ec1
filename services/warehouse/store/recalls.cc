#include "services/warehouse/store/recalls.h"

#include <nlohmann/json.hpp>

#include "common/status/status_macros.h"
#include "services/warehouse/errors_outbound.h"
#include "services/warehouse/store/rows.h"

namespace kefu::warehouse::store {
namespace {

using nlohmann::json;

#define RECALL_COLUMNS \
  "recall_id, sku_id, lot, reason, state, quarantine_list, actor, version, create_us, update_us"

constexpr std::string_view kInsert = "INSERT INTO lot_recall (org_id, " RECALL_COLUMNS ")";
constexpr db::Sql kUpdate{
    "UPDATE lot_recall SET state = ?, quarantine_list = ?, version = ?, update_us = ?"
    " WHERE org_id = ? AND recall_id = ?"};
constexpr db::Sql kFind{"SELECT " RECALL_COLUMNS
                        " FROM lot_recall WHERE org_id = ? AND recall_id = ?"};
constexpr db::Sql kLock{"SELECT " RECALL_COLUMNS
                        " FROM lot_recall WHERE org_id = ? AND recall_id = ? FOR UPDATE"};
constexpr db::Sql kLockActive{"SELECT " RECALL_COLUMNS
                              " FROM lot_recall WHERE org_id = ? AND sku_id = ? AND lot = ?"
                              " AND state = 'ACTIVE' FOR UPDATE"};
#undef RECALL_COLUMNS

constexpr db::Sql kRowsOfLot{
    "SELECT sku_id, owner_id, node_id, stock_condition, lot, location, on_hand, allocated"
    " FROM stock WHERE org_id = ? AND sku_id = ? AND lot = ? AND stock_condition = ?"
    " AND on_hand > 0 ORDER BY sku_id, owner_id, node_id, stock_condition, lot, location"};
constexpr db::Sql kBlocked{
    "SELECT DISTINCT l.org_id, l.sku_id, l.lot FROM lot AS l"
    " JOIN stock AS s ON s.org_id = l.org_id AND s.sku_id = l.sku_id AND s.lot = l.lot"
    " WHERE (l.state = 'RECALLED' OR l.expiry_date < ?) AND s.stock_condition = 'SELLABLE'"
    " AND s.on_hand > s.allocated AND (l.org_id > ? OR (l.org_id = ? AND l.sku_id > ?)"
    " OR (l.org_id = ? AND l.sku_id = ? AND l.lot > ?))"
    " ORDER BY l.org_id, l.sku_id, l.lot LIMIT ?"};
constexpr db::Sql kExpiring{
    "SELECT s.node_id, s.sku_id, s.owner_id, s.lot, l.expiry_date, l.state, SUM(s.on_hand),"
    " SUM(s.allocated) FROM lot AS l"
    " JOIN stock AS s ON s.org_id = l.org_id AND s.sku_id = l.sku_id AND s.lot = l.lot"
    " WHERE l.org_id = ? AND l.expiry_date <= ? AND s.stock_condition = 'SELLABLE'"
    " AND s.on_hand > 0 AND (? = '' OR s.node_id = ?) AND (l.expiry_date > ?"
    " OR (l.expiry_date = ? AND s.sku_id > ?)"
    " OR (l.expiry_date = ? AND s.sku_id = ? AND s.lot > ?)"
    " OR (l.expiry_date = ? AND s.sku_id = ? AND s.lot = ? AND s.node_id > ?)"
    " OR (l.expiry_date = ? AND s.sku_id = ? AND s.lot = ? AND s.node_id = ? AND s.owner_id > ?))"
    " GROUP BY l.expiry_date, s.sku_id, s.lot, s.node_id, s.owner_id, l.state"
    " ORDER BY l.expiry_date, s.sku_id, s.lot, s.node_id, s.owner_id LIMIT ?"};

constexpr db::Sql kPromised{
    "SELECT r.reservation_id, r.order_id, r.channel, '', line.node_id,"
    " line.quantity - line.shipped FROM reservation AS r, JSON_TABLE(r.line_list, '$[*]' COLUMNS ("
    "node_id VARCHAR(64) PATH '$[0]', sku_id VARCHAR(64) PATH '$[1]',"
    " quantity BIGINT PATH '$[3]', shipped BIGINT PATH '$[4]')) AS line"
    " WHERE r.org_id = ? AND r.state IN ('HELD', 'CONFIRMED')"
    " AND r.line_list LIKE CONCAT('%\"', ?, '\"%') AND line.sku_id = ?"
    " AND line.quantity > line.shipped AND line.node_id IN (?*)"
    " ORDER BY r.reservation_id, line.node_id LIMIT ?"};
constexpr db::Sql kInWork{
    "SELECT s.reservation_id, s.order_id, s.channel, s.shipment_id, s.node_id,"
    " SUM(IF(p.state = 'OPEN', p.quantity, p.done)) FROM pick_task AS p"
    " JOIN shipment AS s ON s.org_id = p.org_id AND s.shipment_id = p.shipment_id"
    " WHERE p.org_id = ? AND p.sku_id = ? AND p.lot = ? AND p.kind = 'PICK'"
    " AND (p.state = 'OPEN' OR p.done > 0) AND s.state IN ('PICKING', 'PICKED', 'PACKED')"
    " GROUP BY s.reservation_id, s.order_id, s.channel, s.shipment_id, s.node_id"
    " ORDER BY s.shipment_id LIMIT ?"};
// Through the nodes where the lot has ever lain, whose rows of stock stay.
constexpr db::Sql kShipped{
    "SELECT COALESCE(r.reservation_id, e.reference), COALESCE(r.order_id, ''),"
    " COALESCE(r.channel, ''), COALESCE(s.shipment_id, ''), e.node_id, SUM(e.quantity)"
    " FROM (SELECT DISTINCT org_id, node_id FROM stock WHERE org_id = ? AND sku_id = ? AND lot = ?)"
    " AS n JOIN ledger_entry AS e ON e.org_id = n.org_id AND e.node_id = n.node_id"
    " LEFT JOIN reservation AS r ON r.org_id = e.org_id"
    " AND r.reservation_id = CONVERT(e.reference USING ascii) COLLATE ascii_bin"
    " LEFT JOIN shipment AS s ON s.org_id = e.org_id"
    " AND s.shipment_id = CONVERT(e.note USING ascii) COLLATE ascii_bin"
    " WHERE e.org_id = ? AND e.sku_id = ? AND e.lot = ? AND e.to_account = 'CUSTOMER'"
    " GROUP BY r.reservation_id, e.reference, r.order_id, r.channel, s.shipment_id, e.node_id"
    " ORDER BY MAX(e.record_us) DESC, e.node_id LIMIT ?"};

std::string QuarantineList(const domain::Recall& recall) {
  auto list = json::array();
  for (const domain::RowPieces& pieces : recall.quarantined) {
    const domain::TotalKey& key = pieces.key.total;
    list.push_back({key.node_id, key.owner_id, pieces.key.location, pieces.quantity});
  }
  return list.dump();
}

domain::Recall RecallFrom(const db::Row& row) {
  domain::Recall recall{.id = row.Str(0),
                        .sku_id = row.Str(1),
                        .lot = row.Str(2),
                        .reason = row.Str(3),
                        .state = EnumAt<domain::RecallState>(row, 4),
                        .actor = row.Str(6),
                        .info = InfoAt(row, 7)};
  // The database has checked that it is JSON; only this file writes it.
  for (const auto& item : json::parse(row.Text(5), nullptr, /*allow_exceptions=*/false)) {
    recall.quarantined.push_back(
        {{{recall.sku_id, item[1], item[0]}, recall.lot, item[2]}, item[3]});
  }
  return recall;
}

absl::StatusOr<domain::Recall> One(db::Transaction& t, db::Sql sql, std::string_view org_id,
                                   std::string_view id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(sql, {org_id, id}));
  if (rows.empty()) return error::RecallNotFound(id);
  return RecallFrom(rows.front());
}

domain::LotRow LotRowFrom(const db::Row& row) {
  return {{{row.Str(0), row.Str(1), row.Str(2), EnumAt<domain::StockCondition>(row, 3)},
           row.Str(4),
           row.Str(5)},
          row.Int(6),
          row.Int(7)};
}

Exposure ExposureFrom(const db::Row& row) {
  return {row.Str(0), row.Str(1), row.Str(2), row.Str(3), row.Str(4), row.Int(5)};
}

ExpiringRow ExpiringFrom(const db::Row& row) {
  return {.key = {row.Str(1), row.Str(2), row.Str(0)},
          .lot = {.sku_id = row.Str(1),
                  .lot = row.Str(3),
                  .expiry_date = row.OptDay(4),
                  .state = EnumAt<domain::LotState>(row, 5)},
          .on_hand = row.Int(6),
          .allocated = row.Int(7)};
}

}  // namespace

absl::Status Insert(db::Transaction& t, std::string_view org_id, const domain::Recall& recall) {
  const std::string list = QuarantineList(recall);
  const std::vector<db::Param> flat = {org_id,
                                       recall.id,
                                       recall.sku_id,
                                       recall.lot,
                                       recall.reason,
                                       NameOf(recall.state),
                                       list,
                                       recall.actor,
                                       recall.info.version,
                                       recall.info.create_time,
                                       recall.info.update_time};
  return t.InsertMany(kInsert, 11, flat).status();
}

absl::Status Update(db::Transaction& t, std::string_view org_id, const domain::Recall& recall) {
  return t
      .Execute(kUpdate, {NameOf(recall.state), QuarantineList(recall), recall.info.version,
                         recall.info.update_time, org_id, recall.id})
      .status();
}

absl::StatusOr<domain::Recall> FindRecall(db::Transaction& t, std::string_view org_id,
                                          std::string_view recall_id) {
  return One(t, kFind, org_id, recall_id);
}

absl::StatusOr<domain::Recall> LockRecall(db::Transaction& t, std::string_view org_id,
                                          std::string_view recall_id) {
  return One(t, kLock, org_id, recall_id);
}

absl::StatusOr<std::optional<domain::Recall>> LockActiveRecall(db::Transaction& t,
                                                               std::string_view org_id,
                                                               std::string_view sku_id,
                                                               std::string_view lot) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kLockActive, {org_id, sku_id, lot}));
  if (rows.empty()) return std::optional<domain::Recall>();
  return std::optional(RecallFrom(rows.front()));
}

absl::StatusOr<std::vector<domain::LotRow>> RowsOfLot(db::Transaction& t, std::string_view org_id,
                                                      std::string_view sku_id, std::string_view lot,
                                                      domain::StockCondition condition) {
  return Collect(t.Query(kRowsOfLot, {org_id, sku_id, lot, NameOf(condition)}), LotRowFrom);
}

absl::StatusOr<std::vector<BlockedLot>> BlockedLots(db::Reader reader, absl::CivilDay day,
                                                    const BlockedLot& after, int limit) {
  return Collect(reader.Query(kBlocked, {day, after.org_id, after.org_id, after.sku_id,
                                         after.org_id, after.sku_id, after.lot, limit}),
                 [](const db::Row& row) {
                   return BlockedLot{row.Str(0), row.Str(1), row.Str(2)};
                 });
}

absl::StatusOr<std::vector<ExpiringRow>> ListExpiring(db::Reader reader, std::string_view org_id,
                                                      std::string_view node_id,
                                                      absl::CivilDay until,
                                                      const ExpiringCursor& after, int limit) {
  const auto& [day, sku, lot, node, owner] = after;
  return Collect(
      reader.Query(kExpiring, {org_id, until, node_id, node_id, day, day, sku, day,  sku,   lot,
                               day,    sku,   lot,     node,    day, sku, lot, node, owner, limit}),
      ExpiringFrom);
}

absl::StatusOr<std::vector<Exposure>> PromisedOf(db::Transaction& t, std::string_view org_id,
                                                 std::string_view sku_id,
                                                 const std::set<std::string>& node_ids, int limit) {
  const std::vector<db::Param> list(node_ids.begin(), node_ids.end());
  return Collect(t.QueryIn(kPromised, {org_id, sku_id, sku_id}, list, 1, {limit}), ExposureFrom);
}

absl::StatusOr<std::vector<Exposure>> InWorkOf(db::Transaction& t, std::string_view org_id,
                                               std::string_view sku_id, std::string_view lot,
                                               int limit) {
  return Collect(t.Query(kInWork, {org_id, sku_id, lot, limit}), ExposureFrom);
}

absl::StatusOr<std::vector<Exposure>> ShippedOf(db::Transaction& t, std::string_view org_id,
                                                std::string_view sku_id, std::string_view lot,
                                                int limit) {
  return Collect(t.Query(kShipped, {org_id, sku_id, lot, org_id, sku_id, lot, limit}),
                 ExposureFrom);
}

}  // namespace kefu::warehouse::store
