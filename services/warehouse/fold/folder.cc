#include "services/warehouse/fold/folder.h"

#include <algorithm>
#include <exception>
#include <set>
#include <utility>

#include "absl/time/clock.h"
#include "common/db/errors.h"
#include "common/status/error.h"
#include "services/warehouse/fold/foreseen_fold.h"

namespace kefu::warehouse::fold {
namespace {

constexpr absl::Duration kRetryDelay = absl::Milliseconds(100);  // of a caller who finds no room
// How fast callers who stay away are forgotten, per fold.
constexpr double kForget = 0.9;
// How many times as long as for callers a small fold waits for another one to end.
constexpr int kPatience = 10;
// Twins that commit first, again and again, end sometime.
constexpr int kTries = 3;
// A fold is tried again after one lost race; then its commands are carried out alone, so that a row
// somebody else holds does not stop all.
constexpr int kRaces = 2;
// A fold of so many commands decides before it locks: it gains more than reading totals once more
// costs.
constexpr size_t kForesee = 64;

absl::Status Draining() {
  return Unavailable("SERVER_DRAINING", "the server is shutting down; another one may answer",
                     absl::Seconds(1));
}

// Nothing can be written now, or nobody knows whether it was: trying again one by one is no help.
bool IsAway(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsResourceExhausted(status) || absl::IsCancelled(status);
}

Unit WholeOf(Job& job) {
  Unit unit{.job = &job};
  for (Command& command : job.commands) {
    if (!command.malformed) unit.commands.push_back(&command);
  }
  return unit;
}

void Fail(const Unit& unit, const absl::Status& status) {
  for (Command* command : unit.commands) command->result = status;
  if (unit.whole && unit.job->is_batch()) unit.job->batch_refused = status;
}

absl::Status CheckAlive(const Job& job) {
  if (absl::Now() >= job.deadline) {
    return DeadlineExceeded("the deadline passed before the call was begun");
  }
  if (job.cancelled && job.cancelled()) return Cancelled("the caller has gone away");
  return absl::OkStatus();
}

// Ends as the same whatever is asked again: worth being stored.
bool IsFinal(const absl::Status& status) {
  return status.ok() || absl::IsNotFound(status) || absl::IsFailedPrecondition(status) ||
         absl::IsInvalidArgument(status);
}

using IdsInFold = std::set<std::pair<std::string_view, std::string_view>>;

// Adds the request ids of the job unless one of them is there already.
bool Join(const Job& job, IdsInFold& ids) {
  std::vector<std::pair<std::string_view, std::string_view>> own;
  if (!job.batch.request_id.empty()) own.emplace_back(job.org_id, job.batch.request_id);
  for (const Command& command : job.commands) {
    if (!command.malformed && !command.id().empty()) own.emplace_back(job.org_id, command.id());
  }
  if (std::ranges::any_of(own, [&](const auto& id) { return ids.contains(id); })) return false;
  ids.insert(own.begin(), own.end());
  return true;
}

}  // namespace

Folder::Folder(const Dependencies& deps, FolderOptions options) : deps_(deps), options_(options) {
  for (int i = 0; i < options_.writers; ++i) writers_.emplace_back([this] { Loop(); });
}

Folder::~Folder() { Stop(); }

void Folder::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  gathered_.notify_all();
  room_.notify_all();
  for (std::thread& writer : writers_) {
    if (writer.joinable()) writer.join();
  }
}

bool Folder::HasRoom(const Job& job) const {
  return queue_.empty() || waiting_ + job.commands.size() <= options_.capacity;
}

// With the mutex held.
absl::Status Folder::Enqueue(std::unique_ptr<Job>& job) {
  if (stopping_) return Draining();
  if (!HasRoom(*job)) {
    return ResourceExhausted("QUEUE_FULL", "too many commands wait to be written", kRetryDelay);
  }
  const bool few = waiting_ < options_.beside;
  waiting_ += job->commands.size();
  queue_.push_back(std::move(job));
  if (!gathering_) {
    work_.notify_one();
  } else if (Gathered() || (few && waiting_ >= options_.beside)) {
    gathered_.notify_one();
  }
  return absl::OkStatus();
}

void Folder::Submit(std::unique_ptr<Job> job) {
  absl::Status status;
  {
    const std::lock_guard lock(mutex_);
    status = Enqueue(job);
  }
  if (status.ok()) return;
  Fail(WholeOf(*job), status);
  job->Answer();
}

void Folder::SubmitWhenRoom(std::unique_ptr<Job> job) {
  absl::Status status;
  {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return stopping_ || HasRoom(*job); });
    status = Enqueue(job);
  }
  if (status.ok()) return;
  Fail(WholeOf(*job), status);
  job->Answer();
}

// How many jobs are worth waiting for: of all who were there lately and are not being written now.
size_t Folder::Target() const {
  const auto peak = static_cast<size_t>(peak_);
  return std::clamp<size_t>(peak > running_ ? peak - running_ : 1, 1, options_.most);
}

bool Folder::Gathered() const {
  return waiting_ >= options_.most ||
         (queue_.size() >= Target() && (running_ == 0 || waiting_ >= options_.beside));
}

Folder::Jobs Folder::Take() {
  std::unique_lock lock(mutex_);
  work_.wait(lock,
             [&] { return (!queue_.empty() && !gathering_) || (stopping_ && queue_.empty()); });
  if (queue_.empty()) return {};
  gathering_ = true;
  // First for the fold that runs, unless it is stuck or this one is large, then for the callers
  // whom it answers.
  gathered_.wait_for(lock, absl::ToChronoNanoseconds(options_.gather * kPatience),
                     [&] { return stopping_ || running_ == 0 || waiting_ >= options_.beside; });
  gathered_.wait_for(lock, absl::ToChronoNanoseconds(options_.gather),
                     [&] { return stopping_ || Gathered(); });
  gathering_ = false;
  peak_ = std::max(static_cast<double>(queue_.size() + running_), peak_ * kForget);
  Jobs jobs;
  size_t taken = 0;
  while (!queue_.empty() &&
         (jobs.empty() || taken + queue_.front()->commands.size() <= options_.most)) {
    taken += queue_.front()->commands.size();
    jobs.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  waiting_ -= taken;
  running_ += jobs.size();
  const bool more = !queue_.empty() || stopping_;  // the other writers end once the queue is empty
  lock.unlock();
  if (more) work_.notify_all();
  room_.notify_all();
  return jobs;
}

void Folder::Loop() {
  for (Jobs jobs = Take(); !jobs.empty(); jobs = Take()) Fold(std::move(jobs));
}

void Folder::Fold(Jobs jobs) {
  std::deque<Job*> left;
  for (const auto& job : jobs) left.push_back(job.get());
  while (!left.empty()) {
    IdsInFold ids;
    std::vector<Job*> now;
    std::deque<Job*> later;
    for (Job* job : left) {
      const absl::Status alive = CheckAlive(*job);
      if (!alive.ok()) {
        Fail(WholeOf(*job), alive);
        continue;
      }
      if (Join(*job, ids)) {
        now.push_back(job);
      } else {
        later.push_back(job);
      }
    }
    if (!now.empty()) Run(now);
    left = std::move(later);
  }
  for (const auto& job : jobs) {
    {
      const std::lock_guard lock(mutex_);
      --running_;
      if (gathering_ && running_ == 0) gathered_.notify_one();
    }
    job->Answer();
  }
}

void Folder::Run(std::span<Job* const> jobs) {
  std::vector<Unit> units;
  for (Job* job : jobs) units.push_back(WholeOf(*job));
  const absl::Status status = Transact(units);
  if (status.ok()) return;
  if (IsAway(status)) {
    for (const Unit& unit : units) Fail(unit, status);
    return;
  }
  for (Job* job : jobs) RunAlone(*job);
}

void Folder::RunAlone(Job& job) {
  const Unit whole = WholeOf(job);
  const auto transact = [this](const Unit& unit) {
    absl::Status status;
    // A twin that committed meanwhile is found the next time.
    for (int i = 0; i < kTries; ++i) {
      status = Transact({&unit, 1});
      if (!db::IsDuplicate(status)) break;
    }
    return status;
  };
  absl::Status status = transact(whole);
  if (status.ok()) return;
  if (IsAway(status) || whole.commands.size() <= 1) return Fail(whole, status);
  bool final = true;
  for (Command* command : whole.commands) {
    const Unit alone{.job = &job, .commands = {command}, .whole = false};
    if (!IsAway(status)) status = transact(alone);
    if (!status.ok()) Fail(alone, status);
    final = final && IsFinal(command->result->status());
  }
  if (!job.is_batch() || !final) return;
  // Every command is done and found again by its id: the answer of the whole follows.
  const Unit rest{.job = &job};
  status = transact(rest);
  if (!status.ok()) Fail(rest, status);
}

absl::Status Folder::Transact(std::span<const Unit> units) {
  const absl::Time now = absl::Now();
  absl::Time deadline = now;
  size_t commands = 0;
  for (const Unit& unit : units) {
    deadline = std::max(deadline, std::min(unit.job->deadline, now + options_.longest));
    commands += unit.commands.size();
  }
  options_.folds.Add();
  options_.commands.Add(static_cast<double>(commands));
  const auto run = [&](bool foresee) {
    int races = 0;
    return deps_.database.RunInTransaction(deadline, [&](db::Transaction& t) -> absl::Status {
      if (++races > kRaces && commands > 1) return absl::AbortedError("carried out one by one");
      try {
        return foresee ? WriteForeseenFold(t, deps_, units) : WriteFold(t, deps_, units);
      } catch (const std::exception& e) {
        return Internal(e.what());  // a bug: the call ends, the process lives
      }
    });
  };
  const absl::Status status = run(commands >= kForesee);
  return IsSurprise(status) ? run(false) : status;
}

}  // namespace kefu::warehouse::fold
