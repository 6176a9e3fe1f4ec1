// Takes lots out of sale that have ended, and what became free of recalled ones.
#pragma once

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/obs/metrics.h"
#include "common/time/clock.h"
#include "common/time/repeater.h"
#include "services/warehouse/handlers/dependencies.h"

namespace kefu::warehouse {

struct LotSweeperOptions {
  absl::Duration interval = absl::Hours(1);  // a lot ends at a midnight; stock comes free any time
  int look = 500;                            // lots a look
  absl::Duration query_timeout = absl::Seconds(30);
  obs::Counter quarantined = {};  // pieces
};

// A thread. Any number of processes may run one: each lot is decided under its lock, so that its
// stock moves once; a crash leaves nothing by half.
class LotSweeper {
 public:
  // `deps` and `clock` outlive this.
  LotSweeper(const Dependencies& deps, const Clock& clock, LotSweeperOptions options = {});
  LotSweeper(const LotSweeper&) = delete;
  LotSweeper& operator=(const LotSweeper&) = delete;

  void Start();                      // once
  void Stop() { repeater_.Stop(); }  // idempotent; ends after the present transaction
  // Every lot of every organization, in the calling thread. Returns the pieces that this call took
  // out of sale. Thread-safe. Errors: the database's, at once when it is away, else after all
  // others were tried: one lot that cannot be moved holds up no other.
  absl::StatusOr<int64_t> RunOnce();

 private:
  const Dependencies& deps_;
  const Clock& clock_;
  const LotSweeperOptions options_;
  Repeater repeater_{options_.interval};
};

}  // namespace kefu::warehouse
