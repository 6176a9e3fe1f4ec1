#include "services/staffing/domain/schedule.h"

#include <algorithm>
#include <string>

#include "services/staffing/errors.h"

namespace kefu::staffing::domain {
namespace {

bool SharesDuty(Duty a, Duty b) { return a == b || a == Duty::kBoth || b == Duty::kBoth; }

}  // namespace

const TeamMembership* MembershipOn(std::span<const TeamMembership> memberships,
                                   absl::CivilDay day) {
  const auto it = std::ranges::find_if(
      memberships, [&](const TeamMembership& m) { return m.period.Contains(day); });
  return it == memberships.end() ? nullptr : &*it;
}

absl::StatusOr<std::vector<TeamMembership>> Transfer(const Agent& agent,
                                                     std::vector<TeamMembership> memberships,
                                                     std::string_view team_id, absl::CivilDay day) {
  if (!agent.employed.Contains(day)) return error::AgentNotEmployed(agent.id, day);
  if (!memberships.empty()) {
    TeamMembership& last = memberships.back();
    if (day < last.period.start) return error::TransferTooEarly(agent.id, last.period.start);
    if (last.team_id == team_id && last.period.Contains(day)) {
      return error::AlreadyInTeam(agent.id, team_id);
    }
    if (last.period.start == day) {
      memberships.pop_back();
    } else if (last.period.Contains(day)) {
      last.period.end = day - 1;
    }
  }
  memberships.push_back({agent.id, std::string(team_id), Period{day, agent.employed.end}});
  return memberships;
}

absl::Status CheckAssignment(const Agent& agent, std::span<const Assignment> others,
                             const Assignment& candidate) {
  if (!agent.employed.Covers(candidate.period)) {
    return error::AgentNotEmployed(
        agent.id, candidate.period.end && agent.employed.Contains(candidate.period.start)
                      ? *candidate.period.end
                      : candidate.period.start);
  }
  for (const Assignment& other : others) {
    if (other.id != candidate.id && other.shop_id == candidate.shop_id &&
        SharesDuty(other.duty, candidate.duty) && other.period.Overlaps(candidate.period)) {
      return error::AssignmentOverlap(other.id);
    }
  }
  return absl::OkStatus();
}

AgentState StateOn(const Period& employed, std::span<const Leave> leaves, absl::CivilDay day) {
  if (employed.end && *employed.end < day) return AgentState::kLeft;
  const bool away =
      std::ranges::any_of(leaves, [&](const Leave& leave) { return leave.period.Contains(day); });
  return away ? AgentState::kOnLeave : AgentState::kActive;
}

}  // namespace kefu::staffing::domain
