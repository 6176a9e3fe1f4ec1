// Hiring, leaving, hiring again, and leaves.
#include "services/staffing/convert/leave.h"
#include "services/staffing/domain/schedule.h"
#include "services/staffing/domain/tenure.h"
#include "services/staffing/domain/tier.h"
#include "services/staffing/errors_time.h"
#include "services/staffing/handlers/attendance/support.h"
#include "services/staffing/handlers/careers/career_handlers.h"
#include "services/staffing/handlers/careers/support.h"
#include "services/staffing/handlers/checklists/support.h"
#include "services/staffing/handlers/leave/support.h"
#include "services/staffing/handlers/people_time.h"
#include "services/staffing/store/leave.h"

namespace kefu::staffing {
namespace {

constexpr int64_t kMonthsAYear = 12;

absl::Status PublishEmployments(const Dependencies& deps, db::Transaction& t,
                                const RequestContext& ctx, const domain::Agent& agent) {
  ASSIGN_OR_RETURN(const auto spells, store::Employments(t, ctx.org_id(), agent));
  v1::EmploymentChanged event;
  event.set_agent_id(agent.id);
  for (const domain::EmploymentSpell& spell : spells) {
    *event.add_employments() = convert::ToProto(spell);
  }
  return Publish(deps, t, ctx, agent.id, event);
}

// Writes and tells the record of a rehiring, and that what was to count later does not.
absl::Status WriteRehire(const Dependencies& deps, db::Transaction& t, const RequestContext& ctx,
                         std::span<const domain::TierRecord> history,
                         const domain::TierRecord& rehire) {
  std::vector<domain::TierRecord> records = domain::WithdrawLater(history, rehire);
  for (domain::TierRecord& withdrawn : records) withdrawn.id = deps.ids.Next();
  records.insert(records.begin(), rehire);
  for (const domain::TierRecord& record : records) {
    RETURN_IF_ERROR(store::Insert(t, ctx.org_id(), record));
    v1::TierChanged event;
    *event.mutable_change() = convert::ToProto(record);
    RETURN_IF_ERROR(Publish(deps, t, ctx, record.agent_id, event));
  }
  return absl::OkStatus();
}

// Hires somebody who had left.
absl::StatusOr<v1::Agent> Rehire(const Dependencies& deps, db::Transaction& t,
                                 const RequestContext& ctx, const std::string& agent_id,
                                 const domain::Agent& asked, domain::TierRecord draft) {
  ASSIGN_OR_RETURN(auto agent, store::Lock<domain::Agent>(t, ctx.org_id(), agent_id));
  if (!agent.employed.end || *agent.employed.end >= asked.employed.start) {
    return error::StillEmployed(agent_id);
  }
  RETURN_IF_ERROR(
      store::InsertPastEmployment(t, ctx.org_id(), agent_id, {agent.employed, agent.leave_reason}));
  const absl::CivilDay left = *agent.employed.end;
  RETURN_IF_ERROR(RequireTeamShops(t, ctx, asked.team_id));
  agent.employed = asked.employed;
  agent.leave_reason.clear();
  agent.state = domain::AgentState::kActive;
  if (!asked.team_id.empty()) {
    RETURN_IF_ERROR(FindActive<domain::Team>(t, ctx, "team", asked.team_id));
    ASSIGN_OR_RETURN(auto before, store::Memberships(t, ctx.org_id(), agent_id));
    ASSIGN_OR_RETURN(const auto memberships, domain::Transfer(agent, std::move(before),
                                                              asked.team_id, asked.employed.start));
    RETURN_IF_ERROR(store::SaveMemberships(t, ctx.org_id(), agent_id, memberships));
    RETURN_IF_ERROR(RequireNoLeadCycle(t, ctx, asked.employed.start));
    RETURN_IF_ERROR(PublishMemberships(deps, t, ctx, agent_id, memberships));
  }
  ASSIGN_OR_RETURN(const auto ladder, LadderFor(t, ctx.org_id(), asked.employed.start));
  ASSIGN_OR_RETURN(const auto history, store::TierHistory(t, ctx.org_id(), agent_id));
  draft.id = deps.ids.Next();
  draft.agent_id = agent_id;
  draft.actor = ctx.principal.subject;
  ASSIGN_OR_RETURN(
      const domain::TierRecord record,
      domain::RehireTier(ladder, agent.employed, history, left, std::move(draft), ctx.now));
  RETURN_IF_ERROR(RequirePost(t, ctx.org_id(), ladder, record));
  RETURN_IF_ERROR(WriteRehire(deps, t, ctx, history, record));
  ASSIGN_OR_RETURN(v1::Agent proto, TouchAgent(deps, t, ctx, agent));
  RETURN_IF_ERROR(PublishEmployments(deps, t, ctx, agent));
  return proto;
}

// Ends the assignments that outlast an employment.
absl::Status EndAssignments(const Dependencies& deps, db::Transaction& t, const RequestContext& ctx,
                            const domain::Agent& agent, absl::CivilDay last_day) {
  ASSIGN_OR_RETURN(auto assignments, store::AssignmentsOf(t, ctx.org_id(), agent.id));
  for (domain::Assignment& assignment : assignments) {
    if (assignment.period.end && *assignment.period.end <= last_day) continue;
    if (assignment.period.start > last_day) {
      return error::AgentNotEmployed(agent.id, assignment.period.start);
    }
    assignment.period.end = last_day;
    ++assignment.info.version;
    assignment.info.update_time = ctx.now;
    RETURN_IF_ERROR(store::Update(t, ctx.org_id(), assignment));
    v1::AssignmentChanged event;
    *event.mutable_assignment() = convert::ToProto(assignment);
    RETURN_IF_ERROR(Publish(deps, t, ctx, agent.id, event));
  }
  return absl::OkStatus();
}

absl::Status EndMemberships(const Dependencies& deps, db::Transaction& t, const RequestContext& ctx,
                            const domain::Agent& agent, absl::CivilDay last_day) {
  ASSIGN_OR_RETURN(auto memberships, store::Memberships(t, ctx.org_id(), agent.id));
  std::erase_if(memberships, [&](const auto& m) { return m.period.start > last_day; });
  if (!memberships.empty() && memberships.back().period.Contains(last_day)) {
    memberships.back().period.end = last_day;
  }
  RETURN_IF_ERROR(store::SaveMemberships(t, ctx.org_id(), agent.id, memberships));
  return PublishMemberships(deps, t, ctx, agent.id, memberships);
}

// Ends the leaves that outlast an employment, and takes back those that were to begin after it:
// nobody could end them any more, and they would keep away who is hired again.
absl::Status EndLeaves(const Dependencies& deps, db::Transaction& t, const RequestContext& ctx,
                       const domain::Agent& agent, absl::CivilDay last_day, absl::CivilDay today) {
  ASSIGN_OR_RETURN(const auto leaves,
                   LeavesOf(t, ctx.org_id(), agent.id, last_day + 1, leave::kNoEnd));
  for (const leave::Leave& known : leaves) {
    if (!known.counts()) continue;
    const bool begun = known.first <= last_day && known.state == leave::State::kApproved;
    ASSIGN_OR_RETURN(const leave::Leave moved,
                     begun ? leave::End(known, last_day, ctx.principal.subject, ctx.now)
                           : leave::Cancel(known, "the employment has ended", ctx.principal.subject,
                                           /*by_own_agent=*/false, today, ctx.now));
    RETURN_IF_ERROR(store::UpdateLeave(t, ctx.org_id(), moved));
    v1::LeaveChanged event;
    *event.mutable_leave() = convert::ToProto(moved);
    RETURN_IF_ERROR(Publish(deps, t, ctx, agent.id, event));
  }
  return absl::OkStatus();
}

// The kind of a leave that is recorded or ended without a request.
absl::Status TakeKind(db::Transaction& t, const RequestContext& ctx, leave::Leave& leave) {
  ASSIGN_OR_RETURN(const auto kind, KindInForce(t, ctx.org_id(), leave.kind));
  if (kind.has_balance) return error::LeaveWithBalance(kind.id);
  leave.paid = kind.paid;
  return absl::OkStatus();
}

// A leave lies in the employment and beside the others.
absl::Status CheckLeave(db::Transaction& t, const RequestContext& ctx, const domain::Agent& agent,
                        const leave::Leave& leave) {
  if (!agent.employed.Contains(leave.first)) return error::AgentNotEmployed(agent.id, leave.first);
  if (leave.ends() && !agent.employed.Contains(leave.last)) {
    return error::AgentNotEmployed(agent.id, leave.last);
  }
  ASSIGN_OR_RETURN(const auto others, LeavesOf(t, ctx.org_id(), agent.id, leave.first, leave.last));
  return leave::CheckRequest(leave, others, std::nullopt);
}

// Starts the newcomer's checklists.
absl::Status Welcome(const Dependencies& deps, db::Transaction& t, const RequestContext& ctx,
                     const v1::Agent& agent, const domain::Agent& asked) {
  return StartListsOf(deps, t, ctx, checklists::Start::kHire, agent.agent_id(), asked.team_id,
                      asked.employed.start);
}

// Starts the checklists of who leaves; the team is that of the last day.
absl::Status Farewell(const Dependencies& deps, db::Transaction& t, const RequestContext& ctx,
                      const domain::Agent& agent) {
  ASSIGN_OR_RETURN(const auto memberships, store::Memberships(t, ctx.org_id(), agent.id));
  const auto* const last = domain::MembershipOn(memberships, *agent.employed.end);
  return StartListsOf(deps, t, ctx, checklists::Start::kEndOfEmployment, agent.id,
                      last == nullptr ? "" : last->team_id, *agent.employed.end);
}

}  // namespace

absl::StatusOr<v1::Agent> Hire(const Dependencies& deps, db::Transaction& t,
                               const RequestContext& ctx, const std::string& rehire_agent_id,
                               const convert::AskedHire& asked) {
  ASSIGN_OR_RETURN(const auto organization, RegisteredOrganization(t, ctx));
  if (!rehire_agent_id.empty()) {
    ASSIGN_OR_RETURN(v1::Agent again,
                     Rehire(deps, t, ctx, rehire_agent_id, asked.agent, asked.tier));
    RETURN_IF_ERROR(Welcome(deps, t, ctx, again, asked.agent));
    return again;
  }
  ASSIGN_OR_RETURN(const auto ladder, LadderFor(t, ctx.org_id(), asked.agent.employed.start));
  const int64_t age =
      domain::WholeMonthsBetween(*asked.birth_day, asked.agent.employed.start) / kMonthsAYear;
  RETURN_IF_ERROR(domain::CheckHiring(ladder.hiring, asked.agent.education,
                                      asked.agent.prior_experience_months, age));
  ASSIGN_OR_RETURN(v1::Agent agent,
                   RegisterAgent(deps, t, ctx, organization, asked.agent, asked.tier));
  RETURN_IF_ERROR(Welcome(deps, t, ctx, agent, asked.agent));
  return agent;
}

absl::StatusOr<v1::Agent> CareerHandlers::HireAgent(const RequestContext& ctx,
                                                    const v1::HireAgentRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  const convert::AskedHire asked = convert::FromProto(request);
  RETURN_IF_ERROR(asked.fault);
  return events::RunWrite<v1::Agent>(deps_.database, ctx, request, [&](db::Transaction& t) {
    return Hire(deps_, t, ctx, request.rehire_agent_id(), asked);
  });
}

absl::StatusOr<v1::Agent> CareerHandlers::EndEmployment(
    const RequestContext& ctx, const v1::EndEmploymentRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const std::string agent_id = convert::Id(request.agent_id(), "agent_id", violations);
  const absl::CivilDay day = convert::RequiredDay(request.has_leave_date(), request.leave_date(),
                                                  "leave_date", violations);
  const std::string reason =
      convert::Text(request.reason(), convert::kMaxReason, "reason", violations, /*lines=*/true);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Agent>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Agent> {
        ASSIGN_OR_RETURN(auto agent, store::Lock<domain::Agent>(t, ctx.org_id(), agent_id));
        RETURN_IF_ERROR(RequireReach(t, ctx, agent_id));
        if (agent.employed.end || !agent.employed.Contains(day)) {
          return error::AgentNotEmployed(agent_id, day);
        }
        ASSIGN_OR_RETURN(const absl::CivilDay today, Today(t, ctx));
        RETURN_IF_ERROR(EndAssignments(deps_, t, ctx, agent, day));
        RETURN_IF_ERROR(EndMemberships(deps_, t, ctx, agent, day));
        RETURN_IF_ERROR(EndLeaves(deps_, t, ctx, agent, day, today));
        agent.employed.end = day;
        agent.leave_reason = reason;
        ASSIGN_OR_RETURN(const auto leaves, store::Leaves(t, ctx.org_id(), agent_id));
        agent.state = domain::StateOn(agent.employed, leaves, today);
        ASSIGN_OR_RETURN(v1::Agent proto, TouchAgent(deps_, t, ctx, agent));
        RETURN_IF_ERROR(PublishEmployments(deps_, t, ctx, agent));
        RETURN_IF_ERROR(Farewell(deps_, t, ctx, agent));
        return proto;
      });
}

absl::StatusOr<v1::Leave> CareerHandlers::RecordLeave(const RequestContext& ctx,
                                                      const v1::RecordLeaveRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  const leave::Leave asked = convert::FromProto(request.leave(), inner);
  violations.Merge("leave", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Leave>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Leave> {
        RETURN_IF_ERROR(LockMonths(t, ctx));
        ASSIGN_OR_RETURN(auto agent, store::Lock<domain::Agent>(t, ctx.org_id(), asked.agent_id));
        RETURN_IF_ERROR(RequireReach(t, ctx, agent.id));
        leave::Leave leave = asked;
        RETURN_IF_ERROR(TakeKind(t, ctx, leave));
        RETURN_IF_ERROR(CheckLeave(t, ctx, agent, leave));
        RETURN_IF_ERROR(CheckMonthsOpen(t, ctx, leave.first, leave.last));
        leave.id = deps_.ids.Next();
        leave.decided_by = ctx.principal.subject;
        leave.info = {1, ctx.now, ctx.now};
        RETURN_IF_ERROR(store::InsertLeave(t, ctx.org_id(), leave));
        return TellLeave(deps_, t, ctx, std::move(agent), leave);
      });
}

absl::StatusOr<v1::Leave> CareerHandlers::EndLeave(const RequestContext& ctx,
                                                   const v1::EndLeaveRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.leave_id(), "leave_id", violations);
  const absl::CivilDay day =
      convert::RequiredDay(request.has_end_date(), request.end_date(), "end_date", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Leave>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Leave> {
        RETURN_IF_ERROR(LockMonths(t, ctx));
        ASSIGN_OR_RETURN(const auto found, store::FindLeave(t, ctx.org_id(), request.leave_id()));
        RETURN_IF_ERROR(RequireReach(t, ctx, found.agent_id));
        ASSIGN_OR_RETURN(auto agent, store::Lock<domain::Agent>(t, ctx.org_id(), found.agent_id));
        ASSIGN_OR_RETURN(const auto leave, store::LockLeave(t, ctx.org_id(), found.id));
        if (day < leave.first) {
          return InvalidArgument("INVALID_FIELDS", "end_date", "must not be before start_date");
        }
        ASSIGN_OR_RETURN(const auto ended, leave::End(leave, day, ctx.principal.subject, ctx.now));
        RETURN_IF_ERROR(CheckLeave(t, ctx, agent, ended));
        // The days that the leave gains or loses.
        RETURN_IF_ERROR(
            CheckMonthsOpen(t, ctx, std::min(leave.last, day) + 1, std::max(leave.last, day)));
        RETURN_IF_ERROR(store::UpdateLeave(t, ctx.org_id(), ended));
        return TellLeave(deps_, t, ctx, std::move(agent), ended);
      });
}

absl::StatusOr<v1::ListEmploymentsResponse> CareerHandlers::ListEmployments(
    const RequestContext& ctx, const v1::ListEmploymentsRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckId(request.agent_id(), "agent_id"));
  const store::Reader reader(deps_.database, ctx.deadline);
  ASSIGN_OR_RETURN(const auto agent,
                   store::Find<domain::Agent>(reader, ctx.org_id(), request.agent_id()));
  ASSIGN_OR_RETURN(const auto spells, store::Employments(reader, ctx.org_id(), agent));
  ASSIGN_OR_RETURN(auto leaves, store::ListLeaves(reader, ctx.org_id(), {"", kAllLeaves},
                                                  {.agent_id = agent.id,
                                                   .state = NameOf(leave::State::kApproved)}));
  std::erase_if(leaves, [](const leave::Leave& leave) { return !leave.whole_days(); });
  std::ranges::sort(leaves, {}, &leave::Leave::first);
  v1::ListEmploymentsResponse response;
  for (const domain::EmploymentSpell& spell : spells) {
    *response.add_employments() = convert::ToProto(spell);
  }
  for (const leave::Leave& leave : leaves) *response.add_leaves() = convert::ToProto(leave);
  return response;
}

}  // namespace kefu::staffing
