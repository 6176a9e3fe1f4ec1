#include "bench/harness/load.h"

#include <atomic>
#include <chrono>
#include <latch>
#include <thread>
#include <vector>

namespace kefu::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

int64_t MicrosSince(SteadyClock::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - start).count();
}

struct Caller {
  std::function<absl::Status()> call;
  std::vector<int64_t> latencies_us;
  absl::Status status;
};

}  // namespace

absl::StatusOr<Sample> RunCallers(
    int callers, absl::Duration time,
    const std::function<std::function<absl::Status()>(int caller)>& make_caller) {
  std::vector<Caller> all(callers);
  for (int i = 0; i < callers; ++i) all[i].call = make_caller(i);
  const int64_t time_us = absl::ToInt64Microseconds(time);
  std::latch start_line(callers + 1);
  std::atomic<bool> failed{false};
  SteadyClock::time_point start;
  std::vector<std::thread> threads;
  for (Caller& caller : all) {
    threads.emplace_back([&] {
      start_line.arrive_and_wait();
      const auto begin = SteadyClock::now();
      while (MicrosSince(begin) < time_us && !failed.load(std::memory_order_relaxed)) {
        const auto call_begin = SteadyClock::now();
        caller.status = caller.call();
        if (!caller.status.ok()) {
          failed = true;
          return;
        }
        caller.latencies_us.push_back(MicrosSince(call_begin));
      }
    });
  }
  start_line.arrive_and_wait();
  start = SteadyClock::now();
  for (std::thread& thread : threads) thread.join();
  const int64_t elapsed_us = MicrosSince(start);

  Sample sample;
  for (const Caller& caller : all) {
    if (!caller.status.ok()) return caller.status;
    sample.latencies_us.insert(sample.latencies_us.end(), caller.latencies_us.begin(),
                               caller.latencies_us.end());
  }
  sample.per_second =
      static_cast<double>(sample.latencies_us.size()) * 1e6 / static_cast<double>(elapsed_us);
  return sample;
}

}  // namespace kefu::bench
