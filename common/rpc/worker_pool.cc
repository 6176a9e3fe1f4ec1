#include "common/rpc/worker_pool.h"

#include <chrono>
#include <utility>

namespace kefu::rpc {
namespace {

// A stream thread without work ends after this; long enough for streams that follow each other.
constexpr std::chrono::seconds kIdleThreadLife{30};

}  // namespace

WorkerPool::WorkerPool(int workers, size_t queue_capacity, std::function<void(int64_t)> on_depth)
    : capacity_(queue_capacity), on_depth_(std::move(on_depth)) {
  for (int i = 0; i < workers; ++i) threads_.emplace_back([this] { Work(); });
}

WorkerPool::~WorkerPool() { Stop(); }

bool WorkerPool::Submit(std::unique_ptr<Task>& task) {
  {
    std::lock_guard lock(mu_);
    if (stopped_ || queue_.size() >= capacity_) return false;
    queue_.push_back(std::move(task));
    on_depth_(static_cast<int64_t>(queue_.size()));
  }
  ready_.notify_one();
  return true;
}

void WorkerPool::Work() {
  std::unique_lock lock(mu_);
  while (true) {
    ready_.wait(lock, [this] { return stopped_ || !queue_.empty(); });
    if (stopped_) return;
    std::unique_ptr<Task> task = std::move(queue_.front());
    queue_.pop_front();
    on_depth_(static_cast<int64_t>(queue_.size()));
    lock.unlock();
    task->Run();
    task.reset();
    lock.lock();
  }
}

void WorkerPool::Stop() {
  std::deque<std::unique_ptr<Task>> waiting;
  {
    std::lock_guard lock(mu_);
    stopped_ = true;
    waiting.swap(queue_);
  }
  ready_.notify_all();
  for (const auto& task : waiting) task->Abandon();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

StreamPool::StreamPool(size_t max_threads, std::function<void(int64_t)> on_open)
    : max_threads_(max_threads), on_open_(std::move(on_open)) {}

StreamPool::~StreamPool() { Stop(); }

bool StreamPool::Submit(std::unique_ptr<Task>& task) {
  std::list<std::thread> exited;
  {
    std::lock_guard lock(mu_);
    if (stopped_ || busy_ >= max_threads_) return false;
    ++busy_;
    on_open_(static_cast<int64_t>(busy_));
    handoff_.push_back(std::move(task));
    if (idle_ < handoff_.size()) {
      threads_.emplace_front();
      threads_.front() = std::thread([this, self = threads_.begin()] { Work(self); });
    } else {
      ready_.notify_one();
    }
    exited.swap(exited_);
  }
  for (std::thread& thread : exited) thread.join();  // has left Work but for its last instructions
  return true;
}

void StreamPool::Work(std::list<std::thread>::iterator self) {
  std::unique_lock lock(mu_);
  while (true) {
    ++idle_;
    ready_.wait_for(lock, kIdleThreadLife, [this] { return stopped_ || !handoff_.empty(); });
    --idle_;
    if (handoff_.empty()) break;
    std::unique_ptr<Task> task = std::move(handoff_.front());
    handoff_.pop_front();
    lock.unlock();
    task->Run();
    task.reset();
    lock.lock();
    --busy_;
    on_open_(static_cast<int64_t>(busy_));
  }
  if (!stopped_) exited_.splice(exited_.end(), threads_, self);
}

void StreamPool::Stop() {
  std::list<std::thread> threads;
  {
    std::lock_guard lock(mu_);
    stopped_ = true;
    threads.swap(threads_);
    threads.splice(threads.end(), exited_);
  }
  ready_.notify_all();
  for (std::thread& thread : threads) thread.join();
}

}  // namespace kefu::rpc
