// Dated belonging: team memberships and assignments of one agent. Pure.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "services/staffing/domain/types.h"

namespace kefu::staffing::domain {

// The membership that contains the day; null when there is none.
const TeamMembership* MembershipOn(std::span<const TeamMembership> memberships, absl::CivilDay day);

// All memberships after moving the agent to `team_id` from `day` on. The last one ends the day
// before, or is replaced when it began on that very day; the earlier ones keep their days.
// FAILED_PRECONDITION: AGENT_NOT_EMPLOYED on the day, TRANSFER_TOO_EARLY before the start of the
// last membership, ALREADY_IN_TEAM. `memberships` is sorted by start and free of overlaps, as is
// the result.
absl::StatusOr<std::vector<TeamMembership>> Transfer(const Agent& agent,
                                                     std::vector<TeamMembership> memberships,
                                                     std::string_view team_id, absl::CivilDay day);

// OK when the candidate may stand beside the agent's other assignments. An assignment for both
// duties stands for each of them. `others` may contain the candidate itself (by id).
// FAILED_PRECONDITION AGENT_NOT_EMPLOYED unless employed for the whole time;
// ALREADY_EXISTS ASSIGNMENT_OVERLAP naming the other.
absl::Status CheckAssignment(const Agent& agent, std::span<const Assignment> others,
                             const Assignment& candidate);

// Where an agent stands in employment on a day. Before the first day the agent is active already.
AgentState StateOn(const Period& employed, std::span<const Leave> leaves, absl::CivilDay day);

}  // namespace kefu::staffing::domain
