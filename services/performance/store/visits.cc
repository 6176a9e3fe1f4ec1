#include "services/performance/store/visits.h"

#include "common/db/sql.h"
#include "common/status/status_macros.h"
#include "services/performance/store/lists.h"

namespace kefu::performance::store {
namespace {

using db::Param;
using db::Sql;

constexpr Sql kFindVisits{
    "SELECT CAST(day AS CHAR), body_hash, body FROM daily_visits WHERE org_id = ? AND shop_id = ? "
    "AND day IN (?*)"};
constexpr std::string_view kInsertVisits =
    "INSERT INTO daily_visits (org_id, shop_id, day, body_hash, body)";
constexpr std::string_view kReplaceBody =
    " ON DUPLICATE KEY UPDATE body_hash = VALUES(body_hash), body = VALUES(body)";
constexpr Sql kVisitsOfDay{
    "SELECT body FROM daily_visits WHERE org_id = ? AND shop_id = ? AND day = ?"};

constexpr Sql kFindRatings{
    "SELECT conversation_id, body_hash, body FROM rating WHERE org_id = ? AND shop_id = ? AND "
    "conversation_id IN (?*)"};
constexpr std::string_view kInsertRatings =
    "INSERT INTO rating (org_id, shop_id, conversation_id, score, body_hash, body)";
constexpr std::string_view kReplaceRating =
    " ON DUPLICATE KEY UPDATE score = VALUES(score), body_hash = VALUES(body_hash), body = "
    "VALUES(body)";
constexpr Sql kLinkRatings{
    "UPDATE rating r JOIN conversation c ON c.org_id = r.org_id AND c.shop_id = r.shop_id AND "
    "c.conversation_id = r.conversation_id SET r.first_day = c.first_day WHERE r.org_id = ? AND "
    "r.shop_id = ? AND r.conversation_id IN (?*)"};
constexpr Sql kRatings{
    "SELECT conversation_id, score FROM rating WHERE org_id = ? AND shop_id = ? AND first_day = "
    "?"};
constexpr Sql kRatingsOf{
    "SELECT conversation_id, score FROM rating WHERE org_id = ? AND shop_id = ? AND "
    "conversation_id IN (?*)"};
constexpr Sql kCountWaiting{
    "SELECT COUNT(*) FROM rating WHERE org_id = ? AND shop_id = ? AND first_day IS NULL"};
constexpr Sql kWaiting{
    "SELECT conversation_id FROM rating WHERE org_id = ? AND shop_id = ? AND first_day IS NULL "
    "ORDER BY conversation_id LIMIT ?"};
constexpr Sql kUncounted{
    "SELECT conversation_id FROM rating WHERE org_id = ? AND shop_id = ? AND first_day IS NULL AND "
    "conversation_id IN (?*)"};
constexpr Sql kDaysOfConversations{
    "SELECT first_day, last_day FROM conversation WHERE org_id = ? AND shop_id = ? AND "
    "conversation_id IN (?*)"};

}  // namespace

absl::StatusOr<StoredById> FindVisits(db::Transaction& t, const Scope& scope,
                                      std::span<const std::string_view> days) {
  return FindById(t, kFindVisits, scope, Flat(days), 1);
}

absl::Status SaveVisits(db::Transaction& t, const Scope& scope, std::span<const VisitsRow> rows) {
  std::vector<Param> flat;
  for (const VisitsRow& row : rows) {
    flat.insert(flat.end(), {scope.org_id, scope.shop_id, row.day, Param::Bytes(row.body_hash),
                             Param::Bytes(row.body)});
  }
  return t.InsertMany(kInsertVisits, 5, flat, kReplaceBody).status();
}

absl::StatusOr<std::optional<std::string>> LoadVisits(db::Transaction& t, const Scope& scope,
                                                      absl::CivilDay day) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kVisitsOfDay, {scope.org_id, scope.shop_id, day}));
  if (rows.empty()) return std::nullopt;
  return rows.front().Str(0);
}

absl::StatusOr<StoredById> FindRatings(db::Transaction& t, const Scope& scope,
                                       std::span<const std::string_view> conversation_ids) {
  return FindById(t, kFindRatings, scope, Flat(conversation_ids), 1);
}

absl::Status SaveRatings(db::Transaction& t, const Scope& scope, std::span<const RatingRow> rows) {
  std::vector<Param> flat;
  for (const RatingRow& row : rows) {
    flat.insert(flat.end(), {scope.org_id, scope.shop_id, row.conversation_id, row.score,
                             Param::Bytes(row.body_hash), Param::Bytes(row.body)});
  }
  return t.InsertMany(kInsertRatings, 6, flat, kReplaceRating).status();
}

absl::Status LinkRatings(db::Transaction& t, const Scope& scope,
                         std::span<const std::string_view> conversation_ids) {
  return ExecuteForEach(t, kLinkRatings, scope, Flat(conversation_ids));
}

absl::StatusOr<std::vector<Uncounted>> UncountedRatings(
    db::Transaction& t, const Scope& scope, std::span<const std::string_view> conversation_ids) {
  std::vector<Uncounted> uncounted;
  RETURN_IF_ERROR(
      ForEachIn(t, kUncounted, scope, Flat(conversation_ids), 1, [&](const db::Row& row) {
        uncounted.push_back({row.Str(0), WhyUncounted::kNoConversation});
      }));
  return uncounted;
}

absl::StatusOr<int64_t> CountWaitingRatings(db::Transaction& t, const Scope& scope) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kCountWaiting, {scope.org_id, scope.shop_id}));
  return rows.front().Int(0);
}

absl::StatusOr<std::vector<std::string>> WaitingRatings(db::Transaction& t, const Scope& scope,
                                                        int most) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kWaiting, {scope.org_id, scope.shop_id, most}));
  std::vector<std::string> ids;
  for (const db::Row row : rows) ids.push_back(row.Str(0));
  return ids;
}

absl::StatusOr<std::map<std::string, int>> LoadRatings(db::Transaction& t, const Scope& scope,
                                                       absl::CivilDay first_day) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kRatings, {scope.org_id, scope.shop_id, first_day}));
  std::map<std::string, int> scores;
  for (const db::Row row : rows) scores[row.Str(0)] = static_cast<int>(row.Int(1));
  return scores;
}

absl::StatusOr<std::map<std::string, int>> LoadRatingsOf(
    db::Transaction& t, const Scope& scope, std::span<const std::string_view> conversation_ids) {
  std::map<std::string, int> scores;
  RETURN_IF_ERROR(
      ForEachIn(t, kRatingsOf, scope, Flat(conversation_ids), 1,
                [&](const db::Row& row) { scores[row.Str(0)] = static_cast<int>(row.Int(1)); }));
  return scores;
}

absl::StatusOr<std::set<absl::CivilDay>> DaysOfConversations(
    db::Transaction& t, const Scope& scope, std::span<const std::string_view> conversation_ids) {
  std::set<absl::CivilDay> days;
  RETURN_IF_ERROR(
      ForEachIn(t, kDaysOfConversations, scope, Flat(conversation_ids), 1, [&](const db::Row& row) {
        for (absl::CivilDay day = row.Day(0); day <= row.Day(1); ++day) days.insert(day);
      }));
  return days;
}

}  // namespace kefu::performance::store
