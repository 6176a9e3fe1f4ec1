// Who may act for which agent in matters of time, and which team's book a caller may read.
#pragma once

#include <string>
#include <string_view>

#include "common/auth/permissions.h"
#include "services/staffing/errors_time.h"
#include "services/staffing/handlers/resource.h"

namespace kefu::staffing {

// The agent that a request is for: the one it names, else the token's; a fault where both are
// empty.
std::string AgentOf(const RequestContext& ctx, std::string_view named, FieldViolations& violations);

// PERMISSION_DENIED TIME_OF_OTHERS unless the caller is that agent or leads shifts.
absl::Status RequireActing(const RequestContext& ctx, std::string_view agent_id);
// The same for reading: unless the caller is that agent or reads staff. An empty agent stands for
// all: no token confined to shops reads those.
absl::Status RequireReading(const RequestContext& ctx, std::string_view agent_id);

// For a token that is confined to shops: SHOP_NOT_ALLOWED unless the team serves some of these
// shops and no other; of no team in any case.
absl::Status RequireTeamShops(store::Reader reader, const RequestContext& ctx,
                              std::string_view team_id);

// For a token that is confined to shops: SHOP_NOT_ALLOWED unless the caller is that agent, or the
// agent's team of today serves some of these shops and no other. Everybody else reaches everybody.
absl::Status RequireReach(store::Reader reader, const RequestContext& ctx,
                          std::string_view agent_id);
// The same of a team, whose members reach it too.
absl::Status RequireTeamReach(store::Reader reader, const RequestContext& ctx,
                              std::string_view agent_id, std::string_view team_id);

// The team; NOT_FOUND. TIME_OF_OTHERS unless the caller reads staff or is in the team today, and
// SHOP_NOT_ALLOWED as above.
absl::StatusOr<domain::Team> RequireReadableTeam(store::Reader reader, const RequestContext& ctx,
                                                 std::string_view team_id);

// FAILED_PRECONDITION AGENT_NOT_EMPLOYED, NOT_IN_TEAM.
absl::Status CheckInTeam(store::Reader reader, const RequestContext& ctx,
                         const domain::Agent& agent, std::string_view team_id, absl::CivilDay day);

}  // namespace kefu::staffing
