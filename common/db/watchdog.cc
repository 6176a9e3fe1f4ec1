#include "common/db/watchdog.h"

#include "common/db/connection.h"

namespace kefu::db {

Watchdog::Watchdog() : thread_([this] { Loop(); }) {}

Watchdog::~Watchdog() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Watchdog::Arm(Connection* connection, absl::Time deadline) {
  bool earlier;
  {
    std::lock_guard lock(mutex_);
    armed_.emplace(deadline, connection);
    earlier = deadline < wake_;
    if (earlier) wake_ = deadline;
  }
  // Disarming does not wake the thread, so it is woken about once per deadline, not per call.
  if (earlier) changed_.notify_one();
}

void Watchdog::Disarm(Connection* connection, absl::Time deadline) {
  std::lock_guard lock(mutex_);
  armed_.erase({deadline, connection});
}

void Watchdog::Loop() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const absl::Time now = absl::Now();
    while (!armed_.empty() && armed_.begin()->first <= now) {
      armed_.begin()->second->Expire();  // under the lock: Disarm must not return in between
      armed_.erase(armed_.begin());
    }
    wake_ = armed_.empty() ? absl::InfiniteFuture() : armed_.begin()->first;
    if (wake_ == absl::InfiniteFuture()) {
      changed_.wait(lock);
    } else {
      changed_.wait_until(lock, absl::ToChronoTime(wake_));
    }
  }
}

}  // namespace kefu::db
