// Gives committed outbox rows their place in the service's feed.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/database.h"
#include "common/events/lease.h"
#include "common/time/clock.h"

namespace kefu::events {

struct SequencerOptions {
  absl::Duration poll = absl::Milliseconds(50);  // finds rows that other replicas committed
  int rows_per_pass = 1000;                      // bounds the transaction
  // Passes that find something are at least so far apart: under load one gives many commits' rows
  // their positions, and its statements and its flush are paid once. The first after a quiet time
  // comes at once.
  absl::Duration spacing = absl::Milliseconds(20);
  absl::Duration lease_ttl = absl::Seconds(5);  // a dead holder's duty passes on after this
  // Called after each pass or look, from the sequencer's thread: age of the oldest row that waits
  // (0 when none waits).
  std::function<void(absl::Duration)> on_lag = {};
  // Called after each pass that published something, from the sequencer's thread, with the new last
  // position.
  std::function<void(int64_t)> on_published = {};
};

// Moves rows from `outbox` to `event` with dense positions and a SHA-256 chain, in one transaction
// per pass. A row that becomes visible late (its transaction took an early id and committed after
// others) is simply found by a later pass, so nothing is missed. Any number of replicas may run
// one: the lock on the position row keeps positions dense and single, the lease only saves useless
// passes. A crash at any point loses and doubles nothing.
//
// Order: by outbox id within what is visible; rows of one key keep their causal order, because the
// later writer waited for the earlier one's commit. (On a cluster with several writers, ids are not
// ordered between nodes: write to one node.)
class Sequencer {
 public:
  // `owner` differs between processes. `database` and `clock` outlive this.
  Sequencer(db::Database& database, const Clock& clock, std::string_view owner,
            SequencerOptions options = {});
  ~Sequencer();  // stops
  Sequencer(const Sequencer&) = delete;
  Sequencer& operator=(const Sequencer&) = delete;

  // Starts the thread. Call once.
  void Start();
  // Ends the thread after its current pass and gives the lease back. Idempotent.
  void Stop();
  // Says that a transaction with outbox rows has committed here. Cheap, thread-safe.
  void Notify();
  // One pass in the calling thread (tests, and services that end): returns the number of rows
  // published; 0 also when another process holds the lease. Thread-safe against itself.
  absl::StatusOr<int> RunPass();

 private:
  void Loop();
  bool Rest(absl::Duration time);
  absl::StatusOr<int> PassIn(db::Transaction& transaction, int64_t* position);

  db::Database& database_;
  const Clock& clock_;
  const SequencerOptions options_;
  std::mutex pass_mutex_;        // one pass at a time in this process
  Lease lease_;                  // guarded by pass_mutex_
  bool may_hold_lease_ = false;  // guarded by pass_mutex_
  std::mutex mutex_;
  std::condition_variable wake_;
  bool notified_ = false;  // guarded by mutex_
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace kefu::events
