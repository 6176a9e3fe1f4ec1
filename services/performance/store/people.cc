#include "services/performance/store/people.h"

#include "common/db/sql.h"
#include "common/status/status_macros.h"
#include "services/performance/store/lists.h"

namespace kefu::performance::store {
namespace {

using db::Param;
using db::Sql;

struct Statements {
  Sql find, load, page;
  std::string_view insert;
};
constexpr Statements kConduct{
    {"SELECT conduct_id, body_hash, body FROM conduct_event WHERE org_id = ? AND shop_id = ? AND "
     "conduct_id IN (?*)"},
    {"SELECT body FROM conduct_event WHERE org_id = ? AND shop_id = ? AND day BETWEEN ? AND ? "
     "ORDER BY day, conduct_id"},
    {"SELECT day, conduct_id, body FROM conduct_event WHERE org_id = ? AND shop_id = ? AND day "
     "BETWEEN ? AND ? AND (day > ? OR (day = ? AND conduct_id > ?)) AND (? = '' OR agent_id = ?) "
     "ORDER BY day, conduct_id LIMIT ?"},
    "INSERT INTO conduct_event (org_id, shop_id, conduct_id, agent_id, day, body_hash, body)"};
constexpr Statements kAttendance{
    {"SELECT record_id, body_hash, body FROM attendance WHERE org_id = ? AND shop_id = ? AND "
     "record_id IN (?*)"},
    {"SELECT body FROM attendance WHERE org_id = ? AND shop_id = ? AND day BETWEEN ? AND ? "
     "ORDER BY day, record_id"},
    {"SELECT day, record_id, body FROM attendance WHERE org_id = ? AND shop_id = ? AND day "
     "BETWEEN ? AND ? AND (day > ? OR (day = ? AND record_id > ?)) AND (? = '' OR agent_id = ?) "
     "ORDER BY day, record_id LIMIT ?"},
    "INSERT INTO attendance (org_id, shop_id, record_id, agent_id, day, body_hash, body)"};
constexpr Sql kAttendanceOfOrg{
    "SELECT shop_id, body FROM attendance WHERE org_id = ? AND day BETWEEN ? AND ? ORDER BY "
    "shop_id, day, record_id"};
constexpr std::string_view kReplace =
    " ON DUPLICATE KEY UPDATE agent_id = VALUES(agent_id), day = VALUES(day), body_hash = "
    "VALUES(body_hash), body = VALUES(body)";

constexpr Sql kDeleteEmployments{
    "DELETE FROM employment WHERE org_id = ? AND agent_id = ? AND (leave_day IS NULL OR leave_day "
    ">= ?)"};
constexpr Sql kInsertEmployment{
    "INSERT INTO employment (org_id, agent_id, hire_day, leave_day) VALUES (?, ?, ?, ?)"};
constexpr std::string_view kInsertTier =
    "INSERT INTO tier_record (org_id, agent_id, tier_change_id, effective_day, tier_id, grade_id, "
    "corrects_id, record_us)";
constexpr std::string_view kReplaceTier =
    " ON DUPLICATE KEY UPDATE effective_day = VALUES(effective_day), tier_id = VALUES(tier_id), "
    "grade_id = VALUES(grade_id), corrects_id = VALUES(corrects_id), record_us = VALUES(record_us)";
constexpr Sql kEmployments{
    "SELECT agent_id, hire_day, leave_day FROM employment WHERE org_id = ? ORDER BY agent_id, "
    "hire_day"};
constexpr Sql kEmploymentsOf{
    "SELECT agent_id, hire_day, leave_day FROM employment WHERE org_id = ? AND agent_id IN (?*) "
    "ORDER BY agent_id, hire_day"};
#define TIERS_BEGIN                                                                                \
  "SELECT r.agent_id, r.effective_day, r.tier_id, r.grade_id FROM tier_record r WHERE r.org_id = " \
  "?"
#define TIERS_END                                                                            \
  " AND NOT EXISTS (SELECT 1 FROM tier_record c WHERE c.org_id = r.org_id AND c.agent_id = " \
  "r.agent_id AND c.corrects_id = r.tier_change_id) ORDER BY r.agent_id, r.effective_day, "  \
  "r.record_us, r.tier_change_id"
constexpr Sql kTiers{TIERS_BEGIN TIERS_END};
constexpr Sql kTiersOf{TIERS_BEGIN " AND r.agent_id IN (?*)" TIERS_END};
#undef TIERS_BEGIN
#undef TIERS_END

constexpr Sql kStageOn{
    "SELECT stage FROM shop_stage WHERE org_id = ? AND shop_id = ? AND start_day <= ? ORDER BY "
    "start_day DESC LIMIT 1"};
constexpr Sql kFirstStage{
    "SELECT stage FROM shop_stage WHERE org_id = ? AND shop_id = ? ORDER BY start_day LIMIT 1"};
constexpr Sql kSaveStage{
    "INSERT INTO shop_stage (org_id, shop_id, start_day, stage) VALUES (?, ?, ?, ?) ON DUPLICATE "
    "KEY UPDATE stage = VALUES(stage)"};

const Statements& Of(PeopleFact kind) {
  return kind == PeopleFact::kConduct ? kConduct : kAttendance;
}

}  // namespace

absl::StatusOr<StoredById> FindPeopleFacts(db::Transaction& t, PeopleFact kind, const Scope& scope,
                                           std::span<const std::string_view> ids) {
  return FindById(t, Of(kind).find, scope, Flat(ids), 1);
}

absl::Status SavePeopleFacts(db::Transaction& t, PeopleFact kind, const Scope& scope,
                             std::span<const PeopleRow> rows) {
  std::vector<Param> flat;
  for (const PeopleRow& row : rows) {
    flat.insert(flat.end(), {scope.org_id, scope.shop_id, row.id, row.agent_id, row.day,
                             Param::Bytes(row.body_hash), Param::Bytes(row.body)});
  }
  return t.InsertMany(Of(kind).insert, 7, flat, kReplace).status();
}

absl::StatusOr<std::vector<ShopBody>> AttendanceOfOrganization(db::Transaction& t,
                                                               std::string_view org_id,
                                                               absl::CivilDay first,
                                                               absl::CivilDay last) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kAttendanceOfOrg, {org_id, first, last}));
  std::vector<ShopBody> records;
  records.reserve(rows.size());
  for (const db::Row row : rows) records.push_back({row.Str(0), row.Str(1)});
  return records;
}

absl::StatusOr<std::vector<std::string>> LoadPeopleFacts(db::Transaction& t, PeopleFact kind,
                                                         const Scope& scope, absl::CivilDay first,
                                                         absl::CivilDay last) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(Of(kind).load, {scope.org_id, scope.shop_id, first, last}));
  std::vector<std::string> bodies;
  for (const db::Row row : rows) bodies.push_back(row.Str(0));
  return bodies;
}

absl::StatusOr<std::vector<PageRow>> PagePeopleFacts(db::Transaction& t, PeopleFact kind,
                                                     const Scope& scope, std::string_view agent_id,
                                                     absl::CivilDay first, absl::CivilDay last,
                                                     absl::CivilDay after_day,
                                                     std::string_view after_id, int limit) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(Of(kind).page, {scope.org_id, scope.shop_id, first, last, after_day,
                                           after_day, after_id, agent_id, agent_id, limit}));
  std::vector<PageRow> result;
  for (const db::Row row : rows) result.push_back({row.Day(0), row.Str(1), row.Str(2)});
  return result;
}

absl::Status SaveEmployment(db::Transaction& t, std::string_view org_id, std::string_view agent_id,
                            const domain::EmploymentSpan& span) {
  RETURN_IF_ERROR(t.Execute(kDeleteEmployments, {org_id, agent_id, span.hire_day}).status());
  return t.Execute(kInsertEmployment, {org_id, agent_id, span.hire_day, span.leave_day}).status();
}

absl::Status SaveTierRecord(db::Transaction& t, std::string_view org_id, std::string_view agent_id,
                            const TierRecord& record) {
  const std::vector<Param> flat{org_id,
                                agent_id,
                                record.id,
                                record.tier.start_day,
                                record.tier.tier_id,
                                record.tier.grade_id,
                                record.corrects_id,
                                record.record_time};
  return t.InsertMany(kInsertTier, 8, flat, kReplaceTier).status();
}

absl::StatusOr<std::map<std::string, domain::Employment>> LoadEmployments(
    db::Transaction& t, std::string_view org_id, const std::set<std::string>& agents) {
  std::map<std::string, domain::Employment> result;
  const auto add_span = [&](const db::Row& row) {
    result[row.Str(0)].spans.push_back({row.Day(1), row.OptDay(2)});
  };
  const auto add_tier = [&](const db::Row& row) {
    result[row.Str(0)].tiers.push_back({row.Day(1), row.Str(2), row.Str(3)});
  };
  if (agents.empty()) {
    ASSIGN_OR_RETURN(const db::Rows spans, t.Query(kEmployments, {org_id}));
    ASSIGN_OR_RETURN(const db::Rows tiers, t.Query(kTiers, {org_id}));
    for (const db::Row row : spans) add_span(row);
    for (const db::Row row : tiers) add_tier(row);
    return result;
  }
  const std::vector<Param> ids(agents.begin(), agents.end());
  RETURN_IF_ERROR(ForEachAfter(t, kEmploymentsOf, {org_id}, ids, 1, add_span));
  RETURN_IF_ERROR(ForEachAfter(t, kTiersOf, {org_id}, ids, 1, add_tier));
  return result;
}

absl::Status SaveStage(db::Transaction& t, const Scope& scope, absl::CivilDay day,
                       std::string_view stage) {
  ASSIGN_OR_RETURN(const std::string before, StageOn(t, scope, day));
  if (before == stage) return absl::OkStatus();
  return t.Execute(kSaveStage, {scope.org_id, scope.shop_id, day, stage}).status();
}

absl::StatusOr<std::string> StageOn(db::Transaction& t, const Scope& scope, absl::CivilDay day) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kStageOn, {scope.org_id, scope.shop_id, day}));
  if (!rows.empty()) return rows.front().Str(0);
  ASSIGN_OR_RETURN(const db::Rows first, t.Query(kFirstStage, {scope.org_id, scope.shop_id}));
  return first.empty() ? "" : first.front().Str(0);
}

}  // namespace kefu::performance::store
