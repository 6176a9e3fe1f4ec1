#include "services/staffing/store/shifts.h"

#include "absl/strings/numbers.h"
#include "services/staffing/errors_time.h"
#include "services/staffing/store/rows.h"

namespace kefu::staffing::store {
namespace {

using db::Row;
using db::Sql;
using shifts::Swap;

#define TEMPLATE_COLUMNS                                                             \
  "shift_template_id, start_minute, length_minutes, breaks, weekdays, display_name," \
  " late_grace_minutes, early_grace_minutes, archived"
constexpr Sql kSaveTemplate{
    "INSERT INTO shift_template (org_id, " TEMPLATE_COLUMNS
    ", update_us, actor) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"
    " ON DUPLICATE KEY UPDATE start_minute = VALUES(start_minute),"
    " length_minutes = VALUES(length_minutes), breaks = VALUES(breaks),"
    " weekdays = VALUES(weekdays), display_name = VALUES(display_name),"
    " late_grace_minutes = VALUES(late_grace_minutes),"
    " early_grace_minutes = VALUES(early_grace_minutes), archived = VALUES(archived),"
    " update_us = VALUES(update_us), actor = VALUES(actor)"};
constexpr Sql kTemplates{"SELECT " TEMPLATE_COLUMNS
                         " FROM shift_template WHERE org_id = ? ORDER BY shift_template_id"};

#define SWAP_COLUMNS                                                             \
  "swap_id, roster_id, agent_id, day, other_agent_id, other_day, reason, state," \
  " decided_by, decision_reason, version, create_us, update_us"
constexpr Sql kFind{"SELECT " SWAP_COLUMNS " FROM shift_swap WHERE org_id = ? AND swap_id = ?"};
constexpr Sql kLock{"SELECT " SWAP_COLUMNS
                    " FROM shift_swap WHERE org_id = ? AND swap_id = ? FOR UPDATE"};
constexpr Sql kInsert{"INSERT INTO shift_swap (org_id, " SWAP_COLUMNS
                      ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"};
constexpr Sql kUpdate{
    "UPDATE shift_swap SET state = ?, decided_by = ?, decision_reason = ?, version = ?,"
    " update_us = ? WHERE org_id = ? AND swap_id = ?"};
constexpr Sql kList{"SELECT " SWAP_COLUMNS
                    " FROM shift_swap WHERE org_id = ? AND swap_id > ?"
                    " AND (? = '' OR roster_id = ?) AND (? = '' OR state = ?)"
                    " AND (? = '' OR agent_id = ? OR other_agent_id = ?) ORDER BY swap_id LIMIT ?"};
constexpr Sql kElsewhere{
    "SELECT r.roster_id FROM roster r JOIN roster_shift s ON s.org_id = r.org_id"
    " AND s.roster_id = r.roster_id WHERE r.org_id = ? AND r.roster_id <> ? AND s.agent_id = ?"
    " AND s.day = ? AND r.state = 'PUBLISHED' AND r.first_day BETWEEN ? AND ? LIMIT 1"};
constexpr Sql kRosteredOn{
    "SELECT s.day, s.agent_id, s.shift_template_id, s.start_minute, s.end_minute FROM roster r"
    " JOIN roster_shift s ON s.org_id = r.org_id AND s.roster_id = r.roster_id WHERE r.org_id = ?"
    " AND s.agent_id = ? AND s.day = ? AND r.state = 'PUBLISHED'"
    " AND r.first_day BETWEEN ? AND ? LIMIT 1"};
constexpr Sql kCountSwaps{
    "SELECT COUNT(*) FROM shift_swap WHERE org_id = ? AND roster_id = ? AND state = 'APPROVED'"};
constexpr Sql kDeleteShift{
    "DELETE FROM roster_shift WHERE org_id = ? AND roster_id = ? AND day = ? AND agent_id = ?"};

int32_t Int32(const Row& row, size_t column) { return static_cast<int32_t>(row.Int(column)); }

std::string TextOf(const std::vector<roster::Break>& breaks) {
  std::string text;
  for (const roster::Break& pause : breaks) {
    text += fmt::format("{}{} {} {}", text.empty() ? "" : "\n", pause.offset_minutes, pause.minutes,
                        pause.paid ? 1 : 0);
  }
  return text;
}

// Text that this store has written.
std::vector<roster::Break> BreaksOf(std::string_view text) {
  std::vector<roster::Break> breaks;
  for (const std::string& line : Split(text, '\n')) {
    const std::vector<std::string> parts = Split(line, ' ');
    roster::Break pause;
    if (parts.size() == 3 && absl::SimpleAtoi(parts[0], &pause.offset_minutes) &&
        absl::SimpleAtoi(parts[1], &pause.minutes)) {
      pause.paid = parts[2] == "1";
      breaks.push_back(pause);
    }
  }
  return breaks;
}

shifts::Template TemplateFromRow(const Row& row) {
  return {.shape = {.id = row.Str(0),
                    .start_minute = Int32(row, 1),
                    .length_minutes = Int32(row, 2),
                    .breaks = BreaksOf(row.Text(3)),
                    .weekdays = static_cast<uint8_t>(row.Int(4))},
          .display_name = row.Str(5),
          .late_grace_minutes = Int32(row, 6),
          .early_grace_minutes = Int32(row, 7),
          .archived = row.Bool(8)};
}

Swap SwapFromRow(const Row& row) {
  return {.id = row.Str(0),
          .roster_id = row.Str(1),
          .agent_id = row.Str(2),
          .day = row.Day(3),
          .other_agent_id = row.Str(4),
          .other_day = row.OptDay(5),
          .reason = row.Str(6),
          .state = EnumAt<shifts::SwapState>(row, 7),
          .decided_by = row.Str(8),
          .decision_reason = row.Str(9),
          .info = InfoAt(row, 10)};
}

absl::StatusOr<Swap> One(absl::StatusOr<db::Rows> rows, std::string_view id) {
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return error::SwapNotFound(id);
  return SwapFromRow(rows->front());
}

}  // namespace

absl::Status SaveShiftTemplate(db::Transaction& t, std::string_view org_id,
                               const shifts::Template& shift, std::string_view actor,
                               absl::Time now) {
  return t
      .Execute(
          kSaveTemplate,
          {org_id, shift.shape.id, shift.shape.start_minute, shift.shape.length_minutes,
           TextOf(shift.shape.breaks), static_cast<int>(shift.shape.weekdays), shift.display_name,
           shift.late_grace_minutes, shift.early_grace_minutes, shift.archived, now, actor})
      .status();
}

absl::StatusOr<std::vector<shifts::Template>> ShiftTemplates(Reader reader,
                                                             std::string_view org_id) {
  return Collect(reader.Query(kTemplates, {org_id}), TemplateFromRow);
}

absl::StatusOr<Swap> FindSwap(Reader reader, std::string_view org_id, std::string_view swap_id) {
  return One(reader.Query(kFind, {org_id, swap_id}), swap_id);
}

absl::StatusOr<Swap> LockSwap(db::Transaction& t, std::string_view org_id,
                              std::string_view swap_id) {
  return One(t.Query(kLock, {org_id, swap_id}), swap_id);
}

absl::Status InsertSwap(db::Transaction& t, std::string_view org_id, const Swap& swap) {
  return t
      .Execute(kInsert, {org_id, swap.id, swap.roster_id, swap.agent_id, swap.day,
                         swap.other_agent_id, swap.other_day, swap.reason, NameOf(swap.state),
                         swap.decided_by, swap.decision_reason, swap.info.version,
                         swap.info.create_time, swap.info.update_time})
      .status();
}

absl::Status UpdateSwap(db::Transaction& t, std::string_view org_id, const Swap& swap) {
  return t
      .Execute(kUpdate, {NameOf(swap.state), swap.decided_by, swap.decision_reason,
                         swap.info.version, swap.info.update_time, org_id, swap.id})
      .status();
}

absl::StatusOr<std::vector<Swap>> ListSwaps(Reader reader, std::string_view org_id, Page page,
                                            const SwapFilter& filter) {
  return Collect(reader.Query(kList, {org_id, page.after, filter.roster_id, filter.roster_id,
                                      filter.state, filter.state, filter.concerns, filter.concerns,
                                      filter.concerns, page.limit}),
                 SwapFromRow);
}

absl::StatusOr<std::optional<std::string>> RosteredElsewhere(Reader reader, std::string_view org_id,
                                                             std::string_view roster_id,
                                                             std::string_view agent_id,
                                                             absl::CivilDay day) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   reader.Query(kElsewhere, {org_id, roster_id, agent_id, day,
                                             day - roster::kMaxWeeks * roster::kDaysPerWeek, day}));
  if (rows.empty()) return std::nullopt;
  return rows.front().Str(0);
}

absl::StatusOr<std::optional<roster::ListedShift>> RosteredOn(Reader reader,
                                                              std::string_view org_id,
                                                              std::string_view agent_id,
                                                              absl::CivilDay day) {
  constexpr int kLongest = roster::kMaxWeeks * roster::kDaysPerWeek;
  ASSIGN_OR_RETURN(const db::Rows rows,
                   reader.Query(kRosteredOn, {org_id, agent_id, day, day - kLongest, day}));
  if (rows.empty()) return std::nullopt;
  const Row row = rows.front();
  return roster::ListedShift{row.Day(0), row.Str(1), row.Str(2), Int32(row, 3), Int32(row, 4)};
}

absl::StatusOr<int64_t> CountSwaps(Reader reader, std::string_view org_id,
                                   std::string_view roster_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kCountSwaps, {org_id, roster_id}));
  return rows.front().Int(0);
}

absl::Status DeleteRosterShift(db::Transaction& t, std::string_view org_id,
                               std::string_view roster_id, std::string_view agent_id,
                               absl::CivilDay day) {
  return t.Execute(kDeleteShift, {org_id, roster_id, day, agent_id}).status();
}

}  // namespace kefu::staffing::store
