#include "services/aftersales/handlers/assignment/assignment_job.h"

#include <utility>
#include <vector>

#include "common/obs/log.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/aftersales/clocks/own_fault.h"
#include "services/aftersales/handlers/assignment/giving.h"
#include "services/aftersales/store/cases.h"
#include "services/aftersales/store/set_aside.h"

namespace kefu::aftersales {
namespace {

constexpr std::string_view kMetric = "kefu_aftersales_assigned_cases_total";
constexpr std::string_view kMetricHelp = "Cases that the assignment job gave to somebody else";
// Far longer than a round takes; a database that hangs does not stop the job for good.
constexpr absl::Duration kRunLimit = absl::Minutes(1);
// Unassigned cases that are looked for at once.
constexpr int kDue = 100;

}  // namespace

AssignmentJob::AssignmentJob(db::Database& database, const Clock& clock, IdGenerator& ids,
                             std::function<void()> notify, obs::Metrics* metrics,
                             AssignmentJobOptions options)
    : database_(database),
      clock_(clock),
      ids_(ids),
      notify_(std::move(notify)),
      options_(options),
      handed_over_(obs::CounterOf(metrics, kMetric, kMetricHelp, {{"cause", "handed_over"}})),
      given_(obs::CounterOf(metrics, kMetric, kMetricHelp, {{"cause", "retried"}})) {}

absl::StatusOr<bool> AssignmentJob::HandOverShop(db::Transaction& t, std::string_view org_id,
                                                 std::string_view agent_id,
                                                 std::string_view shop_id, absl::Time now,
                                                 Step& step) {
  ASSIGN_OR_RETURN(const auto cases,
                   store::CasesHeldBy(t, org_id, agent_id, shop_id, options_.batch));
  ASSIGN_OR_RETURN(const auto policy, AssignmentRules(t, org_id, now));
  if (!policy.hand_over) return true;
  for (const std::string& case_id : cases) {
    ASSIGN_OR_RETURN(auto record, store::LockCase(t, org_id, case_id));
    if (!record || record->assignee_agent_id != agent_id || !domain::NeedsAgent(record->state)) {
      continue;
    }
    ASSIGN_OR_RETURN(const auto question, QuestionOf(t, *record, policy, now));
    ASSIGN_OR_RETURN(const auto holder,
                     CandidatesFor(t, org_id, question, /*lock=*/false, {std::string(agent_id)}));
    const domain::Judged judged = domain::JudgeHolding(policy, record->shop_id, holder.front());
    // What holds of one case of the shop holds of all.
    if (judged.verdict == domain::Verdict::kUnspecified) return true;
    ASSIGN_OR_RETURN(const auto decision,
                     DecideCase(t, *record, question, /*lock=*/true, agent_id));
    RETURN_IF_ERROR(Give(t, ids_, now, *record, question, decision,
                         {.cause = domain::AssignmentCause::kHandedOver,
                          .reason = std::string(NameOf(judged.verdict))}));
    ++step.moved;
  }
  return static_cast<int>(cases.size()) < options_.batch;
}

absl::StatusOr<bool> AssignmentJob::HandOver(db::Transaction& t, std::string_view org_id,
                                             std::string_view agent_id, absl::Time now,
                                             Step& step) {
  ASSIGN_OR_RETURN(const auto shops, store::ShopsHeldBy(t, org_id, agent_id));
  for (const std::string& shop : shops) {
    ASSIGN_OR_RETURN(const bool whole, HandOverShop(t, org_id, agent_id, shop, now, step));
    if (!whole) return false;
  }
  return true;
}

absl::StatusOr<AssignmentJob::Step> AssignmentJob::LookAtAgent(
    absl::Time deadline, absl::Time now, std::optional<store::Check>& claimed) {
  return database_.RunInTransaction(deadline, [&](db::Transaction& t) -> absl::StatusOr<Step> {
    claimed.reset();
    ASSIGN_OR_RETURN(const auto check, store::ClaimCheck(t, now));
    claimed = check;
    Step step{.any = check.has_value()};
    if (!check) return step;
    // A base's agent has cases of the merchants that have a contract with the base.
    ASSIGN_OR_RETURN(auto orgs, store::MerchantsOfBase(t, check->org_id));
    orgs.push_back(check->org_id);
    bool whole = true;
    for (const std::string& org_id : orgs) {
      ASSIGN_OR_RETURN(const bool done, HandOver(t, org_id, check->agent_id, now, step));
      if (!done) {
        whole = false;
        break;
      }
    }
    if (whole) {
      RETURN_IF_ERROR(store::DeleteChecks(t, *check));
      // It may have come on duty, back from leave, or to a new shop or skill.
      RETURN_IF_ERROR(store::WakeForAgent(t, check->org_id, check->agent_id, now));
    }
    if (step.moved > 0) t.AfterCommit(notify_);
    return step;
  });
}

absl::StatusOr<AssignmentJob::Step> AssignmentJob::GiveOut(absl::Time deadline, absl::Time now,
                                                           const store::Unassigned& due) {
  return database_.RunInTransaction(deadline, [&](db::Transaction& t) -> absl::StatusOr<Step> {
    // Who holds the case is at work on it; it is looked at again.
    ASSIGN_OR_RETURN(auto record, store::TryLockCase(t, due.org_id, due.case_id));
    if (!record) return Step{};
    ASSIGN_OR_RETURN(const auto row, store::LockUnassigned(t, due.org_id, due.case_id));
    if (!row || row->next > now) return Step{};  // another process was faster
    Step step{.any = true};
    if (!record->assignee_agent_id.empty() || !domain::NeedsAgent(record->state)) {
      RETURN_IF_ERROR(store::DeleteUnassigned(t, due.org_id, due.case_id));
      return step;
    }
    ASSIGN_OR_RETURN(const auto policy, AssignmentRules(t, due.org_id, now));
    if (!policy.automatic) {
      RETURN_IF_ERROR(store::SaveUnassigned(t, *record, "", row->since, absl::InfiniteFuture()));
      return step;
    }
    ASSIGN_OR_RETURN(const auto question, QuestionOf(t, *record, policy, now));
    ASSIGN_OR_RETURN(const auto decision, DecideCase(t, *record, question, /*lock=*/true));
    if (decision.agent_id.empty()) {
      RETURN_IF_ERROR(store::SaveUnassigned(t, *record, domain::Summary(decision), row->since,
                                            NextTry(policy, decision, row->since, now)));
      return step;
    }
    RETURN_IF_ERROR(
        Give(t, ids_, now, *record, question, decision,
             {.cause = domain::AssignmentCause::kRetried, .reason = domain::Summary(decision)}));
    t.AfterCommit(notify_);
    ++step.moved;
    return step;
  });
}

absl::Status AssignmentJob::SetAside(absl::Time deadline, absl::Time now, const store::Check& check,
                                     const absl::Status& why) {
  obs::Log(obs::Level::kError, "an agent's cases cannot be looked at; set aside",
           {{"org", check.org_id}, {"agent", check.agent_id}, {"status", why}});
  return database_.RunInTransaction(deadline, [&](db::Transaction& t) -> absl::Status {
    RETURN_IF_ERROR(store::AddCheck(t, check.org_id, check.agent_id, now + kSetAside));
    return store::DeleteChecks(t, check);
  });
}

absl::Status AssignmentJob::SetAside(absl::Time deadline, absl::Time now,
                                     const store::Unassigned& row, const absl::Status& why) {
  obs::Log(obs::Level::kError, "a case cannot be given out; set aside",
           {{"org", row.org_id}, {"case", row.case_id}, {"status", why}});
  return database_.RunInTransaction(deadline, [&](db::Transaction& t) {
    return store::SetUnassignedAside(t, row.org_id, row.case_id, now, now + kSetAside);
  });
}

absl::StatusOr<int> AssignmentJob::GiveOutDue(absl::Time deadline, absl::Time now) {
  int moved = 0;
  for (bool any = true; any && !repeater_.stopping();) {
    any = false;
    ASSIGN_OR_RETURN(const auto due, database_.RunInTransaction(deadline, [&](db::Transaction& t) {
      return store::DueUnassigned(t, now, kDue);
    }));
    for (const store::Unassigned& row : due) {
      if (repeater_.stopping()) break;
      const absl::StatusOr<Step> step = GiveOut(deadline, now, row);
      if (!step.ok()) {
        if (!IsOwnFault(step.status())) return step.status();
        RETURN_IF_ERROR(SetAside(deadline, now, row, step.status()));
        continue;
      }
      any = any || step->any;
      moved += step->moved;
    }
  }
  given_.Add(moved);
  return moved;
}

absl::StatusOr<int> AssignmentJob::RunOnce(absl::Time deadline) {
  const absl::Time now = FromMicros(ToMicros(clock_.Now()));
  int moved = 0;
  std::optional<store::Check> claimed;
  while (!repeater_.stopping()) {
    const absl::StatusOr<Step> step = LookAtAgent(deadline, now, claimed);
    if (!step.ok()) {
      if (!claimed || !IsOwnFault(step.status())) return step.status();
      RETURN_IF_ERROR(SetAside(deadline, now, *claimed, step.status()));
      continue;
    }
    handed_over_.Add(step->moved);
    moved += step->moved;
    if (!step->any) break;
  }
  ASSIGN_OR_RETURN(const int given, GiveOutDue(deadline, now));
  return moved + given;
}

void AssignmentJob::Start() {
  repeater_.Start([this] {
    const absl::Status status = RunOnce(absl::Now() + kRunLimit).status();
    if (!status.ok()) {
      obs::Log(obs::Level::kWarning, "assigning cases failed; tried again", {{"status", status}});
    }
    return false;
  });
}

}  // namespace kefu::aftersales
