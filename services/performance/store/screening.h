// Screening policies, and what screening found, in the database. Every method runs in the caller's
// transaction and returns the Statuses of db::Transaction.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/performance/domain/screening.h"
#include "services/performance/store/facts.h"

namespace kefu::performance::store {

// The definition of marks that ask for a day's conversations to be screened: before all others in
// order, since figures depend on it.
inline constexpr std::string_view kScreening = "!screen";

// Exclusions as they are stored: the contract's names without prefix; '' is none.
std::string_view NameOf(domain::Exclusion exclusion);
domain::Exclusion ExclusionOf(std::string_view name);

// ALREADY_EXISTS when two publish the same version at once.
absl::Status InsertPolicy(db::Transaction& t, std::string_view org_id, std::string_view platform,
                          int version, std::string_view body);
// The body of the newest that the organization has published for a platform; nothing without one.
absl::StatusOr<std::optional<std::string>> LoadPolicy(db::Transaction& t, std::string_view org_id,
                                                      std::string_view platform);
// Shops of an organization on a platform; all of them where it is empty.
absl::StatusOr<std::vector<std::string>> ShopsOnPlatform(db::Transaction& t,
                                                         std::string_view org_id,
                                                         std::string_view platform);
// Marks days for screening, or all days on which the shop's conversations begin.
absl::Status MarkForScreening(db::Transaction& t, const Scope& scope,
                              const std::set<absl::CivilDay>& first_days);
absl::Status MarkAllForScreening(db::Transaction& t, const Scope& scope);
// The days on which the shop's conversations begin.
absl::StatusOr<std::set<absl::CivilDay>> FirstDays(db::Transaction& t, const Scope& scope);

// How one conversation counts, and why. Names are those of the contract's enums without prefix.
struct ExclusionRow {
  std::string conversation_id;
  std::string customer_id;
  domain::Exclusion exclusion = domain::Exclusion::kNone;
  std::string source;  // "FLAG", "RULE", "REVIEW"
  std::string rule_id;
  std::string evidence;
  bool operator==(const ExclusionRow&) const = default;
};
// Those of the conversations that begin on a day, by id.
absl::StatusOr<std::map<std::string, ExclusionRow>> LoadExclusions(db::Transaction& t,
                                                                   const Scope& scope,
                                                                   absl::CivilDay first_day);
// How conversations begun in [first, last] count where screening has something to say, by id.
absl::StatusOr<std::map<std::string, domain::Exclusion>> LoadVerdicts(db::Transaction& t,
                                                                      const Scope& scope,
                                                                      absl::CivilDay first,
                                                                      absl::CivilDay last);
// The same of some conversations.
absl::StatusOr<std::map<std::string, domain::Exclusion>> LoadVerdictsOf(
    db::Transaction& t, const Scope& scope, std::span<const std::string_view> conversation_ids);
// Replaces what is known of the conversations that begin on a day.
absl::Status SaveExclusions(db::Transaction& t, const Scope& scope, absl::CivilDay first_day,
                            const std::map<std::string, ExclusionRow>& rows);
absl::StatusOr<std::vector<domain::WordHit>> LoadWordHits(db::Transaction& t, const Scope& scope,
                                                          absl::CivilDay first_day);
absl::Status SaveWordHits(db::Transaction& t, const Scope& scope, absl::CivilDay first_day,
                          const std::vector<domain::WordHit>& hits);

// What a person decided: "COUNT", "ADVERTISEMENT", "FRAUD".
struct ReviewDecision {
  std::string decision, reviewer, reason;
};
// About the conversations that begin on a day, by id.
absl::StatusOr<std::map<std::string, ReviewDecision>> LoadDecisions(db::Transaction& t,
                                                                    const Scope& scope,
                                                                    absl::CivilDay first_day);
absl::StatusOr<std::optional<ReviewDecision>> LoadDecision(db::Transaction& t, const Scope& scope,
                                                           std::string_view conversation_id);
absl::Status SaveDecision(db::Transaction& t, const Scope& scope, std::string_view conversation_id,
                          const ReviewDecision& decision);
absl::Status DeleteDecision(db::Transaction& t, const Scope& scope,
                            std::string_view conversation_id);
// The first day of a stored conversation.
absl::StatusOr<std::optional<absl::CivilDay>> FirstDayOf(db::Transaction& t, const Scope& scope,
                                                         std::string_view conversation_id);

// A keyset page by (first day, conversation), after the given key.
struct ExclusionPageRow {
  absl::CivilDay day;
  ExclusionRow row;
  ReviewDecision review;  // empty without one
};
absl::StatusOr<std::vector<ExclusionPageRow>> PageExclusions(
    db::Transaction& t, const Scope& scope, absl::CivilDay first, absl::CivilDay last,
    bool reviewed_only, absl::CivilDay after_day, std::string_view after_id, int limit);
// The same by (first day, conversation, message, word).
struct WordPageRow {
  absl::CivilDay day;
  domain::WordHit hit;
};
struct WordKey {
  absl::CivilDay day;
  std::string conversation_id;
  int message = 0;
  std::string word;
};
absl::StatusOr<std::vector<WordPageRow>> PageWordHits(db::Transaction& t, const Scope& scope,
                                                      absl::CivilDay first, absl::CivilDay last,
                                                      std::string_view agent_id,
                                                      const WordKey& after, int limit);

}  // namespace kefu::performance::store
