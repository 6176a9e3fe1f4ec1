#include "services/performance/store/quality.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "common/db/errors.h"
#include "common/db/sql.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/performance/store/lists.h"

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
constexpr Sql kPageSamples{
    "SELECT sample_id FROM inspection_sample WHERE org_id = ? AND shop_id = ? AND (? = '' OR "
    "sample_id < ?) ORDER BY sample_id DESC LIMIT ?"};
constexpr Sql kInsertInspection{
    "INSERT INTO inspection (org_id, shop_id, inspection_id, day, agent_id, conversation_id, "
    "inspector, inspect_us, centipoints, accurate, polite, counts, body) VALUES (?, ?, ?, ?, ?, ?, "
    "?, ?, ?, ?, ?, ?, ?)"};
constexpr Sql kUpdateInspection{
    "UPDATE inspection SET body = ?, overturned = ? WHERE org_id = ? AND shop_id = ? AND "
    "inspection_id = ?"};
constexpr Sql kLockInspection{
    "SELECT body FROM inspection WHERE org_id = ? AND shop_id = ? AND inspection_id = ? FOR "
    "UPDATE"};
constexpr Sql kLockInspectorsOf{
    "SELECT inspector, overturned FROM inspection WHERE org_id = ? AND shop_id = ? AND "
    "conversation_id = ? AND agent_id = ? FOR UPDATE"};
constexpr Sql kCount{
    "UPDATE inspection i LEFT JOIN inspection e ON e.org_id = i.org_id AND e.shop_id = i.shop_id "
    "AND e.conversation_id = i.conversation_id AND e.agent_id = i.agent_id AND e.overturned = 0 "
    "AND (e.inspect_us, e.inspection_id) < (i.inspect_us, i.inspection_id) SET i.counts = "
    "(i.overturned = 0 AND i.wrote = 1 AND e.inspection_id IS NULL) WHERE i.org_id = ? AND "
    "i.shop_id = ? AND "
    "i.conversation_id IN (?*)"};
constexpr Sql kPage{
    "SELECT i.day, i.inspection_id, i.body, EXISTS (SELECT 1 FROM inspection e WHERE e.org_id = "
    "i.org_id AND e.shop_id = i.shop_id AND e.conversation_id = i.conversation_id AND e.agent_id = "
    "i.agent_id AND e.overturned = 0 AND (e.inspect_us, e.inspection_id) < (i.inspect_us, "
    "i.inspection_id)) FROM inspection i WHERE i.org_id = ? AND i.shop_id = ? AND i.day BETWEEN ? "
    "AND ? AND (i.day > ? OR "
    "(i.day = ? AND i.inspection_id > ?)) AND (? = '' OR i.agent_id = ?) ORDER BY i.day, "
    "i.inspection_id LIMIT ?"};
constexpr Sql kDaysOfInspections{
    "SELECT DISTINCT day FROM inspection WHERE org_id = ? AND shop_id = ? AND day IS NOT NULL AND "
    "conversation_id IN (?*)"};
constexpr Sql kPageUnlinked{
    "SELECT inspection_id, body FROM inspection WHERE org_id = ? AND shop_id = ? AND day IS NULL "
    "AND inspection_id > ? AND (? = '' OR agent_id = ?) ORDER BY inspection_id LIMIT ?"};
constexpr Sql kUncounted{
    "SELECT inspection_id, day IS NULL FROM inspection WHERE org_id = ? AND shop_id = ? AND (day "
    "IS "
    "NULL OR wrote = 0) AND inspection_id IN (?*)"};
constexpr Sql kInspectedIn{
    "SELECT DISTINCT conversation_id, agent_id, wrote FROM inspection WHERE org_id = ? AND shop_id "
    "= ? AND conversation_id IN (?*)"};
constexpr Sql kNoteWrote{
    "UPDATE inspection SET wrote = ? WHERE org_id = ? AND shop_id = ? AND conversation_id = ? AND "
    "agent_id = ?"};
constexpr Sql kFindImported{
    "SELECT inspection_id, import_hash, body FROM inspection WHERE org_id = ? AND shop_id = ? AND "
    "inspection_id IN (?*)"};
constexpr Sql kConversationsOf{
    "SELECT conversation_id FROM inspection WHERE org_id = ? AND shop_id = ? AND inspection_id IN "
    "(?*)"};
constexpr std::string_view kInsertImported =
    "INSERT INTO inspection (org_id, shop_id, inspection_id, agent_id, conversation_id, inspector, "
    "inspect_us, centipoints, accurate, polite, counts, import_hash, body)";
constexpr std::string_view kReplaceImported =
    " ON DUPLICATE KEY UPDATE overturned = IF(agent_id = VALUES(agent_id) AND conversation_id = "
    "VALUES(conversation_id), overturned, 0), day = NULL, agent_id = VALUES(agent_id), "
    "conversation_id = "
    "VALUES(conversation_id), inspector = VALUES(inspector), inspect_us = VALUES(inspect_us), "
    "centipoints = VALUES(centipoints), accurate = VALUES(accurate), polite = VALUES(polite), "
    "import_hash = VALUES(import_hash), body = VALUES(body)";
constexpr Sql kDeleteImported{
    "DELETE FROM inspection WHERE org_id = ? AND shop_id = ? AND inspection_id IN (?*)"};
constexpr Sql kMoved{
    "SELECT i.day, c.first_day FROM inspection i JOIN conversation c ON c.org_id = i.org_id AND "
    "c.shop_id = i.shop_id AND c.conversation_id = i.conversation_id WHERE i.org_id = ? AND "
    "i.shop_id = ? AND i.conversation_id IN (?*) AND NOT (i.day <=> c.first_day)"};
constexpr Sql kLink{
    "UPDATE inspection i JOIN conversation c ON c.org_id = i.org_id AND c.shop_id = i.shop_id AND "
    "c.conversation_id = i.conversation_id SET i.day = c.first_day WHERE i.org_id = ? AND "
    "i.shop_id = ? AND i.conversation_id IN (?*)"};
// Of conversations that are there and count.
#define COUNTED                                                                                 \
  " FROM inspection i JOIN conversation c ON c.org_id = i.org_id AND c.shop_id = i.shop_id "    \
  "AND c.conversation_id = i.conversation_id LEFT JOIN exclusion x ON x.org_id = c.org_id AND " \
  "x.shop_id = c.shop_id AND x.first_day = c.first_day AND x.conversation_id = "                \
  "c.conversation_id WHERE COALESCE(x.exclusion, '') = '' AND i.counts = 1 AND i.org_id = ? "   \
  "AND i.shop_id = ? AND "
constexpr Sql kInspectedOn{
    "SELECT i.inspection_id, i.agent_id, i.conversation_id, i.centipoints, i.accurate, "
    "i.polite" COUNTED "i.day = ? ORDER BY i.inspection_id"};
constexpr Sql kQuality{
    "SELECT i.agent_id, i.day, COUNT(*), SUM(i.accurate), SUM(i.polite), SUM(i.centipoints), "
    "SUM(CAST(i.centipoints AS SIGNED) * i.centipoints)" COUNTED
    "i.day BETWEEN ? AND ? AND (? = '' OR i.agent_id = ?) GROUP BY i.agent_id, i.day ORDER BY "
    "i.agent_id, i.day"};
#undef COUNTED
constexpr Sql kPairs{
    "SELECT a.centipoints, a.accurate, a.polite, b.centipoints, b.accurate, b.polite FROM "
    "inspection a JOIN inspection b ON b.org_id = a.org_id AND b.shop_id = a.shop_id AND "
    "b.conversation_id = a.conversation_id AND b.agent_id = a.agent_id AND b.inspector <> "
    "a.inspector AND (b.inspect_us, b.inspection_id) > (a.inspect_us, a.inspection_id) JOIN "
    "conversation c ON c.org_id = a.org_id AND c.shop_id = a.shop_id AND c.conversation_id = "
    "a.conversation_id LEFT JOIN exclusion x ON x.org_id = c.org_id AND x.shop_id = c.shop_id AND "
    "x.first_day = c.first_day AND x.conversation_id = c.conversation_id WHERE a.org_id = ? AND "
    "a.shop_id = ? AND a.day BETWEEN ? AND ? AND a.overturned = 0 AND b.overturned = 0 AND a.wrote "
    "= 1 AND b.wrote = 1 AND COALESCE(x.exclusion, '') = '' ORDER BY a.inspection_id, "
    "b.inspection_id"};

domain::Judged JudgedAt(const db::Row& row, size_t column) {
  return {row.Int(column), row.Bool(column + 1), row.Bool(column + 2)};
}

absl::StatusOr<std::optional<std::string>> Body(const absl::StatusOr<db::Rows>& rows) {
  RETURN_IF_ERROR(rows.status());
  if (rows->empty()) return std::nullopt;
  return rows->front().Str(0);
}

std::vector<std::string> StoredIds(std::span<const std::string_view> source_ids) {
  std::vector<std::string> ids;
  for (const std::string_view id : source_ids) ids.push_back(fmt::format("{}{}", kImported, id));
  return ids;
}

// Of the inspections of some conversations.
absl::StatusOr<std::set<absl::CivilDay>> DaysOf(db::Transaction& t, const Scope& scope,
                                                const std::vector<Param>& conversations) {
  std::set<absl::CivilDay> days;
  RETURN_IF_ERROR(ForEachIn(t, kDaysOfInspections, scope, conversations, 1,
                            [&](const db::Row& row) { days.insert(row.Day(0)); }));
  return days;
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

absl::StatusOr<std::optional<PolicyVersion>> PolicyInForce(db::Transaction& t, const Scope& scope,
                                                           std::string_view kind,
                                                           std::string_view key,
                                                           absl::CivilDay day) {
  ASSIGN_OR_RETURN(auto own, PolicyOn(t, scope, kind, key, day));
  if (own || scope.shop_id.empty()) return own;
  return PolicyOn(t, {scope.org_id, ""}, kind, key, day);
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

absl::StatusOr<std::vector<std::string>> PageSamples(db::Transaction& t, const Scope& scope,
                                                     std::string_view before_id, int limit) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kPageSamples, {scope.org_id, scope.shop_id,
                                                               before_id, before_id, limit}));
  std::vector<std::string> ids;
  for (const db::Row row : rows) ids.push_back(row.Str(0));
  return ids;
}

absl::Status InsertInspection(db::Transaction& t, const Scope& scope, const InspectionRow& row) {
  RETURN_IF_ERROR(
      t.Execute(kInsertInspection,
                {scope.org_id, scope.shop_id, row.id, row.day, row.agent_id, row.conversation_id,
                 row.inspector, row.inspect_us, row.judged.centipoints, row.judged.accurate,
                 row.judged.polite, row.counts, Param::Bytes(row.body)})
          .status());
  return Touch(t, scope, {row.day});
}

absl::Status UpdateInspection(db::Transaction& t, const Scope& scope, std::string_view id,
                              std::string_view body, bool overturned) {
  return t
      .Execute(kUpdateInspection, {Param::Bytes(body), overturned, scope.org_id, scope.shop_id, id})
      .status();
}

absl::Status CountFirst(db::Transaction& t, const Scope& scope, std::string_view conversation_id) {
  const std::vector<Param> ids{conversation_id};
  RETURN_IF_ERROR(t.ExecuteIn(kCount, {scope.org_id, scope.shop_id}, ids).status());
  ASSIGN_OR_RETURN(const auto days, DaysOf(t, scope, ids));
  return Touch(t, scope, days);
}

absl::StatusOr<StoredById> FindImportedInspections(db::Transaction& t, const Scope& scope,
                                                   std::span<const std::string_view> source_ids) {
  const auto stored_ids = StoredIds(source_ids);
  const std::vector<Param> ids(stored_ids.begin(), stored_ids.end());
  StoredById found;
  RETURN_IF_ERROR(ForEachIn(t, kFindImported, scope, ids, 1, [&](const db::Row& row) {
    found[row.Str(0).substr(kImported.size())] = {row.Str(1), row.Str(2)};
  }));
  return found;
}

absl::StatusOr<std::set<absl::CivilDay>> SaveImportedInspections(
    db::Transaction& t, const Scope& scope, std::span<const ImportedInspectionRow> rows) {
  std::vector<Param> ids, flat;
  std::set<std::string> conversations;  // before and after
  for (const ImportedInspectionRow& row : rows) {
    ids.emplace_back(row.id);
    conversations.insert(row.conversation_id);
    flat.insert(flat.end(),
                {scope.org_id, scope.shop_id, row.id, row.agent_id, row.conversation_id,
                 row.inspector, row.inspect_us, row.judged.centipoints, row.judged.accurate,
                 row.judged.polite, false, Param::Bytes(row.body_hash), Param::Bytes(row.body)});
  }
  RETURN_IF_ERROR(ForEachIn(t, kConversationsOf, scope, ids, 1,
                            [&](const db::Row& row) { conversations.insert(row.Str(0)); }));
  const std::vector<Param> all(conversations.begin(), conversations.end());
  ASSIGN_OR_RETURN(auto days, DaysOf(t, scope, all));
  RETURN_IF_ERROR(t.InsertMany(kInsertImported, 13, flat, kReplaceImported).status());
  RETURN_IF_ERROR(ExecuteForEach(t, kLink, scope, all));
  RETURN_IF_ERROR(ExecuteForEach(t, kCount, scope, all));
  ASSIGN_OR_RETURN(auto after, DaysOf(t, scope, all));
  days.merge(after);
  return days;
}

absl::Status DeleteImportedInspections(db::Transaction& t, const Scope& scope,
                                       std::span<const std::string_view> source_ids) {
  const auto stored_ids = StoredIds(source_ids);
  const std::vector<Param> ids(stored_ids.begin(), stored_ids.end());
  std::set<std::string> conversations;
  RETURN_IF_ERROR(ForEachIn(t, kConversationsOf, scope, ids, 1,
                            [&](const db::Row& row) { conversations.insert(row.Str(0)); }));
  RETURN_IF_ERROR(ExecuteForEach(t, kDeleteImported, scope, ids));
  return ExecuteForEach(t, kCount, scope,
                        std::vector<Param>(conversations.begin(), conversations.end()));
}

absl::StatusOr<std::set<absl::CivilDay>> LinkInspections(
    db::Transaction& t, const Scope& scope, std::span<const std::string_view> conversation_ids) {
  const std::vector<Param> ids(conversation_ids.begin(), conversation_ids.end());
  ASSIGN_OR_RETURN(auto days, DaysOf(t, scope, ids));
  std::set<absl::CivilDay> moved;
  RETURN_IF_ERROR(
      ForEachIn(t, kMoved, scope, ids, 1, [&](const db::Row& row) { moved.insert(row.Day(1)); }));
  if (!moved.empty()) RETURN_IF_ERROR(ExecuteForEach(t, kLink, scope, ids));
  days.merge(moved);
  return days;
}

absl::StatusOr<std::vector<InspectedAgent>> InspectedIn(
    db::Transaction& t, const Scope& scope, std::span<const std::string_view> conversation_ids) {
  std::vector<InspectedAgent> inspected;
  RETURN_IF_ERROR(ForEachIn(t, kInspectedIn, scope,
                            std::vector<Param>(conversation_ids.begin(), conversation_ids.end()), 1,
                            [&](const db::Row& row) {
                              inspected.push_back({row.Str(0), row.Str(1), row.Bool(2)});
                            }));
  return inspected;
}

absl::Status NoteWrote(db::Transaction& t, const Scope& scope,
                       std::span<const InspectedAgent> inspected) {
  std::vector<Param> conversations;
  for (const InspectedAgent& agent : inspected) {
    RETURN_IF_ERROR(t.Execute(kNoteWrote, {agent.wrote, scope.org_id, scope.shop_id,
                                           agent.conversation_id, agent.agent_id})
                        .status());
    conversations.emplace_back(agent.conversation_id);
  }
  return ExecuteForEach(t, kCount, scope, conversations);
}

absl::StatusOr<std::vector<Uncounted>> UncountedInspections(
    db::Transaction& t, const Scope& scope, std::span<const std::string_view> source_ids) {
  const auto stored_ids = StoredIds(source_ids);
  std::vector<Uncounted> uncounted;
  RETURN_IF_ERROR(ForEachIn(t, kUncounted, scope,
                            std::vector<Param>(stored_ids.begin(), stored_ids.end()), 1,
                            [&](const db::Row& row) {
                              uncounted.push_back({row.Str(0).substr(kImported.size()),
                                                   row.Bool(1) ? WhyUncounted::kNoConversation
                                                               : WhyUncounted::kOtherAgent});
                            }));
  return uncounted;
}

absl::StatusOr<std::vector<InspectionPageRow>> PageUnlinked(db::Transaction& t, const Scope& scope,
                                                            std::string_view agent_id,
                                                            std::string_view after_id, int limit) {
  ASSIGN_OR_RETURN(
      const db::Rows rows,
      t.Query(kPageUnlinked, {scope.org_id, scope.shop_id, after_id, agent_id, agent_id, limit}));
  std::vector<InspectionPageRow> result;
  for (const db::Row row : rows) result.push_back({{}, row.Str(0), row.Str(1), false});
  return result;
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

absl::StatusOr<std::vector<Inspector>> LockInspectorsOf(db::Transaction& t, const Scope& scope,
                                                        std::string_view conversation_id,
                                                        std::string_view agent_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kLockInspectorsOf, {scope.org_id, scope.shop_id,
                                                                    conversation_id, agent_id}));
  std::vector<Inspector> inspectors;
  for (const db::Row row : rows) inspectors.push_back({row.Str(0), row.Bool(1)});
  return inspectors;
}

absl::StatusOr<std::vector<InspectionPageRow>> PageInspections(
    db::Transaction& t, const Scope& scope, std::string_view agent_id, absl::CivilDay first,
    absl::CivilDay last, absl::CivilDay after_day, std::string_view after_id, int limit) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kPage, {scope.org_id, scope.shop_id, first, last, after_day, after_day,
                                   after_id, agent_id, agent_id, limit}));
  std::vector<InspectionPageRow> result;
  for (const db::Row row : rows)
    result.push_back({row.Day(0), row.Str(1), row.Str(2), row.Bool(3)});
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
