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
  explicit DayLoader(store::Scope scope) : scope_(std::move(scope)) {}

  // What the definition needs of a day. Must run after the day's mark was locked where the result
  // will be stored: a change that commits later then waits for the mark.
  absl::StatusOr<LoadedDay> Load(db::Transaction& t, const domain::MetricDefinition& definition,
                                 absl::CivilDay day);
  // The refunds and reviews again, after credits have changed in this transaction.
  absl::Status ReloadFollowUps(db::Transaction& t, const domain::MetricDefinition& definition,
                               LoadedDay& day);

 private:
  using Shared = std::shared_ptr<const std::vector<domain::Conversation>>;
  absl::StatusOr<Shared> ConversationsOf(db::Transaction& t, absl::CivilDay first_day);

  const store::Scope scope_;
  int64_t version_ = -1;
  int window_ = 0;  // days around the last one that stay in memory: the widest definition's
  std::map<absl::CivilDay, Shared> cache_;
};

}  // namespace kefu::performance
