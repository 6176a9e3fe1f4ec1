#include "services/aftersales/clocks/clock_job.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/obs/log.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/aftersales/clocks/former_agent.h"
#include "services/aftersales/clocks/own_fault.h"
#include "services/aftersales/clocks/publish.h"
#include "services/aftersales/clocks/recompute.h"
#include "services/aftersales/domain/casework/casework.h"
#include "services/aftersales/domain/clocks.h"
#include "services/aftersales/store/cases.h"
#include "services/aftersales/store/policies.h"
#include "services/aftersales/store/set_aside.h"
#include "services/aftersales/store/sla.h"

namespace kefu::aftersales {
namespace {

constexpr std::string_view kMetric = "kefu_aftersales_deadline_events_total";
constexpr std::string_view kMetricHelp =
    "Warnings, breaches and escalations of SLA clocks found by the job";
constexpr std::string_view kEscalated = "DeadlineEscalated";
// Far longer than a batch takes; a database that hangs does not stop the job for good.
constexpr absl::Duration kRunLimit = absl::Minutes(1);

bool IsBreach(const domain::Firing& firing) {
  return firing.kind == domain::Firing::Kind::kBreached;
}

// A breach is part of the case's history; a warning changes nothing that a reader of it sees.
absl::Status Save(db::Transaction& t, domain::Case& record,
                  const std::vector<domain::Firing>& firings, absl::Time now, IdGenerator& ids) {
  if (std::ranges::any_of(firings, IsBreach)) {
    ++record.version;
    record.update_time = now;
    std::string note;
    for (const domain::Firing& firing : firings) {
      if (!IsBreach(firing)) continue;
      note += note.empty() ? "" : ", ";
      note += NameOf(firing.clock);
    }
    domain::Activity activity{ids.Next(),   record.case_id, record.version, "DeadlineBreached",
                              record.state, record.state,   note,           "kefu-aftersales",
                              now};
    const bool nobodys = std::ranges::any_of(firings, [&](const domain::Firing& firing) {
      return IsBreach(firing) && domain::OwnerOf(record, firing.clock).empty();
    });
    if (nobodys) activity.changes = {{"breach_owner", "", "NOBODY"}};
    RETURN_IF_ERROR(store::InsertActivity(t, record.org_id, activity));
  }
  RETURN_IF_ERROR(store::UpdateCase(t, record));
  return PublishFirings(t, record, firings, now);
}

// Whom a deadline is told to when nobody has met it becomes the case's level (DOMAIN 4.2); what is
// told before is a warning, since nothing has been missed.
absl::Status Raise(db::Transaction& t, const domain::EscalationStep& step, absl::Time now,
                   domain::Case& record) {
  const bool warns = step.offset < absl::ZeroDuration();
  if (warns || static_cast<int>(step.recipient) <= static_cast<int>(record.work.level)) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const store::Shop shop, store::FindShop(t, record.org_id, record.shop_id));
  ASSIGN_OR_RETURN(const domain::CasePolicy policy, store::ChooseCasePolicy(t, shop, now));
  record.work.level = domain::LevelAfterTelling(policy, record.work.level, step.recipient);
  return absl::OkStatus();
}

// Takes the steps of escalation that are due; each is told in an event and stands in the history,
// as does the level to which they raise the case.
absl::StatusOr<int> Escalate(db::Transaction& t, domain::Case& record, absl::Time now,
                             IdGenerator& ids) {
  int told = 0;
  std::string note;
  const domain::EscalationLevel before = record.work.level;
  for (domain::SlaClock& clock : record.clocks) {
    if (!domain::StepDue(record, clock, now)) continue;
    ASSIGN_OR_RETURN(const domain::SlaPolicy policy, store::LoadSlaPolicy(t, clock.policy));
    ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(clock.zone.name));
    ASSIGN_OR_RETURN(const domain::SlaCalendar calendar,
                     domain::SlaCalendar::Create(policy, clock.business_hours, zone));
    for (const domain::EscalationStep& step : domain::TakeSteps(clock, policy, calendar, now)) {
      RETURN_IF_ERROR(PublishStep(t, record, clock, step, now));
      RETURN_IF_ERROR(Raise(t, step, now, record));
      note += fmt::format("{}{} {} → {}", note.empty() ? "" : ", ", NameOf(clock.kind),
                          absl::FormatDuration(step.offset), NameOf(step.recipient));
      ++told;
    }
  }
  if (told == 0) return 0;
  ++record.version;
  record.update_time = now;
  RETURN_IF_ERROR(store::UpdateCase(t, record));
  domain::Activity activity{.activity_id = ids.Next(),
                            .case_id = record.case_id,
                            .seq = record.version,
                            .verb = std::string(kEscalated),
                            .from = record.state,
                            .to = record.state,
                            .note = note,
                            .actor = "kefu-aftersales",
                            .create_time = now};
  const bool raised = record.work.level != before;
  if (raised) {
    activity.changes = {
        {"escalation_level", std::string(NameOf(before)), std::string(NameOf(record.work.level))}};
  }
  RETURN_IF_ERROR(store::InsertActivity(t, record.org_id, activity));
  if (raised) {
    v1::CaseChanged event;
    *event.mutable_case_() = convert::ToProto(record, convert::View::kFull);
    event.set_verb(activity.verb);
    RETURN_IF_ERROR(events::Append(t, record.org_id, record.case_id, event, now));
  }
  return told;
}

}  // namespace

ClockJob::ClockJob(db::Database& database, const Clock& clock, IdGenerator& ids,
                   std::function<void()> notify, obs::Metrics* metrics, ClockJobOptions options)
    : database_(database),
      clock_(clock),
      ids_(ids),
      notify_(std::move(notify)),
      options_(options),
      near_(obs::CounterOf(metrics, kMetric, kMetricHelp, {{"event", "near"}})),
      breached_(obs::CounterOf(metrics, kMetric, kMetricHelp, {{"event", "breached"}})),
      escalated_(obs::CounterOf(metrics, kMetric, kMetricHelp, {{"event", "escalated"}})) {}

absl::StatusOr<ClockJob::Batch> ClockJob::RunBatch(absl::Time deadline, int limit,
                                                   std::vector<Claimed>& claimed) {
  const absl::Time now = FromMicros(ToMicros(clock_.Now()));
  return database_.RunInTransaction(deadline, [&](db::Transaction& t) -> absl::StatusOr<Batch> {
    claimed.clear();
    ASSIGN_OR_RETURN(std::vector<domain::Case> cases, store::ClaimDueCases(t, now, limit));
    for (const domain::Case& record : cases) claimed.push_back({record.org_id, record.case_id});
    Batch batch{.cases = static_cast<int>(cases.size())};
    if (cases.empty()) return batch;
    // A deadline that a change of policy has moved must not fire as it was, even if nobody has come
    // to set it anew.
    ASSIGN_OR_RETURN(const auto changes, store::PendingSlaChanges(t, now));
    Recomputer recomputer(t);
    for (domain::Case& record : cases) {
      bool changed = false;
      for (const store::SlaChange& change : changes) {
        const absl::StatusOr<bool> applied = recomputer.Apply(record, change);
        // What cannot be set anew fires as it stands; the job of changes tells of it.
        if (!applied.ok() && !IsOwnFault(applied.status())) return applied.status();
        changed |= applied.value_or(false);
      }
      if (changed) {
        RETURN_IF_ERROR(SaveRecomputed(t, record, now, ids_));
      }
      batch.recomputed |= changed;
      RETURN_IF_ERROR(NameLateOwners(t, now, record));
      const std::vector<domain::Firing> firings = domain::Tick(record, now);
      RETURN_IF_ERROR(Save(t, record, firings, now, ids_));
      ASSIGN_OR_RETURN(const int told, Escalate(t, record, now, ids_));
      batch.escalated += told;
      const auto breaches = std::ranges::count_if(firings, IsBreach);
      batch.breached += static_cast<int>(breaches);
      batch.near += static_cast<int>(firings.size() - breaches);
    }
    if (batch.near + batch.breached + batch.escalated > 0 || batch.recomputed)
      t.AfterCommit(notify_);
    return batch;
  });
}

absl::Status ClockJob::SetAside(absl::Time deadline, const Claimed& claimed,
                                const absl::Status& why) {
  obs::Log(obs::Level::kError, "the SLA clocks of a case cannot be fired; set aside",
           {{"org", claimed.org_id}, {"case", claimed.case_id}, {"status", why}});
  const absl::Time now = FromMicros(ToMicros(clock_.Now()));
  return database_.RunInTransaction(deadline, [&](db::Transaction& t) {
    return store::SetCaseAside(t, claimed.org_id, claimed.case_id, now, now + kSetAside);
  });
}

absl::StatusOr<int> ClockJob::RunOnce(absl::Time deadline) {
  int fired = 0;
  size_t one_by_one = 0;  // so many cases, of which one is at fault
  std::vector<Claimed> claimed;
  while (!repeater_.stopping()) {
    const int limit = one_by_one > 0 ? 1 : options_.batch;
    const absl::StatusOr<Batch> batch = RunBatch(deadline, limit, claimed);
    if (!batch.ok() && (claimed.empty() || !IsOwnFault(batch.status()))) return batch.status();
    if (!batch.ok() && claimed.size() > 1) {
      one_by_one = claimed.size();
      continue;
    }
    if (one_by_one > 0) --one_by_one;
    if (!batch.ok()) {
      RETURN_IF_ERROR(SetAside(deadline, claimed.front(), batch.status()));
      continue;
    }
    near_.Add(batch->near);
    breached_.Add(batch->breached);
    escalated_.Add(batch->escalated);
    fired += batch->near + batch->breached + batch->escalated;
    if (batch->cases < limit) break;
  }
  return fired;
}

void ClockJob::Start() {
  repeater_.Start([this] {
    const absl::Status status = RunOnce(absl::Now() + kRunLimit).status();
    if (!status.ok()) {
      obs::Log(obs::Level::kWarning, "firing SLA clocks failed; tried again", {{"status", status}});
    }
    return false;
  });
}

}  // namespace kefu::aftersales
