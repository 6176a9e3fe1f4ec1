#include "services/performance/store/scorecards.h"

#include "common/db/errors.h"
#include "common/db/sql.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace kefu::performance::store {
namespace {

using db::Param;
using db::Sql;

constexpr Sql kLastVersion{
    "SELECT COALESCE(MAX(version), 0) FROM scorecard WHERE org_id = ? AND shop_id = ? AND "
    "scorecard_id = ?"};
constexpr Sql kInsert{
    "INSERT INTO scorecard (org_id, shop_id, scorecard_id, version, effective_from, body) VALUES "
    "(?, ?, ?, ?, ?, ?)"};
constexpr Sql kOnDay{
    "SELECT shop_id, scorecard_id, version, effective_from, body FROM scorecard WHERE org_id = ? "
    "AND shop_id IN ('', ?) AND scorecard_id = ? AND effective_from <= ? ORDER BY shop_id DESC, "
    "effective_from DESC, version DESC LIMIT 1"};
constexpr Sql kAllOnDay{
    "SELECT shop_id, scorecard_id, version, effective_from, body FROM scorecard WHERE org_id = ? "
    "AND shop_id IN ('', ?) AND effective_from <= ? ORDER BY scorecard_id, shop_id DESC, "
    "effective_from DESC, version DESC"};
constexpr Sql kVersion{
    "SELECT shop_id, scorecard_id, version, effective_from, body FROM scorecard WHERE org_id = ? "
    "AND shop_id = ? AND scorecard_id = ? AND version = ?"};
constexpr Sql kList{
    "SELECT shop_id, scorecard_id, version, effective_from, body FROM scorecard WHERE org_id = ? "
    "AND shop_id IN ('', ?) ORDER BY scorecard_id, shop_id, version"};
constexpr Sql kSaveGrade{
    "INSERT INTO agent_grade (org_id, shop_id, month, scorecard_id, agent_id, item_id, grade, "
    "evidence, graded_by, version, grade_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?) ON DUPLICATE "
    "KEY UPDATE grade = VALUES(grade), evidence = VALUES(evidence), graded_by = VALUES(graded_by), "
    "version = version + 1, grade_us = VALUES(grade_us)"};
constexpr Sql kKeepGrade{
    "INSERT INTO agent_grade_version (org_id, shop_id, month, agent_id, scorecard_id, item_id, "
    "version, grade, evidence, graded_by, grade_us) SELECT org_id, shop_id, month, agent_id, "
    "scorecard_id, item_id, version, grade, evidence, graded_by, grade_us FROM agent_grade WHERE "
    "org_id = ? AND shop_id = ? AND month = ? AND scorecard_id = ? AND agent_id = ? AND item_id = "
    "?"};
constexpr Sql kGradeVersion{
    "SELECT version FROM agent_grade WHERE org_id = ? AND shop_id = ? AND month = ? AND "
    "scorecard_id = ? AND agent_id = ? AND item_id = ?"};
constexpr Sql kGradeVersions{
    "SELECT scorecard_id, item_id, version, grade, graded_by, evidence, grade_us FROM "
    "agent_grade_version WHERE org_id = ? AND shop_id = ? AND month = ? AND agent_id = ? ORDER BY "
    "scorecard_id, item_id, version"};
constexpr Sql kGrades{
    "SELECT agent_id, item_id, grade, graded_by, evidence FROM agent_grade WHERE org_id = ? AND "
    "shop_id = ? AND month = ? AND scorecard_id = ?"};

ScorecardVersion VersionOf(const db::Row& row) {
  return {row.Str(0), row.Str(1), row.Int(2), row.Day(3), row.Str(4)};
}

}  // namespace

absl::StatusOr<int64_t> AddScorecard(db::Transaction& t, std::string_view org_id,
                                     const ScorecardVersion& version) {
  ASSIGN_OR_RETURN(const db::Rows last,
                   t.Query(kLastVersion, {org_id, version.shop_id, version.id}));
  const int64_t number = last.front().Int(0) + 1;
  const absl::Status added =
      t.Execute(kInsert, {org_id, version.shop_id, version.id, number, version.effective_from,
                          Param::Bytes(version.body)})
          .status();
  if (db::IsDuplicate(added))
    return Aborted(db::kConflict, "another version of the scorecard was added meanwhile");
  RETURN_IF_ERROR(added);
  return number;
}

absl::StatusOr<std::optional<ScorecardVersion>> ScorecardOn(db::Transaction& t, const Scope& scope,
                                                            std::string_view id,
                                                            absl::CivilDay day) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kOnDay, {scope.org_id, scope.shop_id, id, day}));
  if (rows.empty()) return std::nullopt;
  return VersionOf(rows.front());
}

absl::StatusOr<std::vector<ScorecardVersion>> ScorecardsOn(db::Transaction& t, const Scope& scope,
                                                           absl::CivilDay day) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kAllOnDay, {scope.org_id, scope.shop_id, day}));
  std::vector<ScorecardVersion> versions;
  for (const db::Row row : rows) {
    if (versions.empty() || versions.back().id != row.Str(1)) versions.push_back(VersionOf(row));
  }
  return versions;
}

absl::StatusOr<std::optional<ScorecardVersion>> FindScorecardVersion(db::Transaction& t,
                                                                     const Scope& scope,
                                                                     std::string_view id,
                                                                     int64_t version) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kVersion, {scope.org_id, scope.shop_id, id, version}));
  if (rows.empty()) return std::nullopt;
  return VersionOf(rows.front());
}

absl::StatusOr<std::vector<ScorecardVersion>> ListScorecards(db::Transaction& t,
                                                             const Scope& scope) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kList, {scope.org_id, scope.shop_id}));
  std::vector<ScorecardVersion> versions;
  for (const db::Row row : rows) versions.push_back(VersionOf(row));
  return versions;
}

absl::StatusOr<int64_t> SaveGrade(db::Transaction& t, const Scope& scope, const Grade& grade,
                                  absl::Time now) {
  const std::vector<Param> key{scope.org_id,       scope.shop_id,  absl::CivilDay(grade.month),
                               grade.scorecard_id, grade.agent_id, grade.item_id};
  std::vector<Param> all = key;
  all.insert(all.end(), {grade.grade.grade, grade.grade.evidence, grade.grade.graded_by,
                         absl::ToUnixMicros(now)});
  RETURN_IF_ERROR(t.Execute(kSaveGrade, all).status());
  RETURN_IF_ERROR(t.Execute(kKeepGrade, key).status());
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kGradeVersion, key));
  return rows.front().Int(0);
}

absl::StatusOr<std::vector<GradeVersion>> ListGradeVersions(db::Transaction& t, const Scope& scope,
                                                            absl::CivilMonth month,
                                                            std::string_view agent_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kGradeVersions, {scope.org_id, scope.shop_id,
                                                                 absl::CivilDay(month), agent_id}));
  std::vector<GradeVersion> versions;
  for (const db::Row row : rows) {
    versions.push_back({row.Str(0),
                        row.Str(1),
                        row.Int(2),
                        {row.Str(3), row.Str(4), row.Str(5)},
                        absl::FromUnixMicros(row.Int(6))});
  }
  return versions;
}

absl::StatusOr<std::map<std::string, std::map<std::string, domain::RecordedGrade>>> LoadGrades(
    db::Transaction& t, const Scope& scope, absl::CivilMonth month, std::string_view scorecard_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kGrades, {scope.org_id, scope.shop_id,
                                                          absl::CivilDay(month), scorecard_id}));
  std::map<std::string, std::map<std::string, domain::RecordedGrade>> grades;
  for (const db::Row row : rows)
    grades[row.Str(0)][row.Str(1)] = {row.Str(2), row.Str(3), row.Str(4)};
  return grades;
}

}  // namespace kefu::performance::store
