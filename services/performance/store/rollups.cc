#include "services/performance/store/rollups.h"

#include <fmt/format.h>

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/performance/store/months.h"

namespace kefu::performance::store {
namespace {

using db::Param;
using db::Sql;
using domain::SubjectKind;

constexpr Sql kSelectSettings{
    "SELECT shop_id, time_zone, currency_code, platform, display_name FROM shop_settings WHERE "
    "org_id = ? AND shop_id = ?"};
constexpr Sql kLockSettings{
    "SELECT shop_id, time_zone, currency_code, platform, display_name FROM shop_settings WHERE "
    "org_id = ? AND shop_id = ? "
    "FOR UPDATE"};
constexpr Sql kSaveSettings{
    "INSERT INTO shop_settings (org_id, shop_id, time_zone, currency_code, platform, display_name, "
    "facts_version) "
    "VALUES (?, ?, ?, ?, ?, ?, 1) "
    "ON DUPLICATE KEY UPDATE time_zone = VALUES(time_zone), currency_code = VALUES(currency_code), "
    "platform = VALUES(platform), display_name = VALUES(display_name)"};

constexpr Sql kDeleteDay{
    "DELETE FROM day_rollup WHERE org_id = ? AND shop_id = ? AND definition_id = ? AND day = ?"};
constexpr std::string_view kInsertDay =
    "INSERT INTO day_rollup (org_id, shop_id, definition_id, day, subject_kind, subject_id, "
    "measures, histogram)";
constexpr Sql kSelectKind{
    "SELECT day, subject_id, measures, histogram FROM day_rollup WHERE org_id = ? AND shop_id = ? "
    "AND definition_id = ? "
    "AND day BETWEEN ? AND ? AND subject_kind = ? ORDER BY day, subject_id"};
constexpr Sql kSelectSubject{
    "SELECT day, subject_id, measures, histogram FROM day_rollup WHERE org_id = ? AND shop_id = ? "
    "AND definition_id = ? "
    "AND day BETWEEN ? AND ? AND subject_kind = ? AND subject_id = ? ORDER BY day"};
constexpr Sql kDaysOfAgent{
    "SELECT DISTINCT shop_id, day FROM day_rollup WHERE org_id = ? AND subject_kind = 'AGENT' AND "
    "subject_id = ?"};

constexpr Sql kSelectCredits{
    "SELECT order_id, agent_id, conversation_id FROM order_credit WHERE org_id = ? AND shop_id = ? "
    "AND definition_id = ? "
    "AND pay_day = ?"};
constexpr std::string_view kInsertCredits =
    "INSERT INTO order_credit (org_id, shop_id, definition_id, order_id, pay_day, agent_id, "
    "conversation_id)";
constexpr std::string_view kReplaceCredit =
    " ON DUPLICATE KEY UPDATE pay_day = VALUES(pay_day), agent_id = VALUES(agent_id), "
    "conversation_id = VALUES(conversation_id)";
// The day guards against an order that has moved to another day, where its credit is already
// written.
constexpr Sql kDeleteCredit{
    "DELETE FROM order_credit WHERE org_id = ? AND shop_id = ? AND definition_id = ? AND order_id "
    "= ? AND pay_day = ?"};

constexpr Sql kLockShops{
    "SELECT shop_id FROM shop_settings WHERE org_id = ? ORDER BY shop_id FOR UPDATE"};
constexpr Sql kTeamsOnDay{
    "SELECT agent_id, team_id FROM team_membership WHERE org_id = ? AND start_day <= ? AND "
    "(end_day IS NULL OR end_day >= ?)"};
constexpr Sql kLockTeamsOnDay{
    "SELECT agent_id FROM team_membership WHERE org_id = ? AND start_day <= ? AND "
    "(end_day IS NULL OR end_day >= ?) LOCK IN SHARE MODE"};
constexpr Sql kDeleteMemberships{"DELETE FROM team_membership WHERE org_id = ? AND agent_id = ?"};
constexpr std::string_view kInsertMemberships =
    "INSERT INTO team_membership (org_id, agent_id, start_day, team_id, end_day)";

constexpr Sql kMemberships{
    "SELECT team_id, start_day, end_day FROM team_membership WHERE org_id = ? AND agent_id = ? "
    "ORDER BY start_day, team_id"};
constexpr Sql kBases{
    "SELECT base_id, start_day, end_day FROM base_agent WHERE org_id = ? AND agent_id = ? ORDER BY "
    "start_day"};
constexpr Sql kDeleteBases{"DELETE FROM base_agent WHERE org_id = ? AND agent_id = ?"};
constexpr std::string_view kInsertBases =
    "INSERT INTO base_agent (org_id, agent_id, start_day, base_id, end_day)";
constexpr Sql kBasesOnDay{
    "SELECT agent_id, base_id FROM base_agent WHERE org_id = ? AND start_day <= ? AND (end_day IS "
    "NULL OR end_day >= ?) AND base_id <> ''"};
constexpr Sql kLockBasesOnDay{
    "SELECT agent_id, base_id FROM base_agent WHERE org_id = ? AND start_day <= ? AND (end_day IS "
    "NULL OR end_day >= ?) AND base_id <> '' LOCK IN SHARE MODE"};
constexpr Sql kBasesOfAgents{
    "SELECT base_id, start_day, end_day, agent_id FROM base_agent WHERE org_id = ? ORDER BY "
    "agent_id, start_day"};
constexpr Sql kSettingsOfOrg{
    "SELECT shop_id, time_zone, currency_code, platform, display_name FROM shop_settings WHERE "
    "org_id = ? ORDER BY shop_id"};

// Columns: id, first and last day.
domain::Membership MembershipFrom(const db::Row& row) {
  domain::Membership m{row.Str(0), row.Day(1), std::nullopt};
  if (!row.IsNull(2)) m.end_day = row.Day(2);
  return m;
}

absl::StatusOr<std::vector<domain::Membership>> MembershipsBy(db::Transaction& t, const Sql& sql,
                                                              std::string_view org_id,
                                                              std::string_view agent_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(sql, {org_id, agent_id}));
  std::vector<domain::Membership> memberships;
  for (const db::Row row : rows) memberships.push_back(MembershipFrom(row));
  return memberships;
}

}  // namespace

std::string_view KindName(SubjectKind kind) {
  switch (kind) {
    case SubjectKind::kShop:
      return "SHOP";
    case SubjectKind::kTeam:
      return "TEAM";
    case SubjectKind::kAgent:
      return "AGENT";
    case SubjectKind::kBase:
      return "BASE";
  }
  return "";
}

absl::StatusOr<std::optional<domain::Settings>> LoadSettings(db::Transaction& t, const Scope& scope,
                                                             bool lock) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(lock ? kLockSettings : kSelectSettings, {scope.org_id, scope.shop_id}));
  if (rows.empty()) return std::nullopt;
  const db::Row row = rows.front();
  return domain::Settings{row.Str(0), row.Str(1), row.Str(2), row.Str(3), row.Str(4)};
}

absl::StatusOr<std::vector<domain::Settings>> SettingsOfOrg(db::Transaction& t,
                                                            std::string_view org_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kSettingsOfOrg, {org_id}));
  std::vector<domain::Settings> shops;
  for (const db::Row row : rows)
    shops.push_back({row.Str(0), row.Str(1), row.Str(2), row.Str(3), row.Str(4)});
  return shops;
}

absl::Status SaveSettings(db::Transaction& t, const Scope& scope, const domain::Settings& s) {
  return t
      .Execute(kSaveSettings, {scope.org_id, scope.shop_id, s.time_zone, s.currency_code,
                               s.platform, s.display_name})
      .status();
}

absl::Status SaveDay(db::Transaction& t, const Scope& scope, std::string_view definition_id,
                     absl::CivilDay day,
                     const std::map<domain::SubjectId, domain::Measures>& measures) {
  RETURN_IF_ERROR(
      t.Execute(kDeleteDay, {scope.org_id, scope.shop_id, definition_id, day}).status());
  std::vector<std::pair<std::string, std::string>>
      packed;  // keeps the bytes alive until the insert
  packed.reserve(measures.size());
  std::vector<Param> flat;
  for (const auto& [subject, sums] : measures) {
    if (sums == domain::Measures{}) continue;
    const auto& [values, histogram] =
        packed.emplace_back(sums.EncodeValues(), sums.response.Encode());
    flat.insert(flat.end(),
                {scope.org_id, scope.shop_id, definition_id, day, KindName(subject.kind),
                 subject.id, Param::Bytes(values), Param::Bytes(histogram)});
  }
  RETURN_IF_ERROR(t.InsertMany(kInsertDay, 8, flat).status());
  return TouchMonth(t, scope, definition_id, absl::CivilMonth(day));
}

absl::StatusOr<std::vector<RollupRow>> LoadRollups(db::Transaction& t, const Scope& scope,
                                                   std::string_view definition_id,
                                                   absl::CivilDay first, absl::CivilDay last,
                                                   SubjectKind kind, std::string_view id) {
  std::vector<Param> params{scope.org_id, scope.shop_id, definition_id,
                            first,        last,          KindName(kind)};
  const bool one = !id.empty();
  if (one) params.emplace_back(id);
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(one ? kSelectSubject : kSelectKind, params));
  std::vector<RollupRow> result;
  result.reserve(rows.size());
  for (const db::Row row : rows) {
    auto measures = domain::Measures::Decode(row.Text(2), row.Text(3));
    if (!measures) {
      return Internal(
          fmt::format("day_rollup of shop {} cannot be read: recompute the day", scope.shop_id));
    }
    result.push_back({row.Day(0), {kind, row.Str(1)}, *std::move(measures)});
  }
  return result;
}

absl::StatusOr<std::vector<std::pair<std::string, absl::CivilDay>>> DaysOfAgent(
    db::Transaction& t, std::string_view org_id, std::string_view agent_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kDaysOfAgent, {org_id, agent_id}));
  std::vector<std::pair<std::string, absl::CivilDay>> days;
  for (const db::Row row : rows) days.emplace_back(row.Str(0), row.Day(1));
  return days;
}

absl::StatusOr<std::map<std::string, Credit>> LoadCredits(db::Transaction& t, const Scope& scope,
                                                          std::string_view definition_id,
                                                          absl::CivilDay pay_day) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kSelectCredits, {scope.org_id, scope.shop_id, definition_id, pay_day}));
  std::map<std::string, Credit> credits;
  for (const db::Row row : rows) credits[row.Str(0)] = {row.Str(1), row.Str(2)};
  return credits;
}

absl::Status SaveCredits(db::Transaction& t, const Scope& scope, std::string_view definition_id,
                         absl::CivilDay pay_day, const std::map<std::string, Credit>& changed,
                         std::span<const std::string> gone) {
  std::vector<Param> flat;
  for (const auto& [order_id, credit] : changed) {
    flat.insert(flat.end(), {scope.org_id, scope.shop_id, definition_id, order_id, pay_day,
                             credit.agent_id, credit.conversation_id});
  }
  RETURN_IF_ERROR(t.InsertMany(kInsertCredits, 7, flat, kReplaceCredit).status());
  for (const std::string& order_id : gone) {
    RETURN_IF_ERROR(
        t.Execute(kDeleteCredit, {scope.org_id, scope.shop_id, definition_id, order_id, pay_day})
            .status());
  }
  return absl::OkStatus();
}

absl::Status LockShops(db::Transaction& t, std::string_view org_id) {
  return t.Query(kLockShops, {org_id}).status();
}

absl::StatusOr<std::unordered_map<std::string, std::vector<std::string>>> TeamsOnDay(
    db::Transaction& t, std::string_view org_id, absl::CivilDay day) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kTeamsOnDay, {org_id, day, day}));
  std::unordered_map<std::string, std::vector<std::string>> teams;
  for (const db::Row row : rows) teams[row.Str(0)].push_back(row.Str(1));
  return teams;
}

absl::Status LockTeamsOnDay(db::Transaction& t, std::string_view org_id, absl::CivilDay day) {
  return t.Query(kLockTeamsOnDay, {org_id, day, day}).status();
}

absl::StatusOr<std::vector<domain::Membership>> LoadMemberships(db::Transaction& t,
                                                                std::string_view org_id,
                                                                std::string_view agent_id) {
  return MembershipsBy(t, kMemberships, org_id, agent_id);
}

absl::Status ReplaceMemberships(db::Transaction& t, std::string_view org_id,
                                std::string_view agent_id,
                                std::span<const domain::Membership> memberships) {
  RETURN_IF_ERROR(t.Execute(kDeleteMemberships, {org_id, agent_id}).status());
  std::vector<Param> flat;
  for (const domain::Membership& m : memberships) {
    flat.insert(flat.end(), {org_id, agent_id, m.start_day, m.id, m.end_day});
  }
  return t.InsertMany(kInsertMemberships, 5, flat).status();
}

absl::StatusOr<std::vector<domain::Membership>> LoadBases(db::Transaction& t,
                                                          std::string_view org_id,
                                                          std::string_view agent_id) {
  return MembershipsBy(t, kBases, org_id, agent_id);
}

absl::Status ReplaceBases(db::Transaction& t, std::string_view org_id, std::string_view agent_id,
                          std::span<const domain::Membership> bases) {
  RETURN_IF_ERROR(t.Execute(kDeleteBases, {org_id, agent_id}).status());
  std::vector<Param> flat;
  for (const domain::Membership& m : bases) {
    flat.insert(flat.end(), {org_id, agent_id, m.start_day, m.id, m.end_day});
  }
  return t.InsertMany(kInsertBases, 5, flat).status();
}

absl::StatusOr<std::unordered_map<std::string, std::string>> BasesOnDay(db::Transaction& t,
                                                                        std::string_view org_id,
                                                                        absl::CivilDay day,
                                                                        bool lock) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(lock ? kLockBasesOnDay : kBasesOnDay, {org_id, day, day}));
  std::unordered_map<std::string, std::string> bases;
  for (const db::Row row : rows) bases[row.Str(0)] = row.Str(1);
  return bases;
}

absl::StatusOr<std::map<std::string, std::vector<domain::Membership>>> BasesOfAgents(
    db::Transaction& t, std::string_view org_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kBasesOfAgents, {org_id}));
  std::map<std::string, std::vector<domain::Membership>> bases;
  for (const db::Row row : rows) bases[row.Str(3)].push_back(MembershipFrom(row));
  return bases;
}

}  // namespace kefu::performance::store
