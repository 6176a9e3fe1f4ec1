#include "services/staffing/domain/careers/leads.h"

#include <algorithm>
#include <vector>

#include "services/staffing/errors.h"

namespace kefu::staffing::domain::careers {

absl::Status CheckLeads(const LeadOfTeam& leads, const TeamOfAgent& teams) {
  // The agent above; null for nobody.
  const auto above = [&](const std::string& agent) -> const std::string* {
    const auto team = teams.find(agent);
    if (team == teams.end()) return nullptr;
    const auto lead = leads.find(team->second);
    return lead == leads.end() || lead->second.empty() || lead->second == agent ? nullptr
                                                                                : &lead->second;
  };
  for (const auto& [team, lead] : leads) {
    std::vector<std::string> chain{lead};
    for (const std::string* next = above(lead); next != nullptr; next = above(*next)) {
      const auto seen = std::ranges::find(chain, *next);
      if (seen != chain.end()) return error::TeamLeadCycle({seen, chain.end()});
      chain.push_back(*next);
    }
  }
  return absl::OkStatus();
}

}  // namespace kefu::staffing::domain::careers
