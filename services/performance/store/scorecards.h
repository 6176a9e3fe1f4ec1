// Versions of scorecards and people's grades in the database. Every method runs in the caller's
// transaction and returns the Statuses of db::Transaction.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "services/performance/domain/judgement/score.h"
#include "services/performance/store/facts.h"

namespace kefu::performance::store {

struct ScorecardVersion {
  std::string shop_id;  // empty: the organization's
  std::string id;
  int64_t version = 0;
  absl::CivilDay effective_from;
  std::string body;  // which only convert/ understands
};
// Adds the next version, whose number it answers. ABORTED TRANSACTION_CONFLICT when another one was
// added meanwhile.
absl::StatusOr<int64_t> AddScorecard(db::Transaction& t, std::string_view org_id,
                                     const ScorecardVersion& version);
// The version in force on a day: the shop's, else the organization's; of two from the same day the
// later one.
absl::StatusOr<std::optional<ScorecardVersion>> ScorecardOn(db::Transaction& t, const Scope& scope,
                                                            std::string_view id,
                                                            absl::CivilDay day);
// Those in force on a day, one of each id: the shop's, else the organization's.
absl::StatusOr<std::vector<ScorecardVersion>> ScorecardsOn(db::Transaction& t, const Scope& scope,
                                                           absl::CivilDay day);
// A version of a shop's, or with an empty shop_id of the organization's.
absl::StatusOr<std::optional<ScorecardVersion>> FindScorecardVersion(db::Transaction& t,
                                                                     const Scope& scope,
                                                                     std::string_view id,
                                                                     int64_t version);
// The shop's and the organization's, by id, shop and version.
absl::StatusOr<std::vector<ScorecardVersion>> ListScorecards(db::Transaction& t,
                                                             const Scope& scope);

struct Grade {
  absl::CivilMonth month;
  std::string_view scorecard_id, agent_id, item_id;
  domain::RecordedGrade grade;
};
// Answers its version, from 1: those before are kept.
absl::StatusOr<int64_t> SaveGrade(db::Transaction& t, const Scope& scope, const Grade& grade,
                                  absl::Time now);
struct GradeVersion {
  std::string scorecard_id, item_id;
  int64_t version = 0;
  domain::RecordedGrade grade;
  absl::Time time;  // the epoch: given before times were kept
};
// Of an agent's month, by scorecard, item and version.
absl::StatusOr<std::vector<GradeVersion>> ListGradeVersions(db::Transaction& t, const Scope& scope,
                                                            absl::CivilMonth month,
                                                            std::string_view agent_id);
// By agent and item.
absl::StatusOr<std::map<std::string, std::map<std::string, domain::RecordedGrade>>> LoadGrades(
    db::Transaction& t, const Scope& scope, absl::CivilMonth month, std::string_view scorecard_id);

}  // namespace kefu::performance::store
