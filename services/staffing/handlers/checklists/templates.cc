// Templates of checklists, and the schedules that make lists of them.
#include "common/time/civil.h"
#include "services/staffing/handlers/checklists/checklist_handlers.h"
#include "services/staffing/handlers/checklists/support.h"
#include "services/staffing/handlers/people_time.h"

namespace kefu::staffing {
namespace {

using checklists::Schedule;

constexpr int kMostDutyDays = 62;   // of GetDutyRota: two months, and as far ahead
constexpr int kMostListsMade = 62;  // by one schedule in these days

// A schedule of a shop is the shop's; without a shop it is the team's, and else the organization's.
absl::Status CheckReach(store::Reader reader, const RequestContext& ctx, const Schedule& schedule) {
  if (!schedule.shop_id.empty()) return CheckShopAllowed(ctx, schedule.shop_id);
  if (!schedule.team_id.empty()) return RequireTeamShops(reader, ctx, schedule.team_id);
  return CheckShopAllowed(ctx, "");
}

// That what a schedule names exists.
absl::Status CheckNamed(db::Transaction& t, const RequestContext& ctx, const Schedule& asked) {
  if (!asked.team_id.empty()) {
    RETURN_IF_ERROR(FindActive<domain::Team>(t, ctx, "team", asked.team_id).status());
  }
  RETURN_IF_ERROR(CheckReach(t, ctx, asked));
  if (!asked.owner_agent_id.empty() && !asked.paused) {
    RETURN_IF_ERROR(RequireOwner(t, ctx, asked.owner_agent_id));
  }
  return TemplateInForce(t, ctx.org_id(), asked.template_id).status();
}

// The lists that are made, and the turns to come.
absl::StatusOr<v1::GetDutyRotaResponse> DutyRota(db::Transaction& t, const RequestContext& ctx,
                                                 Schedule schedule, absl::CivilDay first,
                                                 absl::CivilDay last) {
  v1::GetDutyRotaResponse response;
  const auto add = [&](absl::CivilDay day, const std::string& agent_id, const std::string& list) {
    v1::DutyDay* const out = response.add_days();
    *out->mutable_day() = convert::ToProto(day);
    out->set_agent_id(agent_id);
    out->set_checklist_id(list);
  };
  ASSIGN_OR_RETURN(const absl::TimeZone zone, ChecklistZone(t, ctx.org_id(), schedule.shop_id));
  if (last > absl::ToCivilDay(ctx.now, zone) + kMostDutyDays) {
    return InvalidArgument("INVALID_FIELDS", "period",
                           fmt::format("must end within {} days from today", kMostDutyDays));
  }
  ASSIGN_OR_RETURN(const auto made,
                   store::ScheduledChecklists(
                       t, ctx.org_id(), {schedule.template_id, schedule.shop_id, schedule.team_id},
                       first, last, kMostListsMade));
  for (const checklists::Checklist& list : made) add(list.day, list.owner_agent_id, list.id);
  if (schedule.paused) return response;
  // From the next list on, whatever lies before the days that were asked for.
  for (absl::CivilDay day = absl::ToCivilDay(schedule.next, zone); day <= last;
       day = checklists::NextAfter(schedule.weekdays, day)) {
    ASSIGN_OR_RETURN(const std::string owner, OwnerOn(t, ctx.org_id(), schedule, day));
    if (!owner.empty()) schedule.last_agent_id = owner;
    if (day >= first) add(day, owner, "");
  }
  return response;
}

}  // namespace

absl::StatusOr<v1::ChecklistTemplate> ChecklistHandlers::SetChecklistTemplate(
    const RequestContext& ctx, const v1::SetChecklistTemplateRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  const v1::ChecklistTemplate asked =
      convert::ToProto(convert::FromProto(request.checklist_template(), inner));
  violations.Merge("checklist_template", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::ChecklistTemplate>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::ChecklistTemplate> {
        if (!ctx.principal.shops.empty()) return error::ShopNotAllowed("");
        RETURN_IF_ERROR(RegisteredOrganization(t, ctx).status());
        RETURN_IF_ERROR(store::SaveChecklistTemplate(t, ctx.org_id(), asked.template_id(),
                                                     asked.SerializeAsString(),
                                                     ctx.principal.subject, ctx.now));
        v1::ChecklistTemplateChanged event;
        *event.mutable_checklist_template() = asked;
        RETURN_IF_ERROR(Publish(deps_, t, ctx, asked.template_id(), event));
        return asked;
      });
}

absl::StatusOr<v1::ListChecklistTemplatesResponse> ChecklistHandlers::ListChecklistTemplates(
    const RequestContext& ctx, const v1::ListChecklistTemplatesRequest&) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const auto templates,
                   TemplatesOf(store::Reader(deps_.database, ctx.deadline), ctx.org_id()));
  v1::ListChecklistTemplatesResponse response;
  for (const checklists::Template& each : templates) {
    *response.add_templates() = convert::ToProto(each);
  }
  return response;
}

absl::StatusOr<v1::ChecklistSchedule> ChecklistHandlers::SetChecklistSchedule(
    const RequestContext& ctx, const v1::SetChecklistScheduleRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  const Schedule asked = convert::FromProto(request.schedule(), inner);
  violations.Merge("schedule", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::ChecklistSchedule>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::ChecklistSchedule> {
        ASSIGN_OR_RETURN(const absl::TimeZone zone, ChecklistZone(t, ctx.org_id(), asked.shop_id));
        RETURN_IF_ERROR(CheckNamed(t, ctx, asked));
        ASSIGN_OR_RETURN(const auto known,
                         store::LockChecklistSchedule(
                             t, ctx.org_id(), {asked.template_id, asked.shop_id, asked.team_id}));
        Schedule schedule = asked;
        if (known) schedule.last_agent_id = known->last_agent_id;
        if (!schedule.paused) {
          // Today's day has begun: the first list is tomorrow's, and StartChecklist makes today's.
          // One that is due and not made yet stays due.
          const absl::CivilDay today = absl::ToCivilDay(ctx.now, zone);
          schedule.next =
              known && known->next <= ctx.now
                  ? known->next
                  : absl::FromCivil(checklists::NextAfter(schedule.weekdays, today), zone);
        }
        RETURN_IF_ERROR(store::SaveChecklistSchedule(t, ctx.org_id(), schedule));
        v1::ChecklistScheduleChanged event;
        *event.mutable_schedule() = convert::ToProto(schedule);
        RETURN_IF_ERROR(Publish(deps_, t, ctx, schedule.template_id, event));
        return event.schedule();
      });
}

absl::StatusOr<v1::ListChecklistSchedulesResponse> ChecklistHandlers::ListChecklistSchedules(
    const RequestContext& ctx, const v1::ListChecklistSchedulesRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::OptionalId(request.shop_id(), "shop_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const store::Reader reader(deps_.database, ctx.deadline);
  ASSIGN_OR_RETURN(const auto schedules,
                   store::ChecklistSchedules(reader, ctx.org_id(), request.shop_id()));
  v1::ListChecklistSchedulesResponse response;
  for (const Schedule& each : schedules) {
    const absl::Status reach = CheckReach(reader, ctx, each);
    if (absl::IsPermissionDenied(reach)) continue;
    RETURN_IF_ERROR(reach);
    *response.add_schedules() = convert::ToProto(each);
  }
  return response;
}

absl::StatusOr<v1::GetDutyRotaResponse> ChecklistHandlers::GetDutyRota(
    const RequestContext& ctx, const v1::GetDutyRotaRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::KindName(request.template_id(), "template_id", violations);
  convert::OptionalId(request.shop_id(), "shop_id", violations);
  convert::OptionalId(request.team_id(), "team_id", violations);
  violations.Check(request.has_period(), "period", "must be set");
  const auto days =
      convert::OptionalDays(request.has_period(), request.period(), "period", violations);
  violations.Check(!days || days->last - days->first < kMostDutyDays, "period",
                   fmt::format("must be at most {} days", kMostDutyDays));
  RETURN_IF_ERROR(violations.ToStatus());
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::GetDutyRotaResponse> {
        ASSIGN_OR_RETURN(
            auto schedule,
            store::FindChecklistSchedule(
                t, ctx.org_id(), {request.template_id(), request.shop_id(), request.team_id()}));
        if (!schedule) return error::ChecklistScheduleNotFound(request.template_id());
        if (schedule->team_id.empty()) {
          RETURN_IF_ERROR(CheckReach(t, ctx, *schedule));
        } else {
          RETURN_IF_ERROR(RequireReadableTeam(t, ctx, schedule->team_id).status());
        }
        return DutyRota(t, ctx, *std::move(schedule), days->first, days->last);
      });
}

}  // namespace kefu::staffing
