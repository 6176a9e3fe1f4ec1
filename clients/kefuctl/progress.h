// The progress of a long import, on a terminal only. Not thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace kefu::kefuctl {

// "[#####-----]  50%  12,345 rows  3.2 MB  5,000 rows/s  0:12 left". Pure. `total_bytes` 0: not
// known.
std::string ProgressLine(int64_t rows, int64_t bytes, int64_t total_bytes, absl::Duration elapsed);

class Progress {
 public:
  // `shown`: stderr is a terminal and nobody said --no-progress.
  explicit Progress(bool shown) : shown_(shown) {}
  ~Progress() { Clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Starts the clock for the next file.
  void Begin();
  // Draws at most a few times a second.
  void Update(int64_t rows, int64_t bytes, int64_t total_bytes);
  // Draws these words instead.
  void Say(std::string_view words);
  // Takes the line away, for other lines to be printed.
  void Clear();

 private:
  const bool shown_;
  bool drawn_ = false;
  absl::Time begin_ = absl::UnixEpoch(), last_ = absl::InfinitePast();
};

}  // namespace kefu::kefuctl
