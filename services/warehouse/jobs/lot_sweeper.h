// Takes lots out of sale that have ended, and what became free of recalled ones.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/obs/metrics.h"
#include "common/time/clock.h"
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
  ~LotSweeper();  // stops
  LotSweeper(const LotSweeper&) = delete;
  LotSweeper& operator=(const LotSweeper&) = delete;

  void Start();  // once
  void Stop();   // idempotent; ends after the present transaction
  // Every lot of every organization, in the calling thread. Returns the pieces that this call took
  // out of sale. Thread-safe. Errors: the database's, at once when it is away, else after all
  // others were tried: one lot that cannot be moved holds up no other.
  absl::StatusOr<int64_t> RunOnce();

 private:
  bool stopping();
  void Loop();

  const Dependencies& deps_;
  const Clock& clock_;
  const LotSweeperOptions options_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace kefu::warehouse
