// How far a long step is, on stderr: a bar on a terminal, else a line each tenth. Thread-safe.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <string>

#include "fmt/format.h"

namespace kefu::bench {

class Meter {
 public:
  Meter(std::string what, int64_t total)
      : what_(std::move(what)), total_(std::max<int64_t>(total, 1)) {}

  // The bar ends its line when `total` is reached.
  void Add(int64_t count) {
    const std::lock_guard lock(mutex_);
    done_ += count;
    const int64_t tenth = done_ * 10 / total_, full = done_ * kWidth / total_;
    if (isatty(STDERR_FILENO) == 1) {
      fmt::print(stderr, "\r  {} [{:#<{}}{:-<{}}] {:3}%{}", what_, "", full, "", kWidth - full,
                 done_ * 100 / total_, done_ == total_ ? "\n" : "");
    } else if (tenth > told_) {
      fmt::print(stderr, "  {}: {} of {}\n", what_, done_, total_);
    }
    told_ = tenth;
  }

 private:
  static constexpr int64_t kWidth = 40;
  const std::string what_;
  const int64_t total_;
  std::mutex mutex_;
  int64_t done_ = 0, told_ = 0;
};

}  // namespace kefu::bench
