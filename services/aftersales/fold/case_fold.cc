#include "services/aftersales/fold/case_fold.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/synchronization/notification.h"
#include "common/batching/transaction_batch.h"
#include "common/events/durable.h"
#include "common/events/outbox.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/aftersales/store/case_rows.h"
#include "services/aftersales/store/cases.h"

namespace kefu::aftersales {
namespace {

constexpr batching::Options kOptions{
    .spare = 6,
    .most = 64,   // bounds the locks of a transaction and its statements
    .beside = 3,  // what each case has of its own costs less than what a batch does by itself
    .shares = 2,  // cases seldom wait for each other
};

// The write itself is refused; nothing is wrong with the transaction that it is in.
bool IsRefused(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsNotFound(status) ||
         absl::IsFailedPrecondition(status) || absl::IsPermissionDenied(status) ||
         ReasonOf(status) == "ETAG_MISMATCH";
}

using LockedCases = std::map<std::pair<std::string_view, std::string_view>, domain::Case>;

}  // namespace

// What its caller waits for.
struct CaseFold::Call {
  const RequestContext& ctx;
  const CaseWrite& write;
  events::WriteKey key;  // request_id empty: it is carried out each time it comes

  // Set by who carries it out.
  std::optional<absl::StatusOr<v1::Case>> result;
  bool replayed = false;
  bool alone = false;  // it is to be carried out in a transaction of its own
  absl::Notification done;
};

class CaseFold::Job final : public batching::Job {
 public:
  explicit Job(Call& call) : batching::Job(call.ctx.deadline, call.ctx.cancelled), call_(call) {}
  Call& call() { return call_; }

  void AddKeys(std::vector<Key>& keys) const override {
    if (!call_.write.case_id.empty()) keys.emplace_back(call_.write.org_id, call_.write.case_id);
    if (!call_.key.request_id.empty()) keys.emplace_back(call_.key.org_id, call_.key.request_id);
  }
  void Fail(const absl::Status& status) override {
    call_.result = status;
    call_.alone = false;
  }
  void Answer() override { call_.done.Notify(); }

 private:
  Call& call_;
};

namespace {

// Cases that nobody else holds, of one organization by one statement; or, of a single call, the
// case as soon as nobody does.
template <class Calls>
absl::StatusOr<LockedCases> LockCases(db::Transaction& t, const Calls& calls, bool wait) {
  LockedCases locked;
  std::map<std::string_view, std::vector<std::string_view>> ids;
  for (const auto* call : calls) {
    if (!call->write.case_id.empty()) ids[call->write.org_id].push_back(call->write.case_id);
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
template <class Calls>
absl::Status FindAnswers(db::Transaction& t, const Calls& calls) {
  std::vector<events::WriteKey> keys;
  std::vector<typename Calls::value_type> owners;
  for (auto* call : calls) {
    if (call->key.request_id.empty()) continue;
    keys.push_back(call->key);
    owners.push_back(call);
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
template <class Call>
absl::Status Decide(CaseBatch& batch, Call& call, std::optional<domain::Case> locked) {
  const CaseBatch::Mark mark = batch.Here();
  absl::StatusOr<v1::Case> answer = call.write.body(batch, std::move(locked));
  if (!answer.ok() && (!IsRefused(answer.status()) || !batch.Undo(mark))) return answer.status();
  if (answer.ok()) {
    batch.Tell(events::MakeAuditRow(call.ctx, call.key.request_id, call.key.body_sha256));
  }
  call.result = std::move(answer);
  return absl::OkStatus();
}

// In key order, so that two transactions that share several ids wait for each other one way round.
template <class Calls>
absl::Status StoreAnswers(db::Transaction& t, const Calls& calls) {
  std::vector<events::StoredWrite> writes;
  absl::Time now = absl::UnixEpoch();
  for (const auto* call : calls) {
    now = std::max(now, call->ctx.now);
    if (call->alone || call->replayed || !call->result->ok() || call->key.request_id.empty())
      continue;
    writes.push_back({call->key, (**call->result).SerializeAsString()});
  }
  std::ranges::sort(writes, {}, [](const events::StoredWrite& write) {
    return std::pair(std::string_view(write.key.org_id), std::string_view(write.key.request_id));
  });
  return events::StoreWrites(t, writes, now);
}

}  // namespace

CaseFold::CaseFold(const Dependencies& deps)
    : deps_(deps),
      executor_({.batch = [this](std::span<batching::Job* const> jobs) { return Fold(jobs); },
                 .alone = [](batching::Job& job) { static_cast<Job&>(job).call().alone = true; }},
                kOptions) {}

absl::StatusOr<v1::Case> CaseFold::RunKeyed(const RequestContext& ctx,
                                            const std::string& request_id, std::string body_sha256,
                                            const CaseWrite& write, events::WriteInfo* info) {
  RETURN_IF_ERROR(events::CheckRequestId(request_id));
  Call call{.ctx = ctx,
            .write = write,
            .key = {std::string(ctx.org_id()), request_id, ctx.method, std::move(body_sha256)}};
  executor_.Submit(std::make_unique<Job>(call));
  call.done.WaitForNotification();
  // Here, so that who waits for a case that somebody else holds holds up nobody.
  if (call.alone) RunAlone(call);
  if (info != nullptr) info->replayed = call.replayed && call.result->ok();
  return *std::move(call.result);
}

absl::Status CaseFold::Fold(std::span<batching::Job* const> jobs) {
  std::vector<Call*> calls;
  for (batching::Job* job : jobs) calls.push_back(&static_cast<Job*>(job)->call());
  return Transact(calls, /*wait=*/false);
}

void CaseFold::RunAlone(Call& call) {
  const auto write = [&] {
    Call* const one = &call;
    return Transact({&one, 1}, /*wait=*/true);
  };
  const absl::Status status =
      call.key.request_id.empty() ? write() : batching::RunAmongTwins(write);
  if (!status.ok()) call.result = status;
}

// Sets the results of all calls but of those that are to be carried out alone. `wait`: for whoever
// holds the case of the single call. An error is that of the transaction: nothing is written.
absl::Status CaseFold::Transact(std::span<Call* const> calls, bool wait) {
  batching::BatchDeadline deadline;
  for (const Call* call : calls) deadline.Add(call->ctx.deadline);
  const auto body = [&](db::Transaction& t) -> absl::Status {
    for (Call* call : calls) {
      call->result.reset();
      call->replayed = call->alone = false;
    }
    ASSIGN_OR_RETURN(LockedCases locked, LockCases(t, calls, wait));
    RETURN_IF_ERROR(FindAnswers(t, calls));
    CaseBatch batch(t);
    // What is read for those who open serves the others too.
    std::vector<Call*> openers_first(calls.begin(), calls.end());
    std::ranges::stable_partition(openers_first,
                                  [](const Call* call) { return call->write.case_id.empty(); });
    for (Call* call : openers_first) {
      if (call->result) continue;
      const auto found = locked.find({call->write.org_id, call->write.case_id});
      std::optional<domain::Case> record;
      if (found != locked.end()) record = std::move(found->second);
      // It may only be that somebody else holds it.
      call->alone = !wait && !record && !call->write.case_id.empty();
      if (call->alone) continue;
      RETURN_IF_ERROR(Decide(batch, *call, std::move(record)));
    }
    const bool told = !batch.outbox().empty();
    RETURN_IF_ERROR(batch.Flush());
    RETURN_IF_ERROR(StoreAnswers(t, calls));
    if (told) t.AfterCommit(deps_.on_events);
    // With nothing written, who is told something is told what others have brought about.
    const auto answered = [](const Call* call) { return !call->alone; };
    return told || std::ranges::none_of(calls, answered) ? absl::OkStatus()
                                                         : events::MarkDurable(t);
  };
  return batching::RunBatch(deps_.database, deadline.time(), /*shared=*/!wait, body);
}

}  // namespace kefu::aftersales
