// Brings the facts that matter to a day from the database into the domain's form.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "services/performance/domain/rollup.h"
#include "services/performance/store/facts.h"

namespace kefu::performance {

// Everything of one day; owns what `facts` points to, together with the loader's cache.
struct LoadedDay {
  domain::DayFacts facts;
  std::vector<std::shared_ptr<const std::vector<domain::Conversation>>> conversations;
  std::vector<domain::Order> orders;
};

// Loads days of one shop. Going over days in order, it reads each day's conversations once: they
// are kept while the shop's facts_version stands still. Not thread-safe.
class DayLoader {
 public:
  DayLoader(store::Scope scope, const domain::MetricDefinition& definition)
      : scope_(std::move(scope)), definition_(definition) {}

  // Must run after the day's mark was locked where the result will be stored: a change that commits
  // later then waits for the mark.
  absl::StatusOr<LoadedDay> Load(db::Transaction& t, absl::CivilDay day);
  // The refunds and reviews again, after credits have changed in this transaction.
  absl::Status ReloadFollowUps(db::Transaction& t, LoadedDay& day);

 private:
  using Shared = std::shared_ptr<const std::vector<domain::Conversation>>;
  absl::StatusOr<Shared> ConversationsOf(db::Transaction& t, absl::CivilDay first_day);

  const store::Scope scope_;
  const domain::MetricDefinition& definition_;
  int64_t version_ = -1;
  std::map<absl::CivilDay, Shared> cache_;
};

}  // namespace kefu::performance
