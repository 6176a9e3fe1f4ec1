// Work that is done again and again.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "absl/time/time.h"

namespace kefu {

// A thread that does rounds of some work, with a pause between them. Thread-safe, but for Start.
class Repeater {
 public:
  // The pause, by the real clock.
  explicit Repeater(absl::Duration interval) : interval_(interval) {}
  ~Repeater() { Stop(); }
  Repeater(const Repeater&) = delete;
  Repeater& operator=(const Repeater&) = delete;

  // The first round begins at once. A round that returns true has left more to do: the next one
  // follows without a pause. Call once.
  void Start(std::function<bool()> round);
  // Waits for the round that runs; no other follows. Idempotent. Never from within a round.
  void Stop();
  // Whether Stop was called: long rounds look at it between their steps.
  bool stopping() const;

 private:
  const absl::Duration interval_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace kefu
