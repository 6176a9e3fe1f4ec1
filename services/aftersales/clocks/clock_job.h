// Fires the SLA clocks that nobody has met: warnings, breaches, and the steps by which they are
// told further up.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/database.h"
#include "common/ids/id_generator.h"
#include "common/obs/metrics.h"
#include "common/time/clock.h"
#include "common/time/repeater.h"

namespace kefu::aftersales {

struct ClockJobOptions {
  absl::Duration interval = absl::Seconds(1);  // between two looks at the table
  int batch = 50;                              // cases of one transaction
};

// Replicas run side by side: a batch is claimed with FOR UPDATE SKIP LOCKED, and what fires is
// written with its events in the same transaction, so each clock warns once, breaches once and
// takes each step once, whichever process dies. A case that cannot be worked on is set aside for a
// while, and does not keep the others from firing. Thread-safe.
class ClockJob {
 public:
  // `notify` is called after each commit that wrote events. `metrics` may be null. All references
  // outlive this object.
  ClockJob(db::Database& database, const Clock& clock, IdGenerator& ids,
           std::function<void()> notify, obs::Metrics* metrics, ClockJobOptions options = {});
  ClockJob(const ClockJob&) = delete;
  ClockJob& operator=(const ClockJob&) = delete;

  // Fires everything that is due now, batch by batch. Returns the number of events. Errors: the
  // database's; batches done stay done.
  absl::StatusOr<int> RunOnce(absl::Time deadline);

  // Runs RunOnce every interval on a thread of its own. Call once.
  void Start();
  // Ends it after its current batch. Idempotent.
  void Stop() { repeater_.Stop(); }

 private:
  struct Batch {
    int cases = 0;
    int near = 0;
    int breached = 0;
    int escalated = 0;
    bool recomputed = false;
  };
  struct Claimed {
    std::string org_id, case_id;
  };
  // Leaves in `claimed` which cases it worked on, also when it fails.
  absl::StatusOr<Batch> RunBatch(absl::Time deadline, int limit, std::vector<Claimed>& claimed);
  absl::Status SetAside(absl::Time deadline, const Claimed& claimed, const absl::Status& why);

  db::Database& database_;
  const Clock& clock_;
  IdGenerator& ids_;
  const std::function<void()> notify_;
  const ClockJobOptions options_;
  const obs::Counter near_, breached_, escalated_;
  Repeater repeater_{options_.interval};
};

}  // namespace kefu::aftersales
