// Reading a service's own feed, and waiting for more of it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/database.h"
#include "kefu/common/v1/event.pb.h"

namespace kefu::events {

struct FeedOptions {
  absl::Duration poll =
      absl::Milliseconds(50);  // how often the head is looked at while somebody waits
  absl::Duration query_timeout = absl::Seconds(10);
};

// What a reader may see.
struct FeedFilter {
  std::string org_id;              // empty: every organization
  std::vector<std::string> types;  // full message names, at most 64; empty: all
  bool audit = false;              // whether WriteRecorded and WritesRecorded are seen
};

// Some events and how far they reach.
struct FeedBatch {
  std::vector<common::v1::Event> events;
  int64_t position = 0;  // everything up to here is in `events` or filtered out
};

// The ends of the feed, as they outlive a crash of the database.
struct FeedEnds {
  int64_t trimmed = 0;  // positions up to this one are no longer kept
  int64_t head = 0;     // last position given
};

// Thread-safe. One per process; one thread looks at the head for all waiters, and only while there
// are any.
class Feed {
 public:
  explicit Feed(db::Database& database, FeedOptions options = {});
  ~Feed();  // stops
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  // Reads up to `limit` visible events after a position, at most about 1 MiB of payload.
  // OUT_OF_RANGE / EVENTS_TRIMMED when `after` is > 0 and no longer kept; OUT_OF_RANGE /
  // POSITION_AHEAD when it was never given.
  absl::StatusOr<FeedBatch> Read(int64_t after, int limit, const FeedFilter& filter);
  absl::StatusOr<FeedEnds> Ends();

  // Waits until the head is beyond `after`, the time is over (real time), or Stop. Returns the last
  // known head, which may be ≤ `after`.
  int64_t WaitBeyond(int64_t after, absl::Duration timeout);
  // Tells waiters at once of a head that is kept; wire it to SequencerOptions::on_published.
  void Published(int64_t head);
  // The greatest id in the outbox now; 0 when it is empty. With OutboxDrainedUpTo it tells when all
  // events committed before a moment have their positions.
  absl::StatusOr<int64_t> NewestOutboxId();
  absl::StatusOr<bool> OutboxDrainedUpTo(int64_t outbox_id);

  // Wakes every waiter; later waits return at once.
  void Stop();
  bool stopped() const;

 private:
  absl::StatusOr<db::Rows> Select(int64_t from, int64_t upto, int limit, const FeedFilter& filter);
  void Loop();

  db::Database& database_;
  const FeedOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;  // head moved or stopped
  std::condition_variable wanted_;   // somebody waits
  int64_t head_ = 0;                 // outlives a crash; guarded by mutex_
  int waiters_ = 0;                  // guarded by mutex_
  bool stopped_ = false;             // guarded by mutex_
  std::thread thread_;
};

// Housekeeping: removes events made before `before`, oldest first, at most `limit`, and moves the
// trimmed position on. Returns how many. Consumers that lag behind it get EVENTS_TRIMMED, so keep
// longer than the longest outage to survive.
absl::StatusOr<int64_t> TrimEvents(db::Database& database, absl::Time before, int limit);

}  // namespace kefu::events
