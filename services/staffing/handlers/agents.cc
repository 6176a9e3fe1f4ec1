#include "services/staffing/handlers/agents.h"

#include "services/staffing/domain/careers/leads.h"
#include "services/staffing/domain/schedule.h"
#include "services/staffing/domain/tier.h"
#include "services/staffing/handlers/careers/support.h"

namespace kefu::staffing {
namespace {

// Saves and tells an agent's first team and tier.
absl::Status StartCareer(const Dependencies& deps, db::Transaction& t, const RequestContext& ctx,
                         const domain::Agent& agent, domain::TierRecord draft) {
  if (!agent.team_id.empty()) {
    ASSIGN_OR_RETURN(const std::vector<domain::TeamMembership> memberships,
                     domain::Transfer(agent, {}, agent.team_id, agent.employed.start));
    RETURN_IF_ERROR(store::SaveMemberships(t, ctx.org_id(), agent.id, memberships));
    RETURN_IF_ERROR(PublishMemberships(deps, t, ctx, agent.id, memberships));
  }
  draft.id = deps.ids.Next();
  draft.agent_id = agent.id;
  draft.actor = ctx.principal.subject;
  ASSIGN_OR_RETURN(const domain::TierLadder ladder,
                   LadderFor(t, ctx.org_id(), draft.effective_date));
  ASSIGN_OR_RETURN(const domain::TierRecord record,
                   domain::FirstTier(ladder, agent.employed, std::move(draft), ctx.now));
  RETURN_IF_ERROR(store::Insert(t, ctx.org_id(), record));
  v1::TierChanged event;
  *event.mutable_change() = convert::ToProto(record);
  return Publish(deps, t, ctx, agent.id, event);
}

}  // namespace

absl::Status PublishMemberships(const Dependencies& deps, db::Transaction& t,
                                const RequestContext& ctx, std::string_view agent_id,
                                std::span<const domain::TeamMembership> memberships) {
  v1::TeamMembershipsChanged event;
  event.set_agent_id(std::string(agent_id));
  for (const domain::TeamMembership& membership : memberships) {
    *event.add_memberships() = convert::ToProto(membership);
  }
  return Publish(deps, t, ctx, agent_id, event);
}

absl::Status RequireNoLeadCycle(db::Transaction& t, const RequestContext& ctx, absl::CivilDay day) {
  RETURN_IF_ERROR(store::Lock<domain::Organization>(t, ctx.org_id(), ctx.org_id()));
  ASSIGN_OR_RETURN(const store::LeadGraph graph, store::LoadLeads(t, ctx.org_id(), day));
  return domain::careers::CheckLeads(graph.lead_of_team, graph.team_of_agent);
}

absl::StatusOr<v1::Agent> RegisterAgent(const Dependencies& deps, db::Transaction& t,
                                        const RequestContext& ctx,
                                        const domain::Organization& organization,
                                        domain::Agent agent, domain::TierRecord tier) {
  RETURN_IF_ERROR(AgentResource::Check(t, ctx, organization, nullptr, agent));
  agent.id = deps.ids.Next();
  agent.info = {1, ctx.now, ctx.now};
  RETURN_IF_ERROR(store::Insert(t, ctx.org_id(), agent));
  RETURN_IF_ERROR(StartCareer(deps, t, ctx, agent, std::move(tier)));
  // What is true today: the employment or the tier may begin later.
  agent.team_id.clear();
  agent.track = domain::Track::kUnspecified;
  RETURN_IF_ERROR(AgentResource::Fill(t, ctx, std::span(&agent, 1)));
  const v1::Agent proto = convert::ToProto(agent);
  RETURN_IF_ERROR(Publish(deps, t, ctx, agent.id, AgentResource::Event(proto)));
  return proto;
}

absl::StatusOr<v1::Agent> TouchAgent(const Dependencies& deps, db::Transaction& t,
                                     const RequestContext& ctx, domain::Agent agent) {
  RETURN_IF_ERROR(AgentResource::Fill(t, ctx, std::span(&agent, 1)));
  ++agent.info.version;
  agent.info.update_time = ctx.now;
  RETURN_IF_ERROR(store::Update(t, ctx.org_id(), agent));
  const v1::Agent proto = convert::ToProto(agent);
  RETURN_IF_ERROR(Publish(deps, t, ctx, agent.id, AgentResource::Event(proto)));
  return proto;
}

absl::StatusOr<v1::Agent> Handlers::CreateAgent(const RequestContext& ctx,
                                                const v1::CreateAgentRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  const domain::Agent asked = convert::FromProto(request.agent(), inner);
  violations.Merge(AgentResource::kField, inner);
  const domain::TierRecord tier = convert::InitialTier(request, asked, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Agent>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Agent> {
        ASSIGN_OR_RETURN(const auto organization, RegisteredOrganization(t, ctx));
        return RegisterAgent(deps_, t, ctx, organization, asked, tier);
      });
}

absl::StatusOr<v1::Agent> Handlers::GetAgent(const RequestContext& ctx,
                                             const v1::GetAgentRequest& request) const {
  return Get<AgentResource>(deps_, ctx, request.agent_id());
}

absl::StatusOr<v1::ListAgentsResponse> Handlers::ListAgents(
    const RequestContext& ctx, const v1::ListAgentsRequest& request) const {
  FieldViolations violations;
  const auto state =
      convert::OptionalEnum<domain::AgentState>(request.state(), "state", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  store::AgentFilter filter{
      .left = request.show_archived(),
      .team_id = request.team_id(),
      .base_id = request.base_id(),
      .state = state == domain::AgentState::kUnspecified ? "" : domain::NameOf(state)};
  return List<AgentResource>(
      deps_, ctx, request,
      fmt::format("{} {} {} {}", filter.left, filter.team_id, filter.base_id, filter.state),
      &v1::ListAgentsResponse::add_agents,
      [&](store::Reader r, store::Page page) -> absl::StatusOr<std::vector<domain::Agent>> {
        ASSIGN_OR_RETURN(filter.today, Today(r, ctx));
        return store::ListAgents(r, ctx.org_id(), page, filter);
      });
}

absl::StatusOr<v1::Agent> Handlers::UpdateAgent(const RequestContext& ctx,
                                                const v1::UpdateAgentRequest& request) const {
  return Update<AgentResource>(deps_, ctx, request, request.agent(), request.agent().agent_id());
}

absl::StatusOr<v1::Agent> Handlers::TransferAgent(const RequestContext& ctx,
                                                  const v1::TransferAgentRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const std::string agent_id = convert::Id(request.agent_id(), "agent_id", violations);
  const std::string team_id = convert::Id(request.team_id(), "team_id", violations);
  const absl::CivilDay day = convert::RequiredDay(
      request.has_effective_date(), request.effective_date(), "effective_date", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Agent>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Agent> {
        ASSIGN_OR_RETURN(const auto agent, store::Lock<domain::Agent>(t, ctx.org_id(), agent_id));
        RETURN_IF_ERROR(FindActive<domain::Team>(t, ctx, "team", team_id));
        RETURN_IF_ERROR(RequireReach(t, ctx, agent_id));
        RETURN_IF_ERROR(RequireTeamShops(t, ctx, team_id));
        ASSIGN_OR_RETURN(std::vector<domain::TeamMembership> before,
                         store::Memberships(t, ctx.org_id(), agent_id));
        ASSIGN_OR_RETURN(const std::vector<domain::TeamMembership> memberships,
                         domain::Transfer(agent, std::move(before), team_id, day));
        RETURN_IF_ERROR(store::SaveMemberships(t, ctx.org_id(), agent_id, memberships));
        RETURN_IF_ERROR(RequireNoLeadCycle(t, ctx, day));
        RETURN_IF_ERROR(PublishMemberships(deps_, t, ctx, agent_id, memberships));
        return TouchAgent(deps_, t, ctx, agent);
      });
}

absl::StatusOr<v1::ListTeamMembershipsResponse> Handlers::ListTeamMemberships(
    const RequestContext& ctx, const v1::ListTeamMembershipsRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckId(request.agent_id(), "agent_id"));
  const store::Reader reader(deps_.database, ctx.deadline);
  RETURN_IF_ERROR(store::Find<domain::Agent>(reader, ctx.org_id(), request.agent_id()));
  ASSIGN_OR_RETURN(const std::vector<domain::TeamMembership> memberships,
                   store::Memberships(reader, ctx.org_id(), request.agent_id()));
  v1::ListTeamMembershipsResponse response;
  for (const domain::TeamMembership& membership : memberships) {
    *response.add_memberships() = convert::ToProto(membership);
  }
  return response;
}

}  // namespace kefu::staffing
