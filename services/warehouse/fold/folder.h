// The engine of the hot path: commands of many callers wait in one queue, and a few writers fold
// whatever waits into one transaction each. What all of them share — statements, locks, the flush
// of a commit — is paid once a fold, so one hot SKU runs as fast as a thousand cold ones.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/obs/metrics.h"
#include "services/warehouse/fold/job.h"
#include "services/warehouse/fold/write_fold.h"
#include "services/warehouse/handlers/dependencies.h"

namespace kefu::warehouse::fold {

struct FolderOptions {
  // Each holds a connection while it writes. With two, one gathers and sends while the other's
  // commit reaches the disk.
  int writers = 2;
  size_t most = 256;         // commands a fold; a larger batch is a fold of its own
  size_t capacity = 16'384;  // commands that wait; about half a second's work, 25 MB
  // How long a fold waits for callers that were there a moment ago and come back after their
  // answers. Nobody waits for callers who are alone.
  absl::Duration gather = absl::Milliseconds(2);
  // A fold begins beside another one only when so many wait: what a fold costs by itself is shared
  // by few otherwise.
  size_t beside = 24;
  // Bounds a fold's time at the database, whatever its callers allow.
  absl::Duration longest = absl::Seconds(30);
  obs::Counter folds = {}, commands = {};  // transactions begun, commands in them
};

// Thread-safe. Any number of processes may fold on one database: what is decided is decided under
// the database's locks. A fold that fails, unless the database is away, is carried out command by
// command, so that one that cannot succeed fails alone; a lost COMMIT is answered as such to all of
// its callers. Two jobs with the same request id never share a fold: the second finds the first's
// answer.
class Folder {
 public:
  explicit Folder(const Dependencies& deps, FolderOptions options = {});
  ~Folder();  // stops
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  // Queues the job, which is answered later, or answers it at once: RESOURCE_EXHAUSTED QUEUE_FULL
  // with RetryInfo, UNAVAILABLE SERVER_DRAINING. Never blocks.
  void Submit(std::unique_ptr<Job> job);
  // The same, but waits for room in the queue: for streams, whose clients wait in turn.
  void SubmitWhenRoom(std::unique_ptr<Job> job);

  // Answers what waits and ends the writers. Idempotent.
  void Stop();

 private:
  using Jobs = std::vector<std::unique_ptr<Job>>;

  bool HasRoom(const Job& job) const;
  absl::Status Enqueue(std::unique_ptr<Job>& job);
  size_t Target() const;
  bool Gathered() const;
  void Loop();
  Jobs Take();
  void Fold(Jobs jobs);
  void Run(std::span<Job* const> jobs);
  void RunAlone(Job& job);
  absl::Status Transact(std::span<const Unit> units);

  const Dependencies& deps_;
  const FolderOptions options_;
  std::mutex mutex_;
  std::condition_variable work_;      // the queue is not empty
  std::condition_variable gathered_;  // as many wait as are expected
  std::condition_variable room_;
  std::deque<std::unique_ptr<Job>> queue_;  // all below are guarded by mutex_
  size_t waiting_ = 0;                      // commands in the queue
  size_t running_ = 0;                      // jobs taken and not answered yet
  double peak_ = 0;                         // most jobs waiting and running lately
  bool gathering_ = false;
  bool stopping_ = false;
  std::vector<std::thread> writers_;
};

}  // namespace kefu::warehouse::fold
