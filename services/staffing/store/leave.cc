#include "services/staffing/store/leave.h"

#include <map>

#include "services/staffing/errors.h"
#include "services/staffing/store/rows.h"

namespace kefu::staffing::store {
namespace {

using db::Row;
using db::Sql;
using leave::Leave;

#define KIND_COLUMNS "leave_kind, display_name, paid, has_balance, archived"
constexpr Sql kSaveKind{
    "INSERT INTO leave_kind (org_id, " KIND_COLUMNS
    ", update_us, actor) VALUES (?,?,?,?,?,?,?,?)"
    " ON DUPLICATE KEY UPDATE display_name = VALUES(display_name), paid = VALUES(paid),"
    " has_balance = VALUES(has_balance), archived = VALUES(archived),"
    " update_us = VALUES(update_us), actor = VALUES(actor)"};
constexpr Sql kKinds{"SELECT " KIND_COLUMNS
                     " FROM leave_kind WHERE org_id = ? ORDER BY leave_kind"};

constexpr Sql kInsertGrant{
    "INSERT INTO leave_grant (org_id, agent_id, grant_id, leave_kind, minutes, reason, actor,"
    " record_us) VALUES (?,?,?,?,?,?,?,?)"};
constexpr Sql kGranted{
    "SELECT leave_kind, SUM(minutes) FROM leave_grant WHERE org_id = ? AND agent_id = ?"
    " GROUP BY leave_kind"};
constexpr Sql kTaken{
    "SELECT kind, state, SUM(minutes) FROM agent_leave WHERE org_id = ? AND agent_id = ?"
    " AND has_balance = 1 AND state IN ('REQUESTED', 'APPROVED') GROUP BY kind, state"};

#define LEAVE_COLUMNS                                                                    \
  "leave_id, agent_id, kind, paid, has_balance, start_date, end_date, from_minute,"      \
  " to_minute, minutes, reason, state, decided_by, decision_reason, version, create_us," \
  " update_us"
constexpr Sql kFind{"SELECT " LEAVE_COLUMNS " FROM agent_leave WHERE org_id = ? AND leave_id = ?"};
constexpr Sql kLock{"SELECT " LEAVE_COLUMNS
                    " FROM agent_leave WHERE org_id = ? AND leave_id = ? FOR UPDATE"};
constexpr Sql kInsert{"INSERT INTO agent_leave (org_id, " LEAVE_COLUMNS
                      ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"};
constexpr Sql kUpdate{
    "UPDATE agent_leave SET end_date = ?, state = ?, decided_by = ?, decision_reason = ?, version "
    "= ?,"
    " update_us = ? WHERE org_id = ? AND leave_id = ?"};
constexpr Sql kList{"SELECT " LEAVE_COLUMNS
                    " FROM agent_leave WHERE org_id = ? AND leave_id > ?"
                    " AND (? = '' OR agent_id = ?) AND (? = '' OR state = ?)"
                    " AND start_date <= ? AND (end_date IS NULL OR end_date >= ?)"
                    " ORDER BY leave_id LIMIT ?"};

db::Param EndOf(const Leave& leave) {
  return leave.ends() ? db::Param(leave.last) : db::Param(nullptr);
}

int32_t Int32(const Row& row, size_t column) { return static_cast<int32_t>(row.Int(column)); }

Leave LeaveFromRow(const Row& row) {
  return {.id = row.Str(0),
          .agent_id = row.Str(1),
          .kind = row.Str(2),
          .paid = row.Bool(3),
          .has_balance = row.Bool(4),
          .first = row.Day(5),
          .last = row.OptDay(6).value_or(leave::kNoEnd),
          .from_minute = Int32(row, 7),
          .to_minute = Int32(row, 8),
          .minutes = Int32(row, 9),
          .reason = row.Str(10),
          .state = EnumAt<leave::State>(row, 11),
          .decided_by = row.Str(12),
          .decision_reason = row.Str(13),
          .info = InfoAt(row, 14)};
}

absl::StatusOr<Leave> One(absl::StatusOr<db::Rows> rows, std::string_view id) {
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return error::LeaveNotFound(id);
  return LeaveFromRow(rows->front());
}

}  // namespace

absl::Status SaveLeaveKind(db::Transaction& t, std::string_view org_id, const leave::Kind& kind,
                           std::string_view actor, absl::Time now) {
  return t
      .Execute(kSaveKind, {org_id, kind.id, kind.display_name, kind.paid, kind.has_balance,
                           kind.archived, now, actor})
      .status();
}

absl::StatusOr<std::vector<leave::Kind>> LeaveKinds(Reader reader, std::string_view org_id) {
  return Collect(reader.Query(kKinds, {org_id}), [](const Row& row) {
    return leave::Kind{.id = row.Str(0),
                       .display_name = row.Str(1),
                       .paid = row.Bool(2),
                       .has_balance = row.Bool(3),
                       .archived = row.Bool(4)};
  });
}

absl::Status InsertLeaveGrant(db::Transaction& t, std::string_view org_id, const LeaveGrant& grant,
                              std::string_view actor, absl::Time now) {
  return t
      .Execute(kInsertGrant, {org_id, grant.agent_id, grant.id, grant.kind, grant.minutes,
                              grant.reason, actor, now})
      .status();
}

absl::StatusOr<std::vector<leave::Balance>> LeaveBalances(Reader reader, std::string_view org_id,
                                                          std::string_view agent_id) {
  ASSIGN_OR_RETURN(const db::Rows granted, reader.Query(kGranted, {org_id, agent_id}));
  ASSIGN_OR_RETURN(const db::Rows taken, reader.Query(kTaken, {org_id, agent_id}));
  std::map<std::string, leave::Balance> balances;
  for (const Row row : granted) balances[row.Str(0)].granted = row.Int(1);
  for (const Row row : taken) {
    leave::Balance& balance = balances[row.Str(0)];
    const bool approved = EnumAt<leave::State>(row, 1) == leave::State::kApproved;
    (approved ? balance.approved : balance.requested) = row.Int(2);
  }
  std::vector<leave::Balance> result;
  for (auto& [kind, balance] : balances) {
    balance.kind = kind;
    result.push_back(std::move(balance));
  }
  return result;
}

absl::StatusOr<Leave> FindLeave(Reader reader, std::string_view org_id, std::string_view leave_id) {
  return One(reader.Query(kFind, {org_id, leave_id}), leave_id);
}

absl::StatusOr<Leave> LockLeave(db::Transaction& t, std::string_view org_id,
                                std::string_view leave_id) {
  return One(t.Query(kLock, {org_id, leave_id}), leave_id);
}

absl::Status InsertLeave(db::Transaction& t, std::string_view org_id, const Leave& leave) {
  return t
      .Execute(kInsert,
               {org_id, leave.id, leave.agent_id, leave.kind, leave.paid, leave.has_balance,
                leave.first, EndOf(leave), leave.from_minute, leave.to_minute, leave.minutes,
                leave.reason, NameOf(leave.state), leave.decided_by, leave.decision_reason,
                leave.info.version, leave.info.create_time, leave.info.update_time})
      .status();
}

absl::Status UpdateLeave(db::Transaction& t, std::string_view org_id, const Leave& leave) {
  return t
      .Execute(kUpdate, {EndOf(leave), NameOf(leave.state), leave.decided_by, leave.decision_reason,
                         leave.info.version, leave.info.update_time, org_id, leave.id})
      .status();
}

absl::StatusOr<std::vector<Leave>> ListLeaves(Reader reader, std::string_view org_id, Page page,
                                              const LeaveFilter& filter) {
  return Collect(
      reader.Query(kList, {org_id, page.after, filter.agent_id, filter.agent_id, filter.state,
                           filter.state, filter.last, filter.first, page.limit}),
      LeaveFromRow);
}

}  // namespace kefu::staffing::store
