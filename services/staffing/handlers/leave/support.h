// What the handlers of leave share.
#pragma once

#include <string_view>

#include "services/staffing/domain/leave/leave.h"
#include "services/staffing/store/store.h"

namespace kefu::staffing {

// A kind that may be requested. FAILED_PRECONDITION LEAVE_KIND_UNKNOWN.
absl::StatusOr<leave::Kind> KindInForce(store::Reader reader, std::string_view org_id,
                                        std::string_view id);
// All zero where nothing was granted or taken.
absl::StatusOr<leave::Balance> BalanceOf(store::Reader reader, std::string_view org_id,
                                         std::string_view agent_id, std::string_view kind);

}  // namespace kefu::staffing
