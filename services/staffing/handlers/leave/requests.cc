// Leave as it is asked for, decided and taken back.
#include "common/time/civil.h"
#include "services/staffing/convert/leave.h"
#include "services/staffing/handlers/attendance/support.h"
#include "services/staffing/handlers/leave/leave_handlers.h"
#include "services/staffing/handlers/leave/support.h"
#include "services/staffing/handlers/people_time.h"
#include "services/staffing/store/leave.h"

namespace kefu::staffing {
namespace {

using leave::Leave;

struct LeaveRow {
  using Record = Leave;
  using Proto = v1::Leave;
  static constexpr bool kHasParts = false;
  static const std::string& IdOf(const Record& record) { return record.id; }
};

// Changes a stored leave by `step`, (transaction, leave) -> StatusOr<Leave>, when its months are
// open. The agent's row makes leaves of one agent follow each other; whose leave it is never
// changes, so that is read first.
template <class Request, class F>
absl::StatusOr<v1::Leave> Move(const Dependencies& deps, const RequestContext& ctx,
                               const Request& request, F step) {
  return events::RunWrite<v1::Leave>(
      deps.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Leave> {
        RETURN_IF_ERROR(LockMonths(t, ctx));
        ASSIGN_OR_RETURN(const Leave known, store::FindLeave(t, ctx.org_id(), request.leave_id()));
        ASSIGN_OR_RETURN(auto agent, store::Lock<domain::Agent>(t, ctx.org_id(), known.agent_id));
        RETURN_IF_ERROR(RequireReach(t, ctx, agent.id));
        ASSIGN_OR_RETURN(const Leave leave, store::LockLeave(t, ctx.org_id(), known.id));
        ASSIGN_OR_RETURN(const Leave moved, step(t, leave));
        RETURN_IF_ERROR(CheckMonthsOpen(t, ctx, leave.first, leave.last));
        RETURN_IF_ERROR(store::UpdateLeave(t, ctx.org_id(), moved));
        return TellLeave(deps, t, ctx, std::move(agent), moved);
      });
}

// Workdays of the organization's calendar among the leave's days.
absl::StatusOr<int> Workdays(store::Reader reader, const RequestContext& ctx, const Leave& leave) {
  ASSIGN_OR_RETURN(const auto classes, DayClasses(reader, ctx.org_id(), leave.first, leave.last));
  return static_cast<int>(std::ranges::count(classes, attendance::DayClass::kWorkday));
}

// Fills what follows from the kind, and checks the request against everything else of the agent's.
absl::Status Prepare(db::Transaction& t, const RequestContext& ctx, const domain::Agent& agent,
                     Leave& leave) {
  for (const absl::CivilDay day : {leave.first, leave.last}) {
    if (!agent.employed.Contains(day)) return error::AgentNotEmployed(agent.id, day);
  }
  ASSIGN_OR_RETURN(const auto kind, KindInForce(t, ctx.org_id(), leave.kind));
  leave.paid = kind.paid;
  leave.has_balance = kind.has_balance;
  if (leave.minutes == 0) {
    ASSIGN_OR_RETURN(const int workdays, Workdays(t, ctx, leave));
    leave.minutes = leave::DefaultMinutes(leave, workdays);
  }
  ASSIGN_OR_RETURN(const auto others, LeavesOf(t, ctx.org_id(), agent.id, leave.first, leave.last));
  std::optional<leave::Balance> balance;
  if (kind.has_balance) {
    ASSIGN_OR_RETURN(balance, BalanceOf(t, ctx.org_id(), agent.id, kind.id));
  }
  RETURN_IF_ERROR(leave::CheckRequest(leave, others, balance));
  return CheckMonthsOpen(t, ctx, leave.first, leave.last);
}

}  // namespace

absl::StatusOr<v1::Leave> LeaveHandlers::RequestLeave(
    const RequestContext& ctx, const v1::RequestLeaveRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  Leave asked = convert::FromProto(request, violations);
  asked.agent_id = AgentOf(ctx, request.agent_id(), violations);
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(RequireActing(ctx, asked.agent_id));
  return events::RunWrite<v1::Leave>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Leave> {
        ASSIGN_OR_RETURN(auto agent, store::Lock<domain::Agent>(t, ctx.org_id(), asked.agent_id));
        RETURN_IF_ERROR(RequireReach(t, ctx, agent.id));
        Leave leave = asked;
        RETURN_IF_ERROR(Prepare(t, ctx, agent, leave));
        leave.id = deps_.ids.Next();
        leave.info = {1, ctx.now, ctx.now};
        RETURN_IF_ERROR(store::InsertLeave(t, ctx.org_id(), leave));
        return TellLeave(deps_, t, ctx, std::move(agent), leave);
      });
}

absl::StatusOr<v1::Leave> LeaveHandlers::DecideLeave(const RequestContext& ctx,
                                                     const v1::DecideLeaveRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.leave_id(), "leave_id", violations);
  if (!request.approve() || !request.reason().empty()) {
    convert::Text(request.reason(), convert::kMaxReason, "reason", violations, /*lines=*/true);
  }
  RETURN_IF_ERROR(violations.ToStatus());
  return Move(deps_, ctx, request,
              [&](db::Transaction&, const Leave& leave) -> absl::StatusOr<Leave> {
                if (!request.etag().empty() && request.etag() != convert::Etag(leave.info)) {
                  return error::EtagMismatch("leave", leave.id);
                }
                return leave::Decide(leave, request.approve(), request.reason(),
                                     ctx.principal.subject, ctx.principal.agent_id, ctx.now);
              });
}

absl::StatusOr<v1::Leave> LeaveHandlers::CancelLeave(const RequestContext& ctx,
                                                     const v1::CancelLeaveRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.leave_id(), "leave_id", violations);
  if (!request.reason().empty()) {
    convert::Text(request.reason(), convert::kMaxReason, "reason", violations, /*lines=*/true);
  }
  RETURN_IF_ERROR(violations.ToStatus());
  return Move(deps_, ctx, request,
              [&](db::Transaction& t, const Leave& leave) -> absl::StatusOr<Leave> {
                RETURN_IF_ERROR(RequireActing(ctx, leave.agent_id));
                ASSIGN_OR_RETURN(const absl::CivilDay today, Today(t, ctx));
                return leave::Cancel(leave, request.reason(), ctx.principal.subject,
                                     ctx.principal.agent_id == leave.agent_id, today, ctx.now);
              });
}

absl::StatusOr<v1::Leave> LeaveHandlers::GetLeave(const RequestContext& ctx,
                                                  const v1::GetLeaveRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckId(request.leave_id(), "leave_id"));
  const store::Reader reader(deps_.database, ctx.deadline);
  ASSIGN_OR_RETURN(const Leave leave, store::FindLeave(reader, ctx.org_id(), request.leave_id()));
  RETURN_IF_ERROR(RequireReading(ctx, leave.agent_id));
  RETURN_IF_ERROR(RequireReach(reader, ctx, leave.agent_id));
  return convert::ToProto(leave);
}

absl::StatusOr<v1::ListLeavesResponse> LeaveHandlers::ListLeaves(
    const RequestContext& ctx, const v1::ListLeavesRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  std::string agent_id = convert::OptionalId(request.agent_id(), "agent_id", violations);
  const auto state = convert::OptionalEnum<leave::State>(request.state(), "state", violations);
  const auto days =
      convert::OptionalDays(request.has_dates(), request.dates(), "dates", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  if (!RequireReading(ctx, agent_id).ok()) {
    if (ctx.principal.agent_id.empty()) return error::TimeOfOthers();
    agent_id = ctx.principal.agent_id;
  } else if (!agent_id.empty()) {
    RETURN_IF_ERROR(RequireReach(store::Reader(deps_.database, ctx.deadline), ctx, agent_id));
  }
  store::LeaveFilter filter{.agent_id = agent_id,
                            .state = state == leave::State::kUnspecified ? "" : NameOf(state)};
  if (days) {
    filter.first = days->first;
    filter.last = days->last;
  }
  const std::string bound = fmt::format("{} {} {} {}", agent_id, filter.state,
                                        FormatDay(filter.first), FormatDay(filter.last));
  return List<LeaveRow, v1::ListLeavesResponse>(
      deps_, ctx, request, bound, &v1::ListLeavesResponse::add_leaves,
      [&](store::Reader reader, store::Page page) {
        return store::ListLeaves(reader, ctx.org_id(), page, filter);
      });
}

}  // namespace kefu::staffing
