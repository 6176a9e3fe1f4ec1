#include "bench/staffing/call_centre.h"

#include <algorithm>
#include <array>
#include <fstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "fmt/format.h"

namespace kefu::bench {
namespace {

constexpr int64_t kHalfHour = 1'800, kDay = 86'400;
constexpr int64_t kPresence = 300;  // seconds without a call after which an agent may be away
constexpr size_t kColumns = 17;
enum Column {
  kDate = 5,
  kVruExit = 7,
  kQueueStart = 9,
  kQueueExit = 10,
  kQueueTime = 11,
  kOutcome = 12,
  kServeStart = 13,
  kServeExit = 14,
  kServer = 16,
};

bool ParseClock(const std::string& text, int64_t& seconds) {
  const std::vector<std::string> parts = absl::StrSplit(text, ':');
  int64_t h, m, s;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &h) || !absl::SimpleAtoi(parts[1], &m) ||
      !absl::SimpleAtoi(parts[2], &s)) {
    return false;
  }
  seconds = h * 3'600 + m * 60 + s;
  return seconds >= 0 && seconds < 2 * kDay;
}

// YYMMDD of the last century.
bool ParseDate(const std::string& text, absl::CivilDay& day) {
  int64_t number;
  if (text.size() != 6 || !absl::SimpleAtoi(text, &number)) return false;
  day = absl::CivilDay(1900 + number / 10'000, number / 100 % 100, number % 100);
  return day.month() == number / 100 % 100 && day.day() == number % 100;
}

bool ParseCall(const std::vector<std::string>& fields, CustomerCall& call) {
  if (!ParseDate(fields[kDate], call.day) || !ParseClock(fields[kVruExit], call.arrived) ||
      !ParseClock(fields[kQueueStart], call.queue_begin) ||
      !ParseClock(fields[kQueueExit], call.queue_end) ||
      !ParseClock(fields[kServeStart], call.serve_begin) ||
      !ParseClock(fields[kServeExit], call.serve_end) ||
      !absl::SimpleAtoi(fields[kQueueTime], &call.waited)) {
    return false;
  }
  call.answered = fields[kOutcome] == "AGENT";
  if (fields[kServer] != "NO_SERVER") call.agent = fields[kServer];
  return call.answered || fields[kOutcome] == "HANG";
}

// Of one day, by second.
struct DayCurve {
  std::array<int32_t, kDay + 1> queued{}, busy{};  // changes, then sums

  void Add(std::array<int32_t, kDay + 1>& curve, int64_t begin, int64_t end) {
    if (begin >= end || begin >= kDay) return;
    ++curve[begin];
    --curve[std::min(end, kDay)];
  }
};

// Seconds of presence by half hour: calls of an agent that lie close together are one stretch.
void AddPresence(std::vector<std::pair<int64_t, int64_t>> calls, absl::CivilDay day,
                 std::map<HalfHour, double>& agents) {
  std::ranges::sort(calls);
  std::vector<std::pair<int64_t, int64_t>> stretches;
  for (const auto& [begin, end] : calls) {
    if (!stretches.empty() && begin - stretches.back().second <= kPresence) {
      stretches.back().second = std::max(stretches.back().second, end);
    } else {
      stretches.emplace_back(begin, end);
    }
  }
  for (const auto& [begin, end] : stretches) {
    for (int64_t slot = begin / kHalfHour; slot < 48 && slot * kHalfHour < end; ++slot) {
      const int64_t within =
          std::min(end, (slot + 1) * kHalfHour) - std::max(begin, slot * kHalfHour);
      agents[{day, static_cast<int>(slot)}] += static_cast<double>(within) / kHalfHour;
    }
  }
}

}  // namespace

absl::StatusOr<std::vector<CustomerCall>> LoadCalls(const std::string& path) {
  std::ifstream file(path);
  if (!file) return absl::InvalidArgumentError(fmt::format("{}: cannot be read", path));
  std::vector<CustomerCall> calls;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (number == 1) continue;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const std::vector<std::string> fields = absl::StrSplit(line, '\t');
    if (fields.size() == kColumns && fields[kOutcome] == "PHANTOM") continue;
    if (fields.size() != kColumns || !ParseCall(fields, calls.emplace_back())) {
      return absl::InvalidArgumentError(fmt::format("{}:{}: is no call", path, number));
    }
  }
  return calls;
}

HalfHour HalfHourOf(const CustomerCall& call) {
  return {call.day + call.arrived / kDay, static_cast<int>(call.arrived % kDay / kHalfHour)};
}

std::map<HalfHour, double> OnDuty(const std::vector<CustomerCall>& calls) {
  std::map<absl::CivilDay, DayCurve> curves;
  std::map<std::pair<absl::CivilDay, std::string>, std::vector<std::pair<int64_t, int64_t>>> seen;
  for (const CustomerCall& call : calls) {
    DayCurve& curve = curves[call.day];
    if (call.waited > 0) curve.Add(curve.queued, call.queue_begin, call.queue_end);
    if (!call.answered || call.agent.empty()) continue;
    curve.Add(curve.busy, call.serve_begin, call.serve_end);
    seen[{call.day, call.agent}].emplace_back(call.serve_begin, call.serve_end);
  }
  std::map<HalfHour, double> duty;
  for (auto& [key, agent_calls] : seen) AddPresence(agent_calls, key.first, duty);
  for (const auto& [day, curve] : curves) {
    std::map<int, std::pair<double, double>> waiting;  // seconds, and agents busy in them
    int32_t queued = 0, busy = 0;
    for (int64_t second = 0; second < kDay; ++second) {
      queued += curve.queued[second];
      busy += curve.busy[second];
      if (queued == 0) continue;
      auto& [seconds, agents] = waiting[static_cast<int>(second / kHalfHour)];
      ++seconds;
      agents += busy;
    }
    for (const auto& [slot, sums] : waiting) duty[{day, slot}] = sums.second / sums.first;
  }
  return duty;
}

}  // namespace kefu::bench
