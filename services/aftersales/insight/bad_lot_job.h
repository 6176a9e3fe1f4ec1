// Looks for bad lots, once a day and organization.
#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/db/database.h"
#include "common/ids/id_generator.h"
#include "common/obs/metrics.h"
#include "common/time/clock.h"
#include "common/time/repeater.h"

namespace kefu::aftersales {

// A day is looked at after it has ended in Asia/Shanghai; of days that were missed only the last
// one. A look reads without locks, day by day of its period, and then writes all that it found in
// one transaction that also marks the day as looked at: replicas may look side by side, the second
// one to write writes nothing, and a process that dies has written nothing. So each warning is told
// once. Thread-safe.
class BadLotJob {
 public:
  // `notify` is called after each commit that wrote events. `metrics` may be null. All references
  // outlive this object.
  BadLotJob(db::Database& database, const Clock& clock, IdGenerator& ids,
            std::function<void()> notify, obs::Metrics* metrics, absl::Duration interval);
  BadLotJob(const BadLotJob&) = delete;
  BadLotJob& operator=(const BadLotJob&) = delete;

  // Looks at every organization that ships and whose last day was not looked at. Returns how many
  // new warnings were told. An organization that fails does not keep the others from theirs; the
  // last error is returned.
  absl::StatusOr<int> RunOnce(absl::Time deadline);

  // Runs RunOnce every interval on a thread of its own. Call once.
  void Start();
  // Ends it after the organization that it looks at. Idempotent.
  void Stop() { repeater_.Stop(); }

 private:
  absl::StatusOr<int> Look(const std::string& org_id, absl::CivilDay day, absl::Time deadline);

  db::Database& database_;
  const Clock& clock_;
  IdGenerator& ids_;
  const std::function<void()> notify_;
  const obs::Counter told_;
  Repeater repeater_;
};

}  // namespace kefu::aftersales
