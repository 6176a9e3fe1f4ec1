#include "services/warehouse/store/counts.h"

#include <nlohmann/json.hpp>

#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/warehouse/errors_outbound.h"
#include "services/warehouse/store/rows.h"

namespace kefu::warehouse::store {
namespace {

using nlohmann::json;

#define COUNT_COLUMNS                                                                           \
  "count_id, node_id, state, blind, cause, note, policy_version, approver, version, create_us," \
  " update_us"
#define LINE_COLUMNS                                                                         \
  "line_number, state, sku_id, owner_id, stock_condition, lot, location, snapshot_quantity," \
  " snapshot_entry, held, attempt_list"
#define ROW_COLUMNS "sku_id, owner_id, node_id, stock_condition, lot, location, on_hand, allocated"
#define ROW_ORDER " ORDER BY location, sku_id, owner_id, stock_condition, lot LIMIT ?"

constexpr std::string_view kInsert = "INSERT INTO stock_count (org_id, " COUNT_COLUMNS ")";
constexpr std::string_view kInsertLines =
    "INSERT INTO stock_count_line (org_id, count_id, " LINE_COLUMNS ")";
constexpr std::string_view kReplaceLines =
    " ON DUPLICATE KEY UPDATE state = VALUES(state), held = VALUES(held),"
    " attempt_list = VALUES(attempt_list)";
constexpr db::Sql kUpdate{
    "UPDATE stock_count SET state = ?, approver = ?, version = ?, update_us = ?"
    " WHERE org_id = ? AND count_id = ?"};
constexpr db::Sql kFind{"SELECT " COUNT_COLUMNS
                        " FROM stock_count WHERE org_id = ? AND count_id = ?"};
constexpr db::Sql kLock{"SELECT " COUNT_COLUMNS
                        " FROM stock_count WHERE org_id = ? AND count_id = ? FOR UPDATE"};
constexpr db::Sql kLines{"SELECT " LINE_COLUMNS
                         " FROM stock_count_line WHERE org_id = ? AND count_id = ?"
                         " ORDER BY line_number"};
constexpr db::Sql kList{"SELECT " COUNT_COLUMNS
                        " FROM stock_count WHERE org_id = ? AND count_id > ?"
                        " AND (? = '' OR node_id = ?) AND (? = '' OR state = ?)"
                        " ORDER BY count_id LIMIT ?"};
constexpr db::Sql kListNode{"SELECT " COUNT_COLUMNS
                            " FROM stock_count WHERE org_id = ? AND node_id = ? AND state = ?"
                            " AND count_id > ? ORDER BY count_id LIMIT ?"};

constexpr db::Sql kRows{"SELECT " ROW_COLUMNS
                        " FROM stock WHERE org_id = ? AND node_id = ? AND on_hand > 0" ROW_ORDER};
constexpr db::Sql kRowsOfBins{"SELECT " ROW_COLUMNS
                              " FROM stock WHERE org_id = ? AND node_id = ?"
                              " AND location IN (?*) AND on_hand > 0" ROW_ORDER};
constexpr db::Sql kRowsOfSkus{"SELECT " ROW_COLUMNS
                              " FROM stock WHERE org_id = ? AND node_id = ?"
                              " AND sku_id IN (?*) AND on_hand > 0" ROW_ORDER};
constexpr db::Sql kPicks{
    "SELECT sku_id, COUNT(*) FROM pick_task WHERE org_id = ? AND node_id = ? AND state = 'DONE'"
    " AND update_us >= ? AND kind = 'PICK' GROUP BY sku_id"};
constexpr db::Sql kOnHand{
    "SELECT on_hand FROM stock WHERE org_id = ? AND sku_id = ? AND owner_id = ? AND node_id = ?"
    " AND stock_condition = ? AND lot = ? AND location = ? FOR UPDATE"};
constexpr db::Sql kLastEntry{
    "SELECT entry_number FROM ledger_chain WHERE org_id = ? AND node_id = ?"};
constexpr db::Sql kMoved{
    "SELECT SUM(IF(to_account IN ('FREE', 'RESERVED'), quantity, 0)"
    " - IF(from_account IN ('FREE', 'RESERVED'), quantity, 0)) FROM ledger_entry"
    " WHERE org_id = ? AND node_id = ? AND sku_id = ? AND entry_number > ? AND owner_id = ?"
    " AND stock_condition = ? AND lot = ? AND location = ? AND record_us > ?"
    " AND (from_account IN ('FREE', 'RESERVED')) <> (to_account IN ('FREE', 'RESERVED'))"};
constexpr db::Sql kHolders{
    "SELECT reservation_id FROM reservation WHERE org_id = ? AND state IN ('HELD', 'CONFIRMED')"
    " AND line_list LIKE CONCAT('%[\"', ?, '\",\"', ?, '\",\"', ?, '\",%')"
    " ORDER BY reservation_id LIMIT ?"};
#undef COUNT_COLUMNS
#undef LINE_COLUMNS
#undef ROW_COLUMNS
#undef ROW_ORDER

std::string AttemptList(const domain::CountLine& line) {
  auto list = json::array();
  for (const domain::CountAttempt& attempt : line.attempts) {
    list.push_back({attempt.counter, attempt.counted, attempt.expected,
                    ToMicros(attempt.count_time), attempt.entry_number});
  }
  return list.dump();
}

domain::Count CountFrom(const db::Row& row) {
  return {.id = row.Str(0),
          .node_id = row.Str(1),
          .state = EnumAt<domain::CountState>(row, 2),
          .blind = row.Bool(3),
          .cause = EnumAt<domain::CountCause>(row, 4),
          .note = row.Str(5),
          .policy_version = row.Int(6),
          .approver = row.Str(7),
          .info = InfoAt(row, 8)};
}

domain::CountLine LineFrom(const std::string& node_id, const db::Row& row) {
  domain::CountLine line{
      .number = static_cast<int>(row.Int(0)),
      .key = {{row.Str(2), row.Str(3), node_id, EnumAt<domain::StockCondition>(row, 4)},
              row.Str(5),
              row.Str(6)},
      .state = EnumAt<domain::CountLineState>(row, 1),
      .snapshot_quantity = row.Int(7),
      .snapshot_entry = row.Int(8),
      .held = row.Int(9)};
  // The database has checked that it is JSON; only this file writes it.
  for (const auto& item : json::parse(row.Text(10), nullptr, /*allow_exceptions=*/false)) {
    line.attempts.push_back({.counter = item[0],
                             .counted = item[1],
                             .expected = item[2],
                             .count_time = FromMicros(item[3]),
                             .entry_number = item[4]});
  }
  return line;
}

domain::LotRow LotRowFrom(const db::Row& row) {
  return {{{row.Str(0), row.Str(1), row.Str(2), EnumAt<domain::StockCondition>(row, 3)},
           row.Str(4),
           row.Str(5)},
          row.Int(6),
          row.Int(7)};
}

absl::Status WriteLines(db::Transaction& t, std::string_view org_id, const domain::Count& count,
                        std::string_view tail) {
  std::vector<std::string> texts;
  texts.reserve(count.lines.size());  // the parameters refer into it
  std::vector<db::Param> flat;
  for (const domain::CountLine& line : count.lines) {
    const domain::TotalKey& key = line.key.total;
    flat.insert(flat.end(),
                {org_id, count.id, line.number, NameOf(line.state), key.sku_id, key.owner_id,
                 NameOf(key.condition), line.key.lot, line.key.location, line.snapshot_quantity,
                 line.snapshot_entry, line.held, texts.emplace_back(AttemptList(line))});
  }
  return t.InsertMany(kInsertLines, 13, flat, tail).status();
}

absl::StatusOr<domain::Count> One(db::Transaction& t, db::Sql sql, std::string_view org_id,
                                  std::string_view id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(sql, {org_id, id}));
  if (rows.empty()) return error::CountNotFound(id);
  domain::Count count = CountFrom(rows.front());
  ASSIGN_OR_RETURN(count.lines, Collect(t.Query(kLines, {org_id, id}), [&](const db::Row& row) {
                     return LineFrom(count.node_id, row);
                   }));
  return count;
}

}  // namespace

absl::Status Insert(db::Transaction& t, std::string_view org_id, const domain::Count& count) {
  const std::vector<db::Param> flat = {org_id,
                                       count.id,
                                       count.node_id,
                                       NameOf(count.state),
                                       count.blind,
                                       NameOf(count.cause),
                                       count.note,
                                       count.policy_version,
                                       count.approver,
                                       count.info.version,
                                       count.info.create_time,
                                       count.info.update_time};
  RETURN_IF_ERROR(t.InsertMany(kInsert, 12, flat).status());
  return WriteLines(t, org_id, count, "");
}

absl::Status Update(db::Transaction& t, std::string_view org_id, const domain::Count& count) {
  RETURN_IF_ERROR(t.Execute(kUpdate, {NameOf(count.state), count.approver, count.info.version,
                                      count.info.update_time, org_id, count.id})
                      .status());
  return WriteLines(t, org_id, count, kReplaceLines);
}

absl::StatusOr<domain::Count> FindCount(db::Transaction& t, std::string_view org_id,
                                        std::string_view count_id) {
  return One(t, kFind, org_id, count_id);
}

absl::StatusOr<domain::Count> LockCount(db::Transaction& t, std::string_view org_id,
                                        std::string_view count_id) {
  return One(t, kLock, org_id, count_id);
}

absl::StatusOr<std::vector<domain::Count>> ListCounts(db::Reader reader, std::string_view org_id,
                                                      Page page, const CountFilter& filter) {
  const std::string_view node = filter.node_id, state = filter.state;
  if (!node.empty() && !state.empty()) {
    return Collect(reader.Query(kListNode, {org_id, node, state, page.after, page.limit}),
                   CountFrom);
  }
  return Collect(reader.Query(kList, {org_id, page.after, node, node, state, state, page.limit}),
                 CountFrom);
}

absl::StatusOr<std::vector<domain::LotRow>> RowsInScope(db::Transaction& t, std::string_view org_id,
                                                        const CountScope& scope, int limit) {
  if (!scope.sku_ids.empty()) {
    const std::vector<db::Param> list(scope.sku_ids.begin(), scope.sku_ids.end());
    return Collect(t.QueryIn(kRowsOfSkus, {org_id, scope.node_id}, list, 1, {limit}), LotRowFrom);
  }
  if (!scope.locations.empty()) {
    const std::vector<db::Param> list(scope.locations.begin(), scope.locations.end());
    return Collect(t.QueryIn(kRowsOfBins, {org_id, scope.node_id}, list, 1, {limit}), LotRowFrom);
  }
  return Collect(t.Query(kRows, {org_id, scope.node_id, limit}), LotRowFrom);
}

absl::StatusOr<std::map<std::string, int64_t>> PicksBySku(db::Transaction& t,
                                                          std::string_view org_id,
                                                          std::string_view node_id,
                                                          absl::Time since) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kPicks, {org_id, node_id, since}));
  std::map<std::string, int64_t> picks;
  for (const db::Row row : rows) picks[row.Str(0)] = row.Int(1);
  return picks;
}

absl::StatusOr<int64_t> OnHand(db::Transaction& t, std::string_view org_id,
                               const domain::StockKey& key) {
  ASSIGN_OR_RETURN(
      const db::Rows rows,
      t.Query(kOnHand, {org_id, key.total.sku_id, key.total.owner_id, key.total.node_id,
                        NameOf(key.total.condition), key.lot, key.location}));
  return rows.empty() ? 0 : rows.front().Int(0);
}

absl::StatusOr<int64_t> LastEntry(db::Transaction& t, std::string_view org_id,
                                  std::string_view node_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kLastEntry, {org_id, node_id}));
  return rows.empty() ? 0 : rows.front().Int(0);
}

absl::StatusOr<int64_t> MovedSince(db::Transaction& t, std::string_view org_id,
                                   const domain::StockKey& key, int64_t entry, absl::Time time) {
  ASSIGN_OR_RETURN(
      const db::Rows rows,
      t.Query(kMoved, {org_id, key.total.node_id, key.total.sku_id, entry, key.total.owner_id,
                       NameOf(key.total.condition), key.lot, key.location, time}));
  return rows.front().Int(0);
}

absl::StatusOr<std::vector<std::string>> HoldersOf(db::Transaction& t, std::string_view org_id,
                                                   const domain::TotalKey& key, int limit) {
  return Collect(t.Query(kHolders, {org_id, key.node_id, key.sku_id, key.owner_id, limit}),
                 [](const db::Row& row) { return row.Str(0); });
}

}  // namespace kefu::warehouse::store
