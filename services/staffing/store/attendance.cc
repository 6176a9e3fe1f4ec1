#include "services/staffing/store/attendance.h"

#include "common/time/civil.h"
#include "services/staffing/domain/roster/model.h"
#include "services/staffing/errors_time.h"
#include "services/staffing/store/rows.h"

namespace kefu::staffing::store {
namespace {

using attendance::ClockRecord;
using db::Row;
using db::Sql;

#define CLOCK_COLUMNS                                                                       \
  "clock_event_id, agent_id, kind, event_us, reason, actor, record_us, void_us, voided_by," \
  " void_reason"
constexpr Sql kInsertClock{"INSERT INTO clock_event (org_id, " CLOCK_COLUMNS
                           ") VALUES (?,?,?,?,?,?,?,?,?,?,?)"};
constexpr Sql kVoidClock{
    "UPDATE clock_event SET void_us = ?, voided_by = ?, void_reason = ?"
    " WHERE org_id = ? AND clock_event_id = ?"};
constexpr Sql kLockClock{"SELECT " CLOCK_COLUMNS
                         " FROM clock_event WHERE org_id = ? AND clock_event_id = ? FOR UPDATE"};
constexpr Sql kLastClock{
    "SELECT " CLOCK_COLUMNS
    " FROM clock_event WHERE org_id = ? AND agent_id = ? AND event_us <= ?"
    " AND void_us IS NULL ORDER BY event_us DESC, clock_event_id DESC LIMIT 1"};
constexpr Sql kListClock{"SELECT " CLOCK_COLUMNS
                         " FROM clock_event WHERE org_id = ? AND agent_id = ?"
                         " AND event_us >= ? AND event_us < ?"
                         " AND (? IS NULL OR event_us > ? OR (event_us = ? AND clock_event_id > ?))"
                         " ORDER BY event_us, clock_event_id LIMIT ?"};
// OUT sorts after IN by name, so descending puts it in front.
constexpr Sql kClockOf{"SELECT " CLOCK_COLUMNS
                       " FROM clock_event WHERE org_id = ? AND agent_id = ?"
                       " AND event_us >= ? AND event_us < ? AND void_us IS NULL"
                       " ORDER BY event_us, kind DESC, clock_event_id"};
constexpr Sql kClockOfAll{"SELECT " CLOCK_COLUMNS
                          " FROM clock_event WHERE org_id = ?"
                          " AND event_us >= ? AND event_us < ? AND void_us IS NULL"
                          " ORDER BY agent_id, event_us, kind DESC, clock_event_id"};

constexpr Sql kPublished{
    "SELECT roster_id, first_day, weeks, order_body FROM roster WHERE org_id = ?"
    " AND state = 'PUBLISHED' AND first_day <= ? AND first_day >= ? ORDER BY roster_id"};
// The agent's row has the last employment only.
constexpr Sql kEmployments{
    "SELECT agent_id, hire_date, leave_date FROM agent WHERE org_id = ?"
    " AND (? = '' OR agent_id = ?) AND hire_date <= ? AND (leave_date IS NULL OR leave_date >= ?)"
    " UNION ALL SELECT agent_id, start_date, end_date FROM past_employment WHERE org_id = ?"
    " AND (? = '' OR agent_id = ?) AND start_date <= ? AND end_date >= ?"
    " ORDER BY agent_id, hire_date"};

#define MONTH_COLUMNS "month, agents, sha256, policy_version, close_us, actor"
constexpr Sql kFindMonth{"SELECT " MONTH_COLUMNS
                         " FROM attendance_month WHERE org_id = ? AND month = ?"};
constexpr Sql kClosedMonth{
    "SELECT month FROM attendance_month WHERE org_id = ? AND month BETWEEN ? AND ?"
    " ORDER BY month LIMIT 1"};
constexpr Sql kInsertMonth{"INSERT INTO attendance_month (org_id, " MONTH_COLUMNS
                           ") VALUES (?,?,?,?,?,?,?)"};
constexpr std::string_view kInsertSummaries =
    "INSERT INTO attendance_summary (org_id, month, agent_id, body)";
constexpr Sql kListSummaries{
    "SELECT agent_id, body FROM attendance_summary WHERE org_id = ? AND month = ?"
    " AND agent_id > ? AND (? = '' OR agent_id = ?) ORDER BY agent_id LIMIT ?"};

#define POLICY_COLUMNS \
  "version, late_grace_minutes, early_grace_minutes, overtime_unit_minutes, create_us"
constexpr Sql kPolicy{"SELECT " POLICY_COLUMNS
                      " FROM attendance_policy WHERE org_id = ? ORDER BY version DESC LIMIT 1"};
constexpr Sql kInsertPolicy{"INSERT INTO attendance_policy (org_id, " POLICY_COLUMNS
                            ", actor) VALUES (?,?,?,?,?,?,?)"};

int32_t Int32(const Row& row, size_t column) { return static_cast<int32_t>(row.Int(column)); }

ClockRecord ClockFromRow(const Row& row) {
  return {.id = row.Str(0),
          .agent_id = row.Str(1),
          .kind = EnumAt<attendance::ClockKind>(row, 2),
          .time = row.Time(3),
          .reason = row.Str(4),
          .actor = row.Str(5),
          .record_time = row.Time(6),
          .void_time = row.OptTime(7),
          .voided_by = row.Str(8),
          .void_reason = row.Str(9)};
}

}  // namespace

absl::Status InsertClock(db::Transaction& t, std::string_view org_id, const ClockRecord& record) {
  return t
      .Execute(kInsertClock, {org_id, record.id, record.agent_id, NameOf(record.kind), record.time,
                              record.reason, record.actor, record.record_time, record.void_time,
                              record.voided_by, record.void_reason})
      .status();
}

absl::Status VoidClock(db::Transaction& t, std::string_view org_id, const ClockRecord& record) {
  return t
      .Execute(kVoidClock,
               {record.void_time, record.voided_by, record.void_reason, org_id, record.id})
      .status();
}

absl::StatusOr<ClockRecord> LockClock(db::Transaction& t, std::string_view org_id,
                                      std::string_view id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kLockClock, {org_id, id}));
  if (rows.empty()) return error::ClockEventNotFound(id);
  return ClockFromRow(rows.front());
}

absl::StatusOr<std::optional<ClockRecord>> LastClock(Reader reader, std::string_view org_id,
                                                     std::string_view agent_id, absl::Time time) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kLastClock, {org_id, agent_id, time}));
  if (rows.empty()) return std::nullopt;
  return ClockFromRow(rows.front());
}

absl::StatusOr<std::vector<ClockRecord>> ListClock(Reader reader, std::string_view org_id,
                                                   std::string_view agent_id,
                                                   const ClockPage& page) {
  return Collect(
      reader.Query(kListClock, {org_id, agent_id, page.begin, page.end, page.after_time,
                                page.after_time, page.after_time, page.after_id, page.limit}),
      ClockFromRow);
}

absl::StatusOr<std::vector<ClockRecord>> ClockOf(Reader reader, std::string_view org_id,
                                                 std::string_view agent_id, absl::Time begin,
                                                 absl::Time end) {
  return Collect(agent_id.empty() ? reader.Query(kClockOfAll, {org_id, begin, end})
                                  : reader.Query(kClockOf, {org_id, agent_id, begin, end}),
                 ClockFromRow);
}

absl::StatusOr<std::vector<roster::Record>> PublishedRosters(Reader reader, std::string_view org_id,
                                                             absl::CivilDay first,
                                                             absl::CivilDay last) {
  const absl::CivilDay earliest = first - roster::kMaxWeeks * roster::kDaysPerWeek;
  ASSIGN_OR_RETURN(auto rosters,
                   Collect(reader.Query(kPublished, {org_id, last, earliest}), [](const Row& row) {
                     return roster::Record{.id = row.Str(0),
                                           .state = roster::State::kPublished,
                                           .first_day = row.Day(1),
                                           .weeks = Int32(row, 2),
                                           .order_body = row.Str(3)};
                   }));
  std::erase_if(rosters, [&](const roster::Record& record) {
    return record.first_day + record.weeks * roster::kDaysPerWeek <= first;
  });
  return rosters;
}

absl::StatusOr<std::map<std::string, domain::Periods, std::less<>>> EmploymentsOn(
    Reader reader, std::string_view org_id, std::string_view agent_id, absl::CivilDay first,
    absl::CivilDay last) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   reader.Query(kEmployments, {org_id, agent_id, agent_id, last, first, org_id,
                                               agent_id, agent_id, last, first}));
  std::map<std::string, domain::Periods, std::less<>> employments;
  for (const Row row : rows) {
    employments[row.Str(0)].all.push_back({row.Day(1), row.OptDay(2)});
  }
  return employments;
}

absl::StatusOr<attendance::Month> FindMonth(Reader reader, std::string_view org_id,
                                            absl::CivilMonth month) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kFindMonth, {org_id, absl::CivilDay(month)}));
  if (rows.empty()) return error::MonthNotFound(month);
  const Row row = rows.front();
  return attendance::Month{.month = absl::CivilMonth(row.Day(0)),
                           .agents = Int32(row, 1),
                           .sha256 = row.Str(2),
                           .policy_version = row.Int(3),
                           .close_time = row.Time(4),
                           .actor = row.Str(5)};
}

absl::StatusOr<std::optional<absl::CivilMonth>> ClosedMonth(Reader reader, std::string_view org_id,
                                                            absl::CivilMonth first,
                                                            absl::CivilMonth last) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kClosedMonth, {org_id, absl::CivilDay(first),
                                                                    absl::CivilDay(last)}));
  if (rows.empty()) return std::nullopt;
  return absl::CivilMonth(rows.front().Day(0));
}

absl::Status InsertMonth(db::Transaction& t, std::string_view org_id,
                         const attendance::Month& month) {
  return t
      .Execute(kInsertMonth, {org_id, absl::CivilDay(month.month), month.agents, month.sha256,
                              month.policy_version, month.close_time, month.actor})
      .status();
}

absl::Status InsertSummaries(db::Transaction& t, std::string_view org_id, absl::CivilMonth month,
                             const std::vector<Summary>& summaries) {
  std::vector<db::Param> flat;
  for (const Summary& summary : summaries) {
    flat.insert(flat.end(),
                {org_id, absl::CivilDay(month), summary.agent_id, db::Param::Bytes(summary.body)});
  }
  return t.InsertMany(kInsertSummaries, 4, flat).status();
}

absl::StatusOr<std::vector<Summary>> ListSummaries(Reader reader, std::string_view org_id,
                                                   Page page, absl::CivilMonth month,
                                                   std::string_view agent_id) {
  return Collect(reader.Query(kListSummaries, {org_id, absl::CivilDay(month), page.after, agent_id,
                                               agent_id, page.limit}),
                 [](const Row& row) {
                   return Summary{row.Str(0), row.Str(1)};
                 });
}

absl::StatusOr<int64_t> AddAttendancePolicy(db::Transaction& t, std::string_view org_id,
                                            const attendance::Policy& policy,
                                            std::string_view actor) {
  ASSIGN_OR_RETURN(const attendance::Policy last, AttendancePolicy(t, org_id));
  const int64_t version = last.version + 1;
  RETURN_IF_ERROR(t.Execute(kInsertPolicy,
                            {org_id, version, policy.late_grace_minutes, policy.early_grace_minutes,
                             policy.overtime_unit_minutes, policy.create_time, actor})
                      .status());
  return version;
}

absl::StatusOr<attendance::Policy> AttendancePolicy(Reader reader, std::string_view org_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kPolicy, {org_id}));
  if (rows.empty()) return attendance::Policy{};
  const Row row = rows.front();
  return attendance::Policy{.version = row.Int(0),
                            .late_grace_minutes = Int32(row, 1),
                            .early_grace_minutes = Int32(row, 2),
                            .overtime_unit_minutes = Int32(row, 3),
                            .create_time = row.Time(4)};
}

}  // namespace kefu::staffing::store
