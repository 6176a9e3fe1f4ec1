#include "services/staffing/handlers/people_time.h"

#include "services/staffing/store/handovers.h"

namespace kefu::staffing {
namespace {

absl::Status RequireFor(const RequestContext& ctx, auth::Permission everybodys,
                        std::string_view agent_id) {
  return auth::PermissionTable::Get().AllowsFor(ctx.principal, everybodys, agent_id)
             ? absl::OkStatus()
             : error::TimeOfOthers();
}

absl::StatusOr<bool> InTeam(store::Reader reader, const RequestContext& ctx,
                            std::string_view agent_id, std::string_view team_id,
                            absl::CivilDay day) {
  ASSIGN_OR_RETURN(const auto memberships, store::Memberships(reader, ctx.org_id(), agent_id));
  return std::ranges::any_of(memberships, [&](const domain::TeamMembership& membership) {
    return membership.team_id == team_id && membership.period.Contains(day);
  });
}

}  // namespace

std::string AgentOf(const RequestContext& ctx, std::string_view named,
                    FieldViolations& violations) {
  if (!named.empty()) return convert::Id(named, "agent_id", violations);
  violations.Check(!ctx.principal.agent_id.empty(), "agent_id",
                   "must be set, as the token names no agent");
  return ctx.principal.agent_id;
}

absl::Status RequireActing(const RequestContext& ctx, std::string_view agent_id) {
  return RequireFor(ctx, auth::Permission::kLeadShifts, agent_id);
}

absl::Status RequireReading(const RequestContext& ctx, std::string_view agent_id) {
  if (agent_id.empty() && !ctx.principal.shops.empty()) return error::TimeOfOthers();
  return RequireFor(ctx, auth::Permission::kReadStaff, agent_id);
}

// A team without shops serves them all.
absl::Status RequireTeamShops(store::Reader reader, const RequestContext& ctx,
                              std::string_view team_id) {
  if (ctx.principal.shops.empty()) return absl::OkStatus();
  if (team_id.empty()) return error::ShopNotAllowed("");
  ASSIGN_OR_RETURN(const auto shops, store::TeamShops(reader, ctx.org_id(), team_id));
  if (shops.empty()) return error::ShopNotAllowed("");
  for (const std::string& shop : shops) RETURN_IF_ERROR(CheckShopAllowed(ctx, shop));
  return absl::OkStatus();
}

absl::StatusOr<domain::Team> RequireReadableTeam(store::Reader reader, const RequestContext& ctx,
                                                 std::string_view team_id) {
  ASSIGN_OR_RETURN(domain::Team team, store::Find<domain::Team>(reader, ctx.org_id(), team_id));
  ASSIGN_OR_RETURN(const absl::CivilDay today, Today(reader, ctx));
  ASSIGN_OR_RETURN(const bool member, InTeam(reader, ctx, ctx.principal.agent_id, team_id, today));
  if (member) return team;
  RETURN_IF_ERROR(RequireFor(ctx, auth::Permission::kReadStaff, ""));
  RETURN_IF_ERROR(RequireTeamShops(reader, ctx, team_id));
  return team;
}

absl::Status RequireTeamReach(store::Reader reader, const RequestContext& ctx,
                              std::string_view agent_id, std::string_view team_id) {
  if (ctx.principal.shops.empty() || ctx.principal.agent_id == agent_id) return absl::OkStatus();
  return RequireTeamShops(reader, ctx, team_id);
}

absl::Status RequireReach(store::Reader reader, const RequestContext& ctx,
                          std::string_view agent_id) {
  if (ctx.principal.shops.empty() || ctx.principal.agent_id == agent_id) return absl::OkStatus();
  ASSIGN_OR_RETURN(const absl::CivilDay today, Today(reader, ctx));
  ASSIGN_OR_RETURN(const auto memberships, store::Memberships(reader, ctx.org_id(), agent_id));
  for (const domain::TeamMembership& membership : memberships) {
    if (membership.period.Contains(today)) {
      return RequireTeamReach(reader, ctx, agent_id, membership.team_id);
    }
  }
  return error::ShopNotAllowed("");
}

absl::Status CheckInTeam(store::Reader reader, const RequestContext& ctx,
                         const domain::Agent& agent, std::string_view team_id, absl::CivilDay day) {
  if (!agent.employed.Contains(day)) return error::AgentNotEmployed(agent.id, day);
  ASSIGN_OR_RETURN(const bool member, InTeam(reader, ctx, agent.id, team_id, day));
  return member ? absl::OkStatus() : error::NotInTeam(agent.id, team_id);
}

}  // namespace kefu::staffing
