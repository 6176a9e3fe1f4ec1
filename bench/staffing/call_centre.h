// The calls of a month at a bank's call centre (call_centre/february_1999.tsv), and what can be
// read from them about queue and staff. Pure, but for reading the file.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"

namespace kefu::bench {

struct CustomerCall {
  absl::CivilDay day;
  int64_t arrived = 0;    // at the queue, seconds after midnight, by the local clock
  int64_t waited = 0;     // seconds in the queue
  bool answered = false;  // false: hung up
  std::string agent;      // empty: not recorded
  int64_t queue_begin = 0, queue_end = 0;  // seconds after midnight; equal: was not queued
  int64_t serve_begin = 0, serve_end = 0;  // of answered calls
};

// Phantom calls are left out. INVALID_ARGUMENT names file and line.
absl::StatusOr<std::vector<CustomerCall>> LoadCalls(const std::string& path);

// A half hour of a day.
struct HalfHour {
  absl::CivilDay day;
  int slot = 0;
  friend bool operator<(const HalfHour& a, const HalfHour& b) {
    return a.day != b.day ? a.day < b.day : a.slot < b.slot;
  }
};
HalfHour HalfHourOf(const CustomerCall& call);

// Agents actually on duty, on average over the half hour. Nobody signs on or off in the records,
// but while customers wait everyone on duty is busy: the mean number of busy agents over these
// seconds. In a half hour without waiting, agents seen within five minutes of a call of theirs.
std::map<HalfHour, double> OnDuty(const std::vector<CustomerCall>& calls);

}  // namespace kefu::bench
