#include "common/app/readiness.h"

#include "common/obs/log.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace kefu::app {

Readiness::Readiness(Parts parts, obs::Metrics& metrics)
    : parts_(std::move(parts)),
      gauge_(metrics.Gauge("kefu_ready", "1 while the process can serve.")) {}

absl::Status Readiness::CheckSchema(absl::Time deadline) {
  if (parts_.database == nullptr) return absl::OkStatus();
  const std::lock_guard<std::mutex> lock(mutex_);
  RETURN_IF_ERROR(db::Migrator(*parts_.database).CheckCurrent(deadline, parts_.migrations));
  schema_current_ = true;
  return absl::OkStatus();
}

absl::Status Readiness::CheckParts(absl::Time deadline) {
  if (parts_.database != nullptr) {
    RETURN_IF_ERROR(parts_.database->Ping(deadline));
    if (!schema_current_) {
      RETURN_IF_ERROR(db::Migrator(*parts_.database).CheckCurrent(deadline, parts_.migrations));
      schema_current_ = true;
    }
  }
  if (!work_started_) {
    work_started_ = true;
    if (parts_.on_first_ready) parts_.on_first_ready();
  }
  return parts_.service_ready ? parts_.service_ready(deadline) : absl::OkStatus();
}

absl::Status Readiness::Check(absl::Time deadline) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const absl::Status status = CheckParts(deadline);
  if (first_ || status.ok() != ready_) {
    first_ = false;
    ready_ = status.ok();
    gauge_.Set(ready_ ? 1 : 0);
    if (!ready_) {
      obs::Warning("not ready", {{"reason", ReasonOf(status)},
                                 {"error", std::string(status.message())},
                                 {"cause", CauseOf(status)}});
    }
    if (parts_.on_change) parts_.on_change(ready_);
  }
  return status;
}

}  // namespace kefu::app
