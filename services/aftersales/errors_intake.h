// Failures of assignment and intake; each reason stands in docs/errors/aftersales_intake.md.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace kefu::aftersales::error {

// FAILED_PRECONDITION AGENT_CANNOT_TAKE_CASE; metadata `agent_id`, `verdict`.
absl::Status AgentCannotTakeCase(std::string_view agent_id, std::string_view verdict,
                                 std::string_view detail);
// PERMISSION_DENIED AGENT_REQUIRED
absl::Status AgentRequiredToClaim();
// PERMISSION_DENIED SHOP_NOT_ALLOWED
absl::Status RulesOfAllShops();

}  // namespace kefu::aftersales::error
