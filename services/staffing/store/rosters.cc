#include "services/staffing/store/rosters.h"

#include <algorithm>
#include <set>

#include "common/time/civil.h"
#include "services/staffing/domain/roster/model.h"
#include "services/staffing/errors.h"
#include "services/staffing/store/rows.h"

namespace kefu::staffing::store {
namespace {

using db::Row;
using db::Sql;

#define ROSTER_HEAD                                                              \
  "roster_id, state, display_name, first_day, weeks, currency_code, cost_minor," \
  " bound_minor, elapsed_ms, failure, replans_id, attempts, version, create_us, update_us"
#define ROSTER_COLUMNS ROSTER_HEAD ", order_body, outcome_body"
constexpr Sql kFind{"SELECT " ROSTER_COLUMNS " FROM roster WHERE org_id = ? AND roster_id = ?"};
constexpr Sql kLock{"SELECT " ROSTER_COLUMNS
                    " FROM roster WHERE org_id = ? AND roster_id = ? FOR UPDATE"};
constexpr Sql kList{"SELECT " ROSTER_HEAD
                    " FROM roster WHERE org_id = ? AND roster_id > ? AND (? = '' OR state = ?)"
                    " ORDER BY roster_id LIMIT ?"};
constexpr Sql kInsert{"INSERT INTO roster (org_id, " ROSTER_COLUMNS
                      ", lease_owner, lease_us) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,'',0)"};
constexpr Sql kUpdate{
    "UPDATE roster SET state = ?, cost_minor = ?, bound_minor = ?, elapsed_ms = ?, failure = ?,"
    " outcome_body = ?, attempts = ?, version = ?, update_us = ?, lease_owner = '', lease_us = 0"
    " WHERE org_id = ? AND roster_id = ?"};

constexpr Sql kSameDays{
    "SELECT r.roster_id FROM roster r"
    " JOIN roster_shift own ON own.org_id = r.org_id AND own.roster_id = ?"
    " JOIN roster_shift other ON other.org_id = r.org_id AND other.roster_id = r.roster_id"
    " AND other.day = own.day AND other.agent_id = own.agent_id"
    " WHERE r.org_id = ? AND r.state = 'PUBLISHED' AND r.first_day BETWEEN ? AND ? LIMIT 1"};
constexpr Sql kSetKnownSwaps{
    "UPDATE roster SET known_swaps = ? WHERE org_id = ? AND roster_id = ?"};
constexpr Sql kKnownSwaps{"SELECT known_swaps FROM roster WHERE org_id = ? AND roster_id = ?"};
constexpr std::string_view kInsertShifts =
    "INSERT INTO roster_shift (org_id, roster_id, day, agent_id, shift_template_id, start_minute,"
    " end_minute)";
constexpr Sql kListShifts{
    "SELECT day, agent_id, shift_template_id, start_minute, end_minute FROM roster_shift"
    " WHERE org_id = ? AND roster_id = ? AND (? IS NULL OR day > ? OR (day = ? AND agent_id > ?))"
    " AND (? = '' OR agent_id = ?) ORDER BY day, agent_id LIMIT ?"};
constexpr Sql kAgents{"SELECT agent_id FROM agent WHERE org_id = ? AND agent_id IN (?*)"};

constexpr Sql kClaim{"SELECT org_id, " ROSTER_COLUMNS
                     " FROM roster WHERE state IN ('QUEUED', 'RUNNING') AND lease_us < ?"
                     " ORDER BY state, lease_us LIMIT 1 FOR UPDATE SKIP LOCKED"};
constexpr Sql kTake{
    "UPDATE roster SET state = 'RUNNING', lease_owner = ?, lease_us = ?, attempts = ?"
    " WHERE org_id = ? AND roster_id = ?"};
constexpr Sql kRenew{
    "UPDATE roster SET cost_minor = ?, bound_minor = ?, elapsed_ms = ?, lease_us = ?"
    " WHERE org_id = ? AND roster_id = ? AND state = 'RUNNING' AND lease_owner = ?"};
constexpr Sql kOwner{
    "SELECT state, lease_owner FROM roster WHERE org_id = ? AND roster_id = ? FOR UPDATE"};

constexpr size_t kAgentsAtOnce = 500;

// From column `at` on; the bodies where the row has them.
roster::Record FromRow(const Row& row, size_t at, bool bodies) {
  roster::Record record{.id = row.Str(at),
                        .state = EnumAt<roster::State>(row, at + 1),
                        .display_name = row.Str(at + 2),
                        .first_day = row.Day(at + 3),
                        .weeks = static_cast<int32_t>(row.Int(at + 4)),
                        .currency_code = row.Str(at + 5),
                        .cost_minor = row.Int(at + 6),
                        .bound_minor = row.Int(at + 7),
                        .elapsed_ms = row.Int(at + 8),
                        .failure = row.Str(at + 9),
                        .replans_id = row.Str(at + 10),
                        .attempts = static_cast<int32_t>(row.Int(at + 11)),
                        .info = InfoAt(row, at + 12)};
  if (bodies) {
    record.order_body = row.Str(at + 15);
    record.outcome_body = row.Str(at + 16);
  }
  return record;
}

absl::StatusOr<roster::Record> One(absl::StatusOr<db::Rows> rows, std::string_view id) {
  if (!rows.ok()) return rows.status();
  if (rows->size() == 0) return error::RosterNotFound(id);
  return FromRow((*rows)[0], 0, true);
}

}  // namespace

absl::StatusOr<roster::Record> FindRoster(Reader reader, std::string_view org_id,
                                          std::string_view id) {
  return One(reader.Query(kFind, {org_id, id}), id);
}

absl::StatusOr<roster::Record> LockRoster(db::Transaction& t, std::string_view org_id,
                                          std::string_view id) {
  return One(t.Query(kLock, {org_id, id}), id);
}

absl::Status InsertRoster(db::Transaction& t, std::string_view org_id,
                          const roster::Record& record) {
  return t
      .Execute(kInsert,
               {org_id, record.id, NameOf(record.state), record.display_name, record.first_day,
                record.weeks, record.currency_code, record.cost_minor, record.bound_minor,
                record.elapsed_ms, record.failure, record.replans_id, record.attempts,
                record.info.version, record.info.create_time, record.info.update_time,
                db::Param::Bytes(record.order_body), db::Param::Bytes(record.outcome_body)})
      .status();
}

absl::Status UpdateRoster(db::Transaction& t, std::string_view org_id,
                          const roster::Record& record) {
  return t
      .Execute(kUpdate,
               {NameOf(record.state), record.cost_minor, record.bound_minor, record.elapsed_ms,
                record.failure, db::Param::Bytes(record.outcome_body), record.attempts,
                record.info.version, record.info.update_time, org_id, record.id})
      .status();
}

absl::StatusOr<std::vector<roster::Record>> ListRosters(Reader reader, std::string_view org_id,
                                                        Page page, std::string_view state) {
  return Collect(reader.Query(kList, {org_id, page.after, state, state, page.limit}),
                 [](const Row& row) { return FromRow(row, 0, false); });
}

absl::StatusOr<std::optional<std::string>> FindRosterOfSameDays(db::Transaction& t,
                                                                std::string_view org_id,
                                                                const roster::Record& record) {
  constexpr int kLongest = roster::kMaxWeeks * roster::kDaysPerWeek;
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kSameDays, {record.id, org_id, record.first_day - kLongest,
                                       record.first_day + kLongest}));
  if (rows.size() == 0) return std::nullopt;
  return rows[0].Str(0);
}

absl::Status SetKnownSwaps(db::Transaction& t, std::string_view org_id, std::string_view roster_id,
                           int64_t swaps) {
  return t.Execute(kSetKnownSwaps, {swaps, org_id, roster_id}).status();
}

absl::StatusOr<int64_t> KnownSwaps(Reader reader, std::string_view org_id,
                                   std::string_view roster_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kKnownSwaps, {org_id, roster_id}));
  if (rows.size() == 0) return error::RosterNotFound(roster_id);
  return rows[0].Int(0);
}

absl::Status InsertShifts(db::Transaction& t, std::string_view org_id, std::string_view roster_id,
                          std::span<const roster::ListedShift> shifts) {
  std::vector<db::Param> flat;
  for (const roster::ListedShift& shift : shifts) {
    flat.insert(flat.end(), {org_id, roster_id, shift.day, shift.agent_id, shift.template_id,
                             shift.start_minute, shift.end_minute});
  }
  return t.InsertMany(kInsertShifts, 7, flat).status();
}

absl::StatusOr<std::vector<roster::ListedShift>> ListShifts(Reader reader, std::string_view org_id,
                                                            std::string_view roster_id,
                                                            const ShiftPage& page) {
  return Collect(
      reader.Query(kListShifts, {org_id, roster_id, page.after_day, page.after_day, page.after_day,
                                 page.after_agent, page.agent_id, page.agent_id, page.limit}),
      [](const Row& row) {
        return roster::ListedShift{row.Day(0), row.Str(1), row.Str(2),
                                   static_cast<int32_t>(row.Int(3)),
                                   static_cast<int32_t>(row.Int(4))};
      });
}

absl::Status CheckAgents(db::Transaction& t, std::string_view org_id,
                         const std::vector<std::string>& agent_ids) {
  std::set<std::string> known;
  for (size_t begin = 0; begin < agent_ids.size(); begin += kAgentsAtOnce) {
    const size_t end = std::min(agent_ids.size(), begin + kAgentsAtOnce);
    const std::vector<db::Param> list(agent_ids.begin() + static_cast<ptrdiff_t>(begin),
                                      agent_ids.begin() + static_cast<ptrdiff_t>(end));
    ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kAgents, {org_id}, list));
    for (const Row row : rows) known.insert(row.Str(0));
  }
  for (const std::string& id : agent_ids) {
    if (!known.contains(id)) return error::AgentNotFound(id);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Claimed>> ClaimRoster(db::Transaction& t, std::string_view owner,
                                                   absl::Time now, absl::Time until) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kClaim, {ToMicros(now)}));
  if (rows.size() == 0) return std::nullopt;
  Claimed claimed{rows[0].Str(0), FromRow(rows[0], 1, true)};
  claimed.record.state = roster::State::kRunning;
  ++claimed.record.attempts;
  RETURN_IF_ERROR(t.Execute(kTake, {owner, ToMicros(until), claimed.record.attempts, claimed.org_id,
                                    claimed.record.id})
                      .status());
  return claimed;
}

absl::StatusOr<bool> RenewRoster(db::Transaction& t, const Claimed& claimed, std::string_view owner,
                                 absl::Time until) {
  const roster::Record& record = claimed.record;
  ASSIGN_OR_RETURN(const int64_t rows,
                   t.Execute(kRenew, {record.cost_minor, record.bound_minor, record.elapsed_ms,
                                      ToMicros(until), claimed.org_id, record.id, owner}));
  return rows == 1;
}

absl::StatusOr<bool> OwnsRoster(db::Transaction& t, const Claimed& claimed,
                                std::string_view owner) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kOwner, {claimed.org_id, claimed.record.id}));
  return rows.size() == 1 && rows[0].Text(0) == NameOf(roster::State::kRunning) &&
         rows[0].Text(1) == owner;
}

}  // namespace kefu::staffing::store
