// Sets the clocks of open cases anew when another version of a policy of deadlines comes into
// force, or a contract with a base begins, changes or ends.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/database.h"
#include "common/ids/id_generator.h"
#include "common/obs/metrics.h"
#include "common/time/clock.h"
#include "common/time/repeater.h"
#include "services/aftersales/domain/types.h"
#include "services/aftersales/store/sla.h"

namespace kefu::aftersales {

// Applies changes to cases within one transaction; what it has read of policies it keeps. Not
// thread-safe.
class Recomputer {
 public:
  explicit Recomputer(db::Transaction& t) : t_(t) {}

  // Sets the clocks of the locked case by the policies in force for it from the change on, as
  // domain::Recompute does. Returns whether anything changed; then the case is to be saved.
  absl::StatusOr<bool> Apply(domain::Case& record, const store::SlaChange& change);

 private:
  absl::StatusOr<const store::CaseScope*> ScopeOf(const domain::Case& record, absl::Time at);
  absl::StatusOr<const domain::SlaPolicies*> PoliciesOf(const store::CaseScope& scope,
                                                        absl::Time at);

  db::Transaction& t_;
  std::map<std::tuple<std::string, std::string, std::string, absl::Time>, store::CaseScope> scopes_;
  std::map<std::tuple<std::string, std::string, std::string, absl::Time>, domain::SlaPolicies>
      policies_;
};

// Rows, history and event of a case whose clocks were set anew: "DeadlinesRecomputed" says what was
// due when.
absl::Status SaveRecomputed(db::Transaction& t, domain::Case& record, absl::Time now,
                            IdGenerator& ids);

struct RecomputeJobOptions {
  absl::Duration interval = absl::Seconds(1);  // between two looks for changes
  int batch = 200;                             // cases looked at in one transaction
  // Longer than a write takes: what was begun before the change is found by the second walk.
  absl::Duration settle = absl::Minutes(2);
};

// Replicas share the work: a change is claimed with FOR UPDATE SKIP LOCKED, and how far it has come
// is written with the cases, so a process that dies leaves nothing half done and what is done twice
// changes nothing. A case that cannot be set anew keeps the clocks that it has. Thread-safe.
class RecomputeJob {
 public:
  // `notify` is called after each commit that wrote events. `metrics` may be null. All references
  // outlive this object.
  RecomputeJob(db::Database& database, const Clock& clock, IdGenerator& ids,
               std::function<void()> notify, obs::Metrics* metrics,
               RecomputeJobOptions options = {});
  RecomputeJob(const RecomputeJob&) = delete;
  RecomputeJob& operator=(const RecomputeJob&) = delete;

  // Works on everything that is due now, batch by batch. Returns the number of cases that changed.
  // Errors: the database's; batches done stay done.
  absl::StatusOr<int> RunOnce(absl::Time deadline);

  // Runs RunOnce every interval on a thread of its own. Call once.
  void Start();
  // Ends it after its current batch. Idempotent.
  void Stop() { repeater_.Stop(); }

 private:
  struct Batch {
    bool found = false;
    int changed = 0;
  };
  absl::StatusOr<Batch> RunBatch(absl::Time deadline);

  db::Database& database_;
  const Clock& clock_;
  IdGenerator& ids_;
  const std::function<void()> notify_;
  const RecomputeJobOptions options_;
  const obs::Counter recomputed_;
  Repeater repeater_{options_.interval};
};

}  // namespace kefu::aftersales
