#include "services/aftersales/store/bad_lots.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "common/db/errors.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "fmt/format.h"

namespace kefu::aftersales::store {
namespace {

using db::Param;
using db::Row;
using db::Sql;
using domain::insight::BadLotPolicy;
using domain::insight::Warning;
using domain::insight::WarningRows;

#define POLICY_COLUMNS                                                                   \
  "org_id, version, period_days, horizon_days, false_discovery_bps, least_cases, kinds," \
  " effective_us, actor, create_us"
constexpr Sql kPolicyAt{"SELECT " POLICY_COLUMNS
                        " FROM bad_lot_policy WHERE org_id IN (?, '') AND effective_us <= ?"
                        " ORDER BY org_id = '', effective_us DESC, version DESC LIMIT 1"};
constexpr Sql kPolicy{"SELECT " POLICY_COLUMNS
                      " FROM bad_lot_policy WHERE org_id = ? AND version = ?"};
constexpr Sql kLockNewestPolicy{"SELECT " POLICY_COLUMNS
                                " FROM bad_lot_policy WHERE org_id = ?"
                                " ORDER BY version DESC LIMIT 1 FOR UPDATE"};
constexpr Sql kAddPolicy{"INSERT INTO bad_lot_policy (" POLICY_COLUMNS
                         ") VALUES (?,?,?,?,?,?,?,?,?,?)"};

constexpr Sql kLastLook{"SELECT MAX(look_day) FROM bad_lot_look WHERE org_id = ?"};
constexpr Sql kFindLook{
    "SELECT org_id, look_day, policy_org_id, policy_version, series, delays, create_us"
    " FROM bad_lot_look WHERE org_id = ? AND look_day = ?"};
constexpr Sql kAddLook{
    "INSERT INTO bad_lot_look (org_id, look_day, policy_org_id, policy_version, series, delays,"
    " create_us) VALUES (?,?,?,?,?,?,?)"};

#define WARNING_COLUMNS                                                                         \
  "org_id, warning_id, sku, node_id, lot, episode, state, since_day, earliest_day, latest_day," \
  " last_day, pieces, other_pieces, cases, other_cases, statistic, expected_cases, p_value,"    \
  " adjusted_p_value, ratio, ratio_low, ratio_high, first_look_day, look_day, judged_to, note," \
  " actor, judge_us, version, create_us, update_us"
constexpr size_t kWarningColumns = 31;
#define SELECT_WARNING "SELECT " WARNING_COLUMNS " FROM bad_lot_warning WHERE org_id = ?"
constexpr Sql kFindWarning{SELECT_WARNING " AND warning_id = ?"};
constexpr Sql kLockWarning{SELECT_WARNING " AND warning_id = ? FOR UPDATE"};
constexpr Sql kAllWarnings{SELECT_WARNING " ORDER BY sku, node_id, lot, episode"};
constexpr Sql kLockSeries{SELECT_WARNING
                          " AND sku = ? AND node_id = ? AND lot = ? ORDER BY episode FOR UPDATE"};
constexpr Sql kListWarnings{SELECT_WARNING
                            " AND (? = '' OR state = ?) AND (? = '' OR sku = ?)"
                            " AND warning_id > ? ORDER BY warning_id LIMIT ?"};
constexpr std::string_view kSaveWarning = "INSERT INTO bad_lot_warning (" WARNING_COLUMNS ")";
constexpr std::string_view kSaveWarningTail =
    " ON DUPLICATE KEY UPDATE state = VALUES(state), since_day = VALUES(since_day),"
    " earliest_day = VALUES(earliest_day), latest_day = VALUES(latest_day),"
    " last_day = VALUES(last_day), pieces = VALUES(pieces), other_pieces = VALUES(other_pieces),"
    " cases = VALUES(cases), other_cases = VALUES(other_cases), statistic = VALUES(statistic),"
    " expected_cases = VALUES(expected_cases), p_value = VALUES(p_value),"
    " adjusted_p_value = VALUES(adjusted_p_value), ratio = VALUES(ratio),"
    " ratio_low = VALUES(ratio_low), ratio_high = VALUES(ratio_high), look_day = VALUES(look_day),"
    " judged_to = VALUES(judged_to), note = VALUES(note), actor = VALUES(actor),"
    " judge_us = VALUES(judge_us), version = VALUES(version), update_us = VALUES(update_us)";

#define OF_WARNING " WHERE org_id = ? AND warning_id = ?"
constexpr Sql kDeleteDays{"DELETE FROM bad_lot_day" OF_WARNING};
constexpr Sql kDeleteCases{"DELETE FROM bad_lot_case" OF_WARNING};
constexpr std::string_view kInsertDays =
    "INSERT INTO bad_lot_day (org_id, warning_id, ship_day, pieces, cases, exposure)";
constexpr std::string_view kInsertCases =
    "INSERT INTO bad_lot_case"
    " (org_id, warning_id, case_id, shop_id, order_id, ship_day, receive_day)";
constexpr Sql kDays{"SELECT ship_day, pieces, cases, exposure FROM bad_lot_day" OF_WARNING
                    " ORDER BY ship_day"};
constexpr Sql kCases{
    "SELECT case_id, shop_id, order_id, ship_day, receive_day FROM bad_lot_case" OF_WARNING
    " AND case_id > ? ORDER BY case_id LIMIT ?"};

std::vector<domain::CaseKind> KindsFrom(const std::string& names) {
  std::vector<domain::CaseKind> kinds;
  for (const auto name : absl::StrSplit(names, ',', absl::SkipEmpty())) {
    const auto kind = ParseName<domain::CaseKind>({name.data(), name.size()});
    if (kind) kinds.push_back(*kind);
  }
  return kinds;
}

std::string TextOf(const domain::insight::DelayDistribution& delays) {
  std::string text;
  for (const double share : delays.shares()) text += fmt::format("{} ", share);
  return text;
}

domain::insight::DelayDistribution DelaysFrom(const std::string& text) {
  std::vector<double> shares;
  for (const auto part : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    double share = 0;
    if (absl::SimpleAtod(part, &share)) shares.push_back(share);
  }
  if (shares.empty()) shares.push_back(1);
  return domain::insight::DelayDistribution(std::move(shares));
}

BadLotPolicy PolicyFromRow(const Row& row) {
  return {.org_id = row.Str(0),
          .version = static_cast<int32_t>(row.Int(1)),
          .period_days = static_cast<int32_t>(row.Int(2)),
          .horizon_days = static_cast<int32_t>(row.Int(3)),
          .false_discovery_bps = static_cast<int32_t>(row.Int(4)),
          .least_cases = static_cast<int32_t>(row.Int(5)),
          .kinds = KindsFrom(row.Str(6)),
          .effective = row.Time(7),
          .actor = row.Str(8),
          .create_time = row.Time(9)};
}

absl::StatusOr<BadLotPolicy> OnlyPolicy(const absl::StatusOr<db::Rows>& rows) {
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return Internal("no policy of bad lots, not even a shipped one");
  return PolicyFromRow(rows->front());
}

Warning WarningFromRow(const Row& row) {
  Warning warning;
  warning.org_id = row.Str(0);
  warning.warning_id = row.Str(1);
  domain::insight::BadLot& lot = warning.lot;
  lot.key = {row.Str(2), row.Str(3), row.Str(4)};
  warning.episode = static_cast<int32_t>(row.Int(5));
  using domain::insight::WarningState;
  warning.state = ParseName<WarningState>(row.Text(6)).value_or(WarningState::kUnspecified);
  lot.since = row.Day(7);
  lot.earliest = row.Day(8);
  lot.latest = row.Day(9);
  lot.last = row.Day(10);
  lot.pieces = row.Int(11);
  lot.other_pieces = row.Int(12);
  lot.scan.inside = row.Int(13);
  lot.scan.total = row.Int(13) + row.Int(14);
  lot.scan.statistic = row.Double(15);
  lot.scan.expected = row.Double(16);
  lot.scan.p_value = row.Double(17);
  lot.adjusted_p = row.Double(18);
  lot.scan.ratio = row.OptDouble(19);
  lot.scan.ratio_low = row.Double(20);
  lot.scan.ratio_high = row.OptDouble(21);
  warning.first_look = row.Day(22);
  warning.last_look = row.Day(23);
  warning.judged_to = row.OptDay(24);
  warning.note = row.Str(25);
  warning.actor = row.Str(26);
  warning.judge_time = row.OptTime(27);
  warning.version = row.Int(28);
  warning.create_time = row.Time(29);
  warning.update_time = row.Time(30);
  return warning;
}

absl::StatusOr<std::vector<Warning>> WarningsFrom(const absl::StatusOr<db::Rows>& rows) {
  if (!rows.ok()) return rows.status();
  std::vector<Warning> warnings;
  for (const Row row : *rows) warnings.push_back(WarningFromRow(row));
  return warnings;
}

absl::StatusOr<std::optional<Warning>> OnlyWarning(const absl::StatusOr<db::Rows>& rows) {
  ASSIGN_OR_RETURN(std::vector<Warning> warnings, WarningsFrom(rows));
  if (warnings.empty()) return std::nullopt;
  return std::move(warnings.front());
}

}  // namespace

std::string NamesOf(std::span<const domain::CaseKind> kinds) {
  std::string names;
  for (const domain::CaseKind kind : kinds) {
    if (!names.empty()) names += ',';
    names += NameOf(kind);
  }
  return names;
}

absl::StatusOr<BadLotPolicy> BadLotPolicyAt(db::Transaction& t, std::string_view org_id,
                                            absl::Time at) {
  return OnlyPolicy(t.Query(kPolicyAt, {org_id, ToMicros(at)}));
}

absl::StatusOr<std::optional<BadLotPolicy>> LockNewestBadLotPolicy(db::Transaction& t,
                                                                   std::string_view org_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kLockNewestPolicy, {org_id}));
  if (rows.empty()) return std::nullopt;
  return PolicyFromRow(rows.front());
}

absl::StatusOr<BadLotPolicy> LoadBadLotPolicy(db::Transaction& t, std::string_view org_id,
                                              int32_t version) {
  return OnlyPolicy(t.Query(kPolicy, {org_id, version}));
}

absl::Status AddBadLotPolicy(db::Transaction& t, const BadLotPolicy& policy) {
  const absl::Status added =
      t.Execute(kAddPolicy,
                {policy.org_id, policy.version, policy.period_days, policy.horizon_days,
                 policy.false_discovery_bps, policy.least_cases, NamesOf(policy.kinds),
                 ToMicros(policy.effective), policy.actor, ToMicros(policy.create_time)})
          .status();
  if (!db::IsDuplicate(added)) return added;
  // The first version has no row before it that both could wait for.
  return Aborted("TRANSACTION_CONFLICT", "the policy was set by somebody else at once");
}

absl::StatusOr<std::optional<absl::CivilDay>> LastLook(db::Transaction& t,
                                                       std::string_view org_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kLastLook, {org_id}));
  return rows.front().OptDay(0);
}

absl::StatusOr<std::optional<BadLotLook>> FindLook(db::Transaction& t, std::string_view org_id,
                                                   absl::CivilDay day) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kFindLook, {org_id, day}));
  if (rows.empty()) return std::nullopt;
  const Row row = rows.front();
  return BadLotLook{row.Str(0), row.Day(1),
                    row.Str(2), static_cast<int32_t>(row.Int(3)),
                    row.Int(4), DelaysFrom(row.Str(5)),
                    row.Time(6)};
}

absl::StatusOr<bool> AddLook(db::Transaction& t, const BadLotLook& look) {
  const absl::Status added =
      t.Execute(kAddLook, {look.org_id, look.day, look.policy_org_id, look.policy_version,
                           look.series, TextOf(look.delays), ToMicros(look.create_time)})
          .status();
  if (db::IsDuplicate(added)) return false;
  RETURN_IF_ERROR(added);
  return true;
}

absl::StatusOr<std::optional<Warning>> FindWarning(db::Transaction& t, std::string_view org_id,
                                                   std::string_view warning_id) {
  return OnlyWarning(t.Query(kFindWarning, {org_id, warning_id}));
}

absl::StatusOr<std::optional<Warning>> LockWarning(db::Transaction& t, std::string_view org_id,
                                                   std::string_view warning_id) {
  return OnlyWarning(t.Query(kLockWarning, {org_id, warning_id}));
}

absl::StatusOr<std::vector<Warning>> AllWarnings(db::Transaction& t, std::string_view org_id) {
  return WarningsFrom(t.Query(kAllWarnings, {org_id}));
}

absl::StatusOr<std::vector<Warning>> LockWarningsOf(db::Transaction& t, std::string_view org_id,
                                                    const domain::insight::SeriesKey& key) {
  return WarningsFrom(t.Query(kLockSeries, {org_id, key.sku, key.node_id, key.lot}));
}

absl::StatusOr<std::vector<Warning>> ListWarnings(db::Transaction& t, std::string_view org_id,
                                                  std::string_view state, std::string_view sku,
                                                  std::string_view after, int limit) {
  return WarningsFrom(t.Query(kListWarnings, {org_id, state, state, sku, sku, after, limit}));
}

absl::Status SaveWarning(db::Transaction& t, const Warning& w) {
  const domain::insight::BadLot& lot = w.lot;
  const std::vector<Param> row = {w.org_id,
                                  w.warning_id,
                                  lot.key.sku,
                                  lot.key.node_id,
                                  lot.key.lot,
                                  w.episode,
                                  NameOf(w.state),
                                  lot.since,
                                  lot.earliest,
                                  lot.latest,
                                  lot.last,
                                  lot.pieces,
                                  lot.other_pieces,
                                  lot.scan.inside,
                                  lot.scan.total - lot.scan.inside,
                                  lot.scan.statistic,
                                  lot.scan.expected,
                                  lot.scan.p_value,
                                  lot.adjusted_p,
                                  lot.scan.ratio,
                                  lot.scan.ratio_low,
                                  lot.scan.ratio_high,
                                  w.first_look,
                                  w.last_look,
                                  w.judged_to,
                                  w.note,
                                  w.actor,
                                  w.judge_time ? Param(ToMicros(*w.judge_time)) : Param(nullptr),
                                  w.version,
                                  ToMicros(w.create_time),
                                  ToMicros(w.update_time)};
  return t.InsertMany(kSaveWarning, kWarningColumns, row, kSaveWarningTail).status();
}

absl::Status SaveRows(db::Transaction& t, const Warning& warning, const WarningRows& rows) {
  const std::string &org_id = warning.org_id, &id = warning.warning_id;
  RETURN_IF_ERROR(t.Execute(kDeleteDays, {org_id, id}));
  RETURN_IF_ERROR(t.Execute(kDeleteCases, {org_id, id}));
  std::vector<Param> days, cases;
  for (size_t i = 0; i < rows.days.size(); ++i) {
    const domain::insight::SeriesDay& day = rows.days[i];
    days.insert(days.end(),
                {org_id, id, day.day, day.pieces, day.complaints, rows.exposed[i].exposure});
  }
  for (const domain::insight::Complaint& one : rows.complaints) {
    cases.insert(cases.end(), {org_id, id, one.case_id, one.shop_id, one.order_id, one.ship_day,
                               one.receive_day});
  }
  RETURN_IF_ERROR(t.InsertMany(kInsertDays, 6, days));
  return t.InsertMany(kInsertCases, 7, cases).status();
}

absl::StatusOr<WarningRows> LoadRows(db::Transaction& t, const Warning& warning,
                                     std::string_view after_case, int limit) {
  const std::string &org_id = warning.org_id, &id = warning.warning_id;
  WarningRows rows;
  ASSIGN_OR_RETURN(const db::Rows days, t.Query(kDays, {org_id, id}));
  for (const Row row : days) {
    rows.days.push_back({row.Day(0), row.Int(1), row.Int(2)});
    rows.exposed.push_back({row.Double(3), row.Int(2)});
  }
  ASSIGN_OR_RETURN(const db::Rows cases, t.Query(kCases, {org_id, id, after_case, limit}));
  for (const Row row : cases) {
    rows.complaints.push_back(
        {row.Str(1), row.Str(2), row.Str(0), warning.lot.key, row.Day(3), row.Day(4)});
  }
  return rows;
}

}  // namespace kefu::aftersales::store
