#include "services/aftersales/errors_intake.h"

#include <string>

#include "common/status/error.h"
#include "fmt/format.h"

namespace kefu::aftersales::error {

absl::Status AgentCannotTakeCase(std::string_view agent_id, std::string_view verdict,
                                 std::string_view detail) {
  return FailedPrecondition(
      "AGENT_CANNOT_TAKE_CASE", agent_id,
      fmt::format("agent {} cannot have cases of this shop: {}{}{}", agent_id, verdict,
                  detail.empty() ? "" : " ", detail),
      {{"agent_id", std::string(agent_id)}, {"verdict", std::string(verdict)}});
}

absl::Status AgentRequiredToClaim() {
  return PermissionDenied("AGENT_REQUIRED", "the token names no agent who could take a case");
}

absl::Status RulesOfAllShops() {
  return PermissionDenied("SHOP_NOT_ALLOWED",
                          "the rules are those of the whole organization, and the token is "
                          "confined to some of its shops");
}

}  // namespace kefu::aftersales::error
