#include "bench/harness/compare.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"

namespace kefu::bench {
namespace {

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

// By the nearest rank.
double PercentileMs(const std::vector<int64_t>& sorted_us, double share) {
  if (sorted_us.empty()) return 0;
  const auto rank = static_cast<size_t>(std::ceil(share * static_cast<double>(sorted_us.size())));
  return static_cast<double>(sorted_us[std::max<size_t>(rank, 1) - 1]) / 1000;
}

// To that many decimals; dividing by a power of ten gives the double that prints short.
double Round(double value, int decimals) {
  const double scale = std::pow(10, decimals);
  return std::round(value * scale) / scale;
}

class Side {
 public:
  Side(std::string name, std::string unit, const Run& run)
      : name_(std::move(name)), unit_(std::move(unit)), run_(run) {}

  absl::Status Turn(int round) {
    ASSIGN_OR_RETURN(Sample sample, run_());
    fmt::print(stderr, "  round {}: {} {:.0f} {}{}\n", round, name_, sample.per_second, unit_,
               round == 0 ? " (warm-up)" : "");
    if (round == 0) return absl::OkStatus();
    rates_.push_back(sample.per_second);
    latencies_us_.insert(latencies_us_.end(), sample.latencies_us.begin(),
                         sample.latencies_us.end());
    return absl::OkStatus();
  }

  double value() const { return Median(rates_); }
  const std::vector<int64_t>& latencies_us() const { return latencies_us_; }

 private:
  const std::string name_, unit_;
  const Run& run_;
  std::vector<double> rates_;
  std::vector<int64_t> latencies_us_;
};

}  // namespace

void AddRounds(CLI::App& app, int& rounds) {
  app.add_option("--rounds", rounds, "Turns of the measured case and its baseline")
      ->check(CLI::Range(kLeastRounds, 1000))
      ->capture_default_str();
}

int ExitWith(std::string_view name, const absl::Status& status) {
  if (status.ok()) return 0;
  fmt::print(stderr, "kefu-bench-{}: {}\n", name, status.ToString());
  return 1;
}

absl::Status Print(const Case& what, double value, std::vector<int64_t> latencies_us,
                   double baseline_value) {
  std::sort(latencies_us.begin(), latencies_us.end());
  const nlohmann::ordered_json line = {{"bench", what.bench},
                                       {"case", what.name},
                                       {"callers", what.callers},
                                       {"value", Round(value, 1)},
                                       {"unit", what.unit},
                                       {"p50_ms", Round(PercentileMs(latencies_us, 0.50), 3)},
                                       {"p99_ms", Round(PercentileMs(latencies_us, 0.99), 3)},
                                       {"baseline", what.baseline},
                                       {"baseline_value", Round(baseline_value, 1)},
                                       {"ratio", Round(value / baseline_value, 4)}};
  fmt::print("{}\n", line.dump());
  if (std::fflush(stdout) != 0) return absl::UnavailableError("stdout cannot be written");
  return absl::OkStatus();
}

absl::Status PrintLess(const Case& what, double value, double baseline_value) {
  const nlohmann::ordered_json line = {{"bench", what.bench},
                                       {"case", what.name},
                                       {"value", Round(value, 4)},
                                       {"unit", what.unit},
                                       {"baseline", what.baseline},
                                       {"baseline_value", Round(baseline_value, 4)},
                                       {"ratio", Round(baseline_value / value, 4)}};
  fmt::print("{}\n", line.dump());
  if (std::fflush(stdout) != 0) return absl::UnavailableError("stdout cannot be written");
  return absl::OkStatus();
}

absl::Status Compare(const Case& what, int rounds, const Run& measured, const Run& baseline) {
  fmt::print(stderr, "{} {} callers={}\n", what.bench, what.name, what.callers);
  Side ours(what.name, what.unit, measured), theirs(what.baseline, what.unit, baseline);
  for (int round = 0; round <= rounds; ++round) {
    const bool ours_first = round % 2 == 0;
    RETURN_IF_ERROR((ours_first ? ours : theirs).Turn(round));
    RETURN_IF_ERROR((ours_first ? theirs : ours).Turn(round));
  }
  return Print(what, ours.value(), ours.latencies_us(), theirs.value());
}

}  // namespace kefu::bench
