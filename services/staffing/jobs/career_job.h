// Once a day: everybody's state in employment, and who may be promoted.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/events/lease.h"
#include "common/time/clock.h"
#include "common/time/repeater.h"
#include "services/staffing/handlers/handlers.h"

namespace kefu::staffing {

struct CareerJobOptions {
  std::string owner;                            // of the lease; differs between processes
  absl::Duration interval = absl::Minutes(10);  // between two looks for a new day
  absl::Duration lease = absl::Minutes(5);
};

// A thread. Any number of processes may run one: the one that holds the lease works. A day begins
// at midnight in the organization's zone; days that were missed are not made up for, since what
// counts is today's. A look that is broken off is begun anew.
class CareerJob {
 public:
  // Dependencies and clock outlive this.
  CareerJob(Dependencies deps, const Clock& clock, CareerJobOptions options);
  CareerJob(const CareerJob&) = delete;
  CareerJob& operator=(const CareerJob&) = delete;

  void Start();                      // once
  void Stop() { repeater_.Stop(); }  // idempotent
  // One look in the calling thread; returns for how many organizations a day was done. 0 as well
  // when another process holds the lease. One thread at a time. An organization that fails holds up
  // no other.
  absl::StatusOr<int> RunOnce();

 private:
  absl::StatusOr<bool> RunOrganization(const std::string& org_id, const std::string& zone);
  absl::Status RefreshStates(const std::string& org_id, absl::CivilDay today);
  absl::Status EvaluateEverybody(const std::string& org_id, absl::CivilDay today);

  const Dependencies deps_;
  const Clock& clock_;
  const CareerJobOptions options_;
  events::Lease lease_;
  Repeater repeater_{options_.interval};
};

}  // namespace kefu::staffing
