// Daily visits and ratings in the database. As store/facts.h says.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "services/performance/store/facts.h"

namespace kefu::performance::store {

struct VisitsRow {
  absl::CivilDay day;
  std::string_view body_hash, body;
};
// By day as text: "2024-11-11".
absl::StatusOr<StoredById> FindVisits(db::Transaction& t, const Scope& scope,
                                      std::span<const std::string_view> days);
absl::Status SaveVisits(db::Transaction& t, const Scope& scope, std::span<const VisitsRow> rows);
// The body; nothing when none is known.
absl::StatusOr<std::optional<std::string>> LoadVisits(db::Transaction& t, const Scope& scope,
                                                      absl::CivilDay day);

struct RatingRow {
  std::string_view conversation_id;
  int score = 0;
  std::string_view body_hash, body;
};
absl::StatusOr<StoredById> FindRatings(db::Transaction& t, const Scope& scope,
                                       std::span<const std::string_view> conversation_ids);
absl::Status SaveRatings(db::Transaction& t, const Scope& scope, std::span<const RatingRow> rows);
// Tells ratings on which day their conversations begin, as far as these are there. For whoever has
// stored either.
absl::Status LinkRatings(db::Transaction& t, const Scope& scope,
                         std::span<const std::string_view> conversation_ids);
// Of some conversations, those that have a rating and are not there.
absl::StatusOr<std::vector<Uncounted>> UncountedRatings(
    db::Transaction& t, const Scope& scope, std::span<const std::string_view> conversation_ids);
// The ratings of a shop whose conversations are not there: how many, and the first by conversation.
absl::StatusOr<int64_t> CountWaitingRatings(db::Transaction& t, const Scope& scope);
absl::StatusOr<std::vector<std::string>> WaitingRatings(db::Transaction& t, const Scope& scope,
                                                        int most);
// Scores of the ratings of conversations begun on a day, or of some conversations, by conversation.
absl::StatusOr<std::map<std::string, int>> LoadRatings(db::Transaction& t, const Scope& scope,
                                                       absl::CivilDay first_day);
absl::StatusOr<std::map<std::string, int>> LoadRatingsOf(
    db::Transaction& t, const Scope& scope, std::span<const std::string_view> conversation_ids);
// All days that some conversations lie on.
absl::StatusOr<std::set<absl::CivilDay>> DaysOfConversations(
    db::Transaction& t, const Scope& scope, std::span<const std::string_view> conversation_ids);

}  // namespace kefu::performance::store
