#include "services/performance/store/screening.h"

#include "common/db/sql.h"
#include "common/status/status_macros.h"
#include "services/performance/store/lists.h"

namespace kefu::performance::store {
namespace {

using db::Param;
using db::Sql;

constexpr Sql kInsertPolicy{
    "INSERT INTO screening_policy (org_id, platform, version, body) VALUES (?, ?, ?, ?)"};
constexpr Sql kNewestPolicy{
    "SELECT body FROM screening_policy WHERE org_id = ? AND platform = ? ORDER BY version DESC "
    "LIMIT 1"};
constexpr Sql kShopsOnPlatform{
    "SELECT shop_id FROM shop_settings WHERE org_id = ? AND (? = '' OR platform = ?) ORDER BY "
    "shop_id"};
constexpr Sql kFirstDays{
    "SELECT DISTINCT first_day FROM conversation WHERE org_id = ? AND shop_id = ?"};

constexpr Sql kExclusionsOfDay{
    "SELECT conversation_id, customer_id, exclusion, source, rule_id, evidence FROM exclusion "
    "WHERE org_id = ? AND shop_id = ? AND first_day = ?"};
constexpr Sql kVerdicts{
    "SELECT conversation_id, exclusion FROM exclusion WHERE org_id = ? AND shop_id = ? AND "
    "first_day BETWEEN ? AND ?"};
// What was found on a day on which the conversation no longer begins says nothing.
constexpr Sql kVerdictsOf{
    "SELECT e.conversation_id, e.exclusion FROM exclusion e JOIN conversation c ON c.org_id = "
    "e.org_id AND c.shop_id = e.shop_id AND c.first_day = e.first_day AND c.conversation_id = "
    "e.conversation_id WHERE e.org_id = ? AND e.shop_id = ? AND e.conversation_id IN (?*)"};
constexpr Sql kDeleteExclusions{
    "DELETE FROM exclusion WHERE org_id = ? AND shop_id = ? AND first_day = ?"};
constexpr std::string_view kInsertExclusions =
    "INSERT INTO exclusion (org_id, shop_id, first_day, conversation_id, customer_id, exclusion, "
    "source, rule_id, evidence)";
constexpr Sql kPageExclusions{
    "SELECT e.first_day, e.conversation_id, e.customer_id, e.exclusion, e.source, e.rule_id, "
    "e.evidence, COALESCE(r.decision, ''), COALESCE(r.reviewer, ''), COALESCE(r.reason, '') "
    "FROM exclusion e LEFT JOIN exclusion_review r ON r.org_id = e.org_id AND r.shop_id = "
    "e.shop_id AND r.conversation_id = e.conversation_id "
    "WHERE e.org_id = ? AND e.shop_id = ? AND e.first_day BETWEEN ? AND ? AND (e.first_day > ? OR "
    "(e.first_day = ? AND e.conversation_id > ?)) AND (? = 0 OR e.source = 'REVIEW') ORDER BY "
    "e.first_day, e.conversation_id LIMIT ?"};

constexpr Sql kWordsOfDay{
    "SELECT conversation_id, message_index, word, agent_id, send_us, text FROM word_hit WHERE "
    "org_id = ? AND shop_id = ? AND first_day = ? ORDER BY conversation_id, message_index, word"};
constexpr Sql kDeleteWords{
    "DELETE FROM word_hit WHERE org_id = ? AND shop_id = ? AND first_day = ?"};
constexpr std::string_view kInsertWords =
    "INSERT INTO word_hit (org_id, shop_id, first_day, conversation_id, message_index, word, "
    "agent_id, send_us, text)";
constexpr Sql kPageWords{
    "SELECT conversation_id, message_index, word, agent_id, send_us, text, first_day FROM word_hit "
    "WHERE org_id = ? AND shop_id = ? AND first_day BETWEEN ? AND ? AND (first_day > ? OR "
    "(first_day = ? AND (conversation_id > ? OR (conversation_id = ? AND (message_index > ? OR "
    "(message_index = ? AND word > ?)))))) AND (? = '' OR agent_id = ?) ORDER BY first_day, "
    "conversation_id, message_index, word LIMIT ?"};

constexpr Sql kDecisions{
    "SELECT r.conversation_id, r.decision, r.reviewer, r.reason FROM exclusion_review r JOIN "
    "conversation c ON c.org_id = r.org_id AND c.shop_id = r.shop_id AND c.conversation_id = "
    "r.conversation_id WHERE r.org_id = ? AND r.shop_id = ? AND c.first_day = ?"};
constexpr Sql kDecision{
    "SELECT conversation_id, decision, reviewer, reason FROM exclusion_review WHERE org_id = ? AND "
    "shop_id = ? AND conversation_id = ?"};
constexpr Sql kSaveDecision{
    "INSERT INTO exclusion_review (org_id, shop_id, conversation_id, decision, reviewer, reason) "
    "VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE decision = VALUES(decision), reviewer = "
    "VALUES(reviewer), reason = VALUES(reason)"};
constexpr Sql kDeleteDecision{
    "DELETE FROM exclusion_review WHERE org_id = ? AND shop_id = ? AND conversation_id = ?"};
constexpr Sql kFirstDayOf{
    "SELECT first_day FROM conversation WHERE org_id = ? AND shop_id = ? AND conversation_id = ?"};

ExclusionRow ExclusionFrom(const db::Row& row, int column) {
  return {row.Str(column),     row.Str(column + 1), ExclusionOf(row.Str(column + 2)),
          row.Str(column + 3), row.Str(column + 4), row.Str(column + 5)};
}

domain::WordHit HitFrom(const db::Row& row) {
  return {row.Str(0), static_cast<int>(row.Int(1)), row.Str(2), row.Str(3), row.Int(4), row.Str(5)};
}

}  // namespace

std::string_view NameOf(domain::Exclusion exclusion) {
  switch (exclusion) {
    case domain::Exclusion::kNone:
      return "";
    case domain::Exclusion::kAdvertisement:
      return "ADVERTISEMENT";
    case domain::Exclusion::kFraud:
      return "FRAUD";
  }
  return "";
}

domain::Exclusion ExclusionOf(std::string_view name) {
  if (name == "ADVERTISEMENT") return domain::Exclusion::kAdvertisement;
  return name == "FRAUD" ? domain::Exclusion::kFraud : domain::Exclusion::kNone;
}

absl::Status InsertPolicy(db::Transaction& t, std::string_view org_id, std::string_view platform,
                          int version, std::string_view body) {
  return t.Execute(kInsertPolicy, {org_id, platform, version, Param::Bytes(body)}).status();
}

absl::StatusOr<std::optional<std::string>> LoadPolicy(db::Transaction& t, std::string_view org_id,
                                                      std::string_view platform) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kNewestPolicy, {org_id, platform}));
  if (rows.empty()) return std::nullopt;
  return rows.front().Str(0);
}

absl::StatusOr<std::vector<std::string>> ShopsOnPlatform(db::Transaction& t,
                                                         std::string_view org_id,
                                                         std::string_view platform) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kShopsOnPlatform, {org_id, platform, platform}));
  std::vector<std::string> shops;
  for (const db::Row row : rows) shops.push_back(row.Str(0));
  return shops;
}

absl::Status MarkForScreening(db::Transaction& t, const Scope& scope,
                              const std::set<absl::CivilDay>& first_days) {
  return MarkDaysFor(t, scope, kScreening, first_days);
}

absl::Status MarkAllForScreening(db::Transaction& t, const Scope& scope) {
  ASSIGN_OR_RETURN(const auto days, FirstDays(t, scope));
  RETURN_IF_ERROR(MarkForScreening(t, scope, days));
  return BumpFactsVersion(t, scope);  // what somebody is just finding is found by other rules
}

absl::StatusOr<std::set<absl::CivilDay>> FirstDays(db::Transaction& t, const Scope& scope) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kFirstDays, {scope.org_id, scope.shop_id}));
  std::set<absl::CivilDay> days;
  for (const db::Row row : rows) days.insert(row.Day(0));
  return days;
}

absl::StatusOr<std::map<std::string, ExclusionRow>> LoadExclusions(db::Transaction& t,
                                                                   const Scope& scope,
                                                                   absl::CivilDay first_day) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kExclusionsOfDay, {scope.org_id, scope.shop_id, first_day}));
  std::map<std::string, ExclusionRow> result;
  for (const db::Row row : rows) result[row.Str(0)] = ExclusionFrom(row, 0);
  return result;
}

absl::StatusOr<std::map<std::string, domain::Exclusion>> LoadVerdicts(db::Transaction& t,
                                                                      const Scope& scope,
                                                                      absl::CivilDay first,
                                                                      absl::CivilDay last) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kVerdicts, {scope.org_id, scope.shop_id, first, last}));
  std::map<std::string, domain::Exclusion> result;
  for (const db::Row row : rows) result[row.Str(0)] = ExclusionOf(row.Str(1));
  return result;
}

absl::StatusOr<std::map<std::string, domain::Exclusion>> LoadVerdictsOf(
    db::Transaction& t, const Scope& scope, std::span<const std::string_view> conversation_ids) {
  std::map<std::string, domain::Exclusion> result;
  RETURN_IF_ERROR(
      ForEachIn(t, kVerdictsOf, scope, Flat(conversation_ids), 1,
                [&](const db::Row& row) { result[row.Str(0)] = ExclusionOf(row.Str(1)); }));
  return result;
}

absl::Status SaveExclusions(db::Transaction& t, const Scope& scope, absl::CivilDay first_day,
                            const std::map<std::string, ExclusionRow>& rows) {
  RETURN_IF_ERROR(t.Execute(kDeleteExclusions, {scope.org_id, scope.shop_id, first_day}).status());
  std::vector<Param> flat;
  for (const auto& [id, row] : rows) {
    flat.insert(flat.end(),
                {scope.org_id, scope.shop_id, first_day, row.conversation_id, row.customer_id,
                 NameOf(row.exclusion), row.source, row.rule_id, row.evidence});
  }
  return t.InsertMany(kInsertExclusions, 9, flat).status();
}

absl::StatusOr<std::vector<domain::WordHit>> LoadWordHits(db::Transaction& t, const Scope& scope,
                                                          absl::CivilDay first_day) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kWordsOfDay, {scope.org_id, scope.shop_id, first_day}));
  std::vector<domain::WordHit> hits;
  for (const db::Row row : rows) hits.push_back(HitFrom(row));
  return hits;
}

absl::Status SaveWordHits(db::Transaction& t, const Scope& scope, absl::CivilDay first_day,
                          const std::vector<domain::WordHit>& hits) {
  RETURN_IF_ERROR(t.Execute(kDeleteWords, {scope.org_id, scope.shop_id, first_day}).status());
  std::vector<Param> flat;
  for (const domain::WordHit& hit : hits) {
    flat.insert(flat.end(), {scope.org_id, scope.shop_id, first_day, hit.conversation_id,
                             hit.message, hit.word, hit.agent_id, hit.time_us, hit.text});
  }
  return t.InsertMany(kInsertWords, 9, flat).status();
}

absl::StatusOr<std::map<std::string, ReviewDecision>> LoadDecisions(db::Transaction& t,
                                                                    const Scope& scope,
                                                                    absl::CivilDay first_day) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kDecisions, {scope.org_id, scope.shop_id, first_day}));
  std::map<std::string, ReviewDecision> decisions;
  for (const db::Row row : rows) decisions[row.Str(0)] = {row.Str(1), row.Str(2), row.Str(3)};
  return decisions;
}

absl::StatusOr<std::optional<ReviewDecision>> LoadDecision(db::Transaction& t, const Scope& scope,
                                                           std::string_view conversation_id) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kDecision, {scope.org_id, scope.shop_id, conversation_id}));
  if (rows.empty()) return std::nullopt;
  return ReviewDecision{rows.front().Str(1), rows.front().Str(2), rows.front().Str(3)};
}

absl::Status SaveDecision(db::Transaction& t, const Scope& scope, std::string_view conversation_id,
                          const ReviewDecision& decision) {
  return t
      .Execute(kSaveDecision, {scope.org_id, scope.shop_id, conversation_id, decision.decision,
                               decision.reviewer, decision.reason})
      .status();
}

absl::Status DeleteDecision(db::Transaction& t, const Scope& scope,
                            std::string_view conversation_id) {
  return t.Execute(kDeleteDecision, {scope.org_id, scope.shop_id, conversation_id}).status();
}

absl::StatusOr<std::optional<absl::CivilDay>> FirstDayOf(db::Transaction& t, const Scope& scope,
                                                         std::string_view conversation_id) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kFirstDayOf, {scope.org_id, scope.shop_id, conversation_id}));
  if (rows.empty()) return std::nullopt;
  return rows.front().Day(0);
}

absl::StatusOr<std::vector<ExclusionPageRow>> PageExclusions(
    db::Transaction& t, const Scope& scope, absl::CivilDay first, absl::CivilDay last,
    bool reviewed_only, absl::CivilDay after_day, std::string_view after_id, int limit) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kPageExclusions, {scope.org_id, scope.shop_id, first, last, after_day,
                                             after_day, after_id, reviewed_only, limit}));
  std::vector<ExclusionPageRow> result;
  for (const db::Row row : rows) {
    result.push_back({row.Day(0), ExclusionFrom(row, 1), {row.Str(7), row.Str(8), row.Str(9)}});
  }
  return result;
}

absl::StatusOr<std::vector<WordPageRow>> PageWordHits(db::Transaction& t, const Scope& scope,
                                                      absl::CivilDay first, absl::CivilDay last,
                                                      std::string_view agent_id,
                                                      const WordKey& after, int limit) {
  ASSIGN_OR_RETURN(
      const db::Rows rows,
      t.Query(kPageWords, {scope.org_id, scope.shop_id, first, last, after.day, after.day,
                           after.conversation_id, after.conversation_id, after.message,
                           after.message, after.word, agent_id, agent_id, limit}));
  std::vector<WordPageRow> result;
  for (const db::Row row : rows) result.push_back({row.Day(6), HitFrom(row)});
  return result;
}

}  // namespace kefu::performance::store
