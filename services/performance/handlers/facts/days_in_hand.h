// The days that are being replaced in this process: they stay in memory until their last row is
// checked.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "absl/time/time.h"
#include "kefu/performance/v1/visits.pb.h"
#include "services/performance/store/facts.h"

namespace kefu::performance {

struct DayLimits {
  // Of rows, of all days together: some 600 MB in memory. One organization takes two thirds at
  // most, a full day, so that others go on.
  size_t most_bytes = 192 << 20;
  size_t most_day_bytes = 128 << 20;  // of one
  // Without a row: whoever has nothing to send keeps nobody waiting. (A stream without any message
  // ends by common/rpc's stream_idle_timeout.)
  absl::Duration most_silence = absl::Minutes(2);
};

// One day at a time of a kind in a shop, and so many bytes. Thread-safe.
class DaysInHand {
  struct State;

 public:
  explicit DaysInHand(size_t most_bytes);

  // A day in hand; let go at the end. One thread.
  class Hold {
   public:
    Hold(Hold&& other) noexcept = default;
    Hold& operator=(Hold&&) = delete;
    ~Hold() { Release(); }
    // False when there is no room for so many more.
    [[nodiscard]] bool Take(size_t bytes);
    void Release();

   private:
    friend class DaysInHand;
    using Key = std::tuple<store::Scope, v1::FactKind>;
    Hold(std::shared_ptr<State> state, Key key) : state_(std::move(state)), key_(std::move(key)) {}

    std::shared_ptr<State> state_;
    Key key_;
    size_t bytes_ = 0;
  };
  // Nothing while the shop's facts of this kind are in hand.
  std::optional<Hold> Begin(const store::Scope& scope, v1::FactKind kind);

 private:
  std::shared_ptr<State> state_;
};

}  // namespace kefu::performance
