// Corrects stored figures in the transaction of a small change of facts, instead of computing whole
// days again: every figure is a sum over customers, so what changes is what the facts of the
// touched customers give after the change, less what they gave before. Busy time alone is a sum
// over agents: it is taken from all that the touched agents handled on a day. Refunds and reviews
// count by the credit of their order, and are followed where that changes. The result equals a
// computation from all facts, exactly.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "services/performance/domain/rollup.h"
#include "services/performance/recompute/definition_book.h"
#include "services/performance/recompute/screener.h"
#include "services/performance/store/facts.h"
#include "services/performance/store/months.h"
#include "services/performance/store/rollups.h"

namespace kefu::performance {

// What changes.
struct FactChange {
  std::set<std::string> customers;      // whose conversations or orders do
  std::set<std::string> orders;         // which orders do, or whose refunds or reviews
  std::set<absl::CivilDay> days;        // whose figures may, by the widest definition
  std::set<absl::CivilDay> first_days;  // on which conversations that change begin, before or after
  // Who began handling them on a day, before or after.
  std::map<absl::CivilDay, std::set<std::string>> handled;
};

// One use, in one transaction that has locked the shop's settings, around what stores the facts.
// Whoever changes the shop's facts, its active definitions, or teams and bases of its organization
// takes that lock too. Days are marked first, and so locked: who marks or computes them meanwhile
// waits. A day that was marked already stays so, and is computed as a whole later; so are all days
// of the change by that definition, since the marks of others do not tell which facts they are for.
class Correction {
 public:
  // Before the facts are stored.
  static absl::StatusOr<Correction> Begin(db::Transaction& t, const store::Scope& scope,
                                          const absl::TimeZone& zone, FactChange change);
  // After. `others`: further days to mark where figures are not corrected, those of refunds,
  // reviews and repeated purchases of changed orders. Returns how many days were corrected, each
  // once for each definition, and has written their events.
  absl::StatusOr<int> Finish(db::Transaction& t, const std::set<absl::CivilDay>& others,
                             absl::Time now);
  // The days that were marked; those that could not be corrected still are.
  const std::set<absl::CivilDay>& days() const { return days_; }

 private:
  using Sums = std::map<domain::SubjectId, domain::Measures>;
  using Credits = std::map<std::string, store::Credit>;
  using DayDeltas = std::map<absl::CivilDay, store::Deltas>;

  // What the facts of the touched customers, and the handlings of the touched agents, give.
  struct Snapshot {
    std::map<absl::CivilDay, Sums> sums;
    std::map<absl::CivilDay, Credits> credits;
    std::set<std::string> orders;
    std::vector<store::FollowUp> follow_ups;  // of these and the changed orders
  };
  struct ByDefinition {
    DefinitionPtr definition;
    std::string key;
    bool fresh = true;  // none of the days was marked before
    Snapshot before;
  };

  Correction(store::Scope scope, absl::TimeZone zone, FactChange change)
      : scope_(std::move(scope)), zone_(zone), change_(std::move(change)) {}

  absl::Status MarkAll(db::Transaction& t);
  absl::Status EndScreening(db::Transaction& t) const;
  absl::StatusOr<Snapshot> Take(db::Transaction& t, const ByDefinition& by) const;
  absl::Status TakeBusyTime(db::Transaction& t, const ByDefinition& by, Snapshot& snapshot) const;
  absl::Status TakeFollowUps(db::Transaction& t, const ByDefinition& by, Snapshot& snapshot) const;
  absl::StatusOr<std::set<std::string>> SaveCredits(db::Transaction& t, const ByDefinition& by,
                                                    const Snapshot& after) const;
  absl::Status AddFollowUps(db::Transaction& t, const domain::MetricDefinition& definition,
                            const std::vector<store::FollowUp>& follow_ups,
                            domain::Measures store::Delta::*where, DayDeltas& deltas) const;
  absl::StatusOr<int> Apply(db::Transaction& t, const ByDefinition& by, DayDeltas deltas,
                            absl::Time now) const;

  const store::Scope scope_;
  const absl::TimeZone zone_;
  const FactChange change_;
  std::set<absl::CivilDay> days_;  // marked: those of the change, and of later purchases
  std::vector<ByDefinition> definitions_;
  std::map<absl::CivilDay, ScreenedPart> screened_;  // days whose screening may stand
};

}  // namespace kefu::performance
