// Whether the process can serve: database up, schema current, service ready.
#pragma once

#include <functional>
#include <mutex>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/db/database.h"
#include "common/db/migrator.h"
#include "common/obs/metrics.h"

namespace kefu::app {

// Logs each change once. Thread-safe.
class Readiness {
 public:
  struct Parts {
    db::Database* database = nullptr;  // null: no database to wait for
    std::vector<db::MigrationSet> migrations;
    std::function<absl::Status(absl::Time)> service_ready;  // may be empty
    std::function<void()> on_first_ready;                   // starts the work; called once
    std::function<void(bool)> on_change;                    // after the log line; may be empty
  };
  Readiness(Parts parts, obs::Metrics& metrics);

  // OK when the process can serve. Once the schema was found current it is not looked at again.
  absl::Status Check(absl::Time deadline);

  // Whether the schema is current; remembered when it is. FAILED_PRECONDITION / SCHEMA_BEHIND and
  // MIGRATION_CHANGED as the migrator says; the database's errors.
  absl::Status CheckSchema(absl::Time deadline);

 private:
  absl::Status CheckParts(absl::Time deadline);

  const Parts parts_;
  const obs::Gauge gauge_;
  std::mutex mutex_;  // one check at a time
  bool schema_current_ = false;
  bool work_started_ = false;
  bool first_ = true;
  bool ready_ = false;
};

}  // namespace kefu::app
