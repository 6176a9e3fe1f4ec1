// Group commit of whole writes: what many callers want written at the same time waits in one queue,
// and a few writers carry out whatever waits in one transaction each. What all of it shares —
// statements, locks, the flush of the commit — is paid once a batch.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/batching/job.h"

namespace kefu::batching {

struct Options {
  // Batches that run at once. Each holds a connection. With two, one gathers and sends while the
  // other's commit reaches the disk.
  int writers = 2;
  // Threads besides, which begin batches when those that run are stuck behind somebody's lock.
  int spare = 0;
  size_t most = 256;         // writes of a batch; a larger job is a batch of its own
  size_t capacity = 16'384;  // writes that wait; about half a second's work, 25 MB
  // How long a batch waits for callers that were there a moment ago and come back after their
  // answers. Nobody waits for callers who are alone.
  absl::Duration gather = absl::Milliseconds(2);
  // A batch begins beside another one only when so many wait: what it costs by itself is shared by
  // few otherwise.
  size_t beside = 24;
  // Batches among which the callers that are there are divided, where they are enough for that.
  // With one, a batch waits for all whom nobody answers just now: best where batches wait for each
  // other's locks. With as many as there are writers, for its share: then the processors have work
  // while another batch commits.
  int shares = 1;
};

// Thread-safe. A batch of several jobs that fails, unless the database is away, is carried out job
// by job, so that one that cannot succeed fails alone; where the database is away, or a COMMIT was
// lost, that is the answer to all. Jobs with a key in common never share a batch, and are carried
// out in the order in which they came. A job whose deadline has passed or whose caller has gone
// when its turn comes is not begun. Every job is answered exactly once.
class BatchingExecutor {
 public:
  // Both run on the executor's threads, several at once.
  struct Work {
    // Carries out the jobs as one transaction and sets all of their results, or returns an error:
    // then nothing is written, or, when the COMMIT was lost, nobody knows.
    std::function<absl::Status(std::span<Job* const>)> batch;
    // Carries out one job of a batch that has failed, and sets its results.
    std::function<void(Job&)> alone;
  };

  BatchingExecutor(Work work, Options options);
  ~BatchingExecutor();  // stops
  BatchingExecutor(const BatchingExecutor&) = delete;
  BatchingExecutor& operator=(const BatchingExecutor&) = delete;

  // Queues the job, which is answered later, or fails and answers it at once: RESOURCE_EXHAUSTED
  // QUEUE_FULL with RetryInfo, UNAVAILABLE SERVER_DRAINING. Never blocks.
  void Submit(std::unique_ptr<Job> job);
  // The same, but waits for room in the queue: for streams, whose clients wait in turn.
  void SubmitWhenRoom(std::unique_ptr<Job> job);

  // Carries out and answers what waits and ends the writers. Idempotent.
  void Stop();

 private:
  using Jobs = std::vector<std::unique_ptr<Job>>;

  bool HasRoom(const Job& job) const;
  absl::Status Enqueue(std::unique_ptr<Job>& job);
  size_t Target() const;
  bool Gathered() const;
  bool MayBegin() const;
  void Gather(std::unique_lock<std::mutex>& lock);
  Jobs Take();
  void Loop();
  void Carry(Jobs jobs);
  void RunWave(std::span<Job* const> jobs);
  void End(size_t jobs, size_t writes);

  const Work work_;
  const Options options_;
  std::mutex mutex_;
  std::condition_variable wanted_;    // the queue is not empty
  std::condition_variable gathered_;  // as many wait as are expected, or a batch has ended
  std::condition_variable room_;
  std::deque<std::unique_ptr<Job>> queue_;  // all below are guarded by mutex_
  size_t waiting_ = 0;                      // writes in the queue
  int active_ = 0;                          // batches that run
  size_t running_jobs_ = 0;                 // taken and not answered yet
  size_t running_writes_ = 0;               // of those
  double peak_jobs_ = 0;                    // most that were waiting and running lately
  double peak_writes_ = 0;                  // of those
  bool gathering_ = false;                  // one thread at a time chooses the next batch
  bool stopping_ = false;
  std::vector<std::thread> writers_;
};

}  // namespace kefu::batching
