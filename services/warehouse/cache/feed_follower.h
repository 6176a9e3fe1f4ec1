// Keeps the availability cache in step with the service's own change feed.
#pragma once

#include <atomic>
#include <thread>

#include "absl/status/statusor.h"
#include "common/events/feed.h"
#include "services/warehouse/cache/availability_cache.h"

namespace kefu::warehouse {

// A thread that applies StockChanged events of all organizations. While the database cannot be read
// the cache ages and is passed by; afterwards the follower goes on where it was. When the feed no
// longer holds its position, the cache begins anew.
class FeedFollower {
 public:
  // Both outlive this.
  FeedFollower(events::Feed& feed, AvailabilityCache& cache) : feed_(feed), cache_(cache) {}
  ~FeedFollower();
  FeedFollower(const FeedFollower&) = delete;
  FeedFollower& operator=(const FeedFollower&) = delete;

  void Start();  // once
  void Stop();   // idempotent; within about the wait of one round

  // Reads what is new and applies it, in the calling thread: one batch. Returns the number of
  // changes. Not thread-safe against itself, nor while the thread runs.
  absl::StatusOr<int> RunOnce();

 private:
  void Loop();

  events::Feed& feed_;
  AvailabilityCache& cache_;
  bool started_ = false;  // position_ is valid
  int64_t position_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace kefu::warehouse
