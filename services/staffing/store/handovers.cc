#include "services/staffing/store/handovers.h"

#include "common/time/civil.h"
#include "services/staffing/errors_time.h"
#include "services/staffing/store/rows.h"

namespace kefu::staffing::store {
namespace {

using db::Row;
using db::Sql;
using handover::DutyShift;
using handover::Entry;
using handover::Item;

#define SHIFT_COLUMNS                                                                   \
  "duty_shift_id, team_id, agent_id, shift_name, scheduled_start_us, scheduled_end_us," \
  " start_us, handover_us, end_us, version, create_us, update_us"
constexpr Sql kInsertShift{"INSERT INTO duty_shift (org_id, running_agent_id, " SHIFT_COLUMNS
                           ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"};
constexpr Sql kUpdateShift{
    "UPDATE duty_shift SET running_agent_id = ?, handover_us = ?, end_us = ?, version = ?,"
    " update_us = ? WHERE org_id = ? AND duty_shift_id = ?"};
constexpr Sql kLockRunning{"SELECT " SHIFT_COLUMNS
                           " FROM duty_shift WHERE org_id = ? AND running_agent_id = ? FOR UPDATE"};
constexpr Sql kRunning{"SELECT " SHIFT_COLUMNS
                       " FROM duty_shift WHERE org_id = ? AND team_id = ? AND end_us IS NULL"
                       " ORDER BY duty_shift_id"};
constexpr Sql kListShifts{"SELECT " SHIFT_COLUMNS
                          " FROM duty_shift WHERE org_id = ? AND duty_shift_id > ? AND team_id = ?"
                          " AND (? = 0 OR end_us IS NULL) ORDER BY duty_shift_id LIMIT ?"};

constexpr Sql kTeamShops{"SELECT shop_id FROM team_shop WHERE org_id = ? AND team_id = ?"};
constexpr Sql kInsertHandover{
    "INSERT INTO handover (org_id, handover_id, duty_shift_id, note, actor, write_us)"
    " VALUES (?,?,?,?,?,?)"};

#define ITEM_COLUMNS                                                                      \
  "item_id, team_id, text, reference_ids, due_us, state, writer_agent_id, from_shift_id," \
  " holder_agent_id, holder_shift_id, waiting_us, level, escalation_us, handovers,"       \
  " resolution, version, create_us, update_us"
constexpr Sql kFindItem{"SELECT " ITEM_COLUMNS
                        " FROM handover_item WHERE org_id = ? AND item_id = ?"};
constexpr Sql kLockItem{"SELECT " ITEM_COLUMNS
                        " FROM handover_item WHERE org_id = ? AND item_id = ? FOR UPDATE"};
constexpr Sql kLockHeld{"SELECT " ITEM_COLUMNS
                        " FROM handover_item WHERE org_id = ? AND holder_shift_id = ?"
                        " AND state = 'ACCEPTED' ORDER BY item_id FOR UPDATE"};
constexpr Sql kInsertItem{"INSERT INTO handover_item (org_id, " ITEM_COLUMNS
                          ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"};
constexpr Sql kUpdateItem{
    "UPDATE handover_item SET text = ?, state = ?, from_shift_id = ?, holder_agent_id = ?,"
    " holder_shift_id = ?, waiting_us = ?, level = ?, escalation_us = ?, handovers = ?,"
    " resolution = ?, version = ?, update_us = ? WHERE org_id = ? AND item_id = ?"};
constexpr Sql kListItems{"SELECT " ITEM_COLUMNS
                         " FROM handover_item WHERE org_id = ? AND team_id = ?"
                         " AND (? IS NULL OR due_us > ? OR (due_us = ? AND item_id > ?))"
                         " AND (? = '' OR state = ?) AND (? = '' OR holder_agent_id = ?)"
                         " ORDER BY due_us, item_id LIMIT ?"};
constexpr Sql kEscalating{"SELECT " ITEM_COLUMNS
                          ", org_id FROM handover_item WHERE escalation_us <= ?"
                          " ORDER BY due_us, escalation_us LIMIT ? FOR UPDATE SKIP LOCKED"};

#define ENTRY_COLUMNS \
  "sequence, kind, agent_id, duty_shift_id, text, level, policy_version, actor, record_us"
constexpr Sql kInsertEntry{"INSERT INTO handover_entry (org_id, item_id, " ENTRY_COLUMNS
                           ") VALUES (?,?,?,?,?,?,?,?,?,?,?)"};
constexpr Sql kEntries{"SELECT " ENTRY_COLUMNS
                       " FROM handover_entry WHERE org_id = ? AND item_id = ? ORDER BY sequence"};

#define POLICY_COLUMNS "version, team_lead_minutes, supervisor_minutes, manager_minutes, create_us"
constexpr Sql kPolicy{"SELECT " POLICY_COLUMNS
                      " FROM handover_policy WHERE org_id = ? ORDER BY version DESC LIMIT 1"};
constexpr Sql kInsertPolicy{"INSERT INTO handover_policy (org_id, " POLICY_COLUMNS
                            ", actor) VALUES (?,?,?,?,?,?,?)"};

int32_t Int32(const Row& row, size_t column) { return static_cast<int32_t>(row.Int(column)); }

std::string TextOf(const std::vector<handover::Reference>& references) {
  std::string text;
  for (const handover::Reference& reference : references) {
    text += fmt::format("{}{} {}", text.empty() ? "" : "\n", NameOf(reference.kind), reference.id);
  }
  return text;
}

std::vector<handover::Reference> ReferencesOf(std::string_view text) {
  std::vector<handover::Reference> references;
  for (const std::string& line : Split(text, '\n')) {
    const size_t space = line.find(' ');
    references.push_back({domain::ParseName<handover::ReferenceKind>(line.substr(0, space))
                              .value_or(handover::ReferenceKind::kUnspecified),
                          line.substr(space + 1)});
  }
  return references;
}

DutyShift ShiftFromRow(const Row& row) {
  return {.id = row.Str(0),
          .team_id = row.Str(1),
          .agent_id = row.Str(2),
          .name = row.Str(3),
          .scheduled_start = row.Time(4),
          .scheduled_end = row.Time(5),
          .start = row.Time(6),
          .handover = row.OptTime(7),
          .end = row.OptTime(8),
          .info = InfoAt(row, 9)};
}

Item ItemFromRow(const Row& row) {
  return {.id = row.Str(0),
          .team_id = row.Str(1),
          .text = row.Str(2),
          .references = ReferencesOf(row.Text(3)),
          .due = FromMicros(row.Int(4)),
          .state = EnumAt<handover::ItemState>(row, 5),
          .writer_agent_id = row.Str(6),
          .from_shift_id = row.Str(7),
          .holder_agent_id = row.Str(8),
          .holder_shift_id = row.Str(9),
          .waiting_since = row.Time(10),
          .level = EnumAt<handover::Level>(row, 11),
          .escalates = FromMicros(row.Int(12)),
          .handovers = Int32(row, 13),
          .resolution = row.Str(14),
          .info = InfoAt(row, 15)};
}

Entry EntryFromRow(const Row& row) {
  return {.sequence = row.Int(0),
          .kind = EnumAt<handover::EntryKind>(row, 1),
          .agent_id = row.Str(2),
          .shift_id = row.Str(3),
          .text = row.Str(4),
          .level = EnumAt<handover::Level>(row, 5),
          .policy_version = row.Int(6),
          .actor = row.Str(7),
          .record_time = row.Time(8)};
}

// NULL once it has ended.
db::Param RunningAgent(const DutyShift& shift) {
  return shift.end ? db::Param(nullptr) : db::Param(shift.agent_id);
}

absl::StatusOr<Item> OneItem(absl::StatusOr<db::Rows> rows, std::string_view id) {
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return error::HandoverItemNotFound(id);
  return ItemFromRow(rows->front());
}

}  // namespace

absl::StatusOr<std::vector<std::string>> TeamShops(Reader reader, std::string_view org_id,
                                                   std::string_view team_id) {
  return Collect(reader.Query(kTeamShops, {org_id, team_id}),
                 [](const Row& row) { return row.Str(0); });
}

absl::Status InsertDutyShift(db::Transaction& t, std::string_view org_id, const DutyShift& shift) {
  return t
      .Execute(kInsertShift,
               {org_id, RunningAgent(shift), shift.id, shift.team_id, shift.agent_id, shift.name,
                shift.scheduled_start, shift.scheduled_end, shift.start, shift.handover, shift.end,
                shift.info.version, shift.info.create_time, shift.info.update_time})
      .status();
}

absl::Status UpdateDutyShift(db::Transaction& t, std::string_view org_id, const DutyShift& shift) {
  return t
      .Execute(kUpdateShift, {RunningAgent(shift), shift.handover, shift.end, shift.info.version,
                              shift.info.update_time, org_id, shift.id})
      .status();
}

absl::StatusOr<std::optional<DutyShift>> LockRunningShift(db::Transaction& t,
                                                          std::string_view org_id,
                                                          std::string_view agent_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kLockRunning, {org_id, agent_id}));
  if (rows.empty()) return std::nullopt;
  return ShiftFromRow(rows.front());
}

absl::StatusOr<std::vector<DutyShift>> RunningShifts(Reader reader, std::string_view org_id,
                                                     std::string_view team_id) {
  return Collect(reader.Query(kRunning, {org_id, team_id}), ShiftFromRow);
}

absl::StatusOr<std::vector<DutyShift>> ListDutyShifts(Reader reader, std::string_view org_id,
                                                      Page page, std::string_view team_id,
                                                      bool running_only) {
  return Collect(reader.Query(kListShifts, {org_id, page.after, team_id, running_only, page.limit}),
                 ShiftFromRow);
}

absl::Status InsertHandover(db::Transaction& t, std::string_view org_id,
                            std::string_view handover_id, const DutyShift& shift,
                            std::string_view note, std::string_view actor, absl::Time now) {
  return t.Execute(kInsertHandover, {org_id, handover_id, shift.id, note, actor, now}).status();
}

absl::StatusOr<Item> FindHandoverItem(Reader reader, std::string_view org_id,
                                      std::string_view item_id) {
  return OneItem(reader.Query(kFindItem, {org_id, item_id}), item_id);
}

absl::StatusOr<Item> LockHandoverItem(db::Transaction& t, std::string_view org_id,
                                      std::string_view item_id) {
  return OneItem(t.Query(kLockItem, {org_id, item_id}), item_id);
}

absl::StatusOr<std::vector<Item>> LockHeldItems(db::Transaction& t, std::string_view org_id,
                                                std::string_view shift_id) {
  return Collect(t.Query(kLockHeld, {org_id, shift_id}), ItemFromRow);
}

absl::Status SaveHandoverItem(db::Transaction& t, std::string_view org_id, const Item& item) {
  if (item.info.version == 1) {
    return t
        .Execute(kInsertItem,
                 {org_id, item.id, item.team_id, item.text, TextOf(item.references),
                  ToMicros(item.due), NameOf(item.state), item.writer_agent_id, item.from_shift_id,
                  item.holder_agent_id, item.holder_shift_id, item.waiting_since,
                  NameOf(item.level), ToMicros(item.escalates), item.handovers, item.resolution,
                  item.info.version, item.info.create_time, item.info.update_time})
        .status();
  }
  return t
      .Execute(kUpdateItem,
               {item.text, NameOf(item.state), item.from_shift_id, item.holder_agent_id,
                item.holder_shift_id, item.waiting_since, NameOf(item.level),
                ToMicros(item.escalates), item.handovers, item.resolution, item.info.version,
                item.info.update_time, org_id, item.id})
      .status();
}

absl::StatusOr<std::vector<Item>> ListHandoverItems(Reader reader, std::string_view org_id,
                                                    std::string_view team_id,
                                                    const ItemPage& page) {
  std::optional<int64_t> after;
  if (page.after_due) after = ToMicros(*page.after_due);
  return Collect(reader.Query(kListItems,
                              {org_id, team_id, after, after, after, page.after_id, page.state,
                               page.state, page.holder_agent_id, page.holder_agent_id, page.limit}),
                 ItemFromRow);
}

absl::Status InsertHandoverEntry(db::Transaction& t, std::string_view org_id,
                                 std::string_view item_id, const Entry& entry) {
  return t
      .Execute(kInsertEntry, {org_id, item_id, entry.sequence, NameOf(entry.kind), entry.agent_id,
                              entry.shift_id, entry.text, NameOf(entry.level), entry.policy_version,
                              entry.actor, entry.record_time})
      .status();
}

absl::StatusOr<std::vector<Entry>> HandoverEntries(Reader reader, std::string_view org_id,
                                                   std::string_view item_id) {
  return Collect(reader.Query(kEntries, {org_id, item_id}), EntryFromRow);
}

absl::StatusOr<int64_t> AddHandoverPolicy(db::Transaction& t, std::string_view org_id,
                                          const handover::Policy& policy, std::string_view actor) {
  ASSIGN_OR_RETURN(const handover::Policy last, HandoverPolicy(t, org_id));
  const int64_t version = last.version + 1;
  RETURN_IF_ERROR(t.Execute(kInsertPolicy,
                            {org_id, version, policy.team_lead_minutes, policy.supervisor_minutes,
                             policy.manager_minutes, policy.create_time, actor})
                      .status());
  return version;
}

absl::StatusOr<handover::Policy> HandoverPolicy(Reader reader, std::string_view org_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kPolicy, {org_id}));
  if (rows.empty()) return handover::Policy{};
  const Row row = rows.front();
  return handover::Policy{.version = row.Int(0),
                          .team_lead_minutes = Int32(row, 1),
                          .supervisor_minutes = Int32(row, 2),
                          .manager_minutes = Int32(row, 3),
                          .create_time = row.Time(4)};
}

absl::StatusOr<std::vector<WaitingItem>> LockEscalating(db::Transaction& t, absl::Time now,
                                                        int limit) {
  return Collect(t.Query(kEscalating, {ToMicros(now), limit}), [](const Row& row) {
    return WaitingItem{row.Str(18), ItemFromRow(row)};
  });
}

}  // namespace kefu::staffing::store
