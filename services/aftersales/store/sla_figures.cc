#include "services/aftersales/store/sla_figures.h"

#include <algorithm>

#include "common/status/status_macros.h"
#include "services/aftersales/store/figure_sql.h"
#include "services/aftersales/store/rows.h"

namespace kefu::aftersales::store {
namespace {

using db::Row;
using domain::insight::BacklogRow;
using domain::insight::CasePeriod;
using domain::insight::ClockHistories;
using domain::insight::PastBreaches;
using domain::insight::RunningClocks;
using domain::insight::SlaDeadline;
using domain::insight::SlaDimension;
using domain::insight::SlaOutcome;
using domain::insight::SlaRow;

constexpr absl::Duration kWeek = absl::Hours(7 * 24);

// Nothing is open of these any more.
#define ENDED "'MET', 'BREACHED', 'CANCELLED'"

// The clocks of a case as they stand, and what was owed to earlier messages and before a case was
// taken up again. What a change of policy, priority, assignee or contract has replaced is not a
// deadline of its own.
enum class Clocks { kNow, kPast };
constexpr std::string_view JoinClocks(Clocks clocks) {
  return clocks == Clocks::kNow
             ? " JOIN case_clock k ON k.org_id = c.org_id AND k.case_id = c.case_id"
             : " JOIN case_clock_past k ON k.org_id = c.org_id AND k.case_id = c.case_id"
               " AND k.reason IN ('NEW_MESSAGE', 'REOPENED') AND k.state IN (" ENDED ")";
}

// Whose a deadline is: of who had the case when it ended, else of who has it.
#define OWNER "IF(k.state IN (" ENDED "), k.breach_owner, c.assignee_agent_id)"
constexpr std::string_view kJoinOwner = JOIN_AGENT(OWNER);

constexpr std::string_view ValueOf(SlaDimension by) {
  switch (by) {
    case SlaDimension::kShop:
      return "c.shop_id";
    case SlaDimension::kBase:
      return BASE_OF(OWNER);
    case SlaDimension::kAgent:
      return OWNER;
    case SlaDimension::kUnspecified:
      break;
  }
  return "''";
}

constexpr std::string_view StatesOf(SlaOutcome outcome) {
  switch (outcome) {
    case SlaOutcome::kMet:
      return " AND k.state = 'MET'";
    case SlaOutcome::kBreached:
      return " AND k.state = 'BREACHED'";
    case SlaOutcome::kCancelled:
      return " AND k.state = 'CANCELLED'";
    default:
      return " AND k.state IN ('RUNNING', 'PAUSED')";
  }
}

// From the deadlines of the period's cases.
void AddClocks(const CasePeriod& period, absl::Time from, Clocks clocks, bool with_base,
               FigureSql& sql) {
  sql.Add(FigureSql::kCases).Add(JoinClocks(clocks));
  if (with_base || !period.base_id.empty()) sql.Add(kJoinOwner);
  sql.Received(period, from, period.to);
  if (!period.base_id.empty()) sql.Add(" AND " BASE_OF(OWNER) " = ?", {period.base_id});
}

// A clock that stands still is never due; one that did so when it was met would have been.
#define CLOCK_DUE "IF(k.due_us = 9223372036854775807, k.base_due_us, k.due_us)"
// The share of the time from `start` to `due` that has passed at `at`, in hundredths.
#define SHARE(at, due) \
  "LEAST(99, GREATEST(0, " at " - k.start_us) * 100 DIV GREATEST(1, " due " - k.start_us))"

constexpr std::string_view kOpenStates =
    " c.state IN ('OPEN', 'WAITING_CUSTOMER', 'DECIDED', 'AWAITING_APPROVAL', 'APPEALED')";

}  // namespace

absl::StatusOr<std::vector<SlaRow>> SlaFigures(db::Transaction& t, const CasePeriod& period,
                                               SlaDimension by, const SlaPage& page) {
  FigureSql sql;
  sql.Add("SELECT v, clock_kind, SUM(met), SUM(breached), SUM(neither), SUM(cancelled) FROM (");
  for (const Clocks clocks : {Clocks::kNow, Clocks::kPast}) {
    if (clocks == Clocks::kPast) sql.Add(" UNION ALL ");
    sql.Add("SELECT ").Add(ValueOf(by));
    sql.Add(
        " AS v, k.clock_kind, SUM(k.state = 'MET') AS met, SUM(k.state = 'BREACHED') AS breached,"
        " SUM(k.state IN ('RUNNING', 'PAUSED')) AS neither,"
        " SUM(k.state = 'CANCELLED') AS cancelled");
    AddClocks(period, period.from, clocks, by == SlaDimension::kBase, sql);
    sql.Add(" GROUP BY v, k.clock_kind");
  }
  sql.Add(
      ") x WHERE v > ? OR (v = ? AND clock_kind > ?) GROUP BY v, clock_kind"
      " ORDER BY v, clock_kind LIMIT ?",
      {page.after_value, page.after_value, page.after_clock, page.limit});
  ASSIGN_OR_RETURN(const db::Rows rows, sql.Query(t));
  std::vector<SlaRow> figures;
  for (const Row row : rows) {
    figures.push_back({row.Str(0), EnumAt<domain::ClockKind>(row, 1), row.Int(2), row.Int(3),
                       row.Int(4), row.Int(5)});
  }
  return figures;
}

absl::StatusOr<std::vector<SlaDeadline>> SlaDeadlines(db::Transaction& t, const CasePeriod& period,
                                                      SlaDimension by, const SlaRow& group,
                                                      SlaOutcome outcome,
                                                      const DeadlinesAfter& page) {
  const int64_t after = ToMicros(page.receive_time), start = ToMicros(page.start);
  FigureSql sql;
  for (const Clocks clocks : {Clocks::kNow, Clocks::kPast}) {
    sql.Add(clocks == Clocks::kNow ? "(" : " UNION ALL (");
    sql.Add("SELECT c.case_id, c.shop_id, " OWNER " AS owner, c.receive_us, k.start_us, k.due_us");
    AddClocks(period, std::max(period.from, page.receive_time), clocks, by == SlaDimension::kBase,
              sql);
    sql.Add(StatesOf(outcome)).Add(" AND ").Add(ValueOf(by));
    sql.Add(
        " = ? AND k.clock_kind = ? AND (c.receive_us > ? OR c.case_id > ? OR"
        " (c.case_id = ? AND k.start_us > ?)) ORDER BY c.receive_us, c.case_id, k.start_us LIMIT "
        "?)",
        {group.value, NameOf(group.clock), after, page.case_id, page.case_id, start, page.limit});
  }
  sql.Add(" ORDER BY receive_us, case_id, start_us LIMIT ?", {page.limit});
  ASSIGN_OR_RETURN(const db::Rows rows, sql.Query(t));
  std::vector<SlaDeadline> deadlines;
  for (const Row row : rows) {
    deadlines.push_back(
        {row.Str(0), row.Str(1), row.Str(2), row.Time(3), TimeAt(row, 4), TimeAt(row, 5)});
  }
  return deadlines;
}

absl::StatusOr<std::vector<BacklogRow>> Backlog(db::Transaction& t, const CasePeriod& reach,
                                                absl::Time now) {
  FigureSql sql;
  // Ages and due times are compared with the edges one by one: how many are reached is the bucket.
  sql.Add("SELECT c.state, 0");
  for (const int hours : domain::insight::kBacklogHours) {
    sql.Add(" + (c.receive_us <= ?)", {ToMicros(now - absl::Hours(hours))});
  }
  sql.Add(" AS age, (c.due_us >= ?)", {ToMicros(now)});
  for (const int hours : domain::insight::kDueHours) {
    sql.Add(" + (c.due_us > ?)", {ToMicros(now + absl::Hours(hours))});
  }
  sql.Add(" + (c.due_us = ?) AS due, COUNT(*) FROM aftersales_case c FORCE INDEX (case_backlog)",
          {ToMicros(absl::InfiniteFuture())});
  if (!reach.base_id.empty()) sql.Add(kJoinAssignee);
  sql.Add(" WHERE c.org_id = ? AND", {reach.org_id}).Add(kOpenStates).Confined(reach);
  if (!reach.base_id.empty()) sql.Add(kAssigneeOfBase, {reach.base_id});
  sql.Add(" GROUP BY c.state, age, due ORDER BY c.state, age, due");
  ASSIGN_OR_RETURN(const db::Rows rows, sql.Query(t));
  std::vector<BacklogRow> backlog;
  for (const Row row : rows) {
    backlog.push_back({EnumAt<domain::CaseState>(row, 0), static_cast<int>(row.Int(1)),
                       static_cast<int>(row.Int(2)), row.Int(3)});
  }
  return backlog;
}

absl::StatusOr<ClockHistories> ClockHistoriesOf(db::Transaction& t, const CasePeriod& reach) {
  FigureSql sql;
  for (const Clocks clocks : {Clocks::kNow, Clocks::kPast}) {
    if (clocks == Clocks::kPast) sql.Add(" UNION ALL ");
    sql.Add("SELECT k.clock_kind, k.state = 'BREACHED' AS breached, IF(k.state = 'BREACHED', 0, ");
    sql.Add(clocks == Clocks::kNow ? SHARE("k.met_us", CLOCK_DUE) : SHARE("k.met_us", "k.due_us"));
    sql.Add(") AS used, COUNT(*)");
    AddClocks(reach, reach.from, clocks, false, sql);
    sql.Add(" AND k.state IN ('MET', 'BREACHED') AND ");
    sql.Add(clocks == Clocks::kNow ? CLOCK_DUE : "k.due_us");
    sql.Add(" <= ? GROUP BY k.clock_kind, breached, used", {ToMicros(reach.to)});
  }
  ASSIGN_OR_RETURN(const db::Rows rows, sql.Query(t));
  ClockHistories histories;
  for (const Row row : rows) {
    domain::insight::ClockHistory& history = histories[EnumAt<domain::ClockKind>(row, 0)];
    (row.Bool(1) ? history.breached : history.met[row.Int(2)]) += row.Int(3);
  }
  return histories;
}

absl::StatusOr<std::vector<RunningClocks>> RunningClocksOf(db::Transaction& t,
                                                           const CasePeriod& reach,
                                                           const ForecastSteps& steps) {
  const int64_t now = ToMicros(reach.to), end = ToMicros(reach.to + steps.horizon);
  FigureSql sql;
  sql.Add("SELECT k.clock_kind, GREATEST(0, k.due_us - ?) DIV ? AS step, IF(k.due_us < ?, ?, ",
          {now, absl::ToInt64Microseconds(steps.step), now, domain::insight::kRunOut});
  sql.Add(SHARE("?", "k.due_us"), {now});
  sql.Add(") AS used, COUNT(*) FROM aftersales_case c FORCE INDEX (case_backlog)");
  sql.Add(JoinClocks(Clocks::kNow));
  if (!reach.base_id.empty()) sql.Add(kJoinAssignee);
  sql.Add(" WHERE c.org_id = ? AND", {reach.org_id}).Add(kOpenStates).Confined(reach);
  if (!reach.base_id.empty()) sql.Add(kAssigneeOfBase, {reach.base_id});
  sql.Add(
      " AND c.due_us < ? AND k.state = 'RUNNING' AND k.due_us < ?"
      " GROUP BY k.clock_kind, step, used",
      {end, end});
  ASSIGN_OR_RETURN(const db::Rows rows, sql.Query(t));
  std::vector<RunningClocks> running;
  for (const Row row : rows) {
    running.push_back({EnumAt<domain::ClockKind>(row, 0), static_cast<int>(row.Int(1)),
                       static_cast<int>(row.Int(2)), row.Int(3)});
  }
  return running;
}

absl::StatusOr<std::optional<absl::Time>> FirstReceived(db::Transaction& t,
                                                        const CasePeriod& reach) {
  FigureSql sql;
  sql.Add("SELECT c.receive_us").Add(FigureSql::kCases);
  if (!reach.base_id.empty()) sql.Add(kJoinAssignee);
  sql.Received(reach, reach.from, reach.to);
  if (!reach.base_id.empty()) sql.Add(kAssigneeOfBase, {reach.base_id});
  sql.Add(" ORDER BY c.receive_us LIMIT 1");
  ASSIGN_OR_RETURN(const db::Rows rows, sql.Query(t));
  return rows.empty() ? std::nullopt : std::optional(rows.front().Time(0));
}

absl::StatusOr<std::vector<PastBreaches>> PastBreachesOf(db::Transaction& t,
                                                         const CasePeriod& reach,
                                                         const ForecastSteps& steps, int weeks) {
  const int64_t now = ToMicros(reach.to), week = absl::ToInt64Microseconds(kWeek);
  FigureSql sql;
  // From the last instant before the receipt that lies whole weeks before now.
  sql.Add(
      "SELECT clock_kind, since DIV ? AS step, COUNT(*) FROM (SELECT k.clock_kind, k.due_us - ?"
      " + ((? - c.receive_us + ?) DIV ?) * ? AS since",
      {absl::ToInt64Microseconds(steps.step), now, now, week - 1, week, week});
  AddClocks(reach, reach.to - weeks * kWeek, Clocks::kNow, false, sql);
  sql.Add(" AND k.state = 'BREACHED') x WHERE since < ? GROUP BY clock_kind, step",
          {absl::ToInt64Microseconds(steps.horizon)});
  ASSIGN_OR_RETURN(const db::Rows rows, sql.Query(t));
  std::vector<PastBreaches> past;
  for (const Row row : rows) {
    past.push_back({EnumAt<domain::ClockKind>(row, 0), static_cast<int>(row.Int(1)), row.Int(2)});
  }
  return past;
}

}  // namespace kefu::aftersales::store
