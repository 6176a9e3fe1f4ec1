// Brings the facts that matter to a day from the database into the domain's form.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "services/performance/domain/rollup.h"
#include "services/performance/store/facts.h"

namespace kefu::performance {

// What every definition with the same window reads of a day alike.
struct SharedDay {
  std::vector<std::shared_ptr<const std::vector<domain::Conversation>>> conversations;
  std::vector<domain::Order> orders;
  std::optional<domain::DailyVisits> visits;
  std::vector<domain::Inspected> inspections;
};

// Everything of one day; owns what `facts` points to, together with the loader's cache.
struct LoadedDay {
  domain::DayFacts facts;
  std::shared_ptr<const SharedDay> shared;
};

// Loads days of one shop. Going over days in order, it reads each day's conversations once, and
// what several definitions need of a day once for all of them: both are kept while the shop's
// facts_version stands still. Not thread-safe.
class DayLoader {
 public:
  // For figures that are stored bases stay as they were read until the end of the transaction;
  // whoever only reads keeps nobody waiting.
  enum class For { kStoring, kReading };
  // With customers: only their conversations and orders; no refunds, reviews, inspections, visits.
  explicit DayLoader(store::Scope scope, const std::set<std::string>& customers = {},
                     For use = For::kStoring)
      : scope_(std::move(scope)), customers_(customers.begin(), customers.end()), use_(use) {}

  // What the definition needs of a day. Must run after the day's mark was locked where the result
  // will be stored: a change that commits later then waits for the mark.
  absl::StatusOr<LoadedDay> Load(db::Transaction& t, const domain::MetricDefinition& definition,
                                 absl::CivilDay day);
  // The conversations that begin in [first, last], then those begun before that reach `first` or go
  // beyond, each with what screening says of it.
  using Shared = std::shared_ptr<const std::vector<domain::Conversation>>;
  absl::StatusOr<std::vector<Shared>> LoadConversations(db::Transaction& t, absl::CivilDay first,
                                                        absl::CivilDay last);
  // The counted and other conversations in which some agents began handling on a day.
  absl::StatusOr<std::vector<domain::Conversation>> LoadHandled(
      db::Transaction& t, absl::CivilDay day, const std::set<std::string>& agents) const;
  // To which teams and bases agents belong on facts.day.
  absl::Status LoadPeople(db::Transaction& t, domain::DayFacts& facts) const;
  // The refunds and reviews again, after credits have changed in this transaction.
  absl::Status ReloadFollowUps(db::Transaction& t, const domain::MetricDefinition& definition,
                               LoadedDay& day);

 private:
  absl::StatusOr<std::vector<domain::Conversation>> Parsed(db::Transaction& t,
                                                           const std::vector<std::string>& bodies,
                                                           absl::CivilDay first,
                                                           absl::CivilDay last) const;
  absl::StatusOr<std::shared_ptr<const SharedDay>> LoadShared(db::Transaction& t,
                                                              absl::CivilDay day, int window);
  absl::StatusOr<std::unordered_set<std::string>> EarlierBuyers(db::Transaction& t,
                                                                const SharedDay& shared,
                                                                absl::CivilDay day,
                                                                int within_days) const;
  absl::StatusOr<Shared> ConversationsOf(db::Transaction& t, absl::CivilDay first_day);

  const store::Scope scope_;
  const std::vector<std::string> customers_;  // sorted; empty: all
  const For use_;
  int64_t version_ = -1;
  int window_ = 0;  // days around the last one that stay in memory: the widest definition's
  std::map<absl::CivilDay, Shared> cache_;
  absl::CivilDay last_day_;                                           // loaded, and what it shares
  std::map<int, std::shared_ptr<const SharedDay>> shared_by_window_;  // by attribution_days
};

}  // namespace kefu::performance
