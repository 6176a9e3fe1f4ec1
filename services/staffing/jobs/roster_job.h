// Plans the rosters that were ordered, in the background.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/time/clock.h"
#include "common/time/repeater.h"
#include "services/staffing/handlers/handlers.h"
#include "services/staffing/optimise/planner.h"
#include "services/staffing/store/rosters.h"

namespace kefu::staffing {

struct RosterJobOptions {
  std::string owner;                           // of the leases; differs between processes
  absl::Duration interval = absl::Seconds(1);  // between two looks for orders
  absl::Duration lease = absl::Seconds(30);    // longer than anything between two signs of life
  absl::Duration report = absl::Seconds(2);    // between two reports of progress
};

// A thread. Any number of processes may run one; each roster is planned by one of them. A process
// that dies leaves a lease that runs out, and another one plans the roster anew; after the third
// death over the same roster it fails. A process that stops in order gives its roster back.
class RosterJob {
 public:
  // Dependencies and clock outlive this.
  RosterJob(Dependencies deps, const Clock& clock, RosterJobOptions options);
  RosterJob(const RosterJob&) = delete;
  RosterJob& operator=(const RosterJob&) = delete;

  void Start();                      // once
  void Stop() { repeater_.Stop(); }  // idempotent
  // Plans one roster in the calling thread; whether there was one. One thread at a time.
  absl::StatusOr<bool> RunOnce();

 private:
  absl::Status PlanClaimed(store::Claimed& claimed);
  // Whether to go on.
  bool Report(store::Claimed& claimed, const optimise::Progress& progress);
  // The end of a claim: writes the record and its shifts if it is still ours.
  absl::Status Finish(const store::Claimed& claimed,
                      const std::vector<roster::ListedShift>& shifts);

  const Dependencies deps_;
  const Clock& clock_;
  const RosterJobOptions options_;
  Repeater repeater_{options_.interval};
};

}  // namespace kefu::staffing
