#include "services/performance/store/visits.h"

#include "common/db/sql.h"
#include "common/status/status_macros.h"

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
constexpr Sql kUncounted{
    "SELECT conversation_id FROM rating WHERE org_id = ? AND shop_id = ? AND first_day IS NULL AND "
    "conversation_id IN (?*)"};
constexpr Sql kDaysOfConversations{
    "SELECT first_day, last_day FROM conversation WHERE org_id = ? AND shop_id = ? AND "
    "conversation_id IN (?*)"};

constexpr size_t kListSize = 500;  // members of one IN list

// Runs `use` on the rows of a list statement over any number of ids.
template <class Use>
absl::Status ForEach(db::Transaction& t, Sql sql, const Scope& scope,
                     std::span<const std::string_view> ids, Use use) {
  const std::vector<Param> list(ids.begin(), ids.end());
  for (size_t begin = 0; begin < list.size(); begin += kListSize) {
    const size_t count = std::min(kListSize, list.size() - begin);
    ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(sql, {scope.org_id, scope.shop_id},
                                                    std::span(list).subspan(begin, count)));
    for (const db::Row row : rows) use(row);
  }
  return absl::OkStatus();
}

absl::StatusOr<StoredById> FindStored(db::Transaction& t, Sql sql, const Scope& scope,
                                      std::span<const std::string_view> ids) {
  StoredById found;
  RETURN_IF_ERROR(ForEach(t, sql, scope, ids, [&](const db::Row& row) {
    found[row.Str(0)] = {row.Str(1), row.Str(2)};
  }));
  return found;
}

}  // namespace

absl::StatusOr<StoredById> FindVisits(db::Transaction& t, const Scope& scope,
                                      std::span<const std::string_view> days) {
  return FindStored(t, kFindVisits, scope, days);
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
  return FindStored(t, kFindRatings, scope, conversation_ids);
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
  const std::vector<Param> list(conversation_ids.begin(), conversation_ids.end());
  for (size_t begin = 0; begin < list.size(); begin += kListSize) {
    const size_t count = std::min(kListSize, list.size() - begin);
    RETURN_IF_ERROR(t.ExecuteIn(kLinkRatings, {scope.org_id, scope.shop_id},
                                std::span(list).subspan(begin, count))
                        .status());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Uncounted>> UncountedRatings(
    db::Transaction& t, const Scope& scope, std::span<const std::string_view> conversation_ids) {
  std::vector<Uncounted> uncounted;
  RETURN_IF_ERROR(ForEach(t, kUncounted, scope, conversation_ids, [&](const db::Row& row) {
    uncounted.push_back({row.Str(0), WhyUncounted::kNoConversation});
  }));
  return uncounted;
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
  RETURN_IF_ERROR(ForEach(t, kRatingsOf, scope, conversation_ids, [&](const db::Row& row) {
    scores[row.Str(0)] = static_cast<int>(row.Int(1));
  }));
  return scores;
}

absl::StatusOr<std::set<absl::CivilDay>> DaysOfConversations(
    db::Transaction& t, const Scope& scope, std::span<const std::string_view> conversation_ids) {
  std::set<absl::CivilDay> days;
  RETURN_IF_ERROR(
      ForEach(t, kDaysOfConversations, scope, conversation_ids, [&](const db::Row& row) {
        for (absl::CivilDay day = row.Day(0); day <= row.Day(1); ++day) days.insert(day);
      }));
  return days;
}

}  // namespace kefu::performance::store
