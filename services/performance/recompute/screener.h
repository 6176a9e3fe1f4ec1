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
#include "common/db/transaction.h"
#include "services/performance/domain/screening.h"
#include "services/performance/store/facts.h"

namespace kefu::performance {

// The policy in force for a platform: what ships, with the organization's newest for all platforms
// and its newest for this one added.
absl::StatusOr<domain::ScreeningPolicy> PolicyInForce(db::Transaction& t, std::string_view org_id,
                                                      std::string_view platform);

// Screens the conversations that begin on a day, stores what it finds, and marks the days of those
// that count differently from before, which it returns. The day's mark for screening must be
// locked.
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
