// Who leads whom, through teams. Pure.
#pragma once

#include <map>
#include <string>

#include "absl/status/status.h"

namespace kefu::staffing::domain::careers {

using LeadOfTeam = std::map<std::string, std::string, std::less<>>;   // team → its lead
using TeamOfAgent = std::map<std::string, std::string, std::less<>>;  // agent → its team

// Whoever leads a team stands below the lead of the team that the lead is a member of. A lead who
// is a member of the own team stands below nobody. FAILED_PRECONDITION TEAM_LEAD_CYCLE, naming the
// agents, when somebody stands below oneself.
absl::Status CheckLeads(const LeadOfTeam& leads, const TeamOfAgent& teams);

}  // namespace kefu::staffing::domain::careers
