// Hands over the cases of those who cannot work on them any more, and gives out those that nobody
// has.
#pragma once

#include <functional>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/database.h"
#include "common/ids/id_generator.h"
#include "common/obs/metrics.h"
#include "common/time/clock.h"
#include "common/time/repeater.h"
#include "services/aftersales/domain/types.h"
#include "services/aftersales/store/assignment.h"

namespace kefu::aftersales {

struct AssignmentJobOptions {
  absl::Duration interval = absl::Seconds(1);  // between two looks at the tables
  int batch = 50;                              // cases of one agent and shop in one transaction
};

// Replicas run side by side. A look at an agent is a row that is claimed with FOR UPDATE SKIP
// LOCKED and removed in the transaction that hands its cases over; an unassigned case is locked
// before it is given. So whichever process dies, each case changes hands once. Thread-safe.
class AssignmentJob {
 public:
  // `notify` is called after each commit that wrote events. `metrics` may be null. All references
  // outlive this object.
  AssignmentJob(db::Database& database, const Clock& clock, IdGenerator& ids,
                std::function<void()> notify, obs::Metrics* metrics,
                AssignmentJobOptions options = {});
  AssignmentJob(const AssignmentJob&) = delete;
  AssignmentJob& operator=(const AssignmentJob&) = delete;

  // Does everything that is due now. Returns how many cases changed hands. Errors: the database's;
  // what was done stays done.
  absl::StatusOr<int> RunOnce(absl::Time deadline);

  // Runs RunOnce every interval on a thread of its own. Call once.
  void Start();
  // Ends it after its current step. Idempotent.
  void Stop() { repeater_.Stop(); }

 private:
  struct Step {
    bool any = false;  // there was something to do
    int moved = 0;     // cases that changed hands
  };
  // Leaves in `claimed` what it looked at, also when it fails.
  absl::StatusOr<Step> LookAtAgent(absl::Time deadline, absl::Time now,
                                   std::optional<store::Check>& claimed);
  // True when nothing is left to hand over in that organization.
  absl::StatusOr<bool> HandOver(db::Transaction& t, std::string_view org_id,
                                std::string_view agent_id, absl::Time now, Step& step);
  absl::StatusOr<bool> HandOverShop(db::Transaction& t, std::string_view org_id,
                                    std::string_view agent_id, std::string_view shop_id,
                                    absl::Time now, Step& step);
  absl::StatusOr<Step> GiveOut(absl::Time deadline, absl::Time now, const store::Unassigned& row);
  absl::StatusOr<int> GiveOutDue(absl::Time deadline, absl::Time now);
  // What fails for a reason of its own does not keep the others waiting.
  absl::Status SetAside(absl::Time deadline, absl::Time now, const store::Check& check,
                        const absl::Status& why);
  absl::Status SetAside(absl::Time deadline, absl::Time now, const store::Unassigned& row,
                        const absl::Status& why);

  db::Database& database_;
  const Clock& clock_;
  IdGenerator& ids_;
  const std::function<void()> notify_;
  const AssignmentJobOptions options_;
  const obs::Counter handed_over_, given_;
  Repeater repeater_{options_.interval};
};

}  // namespace kefu::aftersales
