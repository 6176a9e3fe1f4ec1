#include "services/aftersales/clocks/recompute.h"

#include <algorithm>
#include <utility>

#include "common/events/outbox.h"
#include "common/obs/log.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "kefu/aftersales/v1/events.pb.h"
#include "services/aftersales/clocks/own_fault.h"
#include "services/aftersales/convert/cases.h"
#include "services/aftersales/domain/clocks.h"
#include "services/aftersales/store/cases.h"

namespace kefu::aftersales {
namespace {

constexpr std::string_view kVerb = "DeadlinesRecomputed";
// Far longer than a batch takes; a database that hangs does not stop the job for good.
constexpr absl::Duration kRunLimit = absl::Minutes(1);

std::string DueText(const domain::SlaClock& clock) {
  return clock.due == absl::InfiniteFuture() ? "paused" : FormatInstant(clock.due);
}

// "FIRST_ANSWER 2026-01-16T04:00:00Z → 2026-01-15T06:00:00Z", a clock after the other.
std::string NoteOf(const domain::Case& record) {
  std::string note;
  for (const domain::PastClock& past : record.replaced) {
    for (const domain::SlaClock& clock : record.clocks) {
      if (clock.kind != past.clock.kind) continue;
      note += fmt::format("{}{} {} → {}", note.empty() ? "" : ", ", NameOf(clock.kind),
                          DueText(past.clock), DueText(clock));
    }
  }
  return note;
}

}  // namespace

absl::StatusOr<const store::CaseScope*> Recomputer::ScopeOf(const domain::Case& record,
                                                            absl::Time at) {
  const auto key = std::tuple(record.org_id, record.shop_id, record.assignee_agent_id, at);
  const auto known = scopes_.find(key);
  if (known != scopes_.end()) return &known->second;
  ASSIGN_OR_RETURN(auto scope, store::FindCaseScope(t_, record.org_id, record.shop_id,
                                                    record.assignee_agent_id, at));
  return &scopes_.emplace(key, std::move(scope)).first->second;
}

absl::StatusOr<const domain::SlaPolicies*> Recomputer::PoliciesOf(const store::CaseScope& scope,
                                                                  absl::Time at) {
  const auto key = std::tuple(scope.shop.org_id, scope.shop.shop_id,
                              scope.base_id + "/" + scope.contract_id, at);
  const auto known = policies_.find(key);
  if (known != policies_.end()) return &known->second;
  ASSIGN_OR_RETURN(auto policies, store::ChooseSlaPolicies(t_, scope, at));
  return &policies_.emplace(key, std::move(policies)).first->second;
}

absl::StatusOr<bool> Recomputer::Apply(domain::Case& record, const store::SlaChange& change) {
  if (change.policy.org_id != record.org_id) return false;
  if (!change.shop_id.empty() && change.shop_id != record.shop_id) return false;
  ASSIGN_OR_RETURN(const store::CaseScope* scope, ScopeOf(record, change.effective));
  ASSIGN_OR_RETURN(const domain::SlaPolicies* policies, PoliciesOf(*scope, change.effective));
  return domain::Recompute(record, *policies, change.effective,
                           change.contract_id.empty() ? domain::Replacement::kPolicyChanged
                                                      : domain::Replacement::kContractChanged);
}

absl::Status SaveRecomputed(db::Transaction& t, domain::Case& record, absl::Time now,
                            IdGenerator& ids) {
  ++record.version;
  record.update_time = now;
  RETURN_IF_ERROR(store::UpdateCase(t, record));
  RETURN_IF_ERROR(
      store::InsertActivity(t, record.org_id,
                            {ids.Next(), record.case_id, record.version, std::string(kVerb),
                             record.state, record.state, NoteOf(record), "kefu-aftersales", now}));
  record.replaced.clear();
  v1::CaseChanged event;
  *event.mutable_case_() = convert::ToProto(record, convert::View::kFull);
  event.set_verb(std::string(kVerb));
  return events::Append(t, record.org_id, record.case_id, event, now);
}

RecomputeJob::RecomputeJob(db::Database& database, const Clock& clock, IdGenerator& ids,
                           std::function<void()> notify, obs::Metrics* metrics,
                           RecomputeJobOptions options)
    : database_(database),
      clock_(clock),
      ids_(ids),
      notify_(std::move(notify)),
      options_(options),
      recomputed_(obs::CounterOf(metrics, "kefu_aftersales_cases_recomputed_total",
                                 "Cases whose deadlines a change of policy has set anew", {})) {}

absl::StatusOr<RecomputeJob::Batch> RecomputeJob::RunBatch(absl::Time deadline) {
  const absl::Time now = FromMicros(ToMicros(clock_.Now()));
  return database_.RunInTransaction(deadline, [&](db::Transaction& t) -> absl::StatusOr<Batch> {
    ASSIGN_OR_RETURN(auto change, store::ClaimSlaChange(t, now));
    if (!change) return Batch{};
    Batch batch{.found = true};
    ASSIGN_OR_RETURN(const store::CaseWalk walk,
                     store::LockRunningCases(t, change->policy.org_id, change->shop_id,
                                             change->after_case_id, options_.batch));
    Recomputer recomputer(t);
    for (domain::Case record : walk.cases) {
      const absl::StatusOr<bool> changed = recomputer.Apply(record, *change);
      if (!changed.ok() && !IsOwnFault(changed.status())) return changed.status();
      if (!changed.ok()) {
        obs::Log(obs::Level::kError,
                 "the SLA clocks of a case cannot be set anew; left as they are",
                 {{"org", record.org_id}, {"case", record.case_id}, {"status", changed.status()}});
      }
      if (!changed.value_or(false)) continue;
      RETURN_IF_ERROR(SaveRecomputed(t, record, now, ids_));
      ++batch.changed;
    }
    if (change->after_case_id.empty()) change->walk = now;
    change->after_case_id = walk.last_id;
    change->next = now;
    if (walk.last_id.empty()) {
      // The end. What was being written when it came into force is found by a walk that begins
      // later.
      const absl::Time settled = change->effective + options_.settle;
      change->next = change->walk < settled ? std::max(now, settled) : absl::InfiniteFuture();
    }
    RETURN_IF_ERROR(store::UpdateSlaChange(t, *change));
    if (batch.changed > 0) t.AfterCommit(notify_);
    return batch;
  });
}

absl::StatusOr<int> RecomputeJob::RunOnce(absl::Time deadline) {
  int changed = 0;
  while (!repeater_.stopping()) {
    ASSIGN_OR_RETURN(const Batch batch, RunBatch(deadline));
    recomputed_.Add(batch.changed);
    changed += batch.changed;
    if (!batch.found) break;
  }
  return changed;
}

void RecomputeJob::Start() {
  repeater_.Start([this] {
    const absl::Status status = RunOnce(absl::Now() + kRunLimit).status();
    if (!status.ok()) {
      obs::Log(obs::Level::kWarning, "setting SLA clocks anew failed; tried again",
               {{"status", status}});
    }
    return false;
  });
}

}  // namespace kefu::aftersales
