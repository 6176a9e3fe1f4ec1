#include "services/warehouse/store/sales_guards.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/warehouse/errors_core.h"
#include "services/warehouse/store/rows.h"

namespace kefu::warehouse::store {
namespace {

#define GUARD_COLUMNS                                                                     \
  "sku_id, owner_id, channel, node_list, cap, safety_quantity, ignores_safety, start_us," \
  " end_us, used, counted_from_us, version, create_us, update_us, count_number"

constexpr db::Sql kOfKeys{"SELECT " GUARD_COLUMNS
                          " FROM sales_guard WHERE org_id = ? AND (sku_id, owner_id) IN (?*)"
                          " ORDER BY sku_id, owner_id, channel"};
constexpr db::Sql kLockKeys{"SELECT " GUARD_COLUMNS
                            " FROM sales_guard WHERE org_id = ? AND (sku_id, owner_id) IN (?*)"
                            " ORDER BY sku_id, owner_id, channel FOR UPDATE"};
constexpr db::Sql kAvailable{
    "SELECT sku_id, owner_id, node_id, available FROM stock_total WHERE org_id = ?"
    " AND (sku_id, owner_id) IN (?*) AND stock_condition = 'SELLABLE'"};
constexpr db::Sql kSaveUse{
    "UPDATE sales_guard SET used = ? WHERE org_id = ? AND sku_id = ? AND owner_id = ?"
    " AND channel = ?"};
constexpr db::Sql kFind{"SELECT " GUARD_COLUMNS
                        " FROM sales_guard WHERE org_id = ? AND sku_id = ? AND owner_id = ?"
                        " AND channel = ?"};
constexpr db::Sql kLock{"SELECT " GUARD_COLUMNS
                        " FROM sales_guard WHERE org_id = ? AND sku_id = ? AND owner_id = ?"
                        " AND channel = ? FOR UPDATE"};
constexpr std::string_view kInsert = "INSERT INTO sales_guard (org_id, " GUARD_COLUMNS ")";
constexpr std::string_view kReplace =
    " ON DUPLICATE KEY UPDATE node_list = VALUES(node_list), cap = VALUES(cap),"
    " safety_quantity = VALUES(safety_quantity), ignores_safety = VALUES(ignores_safety),"
    " start_us = VALUES(start_us), end_us = VALUES(end_us), used = VALUES(used),"
    " counted_from_us = VALUES(counted_from_us), version = VALUES(version),"
    " update_us = VALUES(update_us), count_number = VALUES(count_number)";
constexpr db::Sql kList{"SELECT " GUARD_COLUMNS
                        " FROM sales_guard WHERE org_id = ? AND (? = '' OR sku_id = ?)"
                        " AND (? = 1 OR sku_id > ? OR (sku_id = ? AND owner_id > ?)"
                        " OR (sku_id = ? AND owner_id = ? AND channel > ?))"
                        " ORDER BY sku_id, owner_id, channel LIMIT ?"};
// Clocks of several processes differ: a reservation may count that was made an hour, 3.6e9 µs,
// before the count began by another's clock.
constexpr db::Sql kDifferences{
    "SELECT " GUARD_COLUMNS
    ", COALESCE(sums.pieces, 0) FROM sales_guard LEFT JOIN ("
    " SELECT g.sku_id AS sku, g.owner_id AS owner, g.channel AS sold_by, SUM(r.pieces) AS pieces"
    " FROM sales_guard AS g JOIN ("
    "  SELECT line.sku, line.owner, reservation.channel, line.of_all, line.of_channel,"
    "  SUM(IF(state IN ('RELEASED', 'EXPIRED'), line.shipped, line.quantity)) AS pieces"
    "  FROM reservation, JSON_TABLE(line_list, '$[*]' COLUMNS (sku VARCHAR(64) PATH '$[1]',"
    "  owner VARCHAR(64) PATH '$[2]', quantity BIGINT PATH '$[3]', shipped BIGINT PATH '$[4]',"
    "  of_all BIGINT PATH '$[5]' DEFAULT '0' ON EMPTY,"
    "  of_channel BIGINT PATH '$[6]' DEFAULT '0' ON EMPTY)) AS line"
    "  WHERE reservation.org_id = ? AND (line.of_all > 0 OR line.of_channel > 0)"
    "  AND reservation.create_us >= (SELECT MIN(counted_from_us) - 3600000000 FROM sales_guard"
    "  WHERE org_id = ?)"
    "  GROUP BY line.sku, line.owner, reservation.channel, line.of_all, line.of_channel) AS r"
    " ON r.sku = g.sku_id AND r.owner = g.owner_id AND"
    " ((g.channel = '' AND r.of_all = g.count_number) OR"
    " (g.channel <> '' AND g.channel = r.channel AND r.of_channel = g.count_number))"
    " WHERE g.org_id = ? GROUP BY g.sku_id, g.owner_id, g.channel) AS sums"
    " ON sums.sku = sku_id AND sums.owner = owner_id AND sums.sold_by = channel"
    " WHERE org_id = ? AND used <> COALESCE(sums.pieces, 0) ORDER BY sku_id, owner_id, channel"};
constexpr db::Sql kMarkGuarded{
    "UPDATE sku SET guarded = 1 WHERE org_id = ? AND sku_id = ? AND guarded = 0"};
#undef GUARD_COLUMNS

domain::SalesGuard GuardFrom(const db::Row& row) {
  domain::SalesGuard guard{.sku_id = row.Str(0),
                           .owner_id = row.Str(1),
                           .channel = row.Str(2),
                           .node_ids = nlohmann::json::parse(row.Text(3)),
                           .cap = row.OptInt(4),
                           .safety_quantity = row.Int(5),
                           .ignores_safety = row.Bool(6),
                           .start = FromMicros(row.Int(7)),
                           .end = FromMicros(row.Int(8)),
                           .used = row.Int(9),
                           .count_number = row.Int(14),
                           .counted_from = row.Time(10),
                           .info = InfoAt(row, 11)};
  return guard;
}

constexpr size_t kKeysPerStatement = 1000;

// Locked ones are decided on: stock is read for safety stock only.
absl::Status AddStates(db::Transaction& t, std::string_view org_id,
                       std::span<const GuardedKey> keys, bool lock,
                       std::vector<domain::GuardState>& states) {
  std::vector<db::Param> list;
  for (const auto& [sku_id, owner_id] : keys) list.insert(list.end(), {sku_id, owner_id});
  ASSIGN_OR_RETURN(auto guards,
                   Collect(t.QueryIn(lock ? kLockKeys : kOfKeys, {org_id}, list, 2), GuardFrom));
  std::set<GuardedKey> watched;
  for (const domain::SalesGuard& guard : guards) {
    if (!lock || guard.safety_quantity > 0) watched.emplace(guard.sku_id, guard.owner_id);
  }
  std::map<GuardedKey, std::vector<std::pair<domain::ReservationLine, int64_t>>> available;
  if (!watched.empty()) {
    list.clear();
    for (const auto& [sku_id, owner_id] : watched) list.insert(list.end(), {sku_id, owner_id});
    ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kAvailable, {org_id}, list, 2));
    for (const db::Row row : rows) {
      available[{row.Str(0), row.Str(1)}].push_back(
          {{row.Str(2), row.Str(0), row.Str(1)}, row.Int(3)});
    }
  }
  for (domain::SalesGuard& guard : guards) {
    domain::GuardState& state = states.emplace_back(std::move(guard));
    const auto at = available.find({state.guard.sku_id, state.guard.owner_id});
    if (at == available.end()) continue;
    for (const auto& [place, pieces] : at->second) {
      if (state.guard.Covers(place)) state.available += pieces;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<domain::GuardState>> States(db::Transaction& t, std::string_view org_id,
                                                       std::span<const GuardedKey> keys,
                                                       bool lock) {
  std::vector<domain::GuardState> states;
  for (size_t from = 0; from < keys.size(); from += kKeysPerStatement) {
    const auto part = keys.subspan(from, std::min(kKeysPerStatement, keys.size() - from));
    RETURN_IF_ERROR(AddStates(t, org_id, part, lock, states));
  }
  return states;
}

}  // namespace

absl::StatusOr<std::vector<domain::GuardState>> LockGuards(db::Transaction& t,
                                                           std::string_view org_id,
                                                           std::span<const GuardedKey> keys) {
  return States(t, org_id, keys, true);
}

absl::StatusOr<std::vector<domain::GuardState>> ReadGuards(db::Transaction& t,
                                                           std::string_view org_id,
                                                           std::span<const GuardedKey> keys) {
  return States(t, org_id, keys, false);
}

absl::Status SaveUse(db::Transaction& t, std::string_view org_id,
                     std::span<const domain::GuardState> states) {
  for (const domain::GuardState& state : states) {
    if (!state.changed) continue;
    const domain::SalesGuard& guard = state.guard;
    RETURN_IF_ERROR(
        t.Execute(kSaveUse, {guard.used, org_id, guard.sku_id, guard.owner_id, guard.channel})
            .status());
  }
  return absl::OkStatus();
}

absl::Status GiveBackToGuards(db::Transaction& t, std::string_view org_id,
                              std::span<const domain::Reservation> before,
                              std::span<const domain::Reservation> after) {
  std::set<GuardedKey> keys;
  for (const domain::Reservation& reservation : before) {
    for (GuardedKey& key : domain::CountedKeys(reservation)) keys.insert(std::move(key));
  }
  if (keys.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(auto states, LockGuards(t, org_id, std::vector(keys.begin(), keys.end())));
  for (size_t i = 0; i < before.size(); ++i) {
    domain::GiveBackGuarded(before[i], after[i], states);
  }
  return SaveUse(t, org_id, states);
}

absl::StatusOr<std::vector<GuardDifference>> FindGuardDifferences(db::Reader reader,
                                                                  std::string_view org_id) {
  ASSIGN_OR_RETURN(const auto any, ListGuards(reader, org_id, "", {}, /*first=*/true, 1));
  if (any.empty()) return std::vector<GuardDifference>();
  return Collect(reader.Query(kDifferences, {org_id, org_id, org_id, org_id}),
                 [](const db::Row& row) {
                   return GuardDifference{GuardFrom(row), row.Int(15)};
                 });
}

absl::Status MarkGuarded(db::Transaction& t, std::string_view org_id, std::string_view sku_id) {
  return t.Execute(kMarkGuarded, {org_id, sku_id}).status();
}

absl::StatusOr<std::vector<domain::SalesGuard>> LockGuard(db::Transaction& t,
                                                          std::string_view org_id,
                                                          const domain::SalesGuard& key) {
  return Collect(t.Query(kLock, {org_id, key.sku_id, key.owner_id, key.channel}), GuardFrom);
}

absl::StatusOr<domain::SalesGuard> FindGuard(db::Reader reader, std::string_view org_id,
                                             std::string_view sku_id, std::string_view owner_id,
                                             std::string_view channel) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kFind, {org_id, sku_id, owner_id, channel}));
  if (rows.empty()) return error::SalesGuardNotFound(sku_id, owner_id, channel);
  return GuardFrom(rows.front());
}

absl::Status SaveGuard(db::Transaction& t, std::string_view org_id,
                       const domain::SalesGuard& guard) {
  const std::string nodes = nlohmann::json(guard.node_ids).dump();
  const std::vector<db::Param> flat = {org_id,
                                       guard.sku_id,
                                       guard.owner_id,
                                       guard.channel,
                                       nodes,
                                       guard.cap ? db::Param(*guard.cap) : db::Param(nullptr),
                                       guard.safety_quantity,
                                       guard.ignores_safety,
                                       ToMicros(guard.start),
                                       ToMicros(guard.end),
                                       guard.used,
                                       guard.counted_from,
                                       guard.info.version,
                                       guard.info.create_time,
                                       guard.info.update_time,
                                       guard.count_number};
  return t.InsertMany(kInsert, flat.size(), flat, kReplace).status();
}

absl::StatusOr<std::vector<domain::SalesGuard>> ListGuards(
    db::Reader reader, std::string_view org_id, std::string_view sku_id,
    const std::tuple<std::string, std::string, std::string>& after, bool first, int limit) {
  const auto& [sku, owner, channel] = after;
  return Collect(reader.Query(kList, {org_id, sku_id, sku_id, first, sku, sku, owner, sku, owner,
                                      channel, limit}),
                 GuardFrom);
}

}  // namespace kefu::warehouse::store
