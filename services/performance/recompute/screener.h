// Screening: which of the conversations that begin on a day do not count, and which words of agents
// go to quality inspection. Figures are computed from what it finds.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "services/performance/convert/screening.h"
#include "services/performance/domain/screening.h"
#include "services/performance/store/facts.h"
#include "services/performance/store/screening.h"

namespace kefu::performance {

// The policy in force for a platform: what ships, with the organization's newest for all platforms
// and its newest for this one added.
absl::StatusOr<domain::ScreeningPolicy> PolicyInForce(db::Transaction& t, std::string_view org_id,
                                                      std::string_view platform);

// What the conversations that begin on a day are found to be, and what was found of them before.
struct ScreenedDay {
  int64_t facts_version = 0;  // it holds as long as this one does
  absl::TimeZone zone;
  std::vector<std::string> bodies;
  std::vector<convert::Screened> conversations;  // of these
  std::map<std::string, store::ExclusionRow> rows, before;
  std::vector<domain::WordHit> words, words_before;
};
// Reads only. Nothing when the shop is not configured.
absl::StatusOr<std::optional<ScreenedDay>> FindScreened(db::Transaction& t,
                                                        const store::Scope& scope,
                                                        absl::CivilDay first_day);
// Stores what was found, judges the orders of the days after (FraudDays) by it, and marks the days
// of what counts differently from before, which it returns. The shop's settings must be locked, and
// then the day's mark for screening.
absl::StatusOr<std::set<absl::CivilDay>> StoreScreened(db::Transaction& t,
                                                       const store::Scope& scope,
                                                       absl::CivilDay first_day,
                                                       const ScreenedDay& screened);
// Both, under these locks.
absl::StatusOr<std::set<absl::CivilDay>> ScreenDay(db::Transaction& t, const store::Scope& scope,
                                                   absl::CivilDay first_day);

// What decides how some customers' conversations of a day are screened, and what is found.
struct ScreenedPart {
  // By conversation, with the customer.
  std::map<std::string, std::pair<domain::Exclusion, std::string>> flags;
  std::map<std::string, std::pair<domain::RuleHit, std::string>> hits;
  std::map<std::string, std::string> reviewed;
  std::vector<domain::WordHit> words;
  bool operator==(const ScreenedPart&) const = default;
};
// Of their conversations that begin on a day. While it stays the same, so does what ScreenDay has
// stored. Nothing where a rule compares customers with each other.
absl::StatusOr<std::optional<ScreenedPart>> ScreenCustomers(db::Transaction& t,
                                                            const store::Scope& scope,
                                                            absl::CivilDay first_day,
                                                            const std::set<std::string>& customers);

}  // namespace kefu::performance
