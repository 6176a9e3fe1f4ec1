#include "services/performance/store/quality.h"

#include <set>

#include "common/db/errors.h"
#include "common/db/sql.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace kefu::performance::store {
namespace {

using db::Param;
using db::Sql;

constexpr Sql kLastVersion{
    "SELECT COALESCE(MAX(version), 0) FROM judgement_policy WHERE org_id = ? AND shop_id = ? AND "
    "kind = ? AND policy_key = ?"};
constexpr Sql kInsertPolicy{
    "INSERT INTO judgement_policy (org_id, shop_id, kind, policy_key, version, effective_from, "
    "body) VALUES (?, ?, ?, ?, ?, ?, ?)"};
constexpr Sql kPolicyOn{
    "SELECT policy_key, version, body FROM judgement_policy WHERE org_id = ? AND shop_id = ? AND "
    "kind = ? AND policy_key = ? AND effective_from <= ? ORDER BY effective_from DESC, version "
    "DESC LIMIT 1"};
constexpr Sql kPolicies{
    "SELECT policy_key, version, body FROM judgement_policy WHERE org_id = ? AND shop_id = ? AND "
    "kind = ? ORDER BY policy_key, version"};
constexpr Sql kInsertSample{
    "INSERT INTO inspection_sample (org_id, shop_id, sample_id, body) VALUES (?, ?, ?, ?)"};
constexpr Sql kSample{
    "SELECT body FROM inspection_sample WHERE org_id = ? AND shop_id = ? AND sample_id = ?"};
constexpr Sql kInsertInspection{
    "INSERT INTO inspection (org_id, shop_id, inspection_id, day, agent_id, conversation_id, "
    "inspector, centipoints, accurate, polite, counts, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, "
    "?, ?, ?)"};
constexpr Sql kUpdateInspection{
    "UPDATE inspection SET body = ?, overturned = ? WHERE org_id = ? AND shop_id = ? AND "
    "inspection_id = ?"};
constexpr Sql kLockInspection{
    "SELECT body FROM inspection WHERE org_id = ? AND shop_id = ? AND inspection_id = ? FOR "
    "UPDATE"};
constexpr Sql kLockInspectionsOf{
    "SELECT inspection_id FROM inspection WHERE org_id = ? AND shop_id = ? AND conversation_id = ? "
    "AND agent_id = ? FOR UPDATE"};
// Ids are ordered by time: the first inspection is the least.
constexpr Sql kStanding{
    "SELECT inspection_id FROM inspection WHERE org_id = ? AND shop_id = ? AND conversation_id = ? "
    "AND agent_id = ? AND overturned = 0 ORDER BY inspection_id LIMIT 1"};
constexpr Sql kCount{
    "UPDATE inspection SET counts = (inspection_id = ?) WHERE org_id = ? AND shop_id = ? AND "
    "conversation_id = ? AND agent_id = ?"};
constexpr Sql kPage{
    "SELECT day, inspection_id, body FROM inspection WHERE org_id = ? AND shop_id = ? AND day "
    "BETWEEN ? AND ? AND (day > ? OR (day = ? AND inspection_id > ?)) AND (? = '' OR agent_id = ?) "
    "ORDER BY day, inspection_id LIMIT ?"};
constexpr Sql kDaysOfInspections{
    "SELECT DISTINCT day FROM inspection WHERE org_id = ? AND shop_id = ? AND conversation_id = ? "
    "AND agent_id = ?"};
constexpr Sql kInspectedOn{
    "SELECT inspection_id, agent_id, conversation_id, centipoints, accurate, polite FROM "
    "inspection WHERE org_id = ? AND shop_id = ? AND day = ? AND counts = 1 ORDER BY "
    "inspection_id"};
constexpr Sql kQuality{
    "SELECT agent_id, day, COUNT(*), SUM(accurate), SUM(polite), SUM(centipoints), "
    "SUM(CAST(centipoints AS SIGNED) * centipoints) FROM inspection WHERE org_id = ? AND shop_id = "
    "? AND day BETWEEN ? AND ? AND counts = 1 AND (? = '' OR agent_id = ?) GROUP BY agent_id, day "
    "ORDER BY agent_id, day"};
constexpr Sql kPairs{
    "SELECT a.centipoints, a.accurate, a.polite, b.centipoints, b.accurate, b.polite FROM "
    "inspection a JOIN inspection b ON b.org_id = a.org_id AND b.shop_id = a.shop_id AND "
    "b.conversation_id = a.conversation_id AND b.agent_id = a.agent_id AND b.inspection_id > "
    "a.inspection_id WHERE a.org_id = ? AND a.shop_id = ? AND a.day BETWEEN ? AND ? AND "
    "a.overturned = 0 AND b.overturned = 0 ORDER BY "
    "a.inspection_id, b.inspection_id"};

domain::Judged JudgedAt(const db::Row& row, size_t column) {
  return {row.Int(column), row.Bool(column + 1), row.Bool(column + 2)};
}

absl::StatusOr<std::optional<std::string>> Body(const absl::StatusOr<db::Rows>& rows) {
  RETURN_IF_ERROR(rows.status());
  if (rows->empty()) return std::nullopt;
  return rows->front().Str(0);
}

// Figures of the days change.
absl::Status Touch(db::Transaction& t, const Scope& scope, const std::set<absl::CivilDay>& days) {
  RETURN_IF_ERROR(MarkDays(t, scope, days));
  return BumpFactsVersion(t, scope);
}

}  // namespace

absl::StatusOr<int64_t> AddPolicy(db::Transaction& t, const Scope& scope, std::string_view kind,
                                  std::string_view key, absl::CivilDay effective_from,
                                  std::string_view body) {
  ASSIGN_OR_RETURN(const db::Rows last,
                   t.Query(kLastVersion, {scope.org_id, scope.shop_id, kind, key}));
  const int64_t version = last.front().Int(0) + 1;
  const absl::Status added = t.Execute(kInsertPolicy, {scope.org_id, scope.shop_id, kind, key,
                                                       version, effective_from, Param::Bytes(body)})
                                 .status();
  if (db::IsDuplicate(added))
    return Aborted(db::kConflict, "another version of the policy was added meanwhile");
  RETURN_IF_ERROR(added);
  return version;
}

absl::StatusOr<std::optional<PolicyVersion>> PolicyOn(db::Transaction& t, const Scope& scope,
                                                      std::string_view kind, std::string_view key,
                                                      absl::CivilDay day) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kPolicyOn, {scope.org_id, scope.shop_id, kind, key, day}));
  if (rows.empty()) return std::nullopt;
  return PolicyVersion{rows.front().Str(0), rows.front().Int(1), rows.front().Str(2)};
}

absl::StatusOr<std::vector<PolicyVersion>> ListPolicies(db::Transaction& t, const Scope& scope,
                                                        std::string_view kind) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kPolicies, {scope.org_id, scope.shop_id, kind}));
  std::vector<PolicyVersion> versions;
  for (const db::Row row : rows) versions.push_back({row.Str(0), row.Int(1), row.Str(2)});
  return versions;
}

absl::Status SaveSample(db::Transaction& t, const Scope& scope, std::string_view sample_id,
                        std::string_view body) {
  return t.Execute(kInsertSample, {scope.org_id, scope.shop_id, sample_id, Param::Bytes(body)})
      .status();
}

absl::StatusOr<std::optional<std::string>> LoadSample(db::Transaction& t, const Scope& scope,
                                                      std::string_view sample_id) {
  return Body(t.Query(kSample, {scope.org_id, scope.shop_id, sample_id}));
}

absl::Status InsertInspection(db::Transaction& t, const Scope& scope, const InspectionRow& row) {
  RETURN_IF_ERROR(
      t.Execute(kInsertInspection,
                {scope.org_id, scope.shop_id, row.id, row.day, row.agent_id, row.conversation_id,
                 row.inspector, row.judged.centipoints, row.judged.accurate, row.judged.polite,
                 row.counts, Param::Bytes(row.body)})
          .status());
  return Touch(t, scope, {row.day});
}

absl::Status UpdateInspection(db::Transaction& t, const Scope& scope, std::string_view id,
                              std::string_view body, bool overturned) {
  return t
      .Execute(kUpdateInspection, {Param::Bytes(body), overturned, scope.org_id, scope.shop_id, id})
      .status();
}

absl::Status CountFirst(db::Transaction& t, const Scope& scope, std::string_view conversation_id,
                        std::string_view agent_id) {
  RETURN_IF_ERROR(LockInspectionsOf(t, scope, conversation_id, agent_id).status());
  ASSIGN_OR_RETURN(
      const auto first,
      Body(t.Query(kStanding, {scope.org_id, scope.shop_id, conversation_id, agent_id})));
  RETURN_IF_ERROR(t.Execute(kCount, {first.value_or(""), scope.org_id, scope.shop_id,
                                     conversation_id, agent_id})
                      .status());
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kDaysOfInspections, {scope.org_id, scope.shop_id,
                                                                     conversation_id, agent_id}));
  std::set<absl::CivilDay> days;
  for (const db::Row row : rows) days.insert(row.Day(0));
  return Touch(t, scope, days);
}

absl::StatusOr<std::vector<domain::Inspected>> InspectedOn(db::Transaction& t, const Scope& scope,
                                                           absl::CivilDay day) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kInspectedOn, {scope.org_id, scope.shop_id, day}));
  std::vector<domain::Inspected> inspected;
  for (const db::Row row : rows) {
    inspected.push_back({row.Str(0), row.Str(1), row.Str(2), row.Int(3), row.Bool(4), row.Bool(5)});
  }
  return inspected;
}

absl::StatusOr<std::optional<std::string>> LockInspection(db::Transaction& t, const Scope& scope,
                                                          std::string_view id) {
  return Body(t.Query(kLockInspection, {scope.org_id, scope.shop_id, id}));
}

absl::StatusOr<int64_t> LockInspectionsOf(db::Transaction& t, const Scope& scope,
                                          std::string_view conversation_id,
                                          std::string_view agent_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kLockInspectionsOf, {scope.org_id, scope.shop_id,
                                                                     conversation_id, agent_id}));
  return static_cast<int64_t>(rows.size());
}

absl::StatusOr<std::vector<PageRow>> PageInspections(db::Transaction& t, const Scope& scope,
                                                     std::string_view agent_id,
                                                     absl::CivilDay first, absl::CivilDay last,
                                                     absl::CivilDay after_day,
                                                     std::string_view after_id, int limit) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kPage, {scope.org_id, scope.shop_id, first, last, after_day, after_day,
                                   after_id, agent_id, agent_id, limit}));
  std::vector<PageRow> result;
  for (const db::Row row : rows) result.push_back({row.Day(0), row.Str(1), row.Str(2)});
  return result;
}

absl::StatusOr<std::vector<domain::QualitySum>> QualityByAgentDay(db::Transaction& t,
                                                                  const Scope& scope,
                                                                  absl::CivilDay first,
                                                                  absl::CivilDay last,
                                                                  std::string_view agent_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kQuality, {scope.org_id, scope.shop_id, first, last,
                                                           agent_id, agent_id}));
  std::vector<domain::QualitySum> sums;
  for (const db::Row row : rows) {
    sums.push_back(
        {row.Str(0), row.Day(1), row.Int(2), row.Int(3), row.Int(4), row.Int(5), row.Int(6)});
  }
  return sums;
}

absl::StatusOr<std::vector<InspectedTwice>> LoadPairs(db::Transaction& t, const Scope& scope,
                                                      absl::CivilDay first, absl::CivilDay last) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kPairs, {scope.org_id, scope.shop_id, first, last}));
  std::vector<InspectedTwice> pairs;
  for (const db::Row row : rows) pairs.push_back({JudgedAt(row, 0), JudgedAt(row, 3)});
  return pairs;
}

}  // namespace kefu::performance::store
