#include "services/staffing/store/checklists.h"

#include "common/time/civil.h"
#include "services/staffing/errors_workplace.h"
#include "services/staffing/store/rows.h"

namespace kefu::staffing::store {
namespace {

using checklists::Checklist;
using checklists::Item;
using checklists::Schedule;
using db::Row;
using db::Sql;

constexpr Sql kTemplates{
    "SELECT body FROM checklist_template WHERE org_id = ? ORDER BY template_id"};
constexpr Sql kSaveTemplate{
    "INSERT INTO checklist_template (org_id, template_id, body, update_us, actor)"
    " VALUES (?,?,?,?,?) ON DUPLICATE KEY UPDATE body = VALUES(body),"
    " update_us = VALUES(update_us), actor = VALUES(actor)"};

#define SCHEDULE_COLUMNS \
  "template_id, shop_id, team_id, owner_agent_id, weekdays, paused, last_agent_id, next_us"
constexpr size_t kScheduleColumns = 8;
constexpr Sql kSchedules{"SELECT " SCHEDULE_COLUMNS
                         " FROM checklist_schedule WHERE org_id = ? AND (? = '' OR shop_id = ?)"
                         " ORDER BY template_id, shop_id, team_id"};
constexpr Sql kFindSchedule{"SELECT " SCHEDULE_COLUMNS
                            " FROM checklist_schedule WHERE org_id = ? AND template_id = ?"
                            " AND shop_id = ? AND team_id = ?"};
constexpr Sql kLockSchedule{"SELECT " SCHEDULE_COLUMNS
                            " FROM checklist_schedule WHERE org_id = ? AND template_id = ?"
                            " AND shop_id = ? AND team_id = ? FOR UPDATE"};
constexpr Sql kSaveSchedule{
    "INSERT INTO checklist_schedule (org_id, " SCHEDULE_COLUMNS
    ") VALUES (?,?,?,?,?,?,?,?,?) ON DUPLICATE KEY UPDATE owner_agent_id = VALUES(owner_agent_id),"
    " weekdays = VALUES(weekdays), paused = VALUES(paused), last_agent_id = VALUES(last_agent_id),"
    " next_us = VALUES(next_us)"};
constexpr Sql kDueSchedules{"SELECT " SCHEDULE_COLUMNS
                            ", org_id FROM checklist_schedule WHERE next_us <= ?"
                            " ORDER BY next_us LIMIT ? FOR UPDATE SKIP LOCKED"};

#define COLUMNS                                                                              \
  "l.checklist_id, l.template_id, l.display_name, l.shop_id, l.agent_id, l.team_id,"         \
  " l.owner_agent_id, l.day, l.due, l.state, l.started_by, l.cancelled_by, l.cancel_reason," \
  " l.overdue_us, l.version, l.create_us, l.update_us"
constexpr size_t kColumns = 17;
constexpr Sql kFind{"SELECT " COLUMNS
                    " FROM checklist l WHERE l.org_id = ? AND l.checklist_id = ?"};
constexpr Sql kLock{"SELECT " COLUMNS
                    " FROM checklist l WHERE l.org_id = ? AND l.checklist_id = ? FOR UPDATE"};
constexpr Sql kInsert{
    "INSERT INTO checklist (org_id, checklist_id, template_id, display_name, shop_id, agent_id,"
    " team_id, owner_agent_id, day, due, state, started_by, cancelled_by, cancel_reason,"
    " overdue_us, version, create_us, update_us) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"};
constexpr Sql kUpdate{
    "UPDATE checklist SET owner_agent_id = ?, state = ?, cancelled_by = ?, cancel_reason = ?,"
    " overdue_us = ?, version = ?, update_us = ? WHERE org_id = ? AND checklist_id = ?"};
// A token confined to shops sees lists of these, of teams that serve no others, and its own.
constexpr Sql kList{
    "SELECT " COLUMNS
    " FROM checklist l WHERE l.org_id = ? AND l.checklist_id > ?"
    " AND (? = '' OR l.shop_id = ?) AND (? = '' OR l.owner_agent_id = ?)"
    " AND (? = '' OR l.agent_id = ?) AND (? = '' OR l.template_id = ?)"
    " AND (? = '' OR l.state = ?) AND l.day BETWEEN ? AND ?"
    " AND (? = 0 OR ? IN (l.owner_agent_id, l.agent_id))"
    " AND (? = '' OR FIND_IN_SET(l.shop_id, ?) > 0"
    " OR (? <> '' AND ? IN (l.owner_agent_id, l.agent_id))"
    " OR (l.shop_id = '' AND EXISTS (SELECT 1 FROM team_shop s WHERE s.org_id = l.org_id"
    " AND s.team_id = l.team_id) AND NOT EXISTS (SELECT 1 FROM team_shop s"
    " WHERE s.org_id = l.org_id AND s.team_id = l.team_id AND FIND_IN_SET(s.shop_id, ?) = 0)))"
    " ORDER BY l.checklist_id LIMIT ?"};
// What a schedule has made: nobody started it.
constexpr Sql kScheduled{"SELECT " COLUMNS
                         " FROM checklist l WHERE l.org_id = ? AND l.template_id = ?"
                         " AND l.shop_id = ? AND l.team_id = ? AND l.started_by = ''"
                         " AND l.day BETWEEN ? AND ? ORDER BY l.day, l.checklist_id LIMIT ?"};
constexpr Sql kDue{"SELECT " COLUMNS
                   ", l.org_id FROM checklist l WHERE l.overdue_us <= ?"
                   " ORDER BY l.overdue_us LIMIT ? FOR UPDATE SKIP LOCKED"};

#define ITEM_COLUMNS                                                                     \
  "item_id, text, needs_evidence, by_subject, needs, due, overdue_us, done_us, done_by," \
  " evidence, note"
constexpr size_t kItemColumns = 14;  // with org_id, checklist_id and place
constexpr std::string_view kInsertItems =
    "INSERT INTO checklist_item (org_id, checklist_id, place, " ITEM_COLUMNS ")";
constexpr Sql kUpdateItem{
    "UPDATE checklist_item SET done_us = ?, done_by = ?, evidence = ?, note = ?"
    " WHERE org_id = ? AND checklist_id = ? AND item_id = ?"};
constexpr Sql kItems{"SELECT " ITEM_COLUMNS
                     " FROM checklist_item WHERE org_id = ? AND checklist_id = ? ORDER BY place"};

Schedule ScheduleFromRow(const Row& row) {
  return {.template_id = row.Str(0),
          .shop_id = row.Str(1),
          .team_id = row.Str(2),
          .owner_agent_id = row.Str(3),
          .weekdays = static_cast<checklists::Weekdays>(row.Int(4)),
          .paused = row.Bool(5),
          .last_agent_id = row.Str(6),
          .next = FromMicros(row.Int(7))};
}

Checklist FromRow(const Row& row) {
  return {.id = row.Str(0),
          .template_id = row.Str(1),
          .display_name = row.Str(2),
          .shop_id = row.Str(3),
          .agent_id = row.Str(4),
          .team_id = row.Str(5),
          .owner_agent_id = row.Str(6),
          .day = row.Day(7),
          .due = row.Day(8),
          .state = EnumAt<checklists::State>(row, 9),
          .started_by = row.Str(10),
          .cancelled_by = row.Str(11),
          .cancel_reason = row.Str(12),
          .overdue = FromMicros(row.Int(13)),
          .info = InfoAt(row, 14)};
}

Item ItemFromRow(const Row& row) {
  return {.id = row.Str(0),
          .text = row.Str(1),
          .needs_evidence = row.Bool(2),
          .by_subject = row.Bool(3),
          .check = EnumAt<checklists::Check>(row, 4),
          .due = row.Day(5),
          .overdue = FromMicros(row.Int(6)),
          .done = row.OptTime(7),
          .done_by = row.Str(8),
          .evidence = row.Str(9),
          .note = row.Str(10)};
}

absl::StatusOr<Checklist> One(Reader reader, std::string_view org_id, absl::StatusOr<db::Rows> rows,
                              std::string_view id) {
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return error::ChecklistNotFound(id);
  Checklist list = FromRow(rows->front());
  RETURN_IF_ERROR(FillItems(reader, org_id, list));
  return list;
}

absl::StatusOr<std::optional<Schedule>> OneSchedule(absl::StatusOr<db::Rows> rows) {
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return std::nullopt;
  return ScheduleFromRow(rows->front());
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ChecklistTemplates(Reader reader,
                                                            std::string_view org_id) {
  return Collect(reader.Query(kTemplates, {org_id}), [](const Row& row) { return row.Str(0); });
}

absl::Status SaveChecklistTemplate(db::Transaction& t, std::string_view org_id,
                                   std::string_view template_id, std::string_view body,
                                   std::string_view actor, absl::Time now) {
  return t.Execute(kSaveTemplate, {org_id, template_id, db::Param::Bytes(body), now, actor})
      .status();
}

absl::StatusOr<std::vector<Schedule>> ChecklistSchedules(Reader reader, std::string_view org_id,
                                                         std::string_view shop_id) {
  return Collect(reader.Query(kSchedules, {org_id, shop_id, shop_id}), ScheduleFromRow);
}

absl::StatusOr<std::optional<Schedule>> FindChecklistSchedule(Reader reader,
                                                              std::string_view org_id,
                                                              const ScheduleKey& key) {
  return OneSchedule(
      reader.Query(kFindSchedule, {org_id, key.template_id, key.shop_id, key.team_id}));
}

absl::StatusOr<std::optional<Schedule>> LockChecklistSchedule(db::Transaction& t,
                                                              std::string_view org_id,
                                                              const ScheduleKey& key) {
  return OneSchedule(t.Query(kLockSchedule, {org_id, key.template_id, key.shop_id, key.team_id}));
}

absl::StatusOr<std::vector<Checklist>> ScheduledChecklists(Reader reader, std::string_view org_id,
                                                           const ScheduleKey& key,
                                                           absl::CivilDay first,
                                                           absl::CivilDay last, int limit) {
  return Collect(reader.Query(kScheduled, {org_id, key.template_id, key.shop_id, key.team_id, first,
                                           last, limit}),
                 FromRow);
}

absl::Status SaveChecklistSchedule(db::Transaction& t, std::string_view org_id,
                                   const Schedule& schedule) {
  return t
      .Execute(kSaveSchedule, {org_id, schedule.template_id, schedule.shop_id, schedule.team_id,
                               schedule.owner_agent_id, schedule.weekdays, schedule.paused,
                               schedule.last_agent_id, ToMicros(schedule.next)})
      .status();
}

absl::StatusOr<Checklist> FindChecklist(Reader reader, std::string_view org_id,
                                        std::string_view checklist_id) {
  return One(reader, org_id, reader.Query(kFind, {org_id, checklist_id}), checklist_id);
}

absl::StatusOr<Checklist> LockChecklist(db::Transaction& t, std::string_view org_id,
                                        std::string_view checklist_id) {
  return One(t, org_id, t.Query(kLock, {org_id, checklist_id}), checklist_id);
}

absl::Status FillItems(Reader reader, std::string_view org_id, Checklist& list) {
  ASSIGN_OR_RETURN(list.items, Collect(reader.Query(kItems, {org_id, list.id}), ItemFromRow));
  return absl::OkStatus();
}

absl::Status InsertChecklist(db::Transaction& t, std::string_view org_id, const Checklist& list) {
  RETURN_IF_ERROR(
      t.Execute(kInsert,
                {org_id, list.id, list.template_id, list.display_name, list.shop_id, list.agent_id,
                 list.team_id, list.owner_agent_id, list.day, list.due, NameOf(list.state),
                 list.started_by, list.cancelled_by, list.cancel_reason, ToMicros(list.overdue),
                 list.info.version, list.info.create_time, list.info.update_time})
          .status());
  std::vector<db::Param> flat;
  for (size_t i = 0; i < list.items.size(); ++i) {
    const Item& item = list.items[i];
    flat.insert(flat.end(),
                {org_id, list.id, static_cast<int64_t>(i), item.id, item.text, item.needs_evidence,
                 item.by_subject, NameOf(item.check), item.due, ToMicros(item.overdue), item.done,
                 item.done_by, item.evidence, item.note});
  }
  return t.InsertMany(kInsertItems, kItemColumns, flat).status();
}

absl::Status UpdateChecklist(db::Transaction& t, std::string_view org_id, const Checklist& list) {
  return t
      .Execute(kUpdate,
               {list.owner_agent_id, NameOf(list.state), list.cancelled_by, list.cancel_reason,
                ToMicros(list.overdue), list.info.version, list.info.update_time, org_id, list.id})
      .status();
}

absl::Status UpdateChecklistItem(db::Transaction& t, std::string_view org_id,
                                 std::string_view checklist_id, const Item& item) {
  return t
      .Execute(kUpdateItem,
               {item.done, item.done_by, item.evidence, item.note, org_id, checklist_id, item.id})
      .status();
}

absl::StatusOr<std::vector<Checklist>> ListChecklists(Reader reader, std::string_view org_id,
                                                      Page page, const ChecklistFilter& filter) {
  const ChecklistFilter& f = filter;
  return Collect(reader.Query(kList, {org_id,           page.after,       f.shop_id,  f.shop_id,
                                      f.owner_agent_id, f.owner_agent_id, f.agent_id, f.agent_id,
                                      f.template_id,    f.template_id,    f.state,    f.state,
                                      f.first,          f.last,           f.own_only, f.self,
                                      f.shops,          f.shops,          f.self,     f.self,
                                      f.shops,          page.limit}),
                 FromRow);
}

absl::StatusOr<std::vector<DueSchedule>> LockDueSchedules(db::Transaction& t, absl::Time now,
                                                          int limit) {
  return Collect(t.Query(kDueSchedules, {ToMicros(now), limit}), [](const Row& row) {
    return DueSchedule{row.Str(kScheduleColumns), ScheduleFromRow(row)};
  });
}

absl::StatusOr<std::vector<DueChecklist>> LockDueChecklists(db::Transaction& t, absl::Time now,
                                                            int limit) {
  return Collect(t.Query(kDue, {ToMicros(now), limit}), [](const Row& row) {
    return DueChecklist{row.Str(kColumns), FromRow(row)};
  });
}

}  // namespace kefu::staffing::store
