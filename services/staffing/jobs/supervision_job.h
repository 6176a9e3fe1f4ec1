// The work on contracts that nobody calls for: tells of findings about bases, of decisions and
// corrections that nobody has made in time and of trials that end undecided, opens the breaches of
// missed milestones, and makes the report of each week and month.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/time/clock.h"
#include "common/time/repeater.h"
#include "services/staffing/handlers/handlers.h"

namespace kefu::staffing {

struct SupervisionJobOptions {
  absl::Duration interval = absl::Minutes(10);  // due dates are days
  int batch = 100;                              // records of an organization in one transaction
};

// A thread. Any number of processes may run one: rows are claimed by their locks and marked in the
// transaction that tells of them, so each due date is told once and each report made once, whatever
// dies. A day is over at midnight in the organization's zone.
class SupervisionJob {
 public:
  // Dependencies and clock outlive this.
  SupervisionJob(Dependencies deps, const Clock& clock, SupervisionJobOptions options = {});
  SupervisionJob(const SupervisionJob&) = delete;
  SupervisionJob& operator=(const SupervisionJob&) = delete;

  void Start();                      // once
  void Stop() { repeater_.Stop(); }  // idempotent
  // One round over every organization in the calling thread; how many records it told of. An
  // organization or contract that fails holds up no other.
  absl::StatusOr<int> RunOnce();

 private:
  absl::StatusOr<int> RunOrganization(const std::string& org_id, const std::string& zone);
  absl::StatusOr<int> TellOverdue(const std::string& org_id, absl::CivilDay today, absl::Time now);
  absl::StatusOr<int> LookAtContract(const std::string& org_id, const std::string& contract_id,
                                     absl::CivilDay today, absl::Time now);

  const Dependencies deps_;
  const Clock& clock_;
  const SupervisionJobOptions options_;
  Repeater repeater_{options_.interval};
};

}  // namespace kefu::staffing
