// Waves, pick tasks and what they have taken hold of.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "services/warehouse/errors_outbound.h"
#include "services/warehouse/store/outbound.h"
#include "services/warehouse/store/rows.h"

namespace kefu::warehouse::store {
namespace {

#define WAVE_COLUMNS                                                                               \
  "wave_id, node_id, state, carrier, cutoff_us, max_orders, max_pieces, grouping_name, zone_list," \
  " shipment_count, piece_count, version, create_us, update_us"
#define TASK_COLUMNS                                                                      \
  "task_id, shipment_id, wave_id, node_id, kind, state, sku_id, owner_id, lot, location," \
  " quantity, done, short_reason, actor, version, create_us, update_us"

constexpr std::string_view kInsertWave = "INSERT INTO wave (org_id, " WAVE_COLUMNS ")";
constexpr db::Sql kUpdateWave{
    "UPDATE wave SET state = ?, shipment_count = ?, piece_count = ?, version = ?, update_us = ?"
    " WHERE org_id = ? AND wave_id = ?"};
constexpr db::Sql kFindWave{"SELECT " WAVE_COLUMNS " FROM wave WHERE org_id = ? AND wave_id = ?"};
constexpr db::Sql kLockWave{"SELECT " WAVE_COLUMNS
                            " FROM wave WHERE org_id = ? AND wave_id = ? FOR UPDATE"};
constexpr db::Sql kListWaves{"SELECT " WAVE_COLUMNS
                             " FROM wave WHERE org_id = ? AND wave_id > ?"
                             " AND (? = '' OR node_id = ?) AND (? = '' OR state = ?)"
                             " ORDER BY wave_id LIMIT ?"};
constexpr db::Sql kListNodeWaves{"SELECT " WAVE_COLUMNS
                                 " FROM wave WHERE org_id = ? AND node_id = ? AND state = ?"
                                 " AND wave_id > ? ORDER BY wave_id LIMIT ?"};

constexpr std::string_view kInsertTasks = "INSERT INTO pick_task (org_id, " TASK_COLUMNS ")";
constexpr db::Sql kUpdateTask{
    "UPDATE pick_task SET state = ?, location = ?, done = ?, short_reason = ?, actor = ?,"
    " version = ?, update_us = ? WHERE org_id = ? AND task_id = ?"};
constexpr db::Sql kFindTask{"SELECT " TASK_COLUMNS
                            " FROM pick_task WHERE org_id = ? AND task_id = ?"};
constexpr db::Sql kLockTask{"SELECT " TASK_COLUMNS
                            " FROM pick_task WHERE org_id = ? AND task_id = ? FOR UPDATE"};
constexpr db::Sql kLockTasksOf{"SELECT " TASK_COLUMNS
                               " FROM pick_task WHERE org_id = ? AND shipment_id = ?"
                               " ORDER BY task_id FOR UPDATE"};
constexpr db::Sql kHasOpenPicks{
    "SELECT 1 FROM pick_task WHERE org_id = ? AND wave_id = ? AND state = 'OPEN'"
    " AND kind = 'PICK' LIMIT 1"};
constexpr db::Sql kHasTasks{"SELECT 1 FROM pick_task WHERE org_id = ? LIMIT 1"};
constexpr db::Sql kListTasks{"SELECT " TASK_COLUMNS
                             " FROM pick_task WHERE org_id = ? AND task_id > ?"
                             " AND (? = '' OR node_id = ?) AND (? = '' OR state = ?)"
                             " AND (? = '' OR kind = ?) ORDER BY task_id LIMIT ?"};
constexpr db::Sql kListTasksOfWave{"SELECT " TASK_COLUMNS
                                   " FROM pick_task WHERE org_id = ? AND wave_id = ?"
                                   " AND task_id > ? AND (? = '' OR shipment_id = ?)"
                                   " AND (? = '' OR node_id = ?) AND (? = '' OR state = ?)"
                                   " AND (? = '' OR kind = ?) ORDER BY task_id LIMIT ?"};
constexpr db::Sql kListTasksOfShipment{"SELECT " TASK_COLUMNS
                                       " FROM pick_task WHERE org_id = ? AND shipment_id = ?"
                                       " AND task_id > ? AND (? = '' OR node_id = ?)"
                                       " AND (? = '' OR state = ?) AND (? = '' OR kind = ?)"
                                       " ORDER BY task_id LIMIT ?"};
constexpr db::Sql kKnownBins{
    "SELECT location, aisle, aisle_position FROM bin WHERE org_id = ? AND node_id = ?"
    " AND location IN (?*) AND aisle <> ''"};
constexpr db::Sql kAddAllocated{
    "UPDATE stock SET allocated = allocated + ? WHERE org_id = ? AND sku_id = ? AND owner_id = ?"
    " AND node_id = ? AND stock_condition = ? AND lot = ? AND location = ?"};
#undef WAVE_COLUMNS
#undef TASK_COLUMNS

domain::Wave WaveFrom(const db::Row& row) {
  domain::Wave wave{.id = row.Str(0),
                    .node_id = row.Str(1),
                    .state = EnumAt<domain::WaveState>(row, 2),
                    .carrier = row.Str(3),
                    .cutoff_before = row.Int(4) == 0 ? absl::InfiniteFuture() : row.Time(4),
                    .max_orders = static_cast<int>(row.Int(5)),
                    .max_pieces = row.Int(6),
                    .grouping = EnumAt<domain::WaveGrouping>(row, 7),
                    .shipment_count = static_cast<int>(row.Int(9)),
                    .piece_count = row.Int(10),
                    .info = InfoAt(row, 11)};
  // The database has checked that it is JSON; only this file writes it.
  for (const auto& zone : nlohmann::json::parse(row.Text(8), nullptr, false)) {
    wave.zones.push_back(zone);
  }
  return wave;
}

absl::StatusOr<domain::Wave> OneWave(absl::StatusOr<db::Rows> rows, std::string_view id) {
  RETURN_IF_ERROR(rows.status());
  if (rows->empty()) return error::WaveNotFound(id);
  return WaveFrom(rows->front());
}

domain::PickTask TaskFrom(const db::Row& row) {
  return {.id = row.Str(0),
          .shipment_id = row.Str(1),
          .wave_id = row.Str(2),
          .node_id = row.Str(3),
          .kind = EnumAt<domain::PickTaskKind>(row, 4),
          .state = EnumAt<domain::PickTaskState>(row, 5),
          .sku_id = row.Str(6),
          .owner_id = row.Str(7),
          .lot = row.Str(8),
          .location = row.Str(9),
          .quantity = row.Int(10),
          .done = row.Int(11),
          .short_reason = EnumAt<domain::ShortReason>(row, 12),
          .actor = row.Str(13),
          .info = InfoAt(row, 14)};
}

absl::StatusOr<domain::PickTask> OneTask(absl::StatusOr<db::Rows> rows, std::string_view id) {
  RETURN_IF_ERROR(rows.status());
  if (rows->empty()) return error::TaskNotFound(id);
  return TaskFrom(rows->front());
}

}  // namespace

absl::Status Insert(db::Transaction& t, std::string_view org_id, const domain::Wave& wave) {
  const std::string zones = nlohmann::json(wave.zones).dump();
  const std::vector<db::Param> flat = {
      org_id,
      wave.id,
      wave.node_id,
      NameOf(wave.state),
      wave.carrier,
      wave.cutoff_before == absl::InfiniteFuture() ? db::Param(0) : db::Param(wave.cutoff_before),
      wave.max_orders,
      wave.max_pieces,
      NameOf(wave.grouping),
      zones,
      wave.shipment_count,
      wave.piece_count,
      wave.info.version,
      wave.info.create_time,
      wave.info.update_time};
  return t.InsertMany(kInsertWave, 15, flat).status();
}

absl::Status Update(db::Transaction& t, std::string_view org_id, const domain::Wave& wave) {
  return t
      .Execute(kUpdateWave, {NameOf(wave.state), wave.shipment_count, wave.piece_count,
                             wave.info.version, wave.info.update_time, org_id, wave.id})
      .status();
}

absl::StatusOr<domain::Wave> FindWave(db::Reader reader, std::string_view org_id,
                                      std::string_view wave_id) {
  return OneWave(reader.Query(kFindWave, {org_id, wave_id}), wave_id);
}

absl::StatusOr<domain::Wave> LockWave(db::Transaction& t, std::string_view org_id,
                                      std::string_view wave_id) {
  return OneWave(t.Query(kLockWave, {org_id, wave_id}), wave_id);
}

absl::StatusOr<std::vector<domain::Wave>> ListWaves(db::Reader reader, std::string_view org_id,
                                                    Page page, const WaveFilter& filter) {
  const std::string_view node = filter.node_id, state = filter.state;
  if (!node.empty() && !state.empty()) {
    return Collect(reader.Query(kListNodeWaves, {org_id, node, state, page.after, page.limit}),
                   WaveFrom);
  }
  return Collect(
      reader.Query(kListWaves, {org_id, page.after, node, node, state, state, page.limit}),
      WaveFrom);
}

absl::Status Insert(db::Transaction& t, std::string_view org_id,
                    std::span<const domain::PickTask> tasks) {
  std::vector<db::Param> flat;
  flat.reserve(tasks.size() * 18);
  for (const domain::PickTask& task : tasks) {
    flat.insert(flat.end(),
                {org_id, task.id, task.shipment_id, task.wave_id, task.node_id, NameOf(task.kind),
                 NameOf(task.state), task.sku_id, task.owner_id, task.lot, task.location,
                 task.quantity, task.done, NameOf(task.short_reason), task.actor, task.info.version,
                 task.info.create_time, task.info.update_time});
  }
  return t.InsertMany(kInsertTasks, 18, flat).status();
}

absl::Status Update(db::Transaction& t, std::string_view org_id, const domain::PickTask& task) {
  return t
      .Execute(kUpdateTask,
               {NameOf(task.state), task.location, task.done, NameOf(task.short_reason), task.actor,
                task.info.version, task.info.update_time, org_id, task.id})
      .status();
}

absl::StatusOr<domain::PickTask> FindTask(db::Reader reader, std::string_view org_id,
                                          std::string_view task_id) {
  return OneTask(reader.Query(kFindTask, {org_id, task_id}), task_id);
}

absl::StatusOr<domain::PickTask> LockTask(db::Transaction& t, std::string_view org_id,
                                          std::string_view task_id) {
  return OneTask(t.Query(kLockTask, {org_id, task_id}), task_id);
}

absl::StatusOr<std::vector<domain::PickTask>> LockTasksOf(db::Transaction& t,
                                                          std::string_view org_id,
                                                          std::string_view shipment_id) {
  return Collect(t.Query(kLockTasksOf, {org_id, shipment_id}), TaskFrom);
}

absl::StatusOr<bool> HasOpenPicks(db::Transaction& t, std::string_view org_id,
                                  std::string_view wave_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kHasOpenPicks, {org_id, wave_id}));
  return !rows.empty();
}

absl::StatusOr<bool> HasTasks(db::Transaction& t, std::string_view org_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kHasTasks, {org_id}));
  return !rows.empty();
}

absl::StatusOr<std::vector<domain::PickTask>> ListTasks(db::Reader reader, std::string_view org_id,
                                                        Page page, const TaskFilter& filter) {
  const std::string_view node = filter.node_id, state = filter.state, kind = filter.kind,
                         shipment = filter.shipment_id;
  if (!filter.wave_id.empty()) {
    return Collect(
        reader.Query(kListTasksOfWave, {org_id, filter.wave_id, page.after, shipment, shipment,
                                        node, node, state, state, kind, kind, page.limit}),
        TaskFrom);
  }
  if (!shipment.empty()) {
    return Collect(reader.Query(kListTasksOfShipment, {org_id, shipment, page.after, node, node,
                                                       state, state, kind, kind, page.limit}),
                   TaskFrom);
  }
  return Collect(reader.Query(kListTasks, {org_id, page.after, node, node, state, state, kind, kind,
                                           page.limit}),
                 TaskFrom);
}

absl::StatusOr<std::vector<domain::BinCode>> KnownBins(db::Transaction& t, std::string_view org_id,
                                                       std::string_view node_id,
                                                       std::span<const std::string> locations) {
  constexpr size_t kPerStatement = 1000;
  std::vector<domain::BinCode> bins;
  for (size_t from = 0; from < locations.size(); from += kPerStatement) {
    const auto part = locations.subspan(from, std::min(kPerStatement, locations.size() - from));
    const std::vector<db::Param> list(part.begin(), part.end());
    ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kKnownBins, {org_id, node_id}, list));
    for (const db::Row row : rows) {
      bins.push_back({row.Str(0), row.Str(1), fmt::format("{}", row.Int(2))});
    }
  }
  return bins;
}

absl::Status AddAllocated(db::Transaction& t, std::string_view org_id, const domain::StockKey& key,
                          int64_t change) {
  ASSIGN_OR_RETURN(const int64_t rows,
                   t.Execute(kAddAllocated, {change, org_id, key.total.sku_id, key.total.owner_id,
                                             key.total.node_id, NameOf(key.total.condition),
                                             key.lot, key.location}));
  return rows == 1 ? absl::OkStatus() : Internal("allocated a stock row that does not exist");
}

}  // namespace kefu::warehouse::store
