// Agents on duty, and what they hand over.
#include "services/staffing/store/shifts.h"
#include "common/time/civil.h"
#include "services/staffing/convert/handovers.h"
#include "services/staffing/handlers/handovers/handover_handlers.h"
#include "services/staffing/handlers/people_time.h"
#include "services/staffing/store/handovers.h"

namespace kefu::staffing {
namespace {

using handover::DutyShift;
using handover::EntryKind;
using handover::Item;

struct ShiftRow {
  using Record = DutyShift;
  using Proto = v1::DutyShift;
  static constexpr bool kHasParts = false;
  static const std::string& IdOf(const Record& record) { return record.id; }
};

absl::Status PublishShift(const Dependencies& deps, db::Transaction& t, const RequestContext& ctx,
                          const DutyShift& shift) {
  v1::DutyShiftChanged event;
  *event.mutable_duty_shift() = convert::ToProto(shift);
  return Publish(deps, t, ctx, shift.id, event);
}

absl::Status SaveShift(const Dependencies& deps, db::Transaction& t, const RequestContext& ctx,
                       DutyShift& shift) {
  shift.info = {shift.info.version + 1, shift.info.create_time, ctx.now};
  RETURN_IF_ERROR(store::UpdateDutyShift(t, ctx.org_id(), shift));
  return PublishShift(deps, t, ctx, shift);
}

// Who starts the own shift names the times of the published roster, where there are any: they
// decide whose handover it has to wait for. Whoever leads shifts may know better.
// SHIFT_NOT_AS_ROSTERED.
absl::Status CheckRostered(store::Reader reader, const RequestContext& ctx, const DutyShift& shift,
                           absl::TimeZone zone) {
  if (ctx.principal.agent_id != shift.agent_id) return absl::OkStatus();
  const absl::CivilDay day = DayOf(shift.scheduled_start, zone);
  ASSIGN_OR_RETURN(const auto rostered,
                   store::RosteredOn(reader, ctx.org_id(), shift.agent_id, day));
  if (!rostered) return absl::OkStatus();
  const absl::Time start = absl::FromCivil(absl::CivilMinute(day) + rostered->start_minute, zone);
  const absl::Duration length = absl::Minutes(rostered->end_minute - rostered->start_minute);
  if (shift.scheduled_start == start && shift.scheduled_end == start + length) {
    return absl::OkStatus();
  }
  return error::ShiftNotAsRostered(shift.agent_id, absl::FormatTime("%H:%M", start, zone),
                                   absl::FormatTime("%H:%M", start + length, zone));
}

// The shift on which the agent is, locked; the items it holds are locked after it. NOT_ON_DUTY, and
// NOT_FOUND of an agent that the organization does not have.
absl::StatusOr<DutyShift> OnDuty(db::Transaction& t, const RequestContext& ctx,
                                 std::string_view agent_id) {
  ASSIGN_OR_RETURN(auto shift, store::LockRunningShift(t, ctx.org_id(), agent_id));
  if (shift) {
    RETURN_IF_ERROR(RequireTeamReach(t, ctx, agent_id, shift->team_id));
    return *std::move(shift);
  }
  RETURN_IF_ERROR(store::Find<domain::Agent>(t, ctx.org_id(), agent_id));
  return error::NotOnDuty(agent_id, "");
}

}  // namespace

absl::StatusOr<v1::DutyShift> HandoverHandlers::StartShift(
    const RequestContext& ctx, const v1::StartShiftRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  DutyShift asked = convert::FromProto(request, violations);
  asked.agent_id = AgentOf(ctx, request.agent_id(), violations);
  violations.Check(!violations.empty() || asked.scheduled_end > ctx.now, "scheduled_end_time",
                   "must be in the future");
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(RequireActing(ctx, asked.agent_id));
  RETURN_IF_ERROR(handover::CheckLength(asked.scheduled_start, asked.scheduled_end));
  return events::RunWrite<v1::DutyShift>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::DutyShift> {
        DutyShift shift = asked;
        // The team's row makes starts of one team follow each other.
        ASSIGN_OR_RETURN(const auto team,
                         store::Lock<domain::Team>(t, ctx.org_id(), shift.team_id));
        if (team.state != domain::RecordState::kActive) {
          return error::RecordArchived("team", team.id);
        }
        ASSIGN_OR_RETURN(const auto agent,
                         store::Lock<domain::Agent>(t, ctx.org_id(), shift.agent_id));
        RETURN_IF_ERROR(RequireTeamReach(t, ctx, agent.id, team.id));
        ASSIGN_OR_RETURN(const absl::TimeZone zone, store::ZoneOf(t, ctx.org_id()));
        RETURN_IF_ERROR(CheckInTeam(t, ctx, agent, team.id, DayOf(shift.scheduled_start, zone)));
        RETURN_IF_ERROR(CheckRostered(t, ctx, shift, zone));
        ASSIGN_OR_RETURN(const auto own, store::LockRunningShift(t, ctx.org_id(), agent.id));
        if (own) return error::ShiftRunning(agent.id, own->id);
        ASSIGN_OR_RETURN(const auto running, store::RunningShifts(t, ctx.org_id(), team.id));
        shift.start = ctx.now;
        RETURN_IF_ERROR(handover::CheckStart(shift, running));
        shift.id = deps_.ids.Next();
        shift.info = {1, ctx.now, ctx.now};
        RETURN_IF_ERROR(store::InsertDutyShift(t, ctx.org_id(), shift));
        RETURN_IF_ERROR(PublishShift(deps_, t, ctx, shift));
        return convert::ToProto(shift);
      });
}

absl::StatusOr<v1::DutyShift> HandoverHandlers::EndShift(const RequestContext& ctx,
                                                         const v1::EndShiftRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const std::string agent_id = AgentOf(ctx, request.agent_id(), violations);
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(RequireActing(ctx, agent_id));
  return events::RunWrite<v1::DutyShift>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::DutyShift> {
        ASSIGN_OR_RETURN(DutyShift shift, OnDuty(t, ctx, agent_id));
        ASSIGN_OR_RETURN(const auto held, store::LockHeldItems(t, ctx.org_id(), shift.id));
        RETURN_IF_ERROR(handover::CheckEnd(shift, held));
        shift.end = ctx.now;
        RETURN_IF_ERROR(SaveShift(deps_, t, ctx, shift));
        return convert::ToProto(shift);
      });
}

absl::StatusOr<v1::ListDutyShiftsResponse> HandoverHandlers::ListDutyShifts(
    const RequestContext& ctx, const v1::ListDutyShiftsRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckId(request.team_id(), "team_id"));
  RETURN_IF_ERROR(
      RequireReadableTeam(store::Reader(deps_.database, ctx.deadline), ctx, request.team_id()));
  const std::string filter = fmt::format("{} {}", request.team_id(), request.running_only());
  return List<ShiftRow, v1::ListDutyShiftsResponse>(
      deps_, ctx, request, filter, &v1::ListDutyShiftsResponse::add_duty_shifts,
      [&](store::Reader reader, store::Page page) {
        return store::ListDutyShifts(reader, ctx.org_id(), page, request.team_id(),
                                     request.running_only());
      });
}

absl::StatusOr<v1::Handover> HandoverHandlers::WriteHandover(
    const RequestContext& ctx, const v1::WriteHandoverRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const handover::Writing asked = convert::FromProto(request, violations);
  const std::string agent_id = AgentOf(ctx, request.agent_id(), violations);
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(RequireActing(ctx, agent_id));
  return events::RunWrite<v1::Handover>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Handover> {
        handover::Writing writing = asked;
        for (Item& item : writing.items) item.id = deps_.ids.Next();
        ASSIGN_OR_RETURN(DutyShift shift, OnDuty(t, ctx, agent_id));
        ASSIGN_OR_RETURN(const auto held, store::LockHeldItems(t, ctx.org_id(), shift.id));
        ASSIGN_OR_RETURN(const auto policy, store::HandoverPolicy(t, ctx.org_id()));
        ASSIGN_OR_RETURN(const auto written,
                         handover::Write(shift, held, writing, policy, ctx.now));
        v1::Handover response;
        response.set_handover_id(deps_.ids.Next());
        response.set_note(handover::Masked(request.note()));
        *response.mutable_write_time() = convert::ToProto(ctx.now);
        for (const Item& item : written) {
          const EntryKind kind =
              item.info.version == 1 ? EntryKind::kWritten : EntryKind::kHandedOn;
          RETURN_IF_ERROR(
              SaveStep(t, ctx.org_id(), item, kind, shift, policy.version, ctx.principal.subject));
          v1::HandoverItemChanged event;
          *event.mutable_item() = *response.add_items() = convert::ToProto(item);
          RETURN_IF_ERROR(Publish(deps_, t, ctx, item.id, event));
        }
        RETURN_IF_ERROR(store::InsertHandover(t, ctx.org_id(), response.handover_id(), shift,
                                              response.note(), ctx.principal.subject, ctx.now));
        shift.handover = ctx.now;
        RETURN_IF_ERROR(SaveShift(deps_, t, ctx, shift));
        *response.mutable_duty_shift() = convert::ToProto(shift);
        return response;
      });
}

}  // namespace kefu::staffing
