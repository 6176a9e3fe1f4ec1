// Computations that take seconds, one after the other on a thread of their own, so that they hold
// neither the workers nor the connections of ordinary calls.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace kefu::warehouse::solver {

// Thread-safe.
class SolverThread {
 public:
  // `queue`: most jobs that wait; more are refused.
  explicit SolverThread(size_t queue = 8);
  ~SolverThread();  // runs what waits, then ends

  // False when the queue is full: the job is not run. A job answers for itself when its caller has
  // gone or its time is over meanwhile.
  bool Submit(std::function<void()> job);

 private:
  void Run();

  const size_t most_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace kefu::warehouse::solver
