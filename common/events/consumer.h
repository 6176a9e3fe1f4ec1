// Applies another service's events to this service's database, each exactly once in effect.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/database.h"
#include "common/events/event_source.h"
#include "common/time/clock.h"
#include "kefu/common/v1/event.pb.h"

namespace kefu::events {

// Applies one event. Runs inside the transaction that also moves the position; it may run again
// after a rollback, so it touches nothing outside the database. UNAVAILABLE, ABORTED,
// DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED and CANCELLED are retried for ever; any other error counts
// as an attempt.
using EventHandler = std::function<absl::Status(db::Transaction&, const common::v1::Event&)>;

struct ConsumerOptions {
  std::string name;         // ≤ 64 ASCII characters, for example "aftersales"
  std::string source_name;  // ≤ 64, the service whose feed it is, for example "warehouse"
  std::vector<std::string> types = {};  // full message names to receive; empty: all
  int attempts = 5;  // of an event with a permanent error, before it becomes a dead letter
  int events_per_transaction = 200;
  absl::Duration backoff_min = absl::Milliseconds(20);
  absl::Duration backoff_max = absl::Seconds(5);
  // After another replica was faster, this one looks again after that.
  absl::Duration standby = absl::Seconds(1);
  absl::Duration transaction_timeout = absl::Seconds(30);
  // Called after each transaction, from the consumer's thread, with the position reached (for
  // gauges and tests).
  std::function<void(int64_t)> on_position = {};
};

// An event that could not be applied.
struct DeadLetter {
  common::v1::Event event;
  absl::Status error;  // code, reason and text of the last attempt
  int attempts = 0;
  absl::Time create_time;
};

// Events are applied in position order, several per transaction; when that fails they are applied
// one by one. The position moves by compare-and-set in the same transaction, so replicas of one
// consumer may run side by side: one of them wins each step, the other starts over from the new
// position. A dead letter and the step over it are one commit as well.
class Consumer {
 public:
  // `database` is the consumer's own. All references outlive this object.
  Consumer(db::Database& database, const Clock& clock, std::unique_ptr<EventSource> source,
           EventHandler handler, ConsumerOptions options);
  ~Consumer();  // stops
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;

  // Starts the thread. Call once.
  void Start();
  // Ends the thread after its current transaction. Idempotent.
  void Stop();

  // The stored position; 0 before the first event. Thread-safe.
  absl::StatusOr<int64_t> Position();
  // Dead letters of this consumer after a position, in position order, at most `limit`.
  // Thread-safe.
  absl::StatusOr<std::vector<DeadLetter>> ListDeadLetters(int64_t after, int limit);
  // Applies a dead letter and removes it, in one transaction. It comes after its successors now:
  // handlers of events that may be retried so must bear that. NOT_FOUND when there is none at this
  // position (also when it was retried already); the handler's error, and the letter stays, when it
  // fails again. Thread-safe.
  absl::Status RetryDeadLetter(int64_t position);

 private:
  void Loop();
  absl::Status LoadPosition();
  bool OnResponse(const common::v1::WatchResponse& response);
  absl::Status ApplyBatch(const std::vector<const common::v1::Event*>& events, int64_t to);
  absl::Status ApplyWithRetry(const std::vector<const common::v1::Event*>& events, int64_t to);
  absl::Status ApplyOne(const common::v1::Event& event);
  absl::Status Bury(const common::v1::Event& event, const absl::Status& error, int attempts);
  absl::Status MovePosition(db::Transaction& transaction, int64_t to);
  void Reached(int64_t position);
  bool Wait(absl::Duration duration);  // false: stopping
  bool stopping();
  absl::Duration Backoff(int attempt) const;

  db::Database& database_;
  const Clock& clock_;
  const std::unique_ptr<EventSource> source_;
  const EventHandler handler_;
  const ConsumerOptions options_;
  int64_t position_ = 0;    // the consumer's thread only
  bool lost_race_ = false;  // the consumer's thread only
  bool heard_ = false;      // the consumer's thread only: the present stream has answered
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace kefu::events
