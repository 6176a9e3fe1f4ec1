// Brings figures up to date with facts: every marked day is computed anew in a transaction of its
// own.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <string_view>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/db/database.h"
#include "common/time/clock.h"
#include "services/performance/store/facts.h"
#include "services/performance/store/rollups.h"

namespace kefu::performance {

// Thread-safe. Two callers may work on one shop: each day is computed by whoever locks its mark
// first.
class Recomputer {
 public:
  // `notify` is called after each commit that wrote an event; may be empty.
  Recomputer(db::Database& database, const Clock& clock, std::function<void()> notify)
      : database_(database), clock_(clock), notify_(std::move(notify)) {}

  // Computes the marked days of [first, last], and further ones that this marks in turn (reviews
  // and refunds of orders whose credit has changed), by one definition ("default@1") or, where it
  // is empty, by all that are active. First conversations that they depend on are screened, and the
  // days computed that credit orders refunded or reviewed in the period. Done days stay done.
  // Returns how many days were computed; a day counts once for each definition.
  absl::StatusOr<int> Run(const store::Scope& scope, std::string_view definition,
                          absl::CivilDay first, absl::CivilDay last, absl::Time deadline);

  // The same for what a change that was just stored has marked, by all definitions: screens the
  // conversations that begin on `first_days`, computes `days` and those that this marks in turn.
  // The shop's other marks, maybe its whole history's, are left to RunQuiet.
  absl::StatusOr<int> RunTouched(const store::Scope& scope, std::set<absl::CivilDay> days,
                                 const std::set<absl::CivilDay>& first_days, absl::Time deadline);

  // Screens the conversations that begin on the marked days of [first, last].
  absl::Status Screen(const store::Scope& scope, absl::CivilDay first, absl::CivilDay last,
                      absl::Time deadline);
  // The same of those that figures of [first, last] may depend on, by any definition.
  absl::Status ScreenAround(const store::Scope& scope, absl::CivilDay first, absl::CivilDay last,
                            absl::Time deadline);

  // What RunQuiet has seen.
  struct Look {
    store::PlacedMark after;  // the marks looked at come after this one
    store::MarksByScope seen;
    bool again = false;  // `seen` is of these
  };
  // Computes the days of all shops whose marks stand as they stood when it last looked: what a
  // crash has left behind, or another service's event has changed. The days that an import is busy
  // with are left to its end. A day that cannot be computed does not keep the others waiting: the
  // last failure is returned once all were tried. Of more than `most` marks the first ones are
  // looked at, the next time but one those behind them, and so on round and round. Ends early, with
  // OK, when `stopping` (may be empty) says so.
  absl::Status RunQuiet(Look& look, absl::Time deadline,
                        const std::function<bool()>& stopping = nullptr, int most = kMarksAtOnce);
  static constexpr int kMarksAtOnce = 10'000;

 private:
  struct Done {
    bool computed = false;            // figures, and not only the day's screening
    std::set<absl::CivilDay> marked;  // in turn
  };
  absl::StatusOr<Done> RunDay(class DayLoader& loader, const store::Scope& scope,
                              const store::Mark& mark, absl::Time deadline);

  db::Database& database_;
  const Clock& clock_;
  const std::function<void()> notify_;
};

// Runs RunQuiet every `interval` on a thread of its own, so that no day stays behind after a crash.
class RecomputeJob {
 public:
  RecomputeJob(Recomputer& recomputer, absl::Duration interval)
      : recomputer_(recomputer), interval_(interval) {}
  ~RecomputeJob() { Stop(); }
  void Start();
  void Stop();

 private:
  Recomputer& recomputer_;
  const absl::Duration interval_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace kefu::performance
