// Audits every organization's ledger once a night, by its policy, and tells what it found.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/events/lease.h"
#include "common/obs/metrics.h"
#include "common/time/clock.h"
#include "common/time/repeater.h"
#include "services/warehouse/handlers/dependencies.h"

namespace kefu::warehouse {

struct LedgerAuditorOptions {
  std::string owner;                           // of the lease; differs between processes
  absl::Duration interval = absl::Minutes(1);  // between two looks
  absl::Duration lease = absl::Minutes(5);     // renewed while an audit runs
  absl::Duration longest = absl::Hours(6);     // of one organization's audit
  obs::Counter clean = {}, with_findings = {}, failed = {};
};

// A thread. Any number of processes may run one: the one that holds the lease works, and each
// organization is audited once a day of Asia/Shanghai, whoever dies in between.
class LedgerAuditor {
 public:
  // `deps` and `clock` outlive this.
  LedgerAuditor(const Dependencies& deps, const Clock& clock, LedgerAuditorOptions options);
  LedgerAuditor(const LedgerAuditor&) = delete;
  LedgerAuditor& operator=(const LedgerAuditor&) = delete;

  void Start();                      // once
  void Stop() { repeater_.Stop(); }  // idempotent; ends an audit that runs
  // One look in the calling thread: audits what is due and returns how many organizations were. 0
  // as well when another process holds the lease. One thread at a time. The database's errors; an
  // organization that cannot be audited holds up no other.
  absl::StatusOr<int> RunOnce();

 private:
  absl::StatusOr<bool> IsDue(const std::string& org_id, absl::Time now, absl::CivilDay day);
  absl::Status Audit(const std::string& org_id, absl::CivilDay day);

  const Dependencies& deps_;
  const Clock& clock_;
  const LedgerAuditorOptions options_;
  events::Lease lease_;
  Repeater repeater_{options_.interval};
};

}  // namespace kefu::warehouse
