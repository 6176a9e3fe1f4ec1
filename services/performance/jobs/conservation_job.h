// Compares the sales of newly computed days with the orders themselves.
#pragma once

#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/database.h"
#include "common/time/clock.h"
#include "common/time/repeater.h"
#include "services/performance/store/conservation.h"

namespace kefu::performance {

// Every `interval`, on a thread of its own: each (shop, definition, day) computed since the last
// look; writes one SalesConservationChecked or SalesConservationViolated for a shop and definition,
// and notes that the days' arrivals are to be counted.
// Thread-safe; replicas share the days.
class ConservationJob {
 public:
  // `notify` is called after each commit that wrote an event; may be empty.
  ConservationJob(db::Database& database, const Clock& clock, std::function<void()> notify,
                  absl::Duration interval)
      : database_(database), clock_(clock), notify_(std::move(notify)), repeater_(interval) {}
  static constexpr int kDaysAtOnce = 5'000;
  void Start();
  void Stop() { repeater_.Stop(); }

  // One look; returns how many days it compared. Days with facts that wait for their figures stay
  // for the next one. Of more than `most` days those behind come with the next look, round and
  // round.
  absl::StatusOr<int> RunOnce(absl::Time deadline, int most = kDaysAtOnce);
  // Fills in buyer and money of orders stored before these were columns of their own, and marks the
  // days that depend on them. Once a start is enough.
  absl::Status FillOrderColumns(absl::Time deadline);
  // Lists the handlings of conversations stored before these were listed. Once a start is enough.
  absl::Status ListHandlings(absl::Time deadline);

 private:
  absl::StatusOr<int> CheckDays(const store::Scope& scope, const std::string& definition,
                                const std::vector<absl::CivilDay>& days, absl::Time deadline);

  db::Database& database_;
  const Clock& clock_;
  const std::function<void()> notify_;
  store::UncheckedDay after_;  // RunOnce goes on behind it; of the thread that looks
  Repeater repeater_;
};

}  // namespace kefu::performance
