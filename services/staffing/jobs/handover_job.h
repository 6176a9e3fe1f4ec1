// Takes items up that nobody has accepted in time.
#pragma once

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/time/clock.h"
#include "common/time/repeater.h"
#include "services/staffing/handlers/handlers.h"

namespace kefu::staffing {

struct HandoverJobOptions {
  absl::Duration interval = absl::Seconds(10);  // policies count in minutes
  int batch = 100;                              // items in one transaction
};

// A thread. Any number of processes may run one: rows are claimed by their locks and move on in the
// transaction that tells of it, so each step is told once, whatever dies.
class HandoverJob {
 public:
  // Dependencies and clock outlive this.
  HandoverJob(Dependencies deps, const Clock& clock, HandoverJobOptions options = {});
  HandoverJob(const HandoverJob&) = delete;
  HandoverJob& operator=(const HandoverJob&) = delete;

  void Start();                      // once
  void Stop() { repeater_.Stop(); }  // idempotent
  // One batch in the calling thread, those that fall due first in front; how many went up.
  absl::StatusOr<int> RunOnce();

 private:
  const Dependencies deps_;
  const Clock& clock_;
  const HandoverJobOptions options_;
  Repeater repeater_{options_.interval};
};

}  // namespace kefu::staffing
