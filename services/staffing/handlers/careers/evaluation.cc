#include "services/staffing/handlers/careers/evaluation.h"

#include "services/staffing/handlers/careers/support.h"

namespace kefu::staffing {

namespace careers = domain::careers;

absl::StatusOr<Looked> Look(db::Transaction& t, std::string_view org_id, std::string_view agent_id,
                            std::string_view team_id, absl::CivilDay day, store::Page page) {
  Looked looked;
  std::vector<domain::Agent> agents;
  if (!agent_id.empty()) {
    ASSIGN_OR_RETURN(agents.emplace_back(), store::Find<domain::Agent>(t, org_id, agent_id));
  } else {
    if (!team_id.empty()) {
      RETURN_IF_ERROR(store::Find<domain::Team>(t, org_id, team_id));
    }
    ASSIGN_OR_RETURN(agents, store::ListAgents(t, org_id, {page.after, page.limit + 1},
                                               {.team_id = team_id, .today = day}));
    if (agents.size() > static_cast<size_t>(page.limit)) {
      agents.pop_back();
      looked.next = agents.back().id;
    }
  }
  if (agents.empty()) return looked;
  ASSIGN_OR_RETURN(const domain::TierLadder ladder, LadderFor(t, org_id, day));
  ASSIGN_OR_RETURN(const careers::PostBook posts, LoadPosts(t, org_id, ladder, day));
  ASSIGN_OR_RETURN(const auto candidates,
                   LoadCandidates(t, org_id, std::move(agents), ladder, day));
  for (const careers::Candidate& candidate : candidates) {
    auto evaluation = careers::Evaluate(ladder, candidate, posts, day);
    if (evaluation) {
      looked.evaluations.push_back(*std::move(evaluation));
    } else if (!agent_id.empty()) {
      return candidate.service.employments.Contains(day) ? error::NoTierYet(agent_id)
                                                         : error::AgentNotEmployed(agent_id, day);
    }
  }
  return looked;
}

}  // namespace kefu::staffing
