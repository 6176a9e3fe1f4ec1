// Tells of certificates that expire, and assigns recurring courses.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/time/clock.h"
#include "common/time/repeater.h"
#include "services/staffing/domain/training/catalogue.h"
#include "services/staffing/handlers/handlers.h"

namespace kefu::staffing {

struct TrainingJobOptions {
  absl::Duration interval = absl::Minutes(10);  // due dates are days
  int batch = 100;                              // certificates of an organization in a transaction
};

// A thread. Any number of processes may run one: certificates are claimed by their locks and marked
// in the transaction that tells of them, and a course is assigned under the lock of the agent and
// once for each recurrence, so nothing is told or assigned twice, whatever dies. A day begins at
// midnight in the organization's zone; everybody is looked at once a day, who is hired or comes
// back from leave on the next one.
class TrainingJob {
 public:
  // Dependencies and clock outlive this.
  TrainingJob(Dependencies deps, const Clock& clock, TrainingJobOptions options = {});
  TrainingJob(const TrainingJob&) = delete;
  TrainingJob& operator=(const TrainingJob&) = delete;

  void Start();                      // once
  void Stop() { repeater_.Stop(); }  // idempotent
  // One round over every organization in the calling thread; of how many certificates it told and
  // how many courses it assigned. An organization that fails holds up no other.
  absl::StatusOr<int> RunOnce();

 private:
  absl::StatusOr<int> RunOrganization(const std::string& org_id, const std::string& zone);
  absl::StatusOr<int> TellCertificates(const std::string& org_id, absl::CivilDay today);
  absl::StatusOr<int> AssignRecurring(const std::string& org_id, absl::CivilDay today);

  const Dependencies deps_;
  const Clock& clock_;
  const TrainingJobOptions options_;
  Repeater repeater_{options_.interval};
};

}  // namespace kefu::staffing
