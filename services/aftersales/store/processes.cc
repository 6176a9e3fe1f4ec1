#include "services/aftersales/store/processes.h"

#include <limits>

#include "common/db/errors.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/aftersales/store/base_sql.h"

namespace kefu::aftersales::store {
namespace {

using db::Param;
using db::Row;
using db::Sql;

#define PROCESS_COLUMNS                                                                      \
  "org_id, process_id, case_id, shop_id, order_id, kind, occasion, moves_case, state, step," \
  " undo_bits, compensating, undone, cancelling, past_pivot, attempts, round, next_us,"      \
  " error_reason, error_text, facts, version, create_us, update_us"

constexpr Sql kInsertProcess{"INSERT INTO process (" PROCESS_COLUMNS
                             ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"};
constexpr Sql kFindProcess{"SELECT " PROCESS_COLUMNS
                           " FROM process WHERE org_id = ? AND process_id = ?"};
constexpr Sql kLockProcess{"SELECT " PROCESS_COLUMNS
                           " FROM process WHERE org_id = ? AND process_id = ? FOR UPDATE"};
constexpr Sql kLockDue{"SELECT " PROCESS_COLUMNS
                       " FROM process WHERE next_us <= ? ORDER BY next_us LIMIT 1"
                       " FOR UPDATE SKIP LOCKED"};
constexpr Sql kUpdateProcess{
    "UPDATE process SET state = ?, step = ?, undo_bits = ?, compensating = ?, undone = ?,"
    " cancelling = ?, past_pivot = ?, attempts = ?, round = ?, next_us = ?, error_reason = ?,"
    " error_text = ?, facts = ?, version = ?, update_us = ? WHERE org_id = ? AND process_id = ?"};
constexpr Sql kOfCase{"SELECT " PROCESS_COLUMNS
                      " FROM process WHERE org_id = ? AND case_id = ? ORDER BY process_id"};
constexpr Sql kWake{
    "UPDATE process SET next_us = ? WHERE org_id = ? AND case_id = ? AND state = 'WAITING'"};

#define PROCESS_FILTER                                                              \
  " AND (? = '' OR case_id = ?) AND (? = '' OR state = ?) AND (? = '' OR kind = ?)" \
  " AND process_id > ? ORDER BY process_id LIMIT ?"
constexpr Sql kListOfOrg{"SELECT " PROCESS_COLUMNS " FROM process WHERE org_id = ?" PROCESS_FILTER};
constexpr Sql kListOfShops{"SELECT " PROCESS_COLUMNS
                           " FROM process x WHERE (org_id, shop_id) IN (?*)"
                           " AND " CASE_REACHED_BY_BASE PROCESS_FILTER};

constexpr Sql kInsertEntry{
    "INSERT INTO process_entry (org_id, process_id, seq, step, action, outcome, state,"
    " error_reason, error_text, actor, create_us, reference) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"};
constexpr Sql kListEntries{
    "SELECT step, action, outcome, state, error_reason, error_text, actor, create_us, reference"
    " FROM process_entry WHERE org_id = ? AND process_id = ? ORDER BY seq"};

constexpr Sql kSaveSignal{
    "INSERT INTO case_signal (org_id, case_id, subject, subject_id, state, body, update_us)"
    " VALUES (?,?,?,?,?,?,?) ON DUPLICATE KEY UPDATE"
    " state = IF(VALUES(update_us) >= update_us, VALUES(state), state),"
    " body = IF(VALUES(update_us) >= update_us, VALUES(body), body),"
    " update_us = GREATEST(update_us, VALUES(update_us))"};
constexpr Sql kSignals{
    "SELECT subject, subject_id, state, body FROM case_signal WHERE org_id = ? AND case_id = ?"
    " ORDER BY subject, subject_id"};

constexpr Sql kFindPlan{"SELECT body FROM case_plan WHERE org_id = ? AND case_id = ?"};
constexpr Sql kSavePlan{
    "INSERT INTO case_plan (org_id, case_id, body) VALUES (?,?,?)"
    " ON DUPLICATE KEY UPDATE body = VALUES(body)"};

#define POLICY_COLUMNS                                                            \
  "org_id, shop_id, version, effective_us, max_attempts, backoff_min_seconds,"    \
  " backoff_max_seconds, reservation_ttl_seconds, return_node_id, missing_goods," \
  " damaged_goods, complaint_conduct_kind_id, breach_conduct_kind_id,"            \
  " return_wait_days, actor, create_us"
constexpr Sql kFindPolicy{
    "SELECT " POLICY_COLUMNS
    " FROM flow_policy WHERE org_id IN (?, '') AND shop_id IN (?, '') AND effective_us <= ?"
    " ORDER BY org_id = '', shop_id = '', effective_us DESC, version DESC LIMIT 1"};
constexpr Sql kLatestPolicy{"SELECT " POLICY_COLUMNS
                            " FROM flow_policy WHERE org_id = ? AND shop_id = ?"
                            " ORDER BY version DESC LIMIT 1 FOR UPDATE"};
constexpr Sql kInsertPolicy{"INSERT INTO flow_policy (" POLICY_COLUMNS
                            ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"};
constexpr std::string_view kShippedPolicy = "default/flow";

constexpr size_t kMaxErrorText = 1000, kMaxEntryText = 4000;  // of the columns, in characters
constexpr size_t kMaxReason = 63;

// At most so many bytes, and so no more characters; never half a character.
std::string Cut(std::string_view text, size_t most) {
  if (text.size() <= most) return std::string(text);
  while (most > 0 && (text[most] & 0xC0) == 0x80) --most;
  return std::string(text.substr(0, most));
}

int64_t Stored(absl::Time time) {
  return time == absl::InfiniteFuture() ? std::numeric_limits<int64_t>::max() : ToMicros(time);
}
absl::Time TimeAt(const Row& row, size_t column) {
  const int64_t us = row.Int(column);
  return us == std::numeric_limits<int64_t>::max() ? absl::InfiniteFuture() : FromMicros(us);
}

template <class E>
E EnumAt(const Row& row, size_t column) {
  return ParseName<E>(row.Text(column)).value_or(E::kUnspecified);
}

domain::FlowPolicy PolicyFromRow(const Row& row) {
  const std::string org_id = row.Str(0), shop_id = row.Str(1);
  return {.ref = {org_id,
                  org_id.empty() ? std::string(kShippedPolicy) : domain::FlowPolicyIdOf(shop_id),
                  static_cast<int32_t>(row.Int(2))},
          .shop_id = shop_id,
          .effective = row.Time(3),
          .max_attempts = static_cast<int32_t>(row.Int(4)),
          .backoff_min = absl::Seconds(row.Int(5)),
          .backoff_max = absl::Seconds(row.Int(6)),
          .reservation_ttl = absl::Seconds(row.Int(7)),
          .return_node_id = row.Str(8),
          .missing_goods = EnumAt<domain::GoodsFaultAction>(row, 9),
          .damaged_goods = EnumAt<domain::GoodsFaultAction>(row, 10),
          .complaint_conduct_kind_id = row.Str(11),
          .breach_conduct_kind_id = row.Str(12),
          .return_wait_days = static_cast<int>(row.Int(13)),
          .actor = row.Str(14),
          .create_time = row.Time(15)};
}

ProcessRow FromRow(const Row& row) {
  return {.org_id = row.Str(0),
          .process_id = row.Str(1),
          .case_id = row.Str(2),
          .shop_id = row.Str(3),
          .order_id = row.Str(4),
          .occasion = row.Str(6),
          .moves_case = row.Bool(7),
          .process = {.kind = EnumAt<domain::ProcessKind>(row, 5),
                      .state = EnumAt<domain::ProcessState>(row, 8),
                      .step = EnumAt<domain::ProcessStep>(row, 9),
                      .undo = domain::ActionSet::FromBits(static_cast<uint32_t>(row.Int(10))),
                      .compensating = row.Bool(11),
                      .undone = row.Bool(12),
                      .cancelling = row.Bool(13),
                      .past_pivot = row.Bool(14),
                      .attempts = static_cast<int>(row.Int(15)),
                      .round = static_cast<int>(row.Int(16))},
          .next = TimeAt(row, 17),
          .error_reason = row.Str(18),
          .error_text = row.Str(19),
          .facts = row.Str(20),
          .version = row.Int(21),
          .create_time = row.Time(22),
          .update_time = row.Time(23)};
}

absl::StatusOr<std::vector<ProcessRow>> AllOf(absl::StatusOr<db::Rows> rows) {
  RETURN_IF_ERROR(rows.status());
  std::vector<ProcessRow> processes;
  for (const Row row : *rows) processes.push_back(FromRow(row));
  return processes;
}

absl::StatusOr<std::optional<ProcessRow>> OneOf(absl::StatusOr<db::Rows> rows) {
  RETURN_IF_ERROR(rows.status());
  if (rows->empty()) return std::nullopt;
  return FromRow(rows->front());
}

}  // namespace

absl::StatusOr<bool> InsertProcess(db::Transaction& t, const ProcessRow& r) {
  const domain::Process& p = r.process;
  const absl::Status inserted = t.Execute(kInsertProcess, {r.org_id,
                                                           r.process_id,
                                                           r.case_id,
                                                           r.shop_id,
                                                           r.order_id,
                                                           NameOf(p.kind),
                                                           r.occasion,
                                                           r.moves_case,
                                                           NameOf(p.state),
                                                           NameOf(p.step),
                                                           int64_t{p.undo.bits()},
                                                           p.compensating,
                                                           p.undone,
                                                           p.cancelling,
                                                           p.past_pivot,
                                                           p.attempts,
                                                           p.round,
                                                           Stored(r.next),
                                                           r.error_reason,
                                                           r.error_text,
                                                           Param::Bytes(r.facts),
                                                           r.version,
                                                           Stored(r.create_time),
                                                           Stored(r.update_time)})
                                    .status();
  if (db::IsDuplicate(inserted, "process_occasion")) return false;
  RETURN_IF_ERROR(inserted);
  return true;
}

absl::StatusOr<std::optional<ProcessRow>> FindProcess(db::Transaction& t, std::string_view org_id,
                                                      std::string_view process_id) {
  return OneOf(t.Query(kFindProcess, {org_id, process_id}));
}

absl::StatusOr<std::optional<ProcessRow>> LockProcess(db::Transaction& t, std::string_view org_id,
                                                      std::string_view process_id) {
  return OneOf(t.Query(kLockProcess, {org_id, process_id}));
}

absl::StatusOr<std::optional<ProcessRow>> LockDueProcess(db::Transaction& t, absl::Time now) {
  return OneOf(t.Query(kLockDue, {Stored(now)}));
}

absl::Status UpdateProcess(db::Transaction& t, const ProcessRow& r) {
  const domain::Process& p = r.process;
  return t
      .Execute(kUpdateProcess,
               {NameOf(p.state), NameOf(p.step), int64_t{p.undo.bits()}, p.compensating, p.undone,
                p.cancelling, p.past_pivot, p.attempts, p.round, Stored(r.next),
                Cut(r.error_reason, kMaxReason), Cut(r.error_text, kMaxErrorText),
                Param::Bytes(r.facts), r.version, Stored(r.update_time), r.org_id, r.process_id})
      .status();
}

absl::StatusOr<std::vector<ProcessRow>> ProcessesOfCase(db::Transaction& t, std::string_view org_id,
                                                        std::string_view case_id) {
  return AllOf(t.Query(kOfCase, {org_id, case_id}));
}

absl::Status WakeProcesses(db::Transaction& t, std::string_view org_id, std::string_view case_id,
                           absl::Time now) {
  return t.Execute(kWake, {Stored(now), org_id, case_id}).status();
}

absl::StatusOr<std::vector<ProcessRow>> ListProcesses(db::Transaction& t, const ProcessFilter& f,
                                                      const ProcessPage& page) {
  const int limit = page.limit + 1;
  if (!f.whole_org_id.empty()) {
    return AllOf(t.Query(kListOfOrg, {f.whole_org_id, f.case_id, f.case_id, f.state, f.state,
                                      f.kind, f.kind, page.after_id, limit}));
  }
  std::vector<Param> shops;
  for (const ShopId& shop : f.shops) shops.insert(shops.end(), {shop.org_id, shop.shop_id});
  return AllOf(t.QueryIn(kListOfShops, {}, shops, 2,
                         {f.base_id, f.base_id, f.case_id, f.case_id, f.state, f.state, f.kind,
                          f.kind, page.after_id, limit}));
}

absl::Status InsertEntry(db::Transaction& t, const ProcessRow& row, const ProcessEntry& e) {
  return t
      .Execute(kInsertEntry,
               {row.org_id, row.process_id, row.version, e.step, e.action, e.outcome, e.state,
                Cut(e.error_reason, kMaxReason), Cut(e.error_text, kMaxEntryText), e.actor,
                Stored(e.create_time), e.reference})
      .status();
}

absl::StatusOr<std::vector<ProcessEntry>> ListEntries(db::Transaction& t, std::string_view org_id,
                                                      std::string_view process_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kListEntries, {org_id, process_id}));
  std::vector<ProcessEntry> entries;
  for (const Row row : rows) {
    entries.push_back({row.Str(0), row.Str(1), row.Str(2), row.Str(3), row.Str(4), row.Str(5),
                       row.Str(6), row.Time(7), row.Str(8)});
  }
  return entries;
}

absl::Status SaveSignal(db::Transaction& t, std::string_view org_id, std::string_view case_id,
                        const CaseSignal& signal, absl::Time now) {
  return t
      .Execute(kSaveSignal, {org_id, case_id, signal.subject, signal.subject_id, signal.state,
                             Param::Bytes(signal.body), Stored(now)})
      .status();
}

absl::StatusOr<std::vector<CaseSignal>> SignalsOfCase(db::Transaction& t, std::string_view org_id,
                                                      std::string_view case_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kSignals, {org_id, case_id}));
  std::vector<CaseSignal> signals;
  for (const Row row : rows) {
    signals.push_back({row.Str(0), row.Str(1), row.Str(2), row.Str(3)});
  }
  return signals;
}

absl::StatusOr<std::string> FindPlan(db::Transaction& t, std::string_view org_id,
                                     std::string_view case_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kFindPlan, {org_id, case_id}));
  return rows.empty() ? std::string() : rows.front().Str(0);
}

absl::Status SavePlan(db::Transaction& t, std::string_view org_id, std::string_view case_id,
                      std::string_view body) {
  return t.Execute(kSavePlan, {org_id, case_id, Param::Bytes(body)}).status();
}

absl::StatusOr<domain::FlowPolicy> FindFlowPolicy(db::Transaction& t, std::string_view org_id,
                                                  std::string_view shop_id, absl::Time at) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kFindPolicy, {org_id, shop_id, Stored(at)}));
  if (rows.empty()) return Internal("no flow policy applies, not even a shipped one");
  return PolicyFromRow(rows.front());
}

absl::StatusOr<std::optional<domain::FlowPolicy>> LatestFlowPolicy(db::Transaction& t,
                                                                   std::string_view org_id,
                                                                   std::string_view shop_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kLatestPolicy, {org_id, shop_id}));
  if (rows.empty()) return std::nullopt;
  return PolicyFromRow(rows.front());
}

absl::Status InsertFlowPolicy(db::Transaction& t, const domain::FlowPolicy& p) {
  const absl::Status added =
      t.Execute(kInsertPolicy,
                {p.ref.org_id, p.shop_id, p.ref.version, Stored(p.effective), p.max_attempts,
                 absl::ToInt64Seconds(p.backoff_min), absl::ToInt64Seconds(p.backoff_max),
                 absl::ToInt64Seconds(p.reservation_ttl), p.return_node_id, NameOf(p.missing_goods),
                 NameOf(p.damaged_goods), p.complaint_conduct_kind_id, p.breach_conduct_kind_id,
                 p.return_wait_days, p.actor, Stored(p.create_time)})
          .status();
  // Two first versions at once: the loser starts over and finds the winner's.
  if (db::IsDuplicate(added)) return Aborted(db::kConflict, "another version was added");
  return added;
}

}  // namespace kefu::aftersales::store
