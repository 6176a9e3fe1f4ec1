#include "bench/cases/bare.h"

#include <atomic>
#include <map>

#include "absl/time/clock.h"
#include "bench/harness/environment.h"
#include "bench/harness/load.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"

namespace kefu::bench {
namespace {

constexpr absl::Duration kTime = absl::Seconds(30);  // of one transaction
constexpr absl::Duration kFeedTime = absl::Seconds(30);
constexpr std::string_view kStates[kSteps] = {"OPEN", "DECIDED", "CLOSED"};
constexpr std::string_view kVerbs[kSteps] = {"OpenCase", "ReviewCase", "CloseCase"};
constexpr int64_t kNever = INT64_MAX;

// The service's own events and its audit records, as the feed holds them.
constexpr db::Sql kEvents{
    "SELECT event_key, type, payload, chain_sha256 FROM event WHERE org_id = ? ORDER BY position"
    " LIMIT ?"};
constexpr db::Sql kTables{
    "SELECT table_name FROM information_schema.columns WHERE table_schema = DATABASE()"
    " AND column_name = 'org_id' ORDER BY table_name"};

constexpr db::Sql kInsertCase{
    "INSERT INTO aftersales_case (org_id, case_id, shop_id, kind, channel, external_id, priority,"
    " order_id, purchase_date, waybill, customer_id, problem, demand, assignee_agent_id,"
    " receive_us, state, result, due_us, next_us, parts, version, create_us, update_us) VALUES"
    " (?,?,'shop-1','SERVICE_COMPLAINT','CHAT',NULL,'NORMAL','',NULL,'','customer-1',?,'','',?,?,"
    "'UNSPECIFIED',?,?,0,1,?,?)"};
constexpr db::Sql kInsertClock{
    "INSERT INTO case_clock (org_id, case_id, clock_kind, state, start_us, base_due_us, due_us,"
    " warn_us, warned, met_us, breach_us, breach_owner, remaining_us, pausable, business_hours,"
    " warn_before_us, time_zone, zone_assumed, policy_org_id, policy_id, policy_version, priority,"
    " since_us, steps, step_offset_us, step_us) VALUES (?,?,'FIRST_ANSWER','RUNNING',?,?,?,?,FALSE,"
    "NULL,NULL,'',0,TRUE,FALSE,14400000000,'Asia/Shanghai',TRUE,'','default/sla',1,'NORMAL',?,0,"
    "NULL,9223372036854775807)"};
constexpr db::Sql kInsertUnassigned{
    "INSERT INTO case_unassigned (org_id, case_id, shop_id, reason, since_us, next_us)"
    " VALUES (?,?,'shop-1','nobody serves the shop',?,?)"};
constexpr db::Sql kInsertActivity{
    "INSERT INTO case_activity (org_id, case_id, seq, activity_id, verb, from_state, to_state,"
    " note, actor, create_us, result, internal) VALUES (?,?,?,?,?,?,?,?,'bench',?,?,FALSE)"};
constexpr std::string_view kInsertEvents =
    "INSERT INTO event (org_id, position, event_key, type, payload, create_us, chain_sha256)";
constexpr db::Sql kLockCase{
    "SELECT version FROM aftersales_case WHERE org_id = ? AND case_id = ? FOR UPDATE"};
constexpr db::Sql kUpdateCase{
    "UPDATE aftersales_case SET state = ?, result = 'REJECTED', due_us = ?, next_us = ?,"
    " version = ?, update_us = ?, decision_number = 1, decide_us = ?, decider = 'bench'"
    " WHERE org_id = ? AND case_id = ?"};
constexpr db::Sql kCancelClock{
    "UPDATE case_clock SET state = 'CANCELLED', cancel_us = ? WHERE org_id = ? AND case_id = ?"
    " AND clock_kind = 'FIRST_ANSWER'"};

using Counts = std::map<std::string, int64_t>;

// Rows of the organization by table.
absl::StatusOr<Counts> RowsByTable(db::Database& database) {
  const absl::Time limit = absl::Now() + kTime;
  ASSIGN_OR_RETURN(const db::Rows tables, database.Read(limit, kTables));
  Counts counts;
  for (const db::Row table : tables) {
    const std::string count =
        fmt::format("SELECT COUNT(*) FROM {} WHERE org_id = '{}'", table.Str(0), kOrg);
    ASSIGN_OR_RETURN(const db::Rows rows, database.Read(limit, db::Sql{count.c_str()}));
    counts[table.Str(0)] = rows.front().Int(0);
  }
  return counts;
}

}  // namespace

absl::StatusOr<std::unique_ptr<BareSql>> BareSql::Start(const db::DatabaseOptions& service,
                                                        db::DatabaseOptions target, int callers) {
  target.pool_size = callers;
  ASSIGN_OR_RETURN(auto database, db::Database::Open(std::move(target)));
  auto bare = std::unique_ptr<BareSql>(new BareSql(std::move(database)));
  ASSIGN_OR_RETURN(const auto source, db::Database::Open(service));
  // The feed gives events their positions a little later.
  for (const absl::Time limit = absl::Now() + kFeedTime; bare->events_.empty();) {
    if (absl::Now() > limit) return absl::InternalError("the events of the sample do not come");
    ASSIGN_OR_RETURN(const db::Rows rows, source->Read(limit, kEvents, {kOrg, 2 * kSteps}));
    if (rows.size() < 2 * kSteps) continue;
    for (const db::Row row : rows) {
      bare->events_.push_back({row.Str(0), row.Str(1), row.Str(2), row.Str(3)});
    }
  }
  RETURN_IF_ERROR(bare->TakeItsWay());
  ASSIGN_OR_RETURN(const Counts theirs, RowsByTable(*source));
  ASSIGN_OR_RETURN(const Counts ours, RowsByTable(*bare->database_));
  for (const auto& [table, rows] : theirs) {
    if (ours.at(table) == rows) continue;
    return absl::InternalError(
        fmt::format("{} has {} rows of a case, and {} in bare SQL", table, rows, ours.at(table)));
  }
  return bare;
}

absl::Status BareSql::Record(db::Transaction& t, const std::string& case_id, int step) const {
  static std::atomic<int64_t> position{0};
  const std::string activity_id = fmt::format("{}-{}", case_id, step);
  const bool reviews = step == 1;
  RETURN_IF_ERROR(t.Execute(kInsertActivity, {kOrg, case_id, step + 1, activity_id, kVerbs[step],
                                              step == 0 ? "UNSPECIFIED" : kStates[step - 1],
                                              kStates[step], reviews ? "查无此事" : "", absl::Now(),
                                              reviews ? "REJECTED" : "UNSPECIFIED"}));
  std::vector<db::Param> flat;
  for (int i = 2 * step; i < 2 * step + 2; ++i) {
    const Event& event = events_[i];
    flat.insert(flat.end(),
                {kOrg, position.fetch_add(1) + 1, event.key, event.type,
                 db::Param::Bytes(event.payload), absl::Now(), db::Param::Bytes(event.chain)});
  }
  return t.InsertMany(kInsertEvents, 7, flat).status();
}

absl::Status BareSql::Open(const std::string& case_id) const {
  const absl::Time now = absl::Now(), due = now + absl::Hours(24), warn = now + absl::Hours(20);
  return database_->RunInTransaction(now + kTime, [&](db::Transaction& t) -> absl::Status {
    RETURN_IF_ERROR(t.Execute(
        kInsertCase, {kOrg, case_id, "客服态度不好", now, kStates[0], due, warn, now, now}));
    RETURN_IF_ERROR(t.Execute(kInsertClock, {kOrg, case_id, now, due, due, warn, now}));
    RETURN_IF_ERROR(t.Execute(kInsertUnassigned, {kOrg, case_id, now, due}));
    return Record(t, case_id, 0);
  });
}

absl::Status BareSql::Move(const std::string& case_id, int step) const {
  const absl::Time now = absl::Now();
  const bool closes = step + 1 == kSteps;
  return database_->RunInTransaction(now + kTime, [&](db::Transaction& t) -> absl::Status {
    RETURN_IF_ERROR(t.Query(kLockCase, {kOrg, case_id}));
    const int64_t due = closes ? kNever : absl::ToUnixMicros(now + absl::Hours(24));
    RETURN_IF_ERROR(
        t.Execute(kUpdateCase, {kStates[step], due, due, step + 1, now, now, kOrg, case_id}));
    if (closes) {
      RETURN_IF_ERROR(t.Execute(kCancelClock, {now, kOrg, case_id}));
    }
    return Record(t, case_id, step);
  });
}

absl::Status BareSql::TakeItsWay() const {
  static std::atomic<int64_t> next{1};
  const std::string case_id = fmt::format("case-{:012}", next.fetch_add(1));
  RETURN_IF_ERROR(Open(case_id));
  RETURN_IF_ERROR(Move(case_id, 1));
  return Move(case_id, 2);
}

Run BareSql::Flow(int callers, absl::Duration time) const {
  return [this, callers, time]() -> absl::StatusOr<Sample> {
    ASSIGN_OR_RETURN(Sample sample,
                     RunCallers(callers, time, [this](int) -> std::function<absl::Status()> {
                       return [this] { return TakeItsWay(); };
                     }));
    sample.per_second *= kSteps;
    return sample;
  };
}

}  // namespace kefu::bench
