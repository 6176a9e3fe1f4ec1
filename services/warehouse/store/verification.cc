#include "services/warehouse/store/verification.h"

#include <nlohmann/json.hpp>

#include "common/status/status_macros.h"
#include "services/warehouse/store/rows.h"

namespace kefu::warehouse::store {
namespace {

constexpr db::Sql kNodes{
    "SELECT node_id, MAX(has_node), MAX(has_chain) FROM ("
    " SELECT node_id, 1 AS has_node, 0 AS has_chain FROM node WHERE org_id = ?"
    " UNION ALL SELECT node_id, 0, 1 FROM ledger_chain WHERE org_id = ?) AS n"
    " GROUP BY node_id ORDER BY node_id"};

// One row of chain columns before each row; a chain without rows is one row of them alone.
#define CHAIN_COLUMNS                                                                      \
  "c.entry_number, c.entry_sha256, COALESCE((SELECT e.entry_number FROM ledger_entry AS e" \
  " WHERE e.org_id = ? AND e.node_id = ? ORDER BY e.entry_number DESC LIMIT 1), 0)"
#define FROM_CHAIN \
  " FROM (SELECT 1 AS one) AS base LEFT JOIN ledger_chain AS c ON c.org_id = ? AND c.node_id = ?"
#define TOTAL_COLUMNS "sku_id, owner_id, stock_condition, on_hand, reserved, in_transit, version"
#define BIN_COLUMNS "sku_id, owner_id, stock_condition, lot, location, on_hand"

constexpr db::Sql kTotals{
    "SELECT " CHAIN_COLUMNS ", r.*" FROM_CHAIN " LEFT JOIN (SELECT " TOTAL_COLUMNS
    " FROM stock_total FORCE INDEX (stock_total_node) WHERE org_id = ? AND node_id = ?"
    " AND (sku_id > ? OR (sku_id = ? AND owner_id > ?)"
    " OR (sku_id = ? AND owner_id = ? AND stock_condition > ?))"
    " ORDER BY sku_id, owner_id, stock_condition LIMIT ?) AS r ON TRUE"
    " ORDER BY r.sku_id, r.owner_id, r.stock_condition"};
constexpr db::Sql kTotal{
    "SELECT " CHAIN_COLUMNS ", r.*" FROM_CHAIN " LEFT JOIN (SELECT " TOTAL_COLUMNS
    " FROM stock_total WHERE org_id = ? AND node_id = ? AND sku_id = ? AND owner_id = ?"
    " AND stock_condition = ?) AS r ON TRUE"};
constexpr db::Sql kBins{
    "SELECT " CHAIN_COLUMNS ", r.*" FROM_CHAIN " LEFT JOIN (SELECT " BIN_COLUMNS
    " FROM stock FORCE INDEX (stock_node) WHERE org_id = ? AND node_id = ?"
    " AND (sku_id > ? OR (sku_id = ? AND owner_id > ?)"
    " OR (sku_id = ? AND owner_id = ? AND stock_condition > ?)"
    " OR (sku_id = ? AND owner_id = ? AND stock_condition = ? AND lot > ?)"
    " OR (sku_id = ? AND owner_id = ? AND stock_condition = ? AND lot = ? AND location > ?))"
    " ORDER BY sku_id, owner_id, stock_condition, lot, location LIMIT ?) AS r ON TRUE"
    " ORDER BY r.sku_id, r.owner_id, r.stock_condition, r.lot, r.location"};
constexpr db::Sql kBin{
    "SELECT " CHAIN_COLUMNS ", r.*" FROM_CHAIN " LEFT JOIN (SELECT " BIN_COLUMNS
    " FROM stock WHERE org_id = ? AND node_id = ? AND sku_id = ? AND owner_id = ?"
    " AND stock_condition = ? AND lot = ? AND location = ?) AS r ON TRUE"};

#define LAST_ENTRIES                                                                         \
  "SELECT 0 AS kind, c.node_id AS id, COALESCE((SELECT e.entry_number"                       \
  " FROM ledger_entry AS e WHERE e.org_id = c.org_id AND e.node_id = c.node_id"              \
  " ORDER BY e.entry_number DESC LIMIT 1), 0) AS number, '' AS state, '' AS line_list FROM " \
  "ledger_chain AS c WHERE c.org_id = ?"
constexpr db::Sql kOpen{
    LAST_ENTRIES
    " UNION ALL SELECT 1, r.reservation_id, 0, r.state, r.line_list"
    " FROM (SELECT reservation_id, state, line_list"
    " FROM reservation WHERE org_id = ? AND reservation_id > ?"
    " AND state IN ('HELD', 'CONFIRMED') ORDER BY reservation_id LIMIT ?) AS r"};
constexpr db::Sql kOpenOne{LAST_ENTRIES
                           " UNION ALL SELECT 1, reservation_id, 0, state, line_list"
                           " FROM reservation WHERE org_id = ? AND reservation_id = ?"
                           " AND state IN ('HELD', 'CONFIRMED')"};
constexpr db::Sql kOrganizations{"SELECT DISTINCT org_id FROM ledger_chain ORDER BY org_id"};
#undef CHAIN_COLUMNS
#undef FROM_CHAIN
#undef TOTAL_COLUMNS
#undef BIN_COLUMNS
#undef LAST_ENTRIES

constexpr size_t kRow = 3;  // the first column after those of the chain

template <class Record, class F>
absl::StatusOr<Snapshot<Record>> SnapshotOf(absl::StatusOr<db::Rows> rows, F from_row) {
  RETURN_IF_ERROR(rows.status());
  Snapshot<Record> snapshot;
  for (const db::Row row : *rows) {
    if (!row.IsNull(0)) snapshot.head = {row.Int(0), row.Str(1)};
    snapshot.last_entry = row.Int(2);
    if (!row.IsNull(kRow)) snapshot.rows.push_back(from_row(row));
  }
  return snapshot;
}

domain::TotalKey KeyFrom(const db::Row& row, std::string_view node_id) {
  return {row.Str(kRow), row.Str(kRow + 1), std::string(node_id),
          EnumAt<domain::StockCondition>(row, kRow + 2)};
}

auto TotalFrom(std::string_view node_id) {
  return [node_id](const db::Row& row) {
    return domain::StockTotal{.key = KeyFrom(row, node_id),
                              .on_hand = row.Int(kRow + 3),
                              .reserved = row.Int(kRow + 4),
                              .in_transit = row.Int(kRow + 5),
                              .version = row.Int(kRow + 6)};
  };
}

auto BinFrom(std::string_view node_id) {
  return [node_id](const db::Row& row) {
    return domain::BinRow{{KeyFrom(row, node_id), row.Str(kRow + 3), row.Str(kRow + 4)},
                          row.Int(kRow + 5)};
  };
}

absl::StatusOr<OpenReservations> OpenFrom(absl::StatusOr<db::Rows> rows) {
  RETURN_IF_ERROR(rows.status());
  OpenReservations open;
  for (const db::Row row : *rows) {
    if (row.Int(0) == 0) {
      open.last_entries[row.Str(1)] = row.Int(2);
      continue;
    }
    domain::Reservation reservation;
    reservation.id = row.Str(1);
    reservation.state = EnumAt<domain::ReservationState>(row, 3);
    for (const auto& line : nlohmann::json::parse(row.Text(4), nullptr, false)) {
      reservation.lines.push_back({line[0], line[1], line[2], line[3], line[4]});
    }
    open.rows.push_back(std::move(reservation));
  }
  return open;
}

}  // namespace

absl::StatusOr<std::vector<NodeChain>> NodeChains(db::Reader reader, std::string_view org_id) {
  return Collect(reader.Query(kNodes, {org_id, org_id}), [](const db::Row& row) {
    return NodeChain{row.Str(0), row.Bool(1), row.Bool(2)};
  });
}

absl::StatusOr<Snapshot<domain::StockTotal>> TotalsOfNode(
    db::Reader reader, std::string_view org_id, std::string_view node_id,
    const std::optional<domain::TotalKey>& after, int limit) {
  const std::string_view sku = after ? std::string_view(after->sku_id) : "",
                         owner = after ? std::string_view(after->owner_id) : "",
                         condition = after ? NameOf(after->condition) : "";
  return SnapshotOf<domain::StockTotal>(
      reader.Query(kTotals, {org_id, node_id, org_id, node_id, org_id, node_id, sku, sku, owner,
                             sku, owner, condition, limit}),
      TotalFrom(node_id));
}

absl::StatusOr<Snapshot<domain::BinRow>> BinsOfNode(db::Reader reader, std::string_view org_id,
                                                    std::string_view node_id,
                                                    const std::optional<domain::StockKey>& after,
                                                    int limit) {
  const std::string_view sku = after ? std::string_view(after->total.sku_id) : "",
                         owner = after ? std::string_view(after->total.owner_id) : "",
                         condition = after ? NameOf(after->total.condition) : "",
                         lot = after ? std::string_view(after->lot) : "",
                         location = after ? std::string_view(after->location) : "";
  return SnapshotOf<domain::BinRow>(
      reader.Query(kBins, {org_id, node_id, org_id,    node_id,   org_id,   node_id, sku,       sku,
                           owner,  sku,     owner,     condition, sku,      owner,   condition, lot,
                           sku,    owner,   condition, lot,       location, limit}),
      BinFrom(node_id));
}

absl::StatusOr<Snapshot<domain::StockTotal>> TotalOf(db::Reader reader, std::string_view org_id,
                                                     const domain::TotalKey& key) {
  const std::string& node = key.node_id;
  return SnapshotOf<domain::StockTotal>(
      reader.Query(kTotal, {org_id, node, org_id, node, org_id, node, key.sku_id, key.owner_id,
                            NameOf(key.condition)}),
      TotalFrom(node));
}

absl::StatusOr<Snapshot<domain::BinRow>> BinOf(db::Reader reader, std::string_view org_id,
                                               const domain::StockKey& key) {
  const std::string& node = key.total.node_id;
  return SnapshotOf<domain::BinRow>(
      reader.Query(kBin, {org_id, node, org_id, node, org_id, node, key.total.sku_id,
                          key.total.owner_id, NameOf(key.total.condition), key.lot, key.location}),
      BinFrom(node));
}

absl::StatusOr<OpenReservations> ReadOpenReservations(db::Reader reader, std::string_view org_id,
                                                      std::string_view after, int limit) {
  return OpenFrom(reader.Query(kOpen, {org_id, org_id, after, limit}));
}

absl::StatusOr<OpenReservations> ReadOpenReservation(db::Reader reader, std::string_view org_id,
                                                     std::string_view id) {
  return OpenFrom(reader.Query(kOpenOne, {org_id, org_id, id}));
}

absl::StatusOr<std::vector<std::string>> OrganizationsWithLedger(db::Reader reader) {
  return Collect(reader.Query(kOrganizations, {}), [](const db::Row& row) { return row.Str(0); });
}

}  // namespace kefu::warehouse::store
