#include "common/time/repeater.h"

#include <chrono>
#include <utility>

namespace kefu {

void Repeater::Start(std::function<bool()> round) {
  thread_ = std::thread([this, round = std::move(round)] {
    while (!stopping()) {
      if (round()) continue;
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, absl::ToChronoNanoseconds(interval_), [this] { return stopping_; });
    }
  });
}

void Repeater::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Repeater::stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

}  // namespace kefu
