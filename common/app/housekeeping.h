// Removes what has outlived its promise: stored answers and, if asked for, old events.
#pragma once

#include "absl/time/time.h"
#include "common/db/database.h"
#include "common/time/clock.h"
#include "common/time/repeater.h"

namespace kefu::app {

struct HousekeepingOptions {
  absl::Duration keep_requests;
  absl::Duration keep_events;  // zero: for ever
  absl::Duration interval = absl::Minutes(10);
};

// A thread that works in small batches; several replicas may run it side by side.
class Housekeeping {
 public:
  // `database` and `clock` outlive this.
  Housekeeping(db::Database& database, const Clock& clock, HousekeepingOptions options);
  void Start();                      // once
  void Stop() { repeater_.Stop(); }  // idempotent
  // One round in the calling thread; returns the number of rows removed.
  int64_t RunOnce();

 private:
  db::Database& database_;
  const Clock& clock_;
  const HousekeepingOptions options_;
  Repeater repeater_{options_.interval};
};

}  // namespace kefu::app
