// Clock events: made, added, voided, listed.
#include "absl/strings/numbers.h"
#include "common/time/civil.h"
#include "services/staffing/convert/attendance.h"
#include "services/staffing/handlers/attendance/attendance_handlers.h"
#include "services/staffing/handlers/attendance/support.h"
#include "services/staffing/handlers/people_time.h"
#include "services/staffing/store/attendance.h"
#include "services/staffing/store/handovers.h"

namespace kefu::staffing {
namespace {

using attendance::ClockKind;
using attendance::ClockRecord;

constexpr int64_t kMostDays = 62;                           // two months at once
constexpr absl::Duration kInstant = absl::Microseconds(1);  // as times are stored

absl::StatusOr<v1::ClockEvent> Tell(const Dependencies& deps, db::Transaction& t,
                                    const RequestContext& ctx, const ClockRecord& record) {
  v1::ClockEventRecorded event;
  *event.mutable_clock_event() = convert::ToProto(record);
  RETURN_IF_ERROR(Publish(deps, t, ctx, record.agent_id, event));
  return event.clock_event();
}

// Whether the agent may clock so after its last event.
absl::Status CheckClock(db::Transaction& t, const RequestContext& ctx, std::string_view agent_id,
                        ClockKind kind) {
  ASSIGN_OR_RETURN(const auto last, store::LastClock(t, ctx.org_id(), agent_id, ctx.now));
  const bool in = last && last->kind == ClockKind::kIn;
  if (kind == ClockKind::kIn) {
    return in && ctx.now - last->time < attendance::kForgottenAfter
               ? error::ClockedInAlready(agent_id)
               : absl::OkStatus();
  }
  if (!in) return error::NotClockedIn(agent_id);
  ASSIGN_OR_RETURN(const auto duty, store::LockRunningShift(t, ctx.org_id(), agent_id));
  return duty ? error::ShiftRunning(agent_id, duty->id) : absl::OkStatus();
}

// The agent's row makes clock events of one agent follow each other.
template <class Request>
absl::StatusOr<v1::ClockEvent> Clock(const Dependencies& deps, const RequestContext& ctx,
                                     const Request& request, ClockKind kind) {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const std::string agent_id = AgentOf(ctx, request.agent_id(), violations);
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(RequireActing(ctx, agent_id));
  return events::RunWrite<v1::ClockEvent>(
      deps.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::ClockEvent> {
        ASSIGN_OR_RETURN(const auto agent, store::Lock<domain::Agent>(t, ctx.org_id(), agent_id));
        RETURN_IF_ERROR(RequireReach(t, ctx, agent_id));
        ASSIGN_OR_RETURN(const absl::CivilDay today, Today(t, ctx));
        if (!agent.employed.Contains(today)) return error::AgentNotEmployed(agent_id, today);
        RETURN_IF_ERROR(CheckClock(t, ctx, agent_id, kind));
        const ClockRecord record{.id = deps.ids.Next(),
                                 .agent_id = agent_id,
                                 .kind = kind,
                                 .time = ctx.now,
                                 .actor = ctx.principal.subject,
                                 .record_time = ctx.now};
        RETURN_IF_ERROR(store::InsertClock(t, ctx.org_id(), record));
        return Tell(deps, t, ctx, record);
      });
}

// Who leads shifts adds what somebody forgot, and an integration what the clock at the door has. It
// decides nothing: what is wrong is voided by who leads.
absl::Status RequireTelling(const RequestContext& ctx) {
  const auth::PermissionTable& table = auth::PermissionTable::Get();
  return table.Allows(ctx.principal, auth::Permission::kLeadShifts) ||
                 table.Allows(ctx.principal, auth::Permission::kImportFacts)
             ? absl::OkStatus()
             : error::TimeOfOthers();
}

// Whether the caller may correct what the agent clocked then.
absl::Status CheckCorrection(db::Transaction& t, const RequestContext& ctx,
                             std::string_view agent_id, absl::Time time) {
  if (ctx.principal.agent_id == agent_id) return error::OwnDecision(agent_id);
  RETURN_IF_ERROR(RequireReach(t, ctx, agent_id));
  ASSIGN_OR_RETURN(const absl::TimeZone zone, store::ZoneOf(t, ctx.org_id()));
  // The shift to which it belongs may have begun the day before.
  const absl::CivilDay day = DayOf(time, zone);
  return CheckMonthsOpen(t, ctx, day - 1, day);
}

}  // namespace

absl::StatusOr<v1::ClockEvent> AttendanceHandlers::ClockIn(
    const RequestContext& ctx, const v1::ClockInRequest& request) const {
  return Clock(deps_, ctx, request, ClockKind::kIn);
}

absl::StatusOr<v1::ClockEvent> AttendanceHandlers::ClockOut(
    const RequestContext& ctx, const v1::ClockOutRequest& request) const {
  return Clock(deps_, ctx, request, ClockKind::kOut);
}

absl::StatusOr<v1::ClockEvent> AttendanceHandlers::AddClockEvent(
    const RequestContext& ctx, const v1::AddClockEventRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  ClockRecord asked{
      .agent_id = convert::Id(request.agent_id(), "agent_id", violations),
      .kind = convert::RequiredEnum<ClockKind>(request.kind(), "kind", violations),
      .reason = convert::Text(request.reason(), convert::kMaxReason, "reason", violations, true),
      .actor = ctx.principal.subject,
      .record_time = ctx.now};
  if (violations.Check(request.has_event_time(), "event_time", "must be set")) {
    asked.time = convert::Instant(request.event_time(), "event_time", violations);
    violations.Check(asked.time <= ctx.now, "event_time", "must not be in the future");
  }
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(RequireTelling(ctx));
  return events::RunWrite<v1::ClockEvent>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::ClockEvent> {
        ClockRecord record = asked;
        RETURN_IF_ERROR(LockMonths(t, ctx));
        RETURN_IF_ERROR(store::Lock<domain::Agent>(t, ctx.org_id(), record.agent_id));
        RETURN_IF_ERROR(CheckCorrection(t, ctx, record.agent_id, record.time));
        ASSIGN_OR_RETURN(const auto same, store::ClockOf(t, ctx.org_id(), record.agent_id,
                                                         record.time, record.time + kInstant));
        for (const ClockRecord& known : same) {
          if (known.kind == record.kind) return error::ClockExists(known.id);
        }
        record.id = deps_.ids.Next();
        RETURN_IF_ERROR(store::InsertClock(t, ctx.org_id(), record));
        return Tell(deps_, t, ctx, record);
      });
}

absl::StatusOr<v1::ClockEvent> AttendanceHandlers::VoidClockEvent(
    const RequestContext& ctx, const v1::VoidClockEventRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.clock_event_id(), "clock_event_id", violations);
  convert::Text(request.reason(), convert::kMaxReason, "reason", violations, true);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::ClockEvent>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::ClockEvent> {
        RETURN_IF_ERROR(LockMonths(t, ctx));
        ASSIGN_OR_RETURN(ClockRecord record,
                         store::LockClock(t, ctx.org_id(), request.clock_event_id()));
        RETURN_IF_ERROR(CheckCorrection(t, ctx, record.agent_id, record.time));
        if (record.void_time) return error::ClockVoided(record.id);
        record.void_time = ctx.now;
        record.voided_by = ctx.principal.subject;
        record.void_reason = request.reason();
        RETURN_IF_ERROR(store::VoidClock(t, ctx.org_id(), record));
        return Tell(deps_, t, ctx, record);
      });
}

absl::StatusOr<v1::ListClockEventsResponse> AttendanceHandlers::ListClockEvents(
    const RequestContext& ctx, const v1::ListClockEventsRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const std::string agent_id = AgentOf(ctx, request.agent_id(), violations);
  const convert::Days days =
      convert::DaysOf(request.has_dates(), request.dates(), kMostDays, "dates", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(RequireReading(ctx, agent_id));
  ASSIGN_OR_RETURN(const int size, db::PageSize(request.page_size()));
  const uint64_t hash = db::FilterHash(
      {ctx.method, ctx.org_id(), agent_id, FormatDay(days.first), FormatDay(days.last)});
  ASSIGN_OR_RETURN(const auto keys, db::DecodePageToken(request.page_token(), hash, 2));
  const store::Reader reader(deps_.database, ctx.deadline);
  RETURN_IF_ERROR(store::Find<domain::Agent>(reader, ctx.org_id(), agent_id));
  RETURN_IF_ERROR(RequireReach(reader, ctx, agent_id));
  ASSIGN_OR_RETURN(const absl::TimeZone zone, store::ZoneOf(reader, ctx.org_id()));
  store::ClockPage page{.begin = StartOfDay(days.first, zone),
                        .end = StartOfDay(days.last + 1, zone),
                        .limit = size + 1};
  if (!keys.empty()) {
    int64_t micros = 0;
    if (!absl::SimpleAtoi(keys[0], &micros)) {
      return InvalidArgument("BAD_PAGE_TOKEN", "page_token", "is damaged");
    }
    page.after_time = FromMicros(micros);
    page.after_id = keys[1];
  }
  ASSIGN_OR_RETURN(auto records, store::ListClock(reader, ctx.org_id(), agent_id, page));
  v1::ListClockEventsResponse response;
  if (records.size() > static_cast<size_t>(size)) {
    records.resize(size);
    response.set_next_page_token(db::EncodePageToken(
        hash, {fmt::format("{}", ToMicros(records.back().time)), records.back().id}));
  }
  for (const ClockRecord& record : records) {
    *response.add_clock_events() = convert::ToProto(record);
  }
  return response;
}

}  // namespace kefu::staffing
