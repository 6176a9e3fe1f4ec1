#include "clients/kefuctl/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "absl/time/clock.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/text.h"

namespace kefu::kefuctl {
namespace {

constexpr absl::Duration kRedraw = absl::Milliseconds(200);  // often enough to look alive
constexpr int kBarWidth = 24;

}  // namespace

std::string ProgressLine(int64_t rows, int64_t bytes, int64_t total_bytes, absl::Duration elapsed) {
  const double seconds = std::max(absl::ToDoubleSeconds(elapsed), 0.001);
  std::string line;
  if (total_bytes > 0) {
    const double done = std::min(1.0, static_cast<double>(bytes) / total_bytes);
    const int filled = static_cast<int>(done * kBarWidth);
    line =
        fmt::format("[{:#<{}}{:-<{}}] {:3.0f}%  ", "", filled, "", kBarWidth - filled, done * 100);
  }
  line += fmt::format("{} {}  {:.1f} MB  {} {}/s", Grouped(std::to_string(rows)),
                      Tr(Text::kProgressRows), bytes / 1e6,
                      Grouped(fmt::format("{:.0f}", rows / seconds)), Tr(Text::kProgressRows));
  if (total_bytes > 0 && bytes > 0) {
    const int64_t left = static_cast<int64_t>(seconds * std::max<int64_t>(0, total_bytes - bytes) /
                                              static_cast<double>(bytes));
    line += fmt::format("  {} {}:{:02}", Tr(Text::kProgressLeft), left / 60, left % 60);
  }
  return line;
}

void Progress::Begin() {
  begin_ = absl::Now();
  last_ = absl::InfinitePast();
}

void Progress::Update(int64_t rows, int64_t bytes, int64_t total_bytes) {
  if (!shown_) return;
  const absl::Time now = absl::Now();
  if (now - last_ < kRedraw) return;
  last_ = now;
  Say(ProgressLine(rows, bytes, total_bytes, now - begin_));
}

void Progress::Say(std::string_view words) {
  if (!shown_) return;
  fmt::print(stderr, "\r\x1b[K{}", words);
  std::fflush(stderr);
  drawn_ = true;
}

void Progress::Clear() {
  if (!drawn_) return;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace kefu::kefuctl
