// Makes the lists of checklists' schedules, and tells of items that were not done on their last
// day.
#pragma once

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/time/clock.h"
#include "common/time/repeater.h"
#include "services/staffing/handlers/handlers.h"

namespace kefu::staffing {

struct ChecklistJobOptions {
  absl::Duration interval = absl::Seconds(30);  // lists are of days
  int batch = 50;                               // of each kind in one transaction
};

// A thread. Any number of processes may run one: rows are claimed by their locks and move on in the
// transaction that makes the list or tells of it, so that each happens once, whatever dies.
class ChecklistJob {
 public:
  // Dependencies and clock outlive this.
  ChecklistJob(Dependencies deps, const Clock& clock, ChecklistJobOptions options = {});
  ChecklistJob(const ChecklistJob&) = delete;
  ChecklistJob& operator=(const ChecklistJob&) = delete;

  void Start();                      // once
  void Stop() { repeater_.Stop(); }  // idempotent
  // One batch of each kind in the calling thread, the earliest in front; how many rows it moved.
  absl::StatusOr<int> RunOnce();

 private:
  const Dependencies deps_;
  const Clock& clock_;
  const ChecklistJobOptions options_;
  Repeater repeater_{options_.interval};
};

}  // namespace kefu::staffing
