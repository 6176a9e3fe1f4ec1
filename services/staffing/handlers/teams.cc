#include <array>

#include "services/staffing/domain/careers/leads.h"
#include "services/staffing/domain/schedule.h"
#include "services/staffing/handlers/resource.h"
#include "services/staffing/store/careers.h"

namespace kefu::staffing {
namespace {

struct TeamResource : ResourceBase<domain::Team, v1::Team> {
  static constexpr std::string_view kField = "team";
  static constexpr std::string_view kIdField = "team_id";
  static constexpr std::array<std::string_view, 4> kMutable = {"display_name", "site_id",
                                                               "lead_agent_id", "shop_ids"};
  static constexpr bool kHasParts = true;

  // Checks what is new: a reference that stands may have been archived since.
  static absl::Status Check(db::Transaction& t, const RequestContext& ctx,
                            const domain::Organization&, const domain::Team* before,
                            domain::Team& team) {
    if (before == nullptr || before->site_id != team.site_id) {
      RETURN_IF_ERROR(FindActive<domain::Site>(t, ctx, "site", team.site_id));
    }
    if (!team.lead_agent_id.empty() &&
        (before == nullptr || before->lead_agent_id != team.lead_agent_id)) {
      RETURN_IF_ERROR(store::Find<domain::Agent>(t, ctx.org_id(), team.lead_agent_id));
      RETURN_IF_ERROR(CheckLead(t, ctx, team));
    }
    for (const std::string& shop_id : team.shop_ids) {
      if (before != nullptr && std::ranges::binary_search(before->shop_ids, shop_id)) continue;
      RETURN_IF_ERROR(FindActive<domain::Shop>(t, ctx, "shop", shop_id));
      RETURN_IF_ERROR(CheckShopAllowed(ctx, shop_id));
    }
    return absl::OkStatus();
  }
  // Nobody shall lead oneself through others, as the teams stand today. Takes turns with transfers.
  static absl::Status CheckLead(db::Transaction& t, const RequestContext& ctx,
                                const domain::Team& team) {
    if (team.id.empty()) return absl::OkStatus();  // a new team has no members yet
    RETURN_IF_ERROR(store::Lock<domain::Organization>(t, ctx.org_id(), ctx.org_id()));
    ASSIGN_OR_RETURN(const absl::CivilDay today, Today(t, ctx));
    ASSIGN_OR_RETURN(store::LeadGraph graph, store::LoadLeads(t, ctx.org_id(), today));
    ASSIGN_OR_RETURN(const auto memberships,
                     store::Memberships(t, ctx.org_id(), team.lead_agent_id));
    const domain::TeamMembership* now = domain::MembershipOn(memberships, today);
    if (now != nullptr) graph.team_of_agent[team.lead_agent_id] = now->team_id;
    graph.lead_of_team[team.id] = team.lead_agent_id;
    return domain::careers::CheckLeads(graph.lead_of_team, graph.team_of_agent);
  }
  static absl::Status Fill(db::Transaction& t, const RequestContext& ctx,
                           std::span<domain::Team> teams) {
    return store::Fill(t, ctx.org_id(), teams);
  }
  static v1::TeamChanged Event(const v1::Team& proto) {
    v1::TeamChanged event;
    *event.mutable_team() = proto;
    return event;
  }
};

}  // namespace

absl::StatusOr<v1::Team> Handlers::CreateTeam(const RequestContext& ctx,
                                              const v1::CreateTeamRequest& request) const {
  return Create<TeamResource>(deps_, ctx, request, request.team());
}

absl::StatusOr<v1::Team> Handlers::GetTeam(const RequestContext& ctx,
                                           const v1::GetTeamRequest& request) const {
  return Get<TeamResource>(deps_, ctx, request.team_id());
}

absl::StatusOr<v1::ListTeamsResponse> Handlers::ListTeams(
    const RequestContext& ctx, const v1::ListTeamsRequest& request) const {
  const store::TeamFilter filter{.archived = request.show_archived(), .site_id = request.site_id()};
  return List<TeamResource>(
      deps_, ctx, request, fmt::format("{} {}", filter.archived, filter.site_id),
      &v1::ListTeamsResponse::add_teams, [&](store::Reader r, store::Page page) {
        return store::ListTeams(r, ctx.org_id(), page, filter);
      });
}

absl::StatusOr<v1::Team> Handlers::UpdateTeam(const RequestContext& ctx,
                                              const v1::UpdateTeamRequest& request) const {
  return Update<TeamResource>(deps_, ctx, request, request.team(), request.team().team_id());
}

}  // namespace kefu::staffing
