// Where "now" comes from. Everything that needs the time takes a Clock&, so that tests set it.
#pragma once

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace kefu {

// Thread-safe. Instants are UTC; they may step backwards when the machine's clock is corrected.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
};

// The machine's clock.
class SystemClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
};

}  // namespace kefu
