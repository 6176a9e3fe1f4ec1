// Gives back the stock of held reservations whose time is over.
#pragma once

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/obs/metrics.h"
#include "common/time/clock.h"
#include "common/time/repeater.h"
#include "services/warehouse/handlers/dependencies.h"

namespace kefu::warehouse {

struct SweeperOptions {
  absl::Duration interval = absl::Seconds(1);  // between two looks when nothing is due
  int batch = 50;                              // reservations a transaction: bounds its locks
  int look = 500;                              // candidates a look
  absl::Duration query_timeout = absl::Seconds(30);
  obs::Counter expired = {};
};

// A thread. Any number of processes may run one: rows are claimed with SKIP LOCKED and decided
// under the lock, so each reservation expires once, and a crash gives nothing back by half.
class ReservationSweeper {
 public:
  // `deps` and `clock` outlive this.
  ReservationSweeper(const Dependencies& deps, const Clock& clock, SweeperOptions options = {});
  ReservationSweeper(const ReservationSweeper&) = delete;
  ReservationSweeper& operator=(const ReservationSweeper&) = delete;

  void Start();                      // once
  void Stop() { repeater_.Stop(); }  // idempotent; ends after the present transaction
  // One look and everything it found, in the calling thread. Returns how many expired by this call.
  // Thread-safe. Errors: the database's, at once when it is away, else after all others were tried:
  // one reservation that cannot be given back holds up no other. What was committed stays.
  absl::StatusOr<int> RunOnce();

 private:
  const Dependencies& deps_;
  const Clock& clock_;
  const SweeperOptions options_;
  Repeater repeater_{options_.interval};
};

}  // namespace kefu::warehouse
