#include "services/aftersales/fold/case_fold.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <map>
#include <utility>

#include "absl/time/clock.h"
#include "common/events/outbox.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/aftersales/store/case_rows.h"
#include "services/aftersales/store/cases.h"

namespace kefu::aftersales {
namespace {

constexpr size_t kMost = 64;  // writes of a transaction: bounds its locks and its statements
// Another transaction is begun beside one that runs when so many wait: its own cost is shared by
// few otherwise.
constexpr size_t kBeside = 4;
// Nobody waits longer for the transactions of others, which may be stuck behind somebody's lock.
constexpr std::chrono::milliseconds kPatience{20};
// Twins that commit first, again and again, end sometime.
constexpr int kTries = 3;
// A transaction of several is tried again after one lost race; then its writes are carried out
// alone, so that a row somebody else holds does not stop all.
constexpr int kRaces = 2;
constexpr absl::Duration kLongest = absl::Seconds(30);  // at the database, whatever callers allow

// Nothing can be written now, or nobody knows whether it was: trying again one by one is no help.
bool IsAway(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsResourceExhausted(status) || absl::IsCancelled(status);
}

// The write itself is refused; nothing is wrong with the transaction that it is in.
bool IsRefused(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsNotFound(status) ||
         absl::IsFailedPrecondition(status) || absl::IsPermissionDenied(status) ||
         ReasonOf(status) == "ETAG_MISMATCH";
}

absl::Status CheckAlive(const RequestContext& ctx) {
  if (absl::Now() >= ctx.deadline) {
    return DeadlineExceeded("the deadline passed before the call was begun");
  }
  if (ctx.cancelled && ctx.cancelled()) return Cancelled("the caller has gone away");
  return absl::OkStatus();
}

using LockedCases = std::map<std::pair<std::string_view, std::string_view>, domain::Case>;

}  // namespace

struct CaseFold::Job {
  const RequestContext& ctx;
  const CaseWrite& write;
  events::WriteKey key;  // request_id empty: it is carried out each time it comes

  enum class State { kWaits, kTaken, kAlone, kDone } state = State::kWaits;  // guarded by mutex_
  std::condition_variable wake;
  // Set by who carries it out.
  std::optional<absl::StatusOr<v1::Case>> result;
  bool replayed = false;
  bool alone = false;  // it is to be carried out in a transaction of its own
};

namespace {

// Cases that nobody else holds, of one organization by one statement; or, of a single job, the case
// as soon as nobody does.
template <class Jobs>
absl::StatusOr<LockedCases> LockCases(db::Transaction& t, const Jobs& jobs, bool wait) {
  LockedCases locked;
  std::map<std::string_view, std::vector<std::string_view>> ids;
  for (const auto* job : jobs) {
    if (!job->write.case_id.empty()) ids[job->write.org_id].push_back(job->write.case_id);
  }
  for (const auto& [org_id, case_ids] : ids) {
    std::vector<domain::Case> cases;
    if (wait) {
      ASSIGN_OR_RETURN(auto found, store::LockCase(t, org_id, case_ids.front()));
      if (found) cases.push_back(*std::move(found));
    } else {
      ASSIGN_OR_RETURN(cases, store::LockFreeCases(t, org_id, case_ids));
    }
    for (domain::Case& record : cases) {
      const auto own = std::ranges::find(case_ids, record.case_id);
      locked.emplace(std::pair(org_id, *own), std::move(record));
    }
  }
  return locked;
}

// After the locks: whoever has committed the same before has released its case.
template <class Jobs>
absl::Status FindAnswers(db::Transaction& t, const Jobs& jobs) {
  std::vector<events::WriteKey> keys;
  std::vector<typename Jobs::value_type> owners;
  for (auto* job : jobs) {
    if (job->key.request_id.empty()) continue;
    keys.push_back(job->key);
    owners.push_back(job);
  }
  if (keys.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<events::FoundWrite> found, events::FindWrites(t, keys));
  for (size_t i = 0; i < found.size(); ++i) {
    if (!found[i].reused.ok()) owners[i]->result = found[i].reused;
    if (!found[i].response) continue;
    v1::Case answer;
    if (!answer.ParseFromString(*found[i].response)) {
      return Internal("a stored answer does not parse");
    }
    owners[i]->result = std::move(answer);
    owners[i]->replayed = true;
  }
  return absl::OkStatus();
}

// Sets the result of one write; an error is that of the whole transaction.
template <class Job>
absl::Status Decide(CaseBatch& batch, Job& job, std::optional<domain::Case> locked) {
  const CaseBatch::Mark mark = batch.Here();
  absl::StatusOr<v1::Case> answer;
  try {
    answer = job.write.body(batch, std::move(locked));
  } catch (const std::exception& e) {
    return Internal(e.what());  // a bug: the call ends, the process lives
  }
  if (!answer.ok() && (!IsRefused(answer.status()) || !batch.Undo(mark))) return answer.status();
  if (answer.ok()) {
    batch.Tell(events::MakeAuditRow(job.ctx, job.key.request_id, job.key.body_sha256));
  }
  job.result = std::move(answer);
  return absl::OkStatus();
}

// In key order, so that two transactions that share several ids wait for each other one way round.
template <class Jobs>
absl::Status StoreAnswers(db::Transaction& t, const Jobs& jobs) {
  std::vector<events::StoredWrite> writes;
  absl::Time now = absl::UnixEpoch();
  for (const auto* job : jobs) {
    now = std::max(now, job->ctx.now);
    if (job->alone || job->replayed || !job->result->ok() || job->key.request_id.empty()) continue;
    writes.push_back({job->key, (**job->result).SerializeAsString()});
  }
  std::ranges::sort(writes, {}, [](const events::StoredWrite& write) {
    return std::pair(std::string_view(write.key.org_id), std::string_view(write.key.request_id));
  });
  return events::StoreWrites(t, writes, now);
}

}  // namespace

absl::StatusOr<v1::Case> CaseFold::RunKeyed(const RequestContext& ctx,
                                            const std::string& request_id, std::string body_sha256,
                                            const CaseWrite& write, events::WriteInfo* info) {
  RETURN_IF_ERROR(events::CheckRequestId(request_id));
  Job job{.ctx = ctx,
          .write = write,
          .key = {std::string(ctx.org_id()), request_id, ctx.method, std::move(body_sha256)}};
  {
    std::unique_lock lock(mutex_);
    queue_.push_back(&job);
    while (job.state == Job::State::kWaits) {
      const bool leads = MayLead() || job.wake.wait_for(lock, kPatience) == std::cv_status::timeout;
      if (leads && job.state == Job::State::kWaits) Lead(lock);
    }
    job.wake.wait(lock, [&] { return job.state != Job::State::kTaken; });
  }
  if (job.state == Job::State::kAlone) RunAlone(job);
  if (info != nullptr) info->replayed = job.replayed && job.result->ok();
  return *std::move(job.result);
}

bool CaseFold::MayLead() const { return leaders_ == 0 || queue_.size() >= kBeside; }

void CaseFold::Lead(std::unique_lock<std::mutex>& lock) {
  ++leaders_;
  const std::vector<Job*> jobs = Take();
  lock.unlock();
  Fold(jobs);
  lock.lock();
  --leaders_;
  for (Job* job : jobs) {
    job->state = job->alone ? Job::State::kAlone : Job::State::kDone;
    job->wake.notify_one();
  }
  if (!queue_.empty()) queue_.front()->wake.notify_one();
}

// As many of those that wait, from the front, as may share a transaction. With the mutex held.
std::vector<CaseFold::Job*> CaseFold::Take() {
  std::vector<Job*> taken;
  std::deque<Job*> left;
  const auto collides = [&](const Job& job) {
    return std::ranges::any_of(taken, [&](const Job* other) {
      const bool same_case = !job.write.case_id.empty() &&
                             job.write.case_id == other->write.case_id &&
                             job.write.org_id == other->write.org_id;
      const bool same_id = !job.key.request_id.empty() &&
                           job.key.request_id == other->key.request_id &&
                           job.key.org_id == other->key.org_id;
      return same_case || same_id;
    });
  };
  for (Job* job : queue_) {
    if (taken.size() < kMost && !collides(*job)) {
      job->state = Job::State::kTaken;
      taken.push_back(job);
    } else {
      left.push_back(job);
    }
  }
  queue_ = std::move(left);
  return taken;
}

void CaseFold::Fold(std::vector<Job*> jobs) {
  std::erase_if(jobs, [](Job* job) {
    const absl::Status alive = CheckAlive(job->ctx);
    if (!alive.ok()) job->result = alive;
    return !alive.ok();
  });
  if (jobs.empty()) return;
  const absl::Status status = Transact(jobs, /*wait=*/false);
  if (status.ok()) return;
  for (Job* job : jobs) {
    job->alone = !IsAway(status);
    job->result = status;
  }
}

void CaseFold::RunAlone(Job& job) {
  absl::Status status;
  // A twin that committed meanwhile is found the next time.
  for (int i = 0; i < kTries; ++i) {
    status = Transact({&job}, /*wait=*/true);
    if (!absl::IsAlreadyExists(status) || job.key.request_id.empty()) break;
  }
  if (!status.ok()) job.result = status;
}

// Sets the results of all jobs but of those that are to be carried out alone. `wait`: for whoever
// holds the case of the single job. An error is that of the transaction: nothing is written.
absl::Status CaseFold::Transact(const std::vector<Job*>& jobs, bool wait) {
  const absl::Time now = absl::Now();
  absl::Time deadline = now;
  for (const Job* job : jobs) {
    deadline = std::max(deadline, std::min(job->ctx.deadline, now + kLongest));
  }
  int races = 0;
  return deps_.database.RunInTransaction(deadline, [&](db::Transaction& t) -> absl::Status {
    if (++races > kRaces && !wait) return absl::AbortedError("carried out one by one");
    for (Job* job : jobs) {
      job->result.reset();
      job->replayed = job->alone = false;
    }
    ASSIGN_OR_RETURN(LockedCases locked, LockCases(t, jobs, wait));
    RETURN_IF_ERROR(FindAnswers(t, jobs));
    CaseBatch batch(t);
    for (Job* job : jobs) {
      if (job->result) continue;
      const auto found = locked.find({job->write.org_id, job->write.case_id});
      std::optional<domain::Case> record;
      if (found != locked.end()) record = std::move(found->second);
      // It may only be that somebody else holds it.
      job->alone = !wait && !record && !job->write.case_id.empty();
      if (job->alone) continue;
      RETURN_IF_ERROR(Decide(batch, *job, std::move(record)));
    }
    const bool told = !batch.outbox().empty();
    RETURN_IF_ERROR(batch.Flush());
    RETURN_IF_ERROR(StoreAnswers(t, jobs));
    if (told) t.AfterCommit(deps_.on_events);
    return absl::OkStatus();
  });
}

}  // namespace kefu::aftersales
