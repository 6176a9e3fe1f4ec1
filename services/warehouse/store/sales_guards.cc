#include "services/warehouse/store/sales_guards.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/warehouse/errors_core.h"
#include "services/warehouse/store/rows.h"

namespace kefu::warehouse::store {
namespace {

#define GUARD_COLUMNS                                                                     \
  "sku_id, owner_id, channel, node_list, cap, safety_quantity, ignores_safety, start_us," \
  " end_us, used, counted_from_us, version, create_us, update_us"

constexpr db::Sql kOfKeys{"SELECT " GUARD_COLUMNS
                          " FROM sales_guard WHERE org_id = ? AND (sku_id, owner_id) IN (?*)"};
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
    " update_us = VALUES(update_us)";
constexpr db::Sql kList{"SELECT " GUARD_COLUMNS
                        " FROM sales_guard WHERE org_id = ? AND (? = '' OR sku_id = ?)"
                        " AND (? = 1 OR sku_id > ? OR (sku_id = ? AND owner_id > ?)"
                        " OR (sku_id = ? AND owner_id = ? AND channel > ?))"
                        " ORDER BY sku_id, owner_id, channel LIMIT ?"};
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
                           .counted_from = row.Time(10),
                           .info = InfoAt(row, 11)};
  return guard;
}

std::vector<db::Param> ListOf(std::span<const GuardedKey> keys) {
  std::vector<db::Param> list;
  for (const auto& [sku_id, owner_id] : keys) list.insert(list.end(), {sku_id, owner_id});
  return list;
}

absl::StatusOr<std::vector<domain::GuardState>> States(db::Transaction& t, std::string_view org_id,
                                                       std::span<const GuardedKey> keys,
                                                       db::Sql sql) {
  ASSIGN_OR_RETURN(auto guards, Collect(t.QueryIn(sql, {org_id}, ListOf(keys), 2), GuardFrom));
  std::vector<domain::GuardState> states;
  if (guards.empty()) return states;
  ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kAvailable, {org_id}, ListOf(keys), 2));
  for (domain::SalesGuard& guard : guards) {
    int64_t available = 0;
    for (const db::Row row : rows) {
      const domain::ReservationLine line{row.Str(2), row.Str(0), row.Str(1)};
      if (guard.Covers(line)) available += row.Int(3);
    }
    states.push_back({std::move(guard), available});
  }
  return states;
}

}  // namespace

absl::StatusOr<std::vector<domain::GuardState>> LockGuards(db::Transaction& t,
                                                           std::string_view org_id,
                                                           std::span<const GuardedKey> keys) {
  return States(t, org_id, keys, kLockKeys);
}

absl::StatusOr<std::vector<domain::GuardState>> ReadGuards(db::Transaction& t,
                                                           std::string_view org_id,
                                                           std::span<const GuardedKey> keys) {
  return States(t, org_id, keys, kOfKeys);
}

absl::Status SaveUse(db::Transaction& t, std::string_view org_id,
                     std::span<const domain::GuardState> states) {
  for (const domain::GuardState& state : states) {
    const domain::SalesGuard& guard = state.guard;
    RETURN_IF_ERROR(
        t.Execute(kSaveUse, {guard.used, org_id, guard.sku_id, guard.owner_id, guard.channel})
            .status());
  }
  return absl::OkStatus();
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
                                       guard.info.update_time};
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
