// A clock that stands still until the test moves it.
#pragma once

#include <mutex>

#include "absl/time/time.h"
#include "common/time/clock.h"

namespace kefu::testing {

// Thread-safe.
class FakeClock final : public Clock {
 public:
  // A fixed instant by default, so that tests are repeatable: 2026-01-15 04:00 UTC, noon of a
  // plain workday in Shanghai.
  explicit FakeClock(absl::Time now = absl::FromUnixSeconds(1768449600)) : now_(now) {}

  absl::Time Now() const override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  void Set(absl::Time now) {
    const std::lock_guard lock(mutex_);
    now_ = now;
  }
  void Advance(absl::Duration by) {
    const std::lock_guard lock(mutex_);
    now_ += by;
  }

 private:
  mutable std::mutex mutex_;
  absl::Time now_;
};

}  // namespace kefu::testing
