#include "common/app/housekeeping.h"

#include "absl/status/statusor.h"
#include "common/events/feed.h"
#include "common/events/write.h"
#include "common/obs/log.h"

namespace kefu::app {
namespace {

constexpr int kBatch = 1000;  // rows of one transaction: locks stay short

}  // namespace

Housekeeping::Housekeeping(db::Database& database, const Clock& clock, HousekeepingOptions options)
    : database_(database), clock_(clock), options_(options) {}

void Housekeeping::Start() {
  repeater_.Start([this] {
    RunOnce();
    return false;
  });
}

int64_t Housekeeping::RunOnce() {
  const absl::Time now = clock_.Now();
  int64_t removed = 0;
  const auto drain = [&](const char* what, auto remove) {
    for (int64_t count = kBatch; count == kBatch && !repeater_.stopping(); removed += count) {
      const absl::StatusOr<int64_t> result = remove();
      if (!result.ok()) {
        obs::Warning("housekeeping failed", {{"what", what}, {"error", result.status()}});
        return;
      }
      count = *result;
    }
  };
  drain("requests", [&] {
    return events::DeleteOldRequests(database_, now, now - options_.keep_requests, kBatch);
  });
  if (options_.keep_events > absl::ZeroDuration()) {
    drain("events",
          [&] { return events::TrimEvents(database_, now - options_.keep_events, kBatch); });
  }
  return removed;
}

}  // namespace kefu::app
