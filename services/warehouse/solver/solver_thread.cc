#include "services/warehouse/solver/solver_thread.h"

#include <utility>

namespace kefu::warehouse::solver {

SolverThread::SolverThread(size_t queue) : most_(queue) {}

SolverThread::~SolverThread() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

bool SolverThread::Submit(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    if (stop_ || jobs_.size() >= most_) return false;
    jobs_.push_back(std::move(job));
    // Most processes never plan anything.
    if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
  }
  wake_.notify_one();
  return true;
}

void SolverThread::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stop_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    const std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    lock.lock();
  }
}

}  // namespace kefu::warehouse::solver
