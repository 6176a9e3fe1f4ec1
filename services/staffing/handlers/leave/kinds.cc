// Kinds of leave, and what agents have of them.
#include "services/staffing/convert/leave.h"
#include "services/staffing/domain/schedule.h"
#include "services/staffing/handlers/agents.h"
#include "services/staffing/handlers/leave/leave_handlers.h"
#include "services/staffing/handlers/leave/support.h"
#include "services/staffing/handlers/people_time.h"
#include "services/staffing/store/careers.h"
#include "services/staffing/store/leave.h"

namespace kefu::staffing {

absl::StatusOr<leave::Kind> KindInForce(store::Reader reader, std::string_view org_id,
                                        std::string_view id) {
  ASSIGN_OR_RETURN(const auto own, store::LeaveKinds(reader, org_id));
  for (const leave::Kind& kind : leave::KindsInForce(own)) {
    if (kind.id == id && !kind.archived) return kind;
  }
  return error::LeaveKindUnknown(id);
}

absl::StatusOr<leave::Balance> BalanceOf(store::Reader reader, std::string_view org_id,
                                         std::string_view agent_id, std::string_view kind) {
  ASSIGN_OR_RETURN(const auto balances, store::LeaveBalances(reader, org_id, agent_id));
  const auto found = std::ranges::find(balances, kind, &leave::Balance::kind);
  return found == balances.end() ? leave::Balance{.kind = std::string(kind)} : *found;
}

absl::StatusOr<std::vector<leave::Leave>> LeavesOf(store::Reader reader, std::string_view org_id,
                                                   std::string_view agent_id, absl::CivilDay first,
                                                   absl::CivilDay last) {
  return store::ListLeaves(reader, org_id, {"", kAllLeaves},
                           {.agent_id = agent_id, .first = first, .last = last});
}

absl::StatusOr<v1::Leave> TellLeave(const Dependencies& deps, db::Transaction& t,
                                    const RequestContext& ctx, domain::Agent agent,
                                    const leave::Leave& leave) {
  v1::LeaveChanged event;
  *event.mutable_leave() = convert::ToProto(leave);
  RETURN_IF_ERROR(Publish(deps, t, ctx, agent.id, event));
  ASSIGN_OR_RETURN(const absl::CivilDay today, Today(t, ctx));
  ASSIGN_OR_RETURN(const auto leaves, store::Leaves(t, ctx.org_id(), agent.id));
  const domain::AgentState state = domain::StateOn(agent.employed, leaves, today);
  if (state != agent.state) {
    agent.state = state;
    RETURN_IF_ERROR(TouchAgent(deps, t, ctx, std::move(agent)));
  }
  return event.leave();
}

absl::StatusOr<v1::LeaveKind> LeaveHandlers::SetLeaveKind(
    const RequestContext& ctx, const v1::SetLeaveKindRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  const leave::Kind kind = convert::FromProto(request.kind(), inner);
  violations.Merge("kind", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::LeaveKind>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::LeaveKind> {
        if (!ctx.principal.shops.empty()) return error::ShopNotAllowed("");
        RETURN_IF_ERROR(RegisteredOrganization(t, ctx));
        RETURN_IF_ERROR(
            store::SaveLeaveKind(t, ctx.org_id(), kind, ctx.principal.subject, ctx.now));
        v1::LeaveKindChanged event;
        *event.mutable_kind() = convert::ToProto(kind);
        RETURN_IF_ERROR(Publish(deps_, t, ctx, kind.id, event));
        return event.kind();
      });
}

absl::StatusOr<v1::ListLeaveKindsResponse> LeaveHandlers::ListLeaveKinds(
    const RequestContext& ctx, const v1::ListLeaveKindsRequest&) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const auto own,
                   store::LeaveKinds(store::Reader(deps_.database, ctx.deadline), ctx.org_id()));
  v1::ListLeaveKindsResponse response;
  const std::vector<leave::Kind> kinds = leave::KindsInForce(own);
  for (const leave::Kind& kind : kinds) *response.add_kinds() = convert::ToProto(kind);
  return response;
}

absl::StatusOr<v1::LeaveBalance> LeaveHandlers::GrantLeave(
    const RequestContext& ctx, const v1::GrantLeaveRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.agent_id(), "agent_id", violations);
  convert::KindName(request.leave_kind(), "leave_kind", violations);
  convert::Number(request.minutes(), -leave::kMostGrant, leave::kMostGrant, "minutes", violations);
  violations.Check(request.minutes() != 0, "minutes", "must not be 0");
  convert::Text(request.reason(), convert::kMaxReason, "reason", violations, /*lines=*/true);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::LeaveBalance>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::LeaveBalance> {
        RETURN_IF_ERROR(store::Lock<domain::Agent>(t, ctx.org_id(), request.agent_id()));
        RETURN_IF_ERROR(RequireReach(t, ctx, request.agent_id()));
        if (ctx.principal.agent_id == request.agent_id()) {
          return error::OwnDecision(request.agent_id());
        }
        ASSIGN_OR_RETURN(const auto kind, KindInForce(t, ctx.org_id(), request.leave_kind()));
        if (!kind.has_balance) return error::LeaveWithoutBalance(kind.id);
        ASSIGN_OR_RETURN(leave::Balance balance,
                         BalanceOf(t, ctx.org_id(), request.agent_id(), kind.id));
        if (balance.available() + request.minutes() < 0) {
          return error::LeaveBalanceShort(kind.id, balance.available(), -request.minutes());
        }
        balance.granted += request.minutes();
        RETURN_IF_ERROR(store::InsertLeaveGrant(
            t, ctx.org_id(),
            {deps_.ids.Next(), request.agent_id(), kind.id, request.minutes(), request.reason()},
            ctx.principal.subject, ctx.now));
        v1::LeaveGranted event;
        *event.mutable_balance() = convert::ToProto(request.agent_id(), balance);
        event.set_minutes(request.minutes());
        event.set_reason(request.reason());
        RETURN_IF_ERROR(Publish(deps_, t, ctx, request.agent_id(), event));
        return event.balance();
      });
}

absl::StatusOr<v1::GetLeaveBalancesResponse> LeaveHandlers::GetLeaveBalances(
    const RequestContext& ctx, const v1::GetLeaveBalancesRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const std::string agent_id = AgentOf(ctx, request.agent_id(), violations);
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(RequireReading(ctx, agent_id));
  const store::Reader reader(deps_.database, ctx.deadline);
  RETURN_IF_ERROR(store::Find<domain::Agent>(reader, ctx.org_id(), agent_id));
  RETURN_IF_ERROR(RequireReach(reader, ctx, agent_id));
  ASSIGN_OR_RETURN(const auto own, store::LeaveKinds(reader, ctx.org_id()));
  ASSIGN_OR_RETURN(const auto balances, store::LeaveBalances(reader, ctx.org_id(), agent_id));
  v1::GetLeaveBalancesResponse response;
  const std::vector<leave::Kind> kinds = leave::KindsInForce(own);
  for (const leave::Kind& kind : kinds) {
    if (!kind.has_balance) continue;
    const auto found = std::ranges::find(balances, kind.id, &leave::Balance::kind);
    *response.add_balances() = convert::ToProto(
        agent_id, found == balances.end() ? leave::Balance{.kind = kind.id} : *found);
  }
  return response;
}

}  // namespace kefu::staffing
