#include "services/aftersales/store/sla.h"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <tuple>
#include <utility>

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "fmt/format.h"

namespace kefu::aftersales::store {
namespace {

using db::Param;
using db::Row;
using db::Sql;

// An agent serves a shop for a base when the base's own organization employs it, or the merchant's
// does as the base's.
constexpr Sql kContract{
    "SELECT c.base_id, c.contract_id FROM assignment_contract c WHERE c.org_id = ?"
    " AND c.shop_id = ? AND c.start_date <= ? AND c.end_date >= ?"
    " AND (EXISTS (SELECT 1 FROM agent a WHERE a.org_id = c.base_id AND a.agent_id = ?"
    " AND a.hire_date IS NOT NULL) OR EXISTS (SELECT 1 FROM agent a WHERE a.org_id = c.org_id"
    " AND a.agent_id = ? AND a.base_id = c.base_id AND a.hire_date IS NOT NULL))"
    " ORDER BY c.contract_id LIMIT 1"};

#define HEAD_COLUMNS                                                                              \
  "org_id, policy_id, version, shop_id, platform, base_id, contract_id, display_name, withdrawn," \
  " effective_us, china_holidays, actor, create_us"
// What applies to a case, the most particular first: see migrations/.
constexpr Sql kApplicable{
    "SELECT org_id, policy_id, version, withdrawn, effective_us FROM sla_policy"
    " WHERE org_id IN (?, '') AND shop_id IN (?, '') AND platform IN (?, '')"
    " AND base_id IN (?, '') AND contract_id IN (?, '')"
    " ORDER BY org_id = '', contract_id = '', base_id = '', shop_id = '', platform = '',"
    " effective_us DESC, version DESC"};
constexpr Sql kHead{"SELECT " HEAD_COLUMNS
                    " FROM sla_policy WHERE org_id = ? AND policy_id = ? AND version = ?"};
constexpr Sql kLatest{
    "SELECT " HEAD_COLUMNS
    " FROM sla_policy WHERE org_id = ? AND shop_id = ? AND platform = ? AND base_id = ?"
    " AND contract_id = ? ORDER BY version DESC LIMIT 1"};
// No "? = 0 OR version = ?" where version orders: MariaDB 10.11 drops the order of a prepared
// statement for good once it has run with an equality.
constexpr Sql kFindVersion{
    "SELECT org_id, policy_id, version FROM sla_policy WHERE org_id IN (?, '') AND policy_id = ?"
    " AND version = ? ORDER BY org_id = '' LIMIT 1"};
constexpr Sql kFindLatest{
    "SELECT org_id, policy_id, version FROM sla_policy WHERE org_id IN (?, '') AND policy_id = ?"
    " ORDER BY org_id = '', version DESC LIMIT 1"};
constexpr Sql kList{
    "SELECT org_id, policy_id, version FROM sla_policy WHERE org_id IN (?, '')"
    " AND (org_id > ? OR (org_id = ? AND (policy_id > ? OR (policy_id = ? AND version > ?))))"
    " ORDER BY org_id, policy_id, version LIMIT ?"};
constexpr Sql kListOne{
    "SELECT org_id, policy_id, version FROM sla_policy WHERE org_id IN (?, '')"
    " AND policy_id = ? AND (org_id > ? OR (org_id = ? AND version > ?))"
    " ORDER BY org_id, version LIMIT ?"};
constexpr Sql kInsertHead{"INSERT INTO sla_policy (" HEAD_COLUMNS
                          ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"};

#define RULE_COLUMNS                                                                         \
  "clock_kind, case_kind, priority, form, duration_seconds, cutoff_seconds,"                 \
  " due_before_seconds, due_before_days, due_after_seconds, due_after_days, business_hours," \
  " pausable, warn_seconds"
#define OF_VERSION " WHERE org_id = ? AND policy_id = ? AND version = ?"
constexpr Sql kRules{"SELECT " RULE_COLUMNS " FROM sla_rule" OF_VERSION
                     " ORDER BY clock_kind, case_kind, priority"};
constexpr std::string_view kInsertRules =
    "INSERT INTO sla_rule (org_id, policy_id, version, " RULE_COLUMNS ")";
constexpr Sql kHours{"SELECT weekday, open_seconds, close_seconds FROM sla_hours" OF_VERSION
                     " ORDER BY weekday, open_seconds"};
constexpr std::string_view kInsertHours =
    "INSERT INTO sla_hours (org_id, policy_id, version, weekday, open_seconds, close_seconds)";
constexpr int kMakeupDay = 7;  // the weekday that stands for make-up workdays
constexpr Sql kDays{"SELECT day, open_seconds, close_seconds, display_name FROM sla_day" OF_VERSION
                    " ORDER BY day, open_seconds"};
constexpr std::string_view kInsertDays =
    "INSERT INTO sla_day (org_id, policy_id, version, day, open_seconds, close_seconds,"
    " display_name)";
constexpr Sql kSuspensions{"SELECT from_us, to_us, display_name FROM sla_suspension" OF_VERSION
                           " ORDER BY seq"};
constexpr std::string_view kInsertSuspensions =
    "INSERT INTO sla_suspension (org_id, policy_id, version, seq, from_us, to_us, display_name)";

constexpr Sql kSteps{"SELECT clock_kind, offset_seconds, recipient FROM sla_step" OF_VERSION
                     " ORDER BY seq"};
constexpr std::string_view kInsertSteps =
    "INSERT INTO sla_step (org_id, policy_id, version, seq, clock_kind, offset_seconds, recipient)";

#define CHANGE_COLUMNS                                                                   \
  "org_id, policy_id, version, shop_id, effective_us, next_us, walk_us, after_case_id, " \
  "contract_id"
constexpr Sql kInsertChange{"INSERT INTO sla_change (" CHANGE_COLUMNS
                            ") VALUES (?,?,?,?,?,?,0,'',?)"
                            " ON DUPLICATE KEY UPDATE next_us = VALUES(next_us), walk_us = 0,"
                            " after_case_id = ''"};
constexpr Sql kClaimChange{"SELECT " CHANGE_COLUMNS
                           " FROM sla_change WHERE next_us <= ? ORDER BY next_us LIMIT 1"
                           " FOR UPDATE SKIP LOCKED"};
constexpr Sql kUpdateChange{
    "UPDATE sla_change SET next_us = ?, walk_us = ?, after_case_id = ?"
    " WHERE org_id = ? AND policy_id = ? AND version = ? AND contract_id = ? AND shop_id = ?"
    " AND effective_us = ?"};
constexpr Sql kPendingChanges{
    "SELECT " CHANGE_COLUMNS
    " FROM sla_change WHERE next_us < ? AND effective_us <= ? ORDER BY effective_us, version"};

#define PAST_COLUMNS                                                                    \
  "clock_kind, state, start_us, due_us, met_us, breach_us, breach_owner, remaining_us," \
  " policy_org_id, policy_id, policy_version, since_us, until_us, reason, cancel_us"
constexpr Sql kPast{"SELECT " PAST_COLUMNS
                    " FROM case_clock_past WHERE org_id = ? AND case_id = ? ORDER BY seq"};
constexpr Sql kLastPast{
    "SELECT COALESCE(MAX(seq), 0) FROM case_clock_past WHERE org_id = ? AND case_id = ?"};
constexpr std::string_view kInsertPast =
    "INSERT INTO case_clock_past (org_id, case_id, seq, " PAST_COLUMNS ")";

domain::PolicyRef RefAt(const Row& row, size_t column) {
  return {row.Str(column), row.Str(column + 1), static_cast<int32_t>(row.Int(column + 2))};
}

TimeOfDay TimeOfDayAt(const Row& row, size_t column) {
  return {static_cast<int32_t>(row.Int(column))};
}

template <class E>
E EnumAt(const Row& row, size_t column) {
  return ParseName<E>(row.Text(column)).value_or(E::kUnspecified);
}
// '' stands for every one.
template <class E>
std::string_view NameOrAny(E value) {
  return value == E::kUnspecified ? std::string_view() : NameOf(value);
}

domain::SlaPolicy HeadFromRow(const Row& row) {
  return {.ref = RefAt(row, 0),
          .display_name = row.Str(7),
          .scope = {row.Str(3), row.Str(4), row.Str(5), row.Str(6)},
          .effective = FromMicros(row.Int(9)),
          .withdrawn = row.Bool(8),
          .rules = {},
          .weekly = {},
          .makeup = {},
          .china_holidays = row.Bool(10),
          .days = {},
          .suspensions = {},
          .steps = {},
          .actor = row.Str(11),
          .create_time = row.Time(12)};
}

domain::ClockRule RuleFromRow(const Row& row) {
  domain::ClockRule rule;
  rule.clock = EnumAt<domain::ClockKind>(row, 0);
  rule.only = EnumAt<domain::CaseKind>(row, 1);
  rule.priority = EnumAt<domain::CasePriority>(row, 2);
  rule.duration = absl::Seconds(row.Int(4));
  if (row.Text(3) == "CUTOFF") {
    rule.cutoff = {.cutoff = TimeOfDayAt(row, 5),
                   .due_before = TimeOfDayAt(row, 6),
                   .due_before_days = static_cast<int>(row.Int(7)),
                   .due_after = TimeOfDayAt(row, 8),
                   .due_after_days = static_cast<int>(row.Int(9))};
  }
  rule.business_hours = row.Bool(10);
  rule.pausable = row.Bool(11);
  rule.warn_before = absl::Seconds(row.Int(12));
  return rule;
}

absl::Status FillParts(db::Transaction& t, domain::SlaPolicy& policy) {
  const domain::PolicyRef& ref = policy.ref;
  const auto parts = [&](const Sql& sql) {
    return t.Query(sql, {ref.org_id, ref.policy_id, ref.version});
  };
  ASSIGN_OR_RETURN(const db::Rows rules, parts(kRules));
  for (const Row row : rules) policy.rules.push_back(RuleFromRow(row));
  ASSIGN_OR_RETURN(const db::Rows hours, parts(kHours));
  for (const Row row : hours) {
    auto& day = row.Int(0) == kMakeupDay ? policy.makeup : policy.weekly.at(row.Int(0));
    day.push_back({TimeOfDayAt(row, 1), TimeOfDayAt(row, 2)});
  }
  ASSIGN_OR_RETURN(const db::Rows days, parts(kDays));
  for (const Row row : days) {
    domain::OwnDay& day = policy.days[row.Day(0)];
    day.name = row.Str(3);
    if (row.Int(2) > 0) day.hours.push_back({TimeOfDayAt(row, 1), TimeOfDayAt(row, 2)});
  }
  ASSIGN_OR_RETURN(const db::Rows suspensions, parts(kSuspensions));
  for (const Row row : suspensions) {
    policy.suspensions.push_back({row.Time(0), row.Time(1), row.Str(2)});
  }
  ASSIGN_OR_RETURN(const db::Rows steps, parts(kSteps));
  for (const Row row : steps) {
    policy.steps.push_back({EnumAt<domain::ClockKind>(row, 0), absl::Seconds(row.Int(1)),
                            EnumAt<domain::Recipient>(row, 2)});
  }
  return absl::OkStatus();
}

absl::Status InsertRules(db::Transaction& t, const domain::SlaPolicy& policy) {
  const domain::PolicyRef& ref = policy.ref;
  std::vector<Param> flat;
  for (const domain::ClockRule& rule : policy.rules) {
    const CutoffRule cutoff = rule.cutoff.value_or(CutoffRule{.due_after_days = 0});
    flat.insert(
        flat.end(),
        {ref.org_id, ref.policy_id, ref.version, NameOf(rule.clock), NameOrAny(rule.only),
         NameOrAny(rule.priority), rule.cutoff ? "CUTOFF" : "DURATION",
         absl::ToInt64Seconds(rule.duration), cutoff.cutoff.seconds, cutoff.due_before.seconds,
         cutoff.due_before_days, cutoff.due_after.seconds, cutoff.due_after_days,
         rule.business_hours, rule.pausable, absl::ToInt64Seconds(rule.warn_before)});
  }
  return t.InsertMany(kInsertRules, 16, flat).status();
}

absl::Status InsertHours(db::Transaction& t, const domain::SlaPolicy& policy) {
  const domain::PolicyRef& ref = policy.ref;
  std::vector<Param> flat;
  const auto add = [&](int weekday, const std::vector<OpenInterval>& hours) {
    for (const OpenInterval& each : hours) {
      flat.insert(flat.end(), {ref.org_id, ref.policy_id, ref.version, weekday, each.open.seconds,
                               each.close.seconds});
    }
  };
  for (int day = 0; day < 7; ++day) add(day, policy.weekly[day]);
  add(kMakeupDay, policy.makeup);
  return t.InsertMany(kInsertHours, 6, flat).status();
}

absl::Status InsertDaysAndSteps(db::Transaction& t, const domain::SlaPolicy& policy) {
  const domain::PolicyRef& ref = policy.ref;
  std::vector<Param> flat;
  for (const auto& [day, own] : policy.days) {
    const auto add = [&, day = day, &own = own](int open, int close) {
      flat.insert(flat.end(), {ref.org_id, ref.policy_id, ref.version, day, open, close, own.name});
    };
    if (own.hours.empty()) add(0, 0);
    for (const OpenInterval& each : own.hours) add(each.open.seconds, each.close.seconds);
  }
  RETURN_IF_ERROR(t.InsertMany(kInsertDays, 7, flat));
  flat.clear();
  int seq = 0;
  for (const domain::NamedSuspension& each : policy.suspensions) {
    flat.insert(flat.end(),
                {ref.org_id, ref.policy_id, ref.version, seq++, each.from, each.to, each.name});
  }
  RETURN_IF_ERROR(t.InsertMany(kInsertSuspensions, 7, flat));
  flat.clear();
  seq = 0;
  for (const domain::EscalationStep& step : policy.steps) {
    flat.insert(flat.end(), {ref.org_id, ref.policy_id, ref.version, seq++, NameOrAny(step.clock),
                             absl::ToInt64Seconds(step.offset), NameOf(step.recipient)});
  }
  return t.InsertMany(kInsertSteps, 7, flat).status();
}

SlaChange ChangeFromRow(const Row& row) {
  return {.policy = RefAt(row, 0),
          .contract_id = row.Str(8),
          .shop_id = row.Str(3),
          .effective = FromMicros(row.Int(4)),
          .next = FromMicros(row.Int(5)),
          .walk = FromMicros(row.Int(6)),
          .after_case_id = row.Str(7)};
}

// Versions that were read, which never change, so that cases are opened and moved without reading
// them again. Thread-safe.
class Versions {
 public:
  static Versions& Get() {
    // Never destroyed, so that threads may still use it while the process ends.
    static auto* const versions = new Versions;
    return *versions;
  }
  std::shared_ptr<const domain::SlaPolicy> Find(const domain::PolicyRef& ref) {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(KeyOf(ref));
    return found == kept_.end() ? nullptr : found->second;
  }
  void Keep(std::shared_ptr<const domain::SlaPolicy> policy) {
    const std::lock_guard lock(mutex_);
    if (kept_.size() >= kMost) kept_.clear();
    kept_[KeyOf(policy->ref)] = std::move(policy);
  }

 private:
  // Some kilobytes each.
  static constexpr size_t kMost = 4096;
  using Key = std::tuple<std::string, std::string, int32_t>;
  static Key KeyOf(const domain::PolicyRef& ref) {
    return {ref.org_id, ref.policy_id, ref.version};
  }

  std::mutex mutex_;
  std::map<Key, std::shared_ptr<const domain::SlaPolicy>> kept_;  // guarded by mutex_
};

absl::StatusOr<std::vector<domain::SlaPolicy>> LoadAll(db::Transaction& t, const db::Rows& refs) {
  std::vector<domain::SlaPolicy> policies;
  for (const Row row : refs) {
    ASSIGN_OR_RETURN(policies.emplace_back(), LoadSlaPolicy(t, RefAt(row, 0)));
  }
  return policies;
}

}  // namespace

absl::StatusOr<CaseScope> FindCaseScope(db::Transaction& t, std::string_view org_id,
                                        std::string_view shop_id, std::string_view agent_id,
                                        absl::Time at) {
  ASSIGN_OR_RETURN(Shop shop, FindShop(t, org_id, shop_id));
  return FindCaseScope(t, std::move(shop), agent_id, at);
}

absl::StatusOr<CaseScope> FindCaseScope(db::Transaction& t, Shop shop, std::string_view agent_id,
                                        absl::Time at) {
  CaseScope scope{.shop = std::move(shop), .base_id = "", .contract_id = ""};
  if (agent_id.empty()) return scope;
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(scope.shop.zone.name));
  const absl::CivilDay day = DayOf(at, zone);
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kContract, {scope.shop.org_id, scope.shop.shop_id,
                                                            day, day, agent_id, agent_id}));
  if (!rows.empty()) {
    scope.base_id = rows.front().Str(0);
    scope.contract_id = rows.front().Str(1);
  }
  return scope;
}

absl::StatusOr<SlaVersions> SlaVersionsOf(db::Transaction& t, const CaseScope& scope) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kApplicable, {scope.shop.org_id, scope.shop.shop_id, scope.shop.platform,
                                         scope.base_id, scope.contract_id}));
  SlaVersions versions;
  for (const Row row : rows) {
    versions.push_back({RefAt(row, 0), row.Bool(3), FromMicros(row.Int(4))});
  }
  return versions;
}

absl::StatusOr<domain::SlaPolicies> ChooseSlaPolicies(db::Transaction& t,
                                                      const SlaVersions& versions, absl::Time at) {
  domain::SlaPolicies policies;
  std::vector<std::string_view> seen;
  for (const SlaVersion& version : versions) {
    if (version.effective > at) continue;
    // Of each policy the latest version comes first.
    if (std::ranges::count(seen, version.ref.policy_id) > 0) continue;
    seen.push_back(version.ref.policy_id);
    if (version.withdrawn) continue;
    ASSIGN_OR_RETURN(policies.emplace_back(), LoadSlaPolicy(t, version.ref));
  }
  if (policies.empty()) return Internal("no SLA policy applies, not even a shipped one");
  return policies;
}

absl::StatusOr<domain::SlaPolicies> ChooseSlaPolicies(db::Transaction& t, const CaseScope& scope,
                                                      absl::Time at) {
  ASSIGN_OR_RETURN(const SlaVersions versions, SlaVersionsOf(t, scope));
  return ChooseSlaPolicies(t, versions, at);
}

std::vector<absl::Time> SlaChangesBetween(const SlaVersions& versions, absl::Time from,
                                          absl::Time to) {
  std::set<absl::Time> changes;
  for (const SlaVersion& version : versions) {
    if (version.effective > from && version.effective <= to) changes.insert(version.effective);
  }
  return {changes.begin(), changes.end()};
}

absl::StatusOr<domain::SlaPolicy> LoadSlaPolicy(db::Transaction& t, const domain::PolicyRef& ref) {
  if (const auto known = Versions::Get().Find(ref)) return *known;
  ASSIGN_OR_RETURN(const db::Rows head, t.Query(kHead, {ref.org_id, ref.policy_id, ref.version}));
  if (head.empty()) {
    return Internal(fmt::format("SLA policy {} version {} is gone", ref.policy_id, ref.version));
  }
  auto policy = std::make_shared<domain::SlaPolicy>(HeadFromRow(head.front()));
  RETURN_IF_ERROR(FillParts(t, *policy));
  Versions::Get().Keep(policy);
  return *policy;
}

absl::StatusOr<std::optional<domain::SlaPolicy>> LatestOfScope(db::Transaction& t,
                                                               std::string_view org_id,
                                                               const domain::SlaScope& scope) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kLatest, {org_id, scope.shop_id, scope.platform,
                                                          scope.base_id, scope.contract_id}));
  if (rows.empty()) return std::nullopt;
  return HeadFromRow(rows.front());
}

absl::Status InsertSlaPolicy(db::Transaction& t, const domain::SlaPolicy& p) {
  RETURN_IF_ERROR(t.Execute(
      kInsertHead, {p.ref.org_id, p.ref.policy_id, p.ref.version, p.scope.shop_id, p.scope.platform,
                    p.scope.base_id, p.scope.contract_id, p.display_name, p.withdrawn,
                    ToMicros(p.effective), p.china_holidays, p.actor, p.create_time}));
  RETURN_IF_ERROR(InsertRules(t, p));
  RETURN_IF_ERROR(InsertHours(t, p));
  return InsertDaysAndSteps(t, p);
}

absl::StatusOr<std::optional<domain::SlaPolicy>> FindSlaPolicy(db::Transaction& t,
                                                               std::string_view org_id,
                                                               std::string_view policy_id,
                                                               int32_t version) {
  ASSIGN_OR_RETURN(const db::Rows rows, version == 0
                                            ? t.Query(kFindLatest, {org_id, policy_id})
                                            : t.Query(kFindVersion, {org_id, policy_id, version}));
  ASSIGN_OR_RETURN(std::vector<domain::SlaPolicy> found, LoadAll(t, rows));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

absl::StatusOr<std::vector<domain::SlaPolicy>> ListSlaPolicies(
    db::Transaction& t, std::string_view org_id, std::string_view policy_id,
    const std::optional<domain::PolicyRef>& after, int limit) {
  const domain::PolicyRef from = after.value_or(domain::PolicyRef{});
  ASSIGN_OR_RETURN(
      const db::Rows rows,
      policy_id.empty()
          ? t.Query(kList, {org_id, from.org_id, from.org_id, from.policy_id, from.policy_id,
                            from.version, limit})
          : t.Query(kListOne, {org_id, policy_id, from.org_id, from.org_id, from.version, limit}));
  return LoadAll(t, rows);
}

absl::Status InsertSlaChange(db::Transaction& t, const domain::SlaPolicy& p) {
  const int64_t effective = ToMicros(p.effective);
  return t
      .Execute(kInsertChange, {p.ref.org_id, p.ref.policy_id, p.ref.version, p.scope.shop_id,
                               effective, effective, ""})
      .status();
}

absl::Status InsertContractChange(db::Transaction& t, std::string_view org_id,
                                  std::string_view contract_id, std::string_view shop_id,
                                  absl::Time at) {
  const int64_t effective = ToMicros(at);
  return t.Execute(kInsertChange, {org_id, "", 0, shop_id, effective, effective, contract_id})
      .status();
}

absl::StatusOr<std::optional<SlaChange>> ClaimSlaChange(db::Transaction& t, absl::Time now) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kClaimChange, {ToMicros(now)}));
  if (rows.empty()) return std::nullopt;
  return ChangeFromRow(rows.front());
}

absl::Status UpdateSlaChange(db::Transaction& t, const SlaChange& c) {
  return t
      .Execute(kUpdateChange, {ToMicros(c.next), ToMicros(c.walk), c.after_case_id, c.policy.org_id,
                               c.policy.policy_id, c.policy.version, c.contract_id, c.shop_id,
                               ToMicros(c.effective)})
      .status();
}

absl::StatusOr<std::vector<SlaChange>> PendingSlaChanges(db::Transaction& t, absl::Time now) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kPendingChanges, {ToMicros(absl::InfiniteFuture()), ToMicros(now)}));
  std::vector<SlaChange> changes;
  for (const Row row : rows) changes.push_back(ChangeFromRow(row));
  return changes;
}

absl::Status InsertPastClocks(db::Transaction& t, const domain::Case& record) {
  if (record.replaced.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const db::Rows last, t.Query(kLastPast, {record.org_id, record.case_id}));
  int64_t seq = last.front().Int(0);
  std::vector<Param> flat;
  for (const domain::PastClock& past : record.replaced) {
    const domain::SlaClock& c = past.clock;
    flat.insert(flat.end(), {record.org_id, record.case_id, ++seq, NameOf(c.kind), NameOf(c.state),
                             ToMicros(c.start), ToMicros(c.due), c.met, c.breach, c.breach_owner,
                             absl::ToInt64Microseconds(c.remaining), c.policy.org_id,
                             c.policy.policy_id, c.policy.version, ToMicros(c.since),
                             ToMicros(past.until), NameOf(past.why), c.cancel});
  }
  return t.InsertMany(kInsertPast, 18, flat).status();
}

absl::StatusOr<std::vector<domain::PastClock>> ListPastClocks(db::Transaction& t,
                                                              std::string_view org_id,
                                                              std::string_view case_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kPast, {org_id, case_id}));
  std::vector<domain::PastClock> past;
  for (const Row row : rows) {
    past.push_back({.clock = {.kind = EnumAt<domain::ClockKind>(row, 0),
                              .state = EnumAt<domain::ClockState>(row, 1),
                              .start = row.Time(2),
                              .due = FromMicros(row.Int(3)),
                              .met = row.OptTime(4),
                              .breach = row.OptTime(5),
                              .cancel = row.OptTime(14),
                              .breach_owner = row.Str(6),
                              .remaining = absl::Microseconds(row.Int(7)),
                              .policy = RefAt(row, 8),
                              .since = row.Time(11)},
                    .until = row.Time(12),
                    .why = EnumAt<domain::Replacement>(row, 13)});
  }
  return past;
}

}  // namespace kefu::aftersales::store
