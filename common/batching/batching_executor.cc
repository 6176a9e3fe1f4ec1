#include "common/batching/batching_executor.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/time/clock.h"
#include "common/batching/transaction_batch.h"
#include "common/status/error.h"

namespace kefu::batching {
namespace {

constexpr absl::Duration kRetryDelay = absl::Milliseconds(100);  // of a caller who finds no room
// How fast callers who stay away are forgotten, per batch.
constexpr double kForget = 0.9;
// How many times as long as for callers a small batch waits for another one to end.
constexpr int kPatience = 10;

absl::Status Draining() {
  return Unavailable("SERVER_DRAINING", "the server is shutting down; another one may answer",
                     absl::Seconds(1));
}

absl::Status CheckAlive(const Job& job) {
  if (absl::Now() >= job.deadline) {
    return DeadlineExceeded("the deadline passed before the call was begun");
  }
  if (job.cancelled && job.cancelled()) return Cancelled("the caller has gone away");
  return absl::OkStatus();
}

// Adds the job's keys unless one of them is there already, or `later` has one of them: it comes
// after those.
bool Join(const Job& job, std::set<Job::Key>& keys, std::set<Job::Key>& later) {
  std::vector<Job::Key> own;
  job.AddKeys(own);
  const bool joins = std::ranges::none_of(
      own, [&](const Job::Key& key) { return keys.contains(key) || later.contains(key); });
  (joins ? keys : later).insert(own.begin(), own.end());
  return joins;
}

}  // namespace

BatchingExecutor::BatchingExecutor(Work work, Options options)
    : work_(std::move(work)), options_(options) {
  for (int i = 0; i < options_.writers + options_.spare; ++i) {
    writers_.emplace_back([this] { Loop(); });
  }
}

BatchingExecutor::~BatchingExecutor() { Stop(); }

void BatchingExecutor::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wanted_.notify_all();
  gathered_.notify_all();
  room_.notify_all();
  for (std::thread& writer : writers_) {
    if (writer.joinable()) writer.join();
  }
}

bool BatchingExecutor::HasRoom(const Job& job) const {
  return queue_.empty() || waiting_ + job.size() <= options_.capacity;
}

// With the mutex held.
absl::Status BatchingExecutor::Enqueue(std::unique_ptr<Job>& job) {
  if (stopping_) return Draining();
  if (!HasRoom(*job)) {
    return ResourceExhausted("QUEUE_FULL", "too many writes wait", kRetryDelay);
  }
  const bool few = waiting_ < options_.beside;
  waiting_ += job->size();
  queue_.push_back(std::move(job));
  if (!gathering_) {
    wanted_.notify_one();
  } else if (Gathered() || (few && waiting_ >= options_.beside)) {
    gathered_.notify_one();
  }
  return absl::OkStatus();
}

void BatchingExecutor::Submit(std::unique_ptr<Job> job) {
  absl::Status status;
  {
    const std::lock_guard lock(mutex_);
    status = Enqueue(job);
  }
  if (status.ok()) return;
  job->Fail(status);
  job->Answer();
}

void BatchingExecutor::SubmitWhenRoom(std::unique_ptr<Job> job) {
  absl::Status status;
  {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return stopping_ || HasRoom(*job); });
    status = Enqueue(job);
  }
  if (status.ok()) return;
  job->Fail(status);
  job->Answer();
}

// How many jobs are worth waiting for, of all who were there lately.
size_t BatchingExecutor::Target() const {
  const auto peak = static_cast<size_t>(peak_jobs_);
  if (peak <= running_jobs_) return 1;  // nobody is missing
  const size_t enough_for =
      static_cast<size_t>(peak_writes_) / std::max<size_t>(options_.beside, 1);
  const size_t batches = std::clamp<size_t>(enough_for, 1, std::max(options_.shares, 1));
  const size_t target = batches == 1 ? peak - running_jobs_ : (peak + batches - 1) / batches;
  return std::clamp<size_t>(target, 1, options_.most);
}

// Another batch may begin beside those that run.
bool BatchingExecutor::MayBegin() const {
  return active_ == 0 || (active_ < options_.writers && waiting_ >= options_.beside);
}

bool BatchingExecutor::Gathered() const {
  return waiting_ >= options_.most || (queue_.size() >= Target() && MayBegin());
}

// First for the batches that run, unless they are stuck or this one is large, then for the callers
// whom they answer.
void BatchingExecutor::Gather(std::unique_lock<std::mutex>& lock) {
  gathering_ = true;
  gathered_.wait_for(lock, absl::ToChronoNanoseconds(options_.gather * kPatience),
                     [&] { return stopping_ || MayBegin(); });
  gathered_.wait_for(lock, absl::ToChronoNanoseconds(options_.gather),
                     [&] { return stopping_ || Gathered(); });
  gathering_ = false;
}

BatchingExecutor::Jobs BatchingExecutor::Take() {
  std::unique_lock lock(mutex_);
  wanted_.wait(lock,
               [&] { return (!queue_.empty() && !gathering_) || (stopping_ && queue_.empty()); });
  if (queue_.empty()) return {};
  Gather(lock);
  peak_jobs_ = std::max(static_cast<double>(queue_.size() + running_jobs_), peak_jobs_ * kForget);
  peak_writes_ = std::max(static_cast<double>(waiting_ + running_writes_), peak_writes_ * kForget);
  Jobs jobs;
  size_t taken = 0;
  while (!queue_.empty() && (jobs.empty() || taken + queue_.front()->size() <= options_.most)) {
    taken += queue_.front()->size();
    jobs.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  waiting_ -= taken;
  ++active_;
  running_jobs_ += jobs.size();
  running_writes_ += taken;
  const bool more = !queue_.empty() || stopping_;  // the other writers end once the queue is empty
  lock.unlock();
  if (more) wanted_.notify_all();
  room_.notify_all();
  return jobs;
}

void BatchingExecutor::Loop() {
  for (Jobs jobs = Take(); !jobs.empty(); jobs = Take()) Carry(std::move(jobs));
}

void BatchingExecutor::Carry(Jobs jobs) {
  size_t writes = 0;
  std::vector<Job*> left;
  for (const auto& job : jobs) {
    writes += job->size();
    left.push_back(job.get());
  }
  std::vector<Job*> done;
  while (!left.empty()) {
    // Those of the wave before need not wait for this one.
    for (Job* job : done) job->Answer();
    done.clear();
    std::set<Job::Key> keys, later_keys;
    std::vector<Job*> now, later;
    for (Job* job : left) {
      const absl::Status alive = CheckAlive(*job);
      if (!alive.ok()) {
        job->Fail(alive);
        done.push_back(job);
      } else if (Join(*job, keys, later_keys)) {
        now.push_back(job);
      } else {
        later.push_back(job);
      }
    }
    if (!now.empty()) RunWave(now);
    done.insert(done.end(), now.begin(), now.end());
    left = std::move(later);
  }
  End(jobs.size(), writes);
  for (Job* job : done) job->Answer();
}

void BatchingExecutor::RunWave(std::span<Job* const> jobs) {
  const absl::Status status = work_.batch(jobs);
  if (status.ok()) return;
  for (Job* job : jobs) {
    if (IsAway(status)) {
      job->Fail(status);
    } else {
      work_.alone(*job);
    }
  }
}

void BatchingExecutor::End(size_t jobs, size_t writes) {
  const std::lock_guard lock(mutex_);
  --active_;
  running_jobs_ -= jobs;
  running_writes_ -= writes;
  if (gathering_ && MayBegin()) gathered_.notify_one();
}

}  // namespace kefu::batching
