// The two thread pools that calls run on. Both are thread-safe and bounded.
#ifndef KEFU_COMMON_RPC_WORKER_POOL_H_
#define KEFU_COMMON_RPC_WORKER_POOL_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace kefu::rpc {

// A piece of work. Exactly one of the two is called, once, unless a pool refused the task.
class Task {
 public:
  virtual ~Task() = default;
  virtual void Run() = 0;
  // The pool stops before the task's turn came.
  virtual void Abandon() = 0;
};

// A fixed number of workers behind a bounded first-in-first-out queue: for calls that end soon.
// Workers = database connections, so that a worker never waits for a connection.
class WorkerPool {
 public:
  // on_depth is called with the queue's length after each change, from any thread.
  WorkerPool(int workers, size_t queue_capacity, std::function<void(int64_t)> on_depth);
  ~WorkerPool();  // Stop()
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Takes the task, or leaves it with the caller and returns false: the queue is full or the pool
  // stopped.
  bool Submit(std::unique_ptr<Task>& task);

  // Waits for running tasks, abandons waiting ones. Idempotent.
  void Stop();

 private:
  void Work();

  const size_t capacity_;
  const std::function<void(int64_t)> on_depth_;
  std::mutex mu_;
  std::condition_variable ready_;
  std::deque<std::unique_ptr<Task>> queue_;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

// One thread per task up to a limit, made on demand and kept for a while: for streams, which may
// block on a slow peer and must not starve the workers.
class StreamPool {
 public:
  StreamPool(size_t max_threads, std::function<void(int64_t)> on_open);
  ~StreamPool();
  StreamPool(const StreamPool&) = delete;
  StreamPool& operator=(const StreamPool&) = delete;

  // As WorkerPool::Submit; false: max_threads tasks are running or the pool stopped.
  bool Submit(std::unique_ptr<Task>& task);

  // Waits for running tasks. Idempotent.
  void Stop();

 private:
  void Work(std::list<std::thread>::iterator self);

  const size_t max_threads_;
  const std::function<void(int64_t)> on_open_;
  std::mutex mu_;
  std::condition_variable ready_;
  std::deque<std::unique_ptr<Task>> handoff_;  // never longer than the number of idle threads
  size_t idle_ = 0;
  size_t busy_ = 0;
  bool stopped_ = false;
  std::list<std::thread> threads_;
  std::list<std::thread> exited_;  // to be joined by the next Submit or Stop
};

}  // namespace kefu::rpc

#endif  // KEFU_COMMON_RPC_WORKER_POOL_H_
