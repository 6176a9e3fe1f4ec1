// A measurement and its baseline, run in turns, printed as one JSON line.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace kefu::bench {

// What one run of a case gave.
struct Sample {
  double per_second = 0;
  std::vector<int64_t> latencies_us;  // of every operation, in any order
};
using Run = std::function<absl::StatusOr<Sample>()>;

struct Case {
  std::string bench, name;
  int callers = 1;
  std::string unit;      // of what is counted per second, for example "calls/s"
  std::string baseline;  // what it is compared with
};

inline constexpr int kLeastRounds = 3;  // fewer have no median worth its name

// Declares --rounds, how often measured case and baseline alternate.
void AddRounds(CLI::App& app, int& rounds);

// Tells what went wrong on stderr as "kefu-bench-NAME: ..."; returns what the program exits with.
int ExitWith(std::string_view name, const absl::Status& status);

// Writes one line to stdout, in the shape that Compare tells. UNAVAILABLE when it cannot be
// written.
absl::Status Print(const Case& what, double value, std::vector<int64_t> latencies_us,
                   double baseline_value);

// The same for values of which less is better, each measured once: without percentiles, values to
// four decimals, ratio = baseline_value / value.
absl::Status PrintLess(const Case& what, double value, double baseline_value);

// Runs each of the two once to warm up and then `rounds` times, turn about, the first of a round
// changing too, so that neither profits from what the machine does meanwhile. Then writes to stdout
//   {"bench","case","callers","value","unit","p50_ms","p99_ms","baseline","baseline_value","ratio"}
// with medians over the rounds, ratio = value / baseline_value, and percentiles over all operations
// of the measured case; each run's figure goes to stderr. Returns the first error of a run.
absl::Status Compare(const Case& what, int rounds, const Run& measured, const Run& baseline);

}  // namespace kefu::bench
