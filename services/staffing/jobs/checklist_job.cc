#include "services/staffing/jobs/checklist_job.h"

#include <utility>

#include "absl/time/clock.h"
#include "common/events/outbox.h"
#include "common/obs/log.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/staffing/handlers/checklists/support.h"

namespace kefu::staffing {
namespace {

constexpr absl::Duration kQuery = absl::Seconds(20);

absl::Status Tell(db::Transaction& t, const std::string& org_id, const checklists::Checklist& list,
                  absl::Time now) {
  v1::ChecklistChanged event;
  *event.mutable_checklist() = convert::ToProto(list);
  return events::Append(t, org_id, list.id, event, now);
}

// Makes the list of today, and none of days that went by unseen. A template that is not in force
// any more pauses what follows it.
absl::Status MakeToday(const Dependencies& deps, db::Transaction& t, const store::DueSchedule& due,
                       absl::Time now) {
  checklists::Schedule schedule = due.schedule;
  const auto of = TemplateInForce(t, due.org_id, schedule.template_id);
  if (ReasonOf(of.status()) == "CHECKLIST_TEMPLATE_UNKNOWN") {
    schedule.paused = true;
    schedule.next = absl::InfiniteFuture();
    return store::SaveChecklistSchedule(t, due.org_id, schedule);
  }
  RETURN_IF_ERROR(of.status());
  ASSIGN_OR_RETURN(const absl::TimeZone zone, ChecklistZone(t, due.org_id, schedule.shop_id));
  const absl::CivilDay today = absl::ToCivilDay(now, zone);
  if (checklists::Falls(schedule.weekdays, today)) {
    checklists::Checklist list = checklists::Make(*of, today, zone, now);
    list.id = deps.ids.Next();
    list.shop_id = schedule.shop_id;
    list.team_id = schedule.team_id;
    ASSIGN_OR_RETURN(list.owner_agent_id, OwnerOn(t, due.org_id, schedule, today));
    if (!list.owner_agent_id.empty()) schedule.last_agent_id = list.owner_agent_id;
    RETURN_IF_ERROR(store::InsertChecklist(t, due.org_id, list));
    RETURN_IF_ERROR(Tell(t, due.org_id, list, now));
  }
  schedule.next = absl::FromCivil(checklists::NextAfter(schedule.weekdays, today), zone);
  return store::SaveChecklistSchedule(t, due.org_id, schedule);
}

absl::Status TellOverdue(db::Transaction& t, const store::DueChecklist& due, absl::Time now) {
  checklists::Checklist list = due.list;
  RETURN_IF_ERROR(store::FillItems(t, due.org_id, list));
  const checklists::Told told = checklists::TellOverdue(list, now);
  RETURN_IF_ERROR(store::UpdateChecklist(t, due.org_id, told.list));
  v1::ChecklistOverdue event;
  *event.mutable_checklist() = convert::ToProto(told.list);
  for (const std::string& id : told.item_ids) event.add_item_ids(id);
  return events::Append(t, due.org_id, list.id, event, now);
}

}  // namespace

ChecklistJob::ChecklistJob(Dependencies deps, const Clock& clock, ChecklistJobOptions options)
    : deps_(std::move(deps)), clock_(clock), options_(options) {}

void ChecklistJob::Start() {
  repeater_.Start([this] {
    const absl::StatusOr<int> moved = RunOnce();
    if (!moved.ok()) {
      obs::Warning("making the day's checklists failed; tried again", {{"error", moved.status()}});
    }
    return moved.ok() && *moved >= options_.batch;  // a full batch has more behind it
  });
}

absl::StatusOr<int> ChecklistJob::RunOnce() {
  return deps_.database.RunInTransaction(
      absl::Now() + kQuery, [&](db::Transaction& t) -> absl::StatusOr<int> {
        const absl::Time now = clock_.Now();
        ASSIGN_OR_RETURN(const auto schedules, store::LockDueSchedules(t, now, options_.batch));
        for (const store::DueSchedule& due : schedules) {
          RETURN_IF_ERROR(MakeToday(deps_, t, due, now));
        }
        ASSIGN_OR_RETURN(const auto lists, store::LockDueChecklists(t, now, options_.batch));
        for (const store::DueChecklist& due : lists) RETURN_IF_ERROR(TellOverdue(t, due, now));
        const size_t moved = schedules.size() + lists.size();
        if (moved > 0) t.AfterCommit(deps_.on_events);
        return static_cast<int>(moved);
      });
}

}  // namespace kefu::staffing
