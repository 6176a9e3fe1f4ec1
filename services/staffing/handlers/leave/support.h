// What the handlers of leave share.
#pragma once

#include <string_view>
#include <vector>

#include "kefu/staffing/v1/leave.pb.h"
#include "services/staffing/domain/leave/leave.h"
#include "services/staffing/handlers/resource.h"

namespace kefu::staffing {

// A kind that may be requested. FAILED_PRECONDITION LEAVE_KIND_UNKNOWN.
absl::StatusOr<leave::Kind> KindInForce(store::Reader reader, std::string_view org_id,
                                        std::string_view id);
// All zero where nothing was granted or taken.
absl::StatusOr<leave::Balance> BalanceOf(store::Reader reader, std::string_view org_id,
                                         std::string_view agent_id, std::string_view kind);

constexpr int kAllLeaves = 10'000;  // rows: more than an agent asks for in a life
// An agent's leaves that touch these days, whatever their state.
absl::StatusOr<std::vector<leave::Leave>> LeavesOf(store::Reader reader, std::string_view org_id,
                                                   std::string_view agent_id, absl::CivilDay first,
                                                   absl::CivilDay last);

// Tells of a leave that was written, and writes the locked agent's state of today, which it may
// have changed.
absl::StatusOr<v1::Leave> TellLeave(const Dependencies& deps, db::Transaction& t,
                                    const RequestContext& ctx, domain::Agent agent,
                                    const leave::Leave& leave);

}  // namespace kefu::staffing
