// The agent as a resource, shared by the handlers that change one: agents, teams' memberships,
// tiers.
#pragma once

#include <array>

#include "services/staffing/handlers/people_time.h"
#include "services/staffing/handlers/resource.h"

namespace kefu::staffing {

struct AgentResource : ResourceBase<domain::Agent, v1::Agent> {
  static constexpr std::string_view kField = "agent";
  static constexpr std::string_view kIdField = "agent_id";
  static constexpr std::array<std::string_view, 8> kMutable = {
      "display_name", "employee_number", "prior_experience_months", "education", "languages",
      "skills",       "accounts",        "chat_concurrency"};
  static constexpr bool kHasParts = true;

  static absl::Status Check(db::Transaction& t, const RequestContext& ctx,
                            const domain::Organization&, const domain::Agent* before,
                            domain::Agent& agent) {
    if (before != nullptr) return RequireReach(t, ctx, before->id);
    if (!agent.team_id.empty()) {
      RETURN_IF_ERROR(FindActive<domain::Team>(t, ctx, "team", agent.team_id));
    }
    return RequireTeamShops(t, ctx, agent.team_id);
  }
  static absl::Status Fill(db::Transaction& t, const RequestContext& ctx,
                           std::span<domain::Agent> agents) {
    ASSIGN_OR_RETURN(const absl::CivilDay today, Today(t, ctx));
    return store::Fill(t, ctx.org_id(), today, agents);
  }
  static void Keep(const domain::Agent& before, domain::Agent& agent) {
    agent.state = before.state;
    agent.employed = before.employed;
    agent.team_id = before.team_id;
    agent.tier_id = before.tier_id;
    agent.grade_id = before.grade_id;
    agent.track = before.track;
  }
  static v1::AgentChanged Event(const v1::Agent& proto) {
    v1::AgentChanged event;
    *event.mutable_agent() = proto;
    return event;
  }
};

// After a change of the agent's memberships or tier records: gives the locked agent a new version
// and tells of it. Returns the agent as it is today.
absl::StatusOr<v1::Agent> TouchAgent(const Dependencies& deps, db::Transaction& t,
                                     const RequestContext& ctx, domain::Agent agent);

// Adds a new agent with the first team and the first tier, and tells of all of it. Returns the
// agent as it is today.
absl::StatusOr<v1::Agent> RegisterAgent(const Dependencies& deps, db::Transaction& t,
                                        const RequestContext& ctx,
                                        const domain::Organization& organization,
                                        domain::Agent agent, domain::TierRecord tier);

absl::Status PublishMemberships(const Dependencies& deps, db::Transaction& t,
                                const RequestContext& ctx, std::string_view agent_id,
                                std::span<const domain::TeamMembership> memberships);

// TEAM_LEAD_CYCLE when on the day somebody would lead oneself through others, were the lead or the
// membership that the transaction has just written to stand. Takes turns with every other such
// change of the organization.
absl::Status RequireNoLeadCycle(db::Transaction& t, const RequestContext& ctx, absl::CivilDay day);

}  // namespace kefu::staffing
