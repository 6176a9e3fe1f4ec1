#include "services/staffing/store/announcements.h"

#include "common/time/civil.h"
#include "services/staffing/errors_conduct.h"
#include "services/staffing/store/rows.h"

namespace kefu::staffing::store {
namespace {

using announcements::Announcement;
using announcements::Audience;
using db::Row;
using db::Sql;

#define COLUMNS                                                                           \
  "n.announcement_id, n.title, n.text, n.acknowledge_by_us, n.remind_minutes, n.next_us," \
  " n.state, n.published_by, n.withdrawn_by, n.withdraw_reason, n.version, n.create_us,"  \
  " n.update_us"
constexpr size_t kColumns = 13;
constexpr Sql kFind{"SELECT " COLUMNS
                    " FROM announcement n WHERE n.org_id = ? AND n.announcement_id = ?"};
constexpr Sql kLock{"SELECT " COLUMNS
                    " FROM announcement n WHERE n.org_id = ? AND n.announcement_id = ? FOR UPDATE"};
constexpr Sql kInsert{
    "INSERT INTO announcement (org_id, announcement_id, title, text, acknowledge_by_us,"
    " remind_minutes, next_us, state, published_by, withdrawn_by, withdraw_reason, version,"
    " create_us, update_us) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"};
constexpr Sql kUpdate{
    "UPDATE announcement SET next_us = ?, state = ?, withdrawn_by = ?, withdraw_reason = ?,"
    " version = ?, update_us = ? WHERE org_id = ? AND announcement_id = ?"};
constexpr Sql kDue{"SELECT " COLUMNS
                   ", n.org_id FROM announcement n WHERE n.next_us <= ?"
                   " ORDER BY n.next_us LIMIT ? FOR UPDATE SKIP LOCKED"};

constexpr std::string_view kInsertAudience =
    "INSERT INTO announcement_audience (org_id, announcement_id, kind, target_id)";
constexpr Sql kAudience{
    "SELECT kind, target_id FROM announcement_audience WHERE org_id = ? AND announcement_id = ?"
    " ORDER BY kind, target_id"};

// Whether agent a is addressed by announcement n on a day, which stands for six parameters.
#define ON_DAY(row) row ".start_date <= ? AND (" row ".end_date IS NULL OR " row ".end_date >= ?)"
#define ADDRESSED \
  " a.hire_date <= ? AND (a.leave_date IS NULL OR a.leave_date >= ?) AND EXISTS (SELECT 1 FROM"  \
  " announcement_audience u WHERE u.org_id = n.org_id AND u.announcement_id = n.announcement_id" \
  " AND (u.kind = 'EVERYBODY' OR (u.kind = 'AGENT' AND u.target_id = a.agent_id)"                \
  " OR (u.kind = 'BASE' AND u.target_id = a.base_id)"                                            \
  " OR (u.kind = 'TEAM' AND EXISTS (SELECT 1 FROM team_membership m WHERE m.org_id = a.org_id"   \
  " AND m.agent_id = a.agent_id AND m.team_id = u.target_id AND " ON_DAY("m") "))"               \
  " OR (u.kind = 'SHOP' AND EXISTS (SELECT 1 FROM assignment s WHERE s.org_id = a.org_id"        \
  " AND s.agent_id = a.agent_id AND s.shop_id = u.target_id AND " ON_DAY("s") "))))"
#define WITH_READER                                         \
  " LEFT JOIN announcement_reader r ON r.org_id = n.org_id" \
  " AND r.announcement_id = n.announcement_id AND r.agent_id = a.agent_id"
constexpr Sql kListAll{"SELECT " COLUMNS
                       ", NULL FROM announcement n WHERE n.org_id = ? AND n.announcement_id > ?"
                       " ORDER BY n.announcement_id LIMIT ?"};
constexpr Sql kListOf{"SELECT " COLUMNS
                      ", r.acknowledge_us FROM announcement n JOIN agent a"
                      " ON a.org_id = n.org_id AND a.agent_id = ?" WITH_READER
                      " WHERE n.org_id = ? AND n.announcement_id > ? AND n.state = 'PUBLISHED'"
                      " AND (? = 0 OR r.acknowledge_us IS NULL) AND" ADDRESSED
                      " ORDER BY n.announcement_id LIMIT ?"};
#define READERS_FROM                                                                      \
  " FROM announcement n JOIN agent a ON a.org_id = n.org_id" WITH_READER                  \
  " WHERE n.org_id = ? AND n.announcement_id = ? AND (? = 0 OR r.acknowledge_us IS NULL)" \
  " AND" ADDRESSED
constexpr Sql kReaders{"SELECT a.agent_id, r.acknowledge_us" READERS_FROM
                       " AND a.agent_id > ? AND (? = '' OR a.agent_id = ?)"
                       " ORDER BY a.agent_id LIMIT ?"};
constexpr Sql kCount{"SELECT COUNT(*)" READERS_FROM};
#undef READERS_FROM
#undef WITH_READER
#undef ADDRESSED
#undef ON_DAY
constexpr Sql kHasRead{
    "SELECT 1 FROM announcement_reader WHERE org_id = ? AND announcement_id = ? AND agent_id = ?"};
constexpr Sql kInsertReader{
    "INSERT INTO announcement_reader (org_id, announcement_id, agent_id, acknowledge_us)"
    " VALUES (?,?,?,?)"};

Announcement FromRow(const Row& row) {
  return {.id = row.Str(0),
          .title = row.Str(1),
          .text = row.Str(2),
          .acknowledge_by = row.OptTime(3),
          .remind_minutes = static_cast<int32_t>(row.Int(4)),
          .next = FromMicros(row.Int(5)),
          .state = EnumAt<announcements::State>(row, 6),
          .published_by = row.Str(7),
          .withdrawn_by = row.Str(8),
          .withdraw_reason = row.Str(9),
          .info = InfoAt(row, 10)};
}

absl::StatusOr<Announcement> One(Reader reader, std::string_view org_id,
                                 absl::StatusOr<db::Rows> rows, std::string_view id) {
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return error::AnnouncementNotFound(id);
  Announcement announcement = FromRow(rows->front());
  RETURN_IF_ERROR(FillAudience(reader, org_id, announcement));
  return announcement;
}

}  // namespace

absl::StatusOr<Announcement> FindAnnouncement(Reader reader, std::string_view org_id,
                                              std::string_view announcement_id) {
  return One(reader, org_id, reader.Query(kFind, {org_id, announcement_id}), announcement_id);
}

absl::StatusOr<Announcement> LockAnnouncement(db::Transaction& t, std::string_view org_id,
                                              std::string_view announcement_id) {
  return One(t, org_id, t.Query(kLock, {org_id, announcement_id}), announcement_id);
}

absl::Status FillAudience(Reader reader, std::string_view org_id, Announcement& announcement) {
  ASSIGN_OR_RETURN(announcement.audience,
                   Collect(reader.Query(kAudience, {org_id, announcement.id}), [](const Row& row) {
                     return Audience{EnumAt<announcements::Target>(row, 0), row.Str(1)};
                   }));
  return absl::OkStatus();
}

absl::Status InsertAnnouncement(db::Transaction& t, std::string_view org_id,
                                const Announcement& announcement) {
  RETURN_IF_ERROR(
      t.Execute(kInsert,
                {org_id, announcement.id, announcement.title, announcement.text,
                 announcement.acknowledge_by, announcement.remind_minutes,
                 ToMicros(announcement.next), NameOf(announcement.state), announcement.published_by,
                 announcement.withdrawn_by, announcement.withdraw_reason, announcement.info.version,
                 announcement.info.create_time, announcement.info.update_time})
          .status());
  std::vector<db::Param> flat;
  for (const Audience& audience : announcement.audience) {
    flat.insert(flat.end(), {org_id, announcement.id, NameOf(audience.target), audience.id});
  }
  return t.InsertMany(kInsertAudience, 4, flat).status();
}

absl::Status UpdateAnnouncement(db::Transaction& t, std::string_view org_id,
                                const Announcement& announcement) {
  return t
      .Execute(kUpdate,
               {ToMicros(announcement.next), NameOf(announcement.state), announcement.withdrawn_by,
                announcement.withdraw_reason, announcement.info.version,
                announcement.info.update_time, org_id, announcement.id})
      .status();
}

absl::StatusOr<std::vector<ListedAnnouncement>> ListAnnouncements(
    Reader reader, std::string_view org_id, Page page, const AnnouncementFilter& filter) {
  const auto listed = [](const Row& row) {
    return ListedAnnouncement{FromRow(row), row.OptTime(kColumns)};
  };
  if (filter.agent_id.empty()) {
    return Collect(reader.Query(kListAll, {org_id, page.after, page.limit}), listed);
  }
  const absl::CivilDay day = filter.today;
  return Collect(reader.Query(kListOf, {filter.agent_id, org_id, page.after, filter.unread_only,
                                        day, day, day, day, day, day, page.limit}),
                 listed);
}

absl::StatusOr<std::vector<ReaderRow>> AnnouncementReaders(Reader reader, std::string_view org_id,
                                                           std::string_view announcement_id,
                                                           Page page, const ReaderFilter& filter) {
  const absl::CivilDay day = filter.today;
  return Collect(
      reader.Query(kReaders, {org_id, announcement_id, filter.unread_only, day, day, day, day, day,
                              day, page.after, filter.agent_id, filter.agent_id, page.limit}),
      [](const Row& row) {
        return ReaderRow{row.Str(0), row.OptTime(1)};
      });
}

absl::StatusOr<int64_t> CountUnread(Reader reader, std::string_view org_id,
                                    std::string_view announcement_id, absl::CivilDay today) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kCount, {org_id, announcement_id, true, today,
                                                              today, today, today, today, today}));
  return rows.front().Int(0);
}

absl::StatusOr<bool> HasAcknowledged(Reader reader, std::string_view org_id,
                                     std::string_view announcement_id, std::string_view agent_id) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   reader.Query(kHasRead, {org_id, announcement_id, agent_id}));
  return !rows.empty();
}

absl::Status InsertAnnouncementReader(db::Transaction& t, std::string_view org_id,
                                      std::string_view announcement_id, std::string_view agent_id,
                                      absl::Time now) {
  return t.Execute(kInsertReader, {org_id, announcement_id, agent_id, now}).status();
}

absl::StatusOr<std::vector<DueAnnouncement>> LockDueAnnouncements(db::Transaction& t,
                                                                  absl::Time now, int limit) {
  return Collect(t.Query(kDue, {ToMicros(now), limit}), [](const Row& row) {
    return DueAnnouncement{row.Str(kColumns), FromRow(row)};
  });
}

}  // namespace kefu::staffing::store
