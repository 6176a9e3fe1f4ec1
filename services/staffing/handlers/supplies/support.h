// Supplies, as other handlers need them.
#pragma once

#include <string_view>
#include <vector>

#include "kefu/staffing/v1/supplies.pb.h"
#include "services/staffing/handlers/resource.h"

namespace kefu::staffing {

// What an agent has that is to be given back, in the order of handing out.
absl::StatusOr<std::vector<v1::SupplyIssue>> SuppliesOutOf(store::Reader reader,
                                                           std::string_view org_id,
                                                           std::string_view agent_id);

}  // namespace kefu::staffing
