#include "services/staffing/jobs/handover_job.h"

#include <utility>

#include "absl/time/clock.h"
#include "common/events/outbox.h"
#include "common/obs/log.h"
#include "common/status/status_macros.h"
#include "services/staffing/convert/handovers.h"
#include "services/staffing/handlers/handovers/handover_handlers.h"
#include "services/staffing/store/handovers.h"

namespace kefu::staffing {
namespace {

constexpr absl::Duration kQuery = absl::Seconds(20);

// True when it went up.
absl::StatusOr<bool> TakeUp(db::Transaction& t, const store::WaitingItem& waiting, absl::Time now) {
  ASSIGN_OR_RETURN(const handover::Policy policy, store::HandoverPolicy(t, waiting.org_id));
  const auto up = handover::Escalate(waiting.item, policy, now);
  if (!up) return false;
  ASSIGN_OR_RETURN(const auto team,
                   store::Find<domain::Team>(t, waiting.org_id, waiting.item.team_id));
  RETURN_IF_ERROR(
      SaveStep(t, waiting.org_id, *up, handover::EntryKind::kEscalated, {}, policy.version, ""));
  v1::HandoverItemEscalated event;
  *event.mutable_item() = convert::ToProto(*up);
  event.set_lead_agent_id(team.lead_agent_id);
  event.set_policy_version(policy.version);
  RETURN_IF_ERROR(events::Append(t, waiting.org_id, up->id, event, now));
  return true;
}

}  // namespace

HandoverJob::HandoverJob(Dependencies deps, const Clock& clock, HandoverJobOptions options)
    : deps_(std::move(deps)), clock_(clock), options_(options) {}

void HandoverJob::Start() {
  repeater_.Start([this] {
    const absl::StatusOr<int> taken = RunOnce();
    if (!taken.ok()) {
      obs::Warning("taking up handover items failed; tried again", {{"error", taken.status()}});
    }
    return taken.ok() && *taken == options_.batch;  // a full batch has more behind it
  });
}

absl::StatusOr<int> HandoverJob::RunOnce() {
  return deps_.database.RunInTransaction(
      absl::Now() + kQuery, [&](db::Transaction& t) -> absl::StatusOr<int> {
        const absl::Time now = clock_.Now();
        ASSIGN_OR_RETURN(const auto waiting, store::LockEscalating(t, now, options_.batch));
        int taken = 0;
        for (const store::WaitingItem& item : waiting) {
          ASSIGN_OR_RETURN(const bool up, TakeUp(t, item, now));
          taken += up ? 1 : 0;
        }
        if (taken > 0) t.AfterCommit(deps_.on_events);
        return taken;
      });
}

}  // namespace kefu::staffing
