// Counts the customers who reached agents, for whoever forecasts demand.
#pragma once

#include <functional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/database.h"
#include "common/time/clock.h"
#include "common/time/repeater.h"
#include "services/performance/store/arrivals.h"

namespace kefu::performance {

struct ArrivalJobOptions {
  absl::Duration interval = absl::Minutes(1);  // between two looks
  absl::Duration delay = absl::Hours(1);       // a day is counted so long after it changed
};

// A thread. Days whose figures have changed `delay` ago or longer are counted anew, and told by
// ArrivalsCounted: a day is read at most once in that time, however many facts come in. Replicas
// share the days; one that dies leaves its day to the next look.
class ArrivalJob {
 public:
  // `notify` is called after each commit that wrote an event; may be empty. References outlive
  // this.
  ArrivalJob(db::Database& database, const Clock& clock, std::function<void()> notify,
             ArrivalJobOptions options)
      : database_(database), clock_(clock), notify_(std::move(notify)), options_(options) {}

  void Start();  // once
  void Stop() { repeater_.Stop(); }
  // One look in the calling thread; returns how many days it counted. A day that cannot be counted
  // holds up no other: its error is returned in the end.
  absl::StatusOr<int> RunOnce(absl::Time deadline);

 private:
  // False when another process has counted it meanwhile.
  absl::StatusOr<bool> CountDay(const store::ArrivalDay& noted, absl::Time deadline);

  db::Database& database_;
  const Clock& clock_;
  const std::function<void()> notify_;
  const ArrivalJobOptions options_;
  Repeater repeater_{options_.interval};
};

}  // namespace kefu::performance
