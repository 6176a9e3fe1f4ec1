#include "common/auth/principal.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/status/error.h"
#include "fmt/format.h"

namespace kefu::auth {
namespace {

constexpr std::array<std::string_view, kRoleCount> kRoleNames = {
    "owner",        "shop_manager",       "supervisor",  "team_lead", "agent",
    "base_manager", "warehouse_operator", "integration", "auditor",   "service"};

}  // namespace

std::string_view RoleName(Role role) { return kRoleNames[static_cast<size_t>(role)]; }

std::optional<Role> ParseRole(std::string_view name) {
  const auto found = std::find(kRoleNames.begin(), kRoleNames.end(), name);
  if (found == kRoleNames.end()) return std::nullopt;
  return static_cast<Role>(found - kRoleNames.begin());
}

std::vector<Role> RoleSet::ToVector() const {
  std::vector<Role> roles;
  for (int i = 0; i < kRoleCount; ++i) {
    if (contains(static_cast<Role>(i))) roles.push_back(static_cast<Role>(i));
  }
  return roles;
}

bool Principal::MayUseShop(std::string_view shop_id) const {
  if (IsBase() || shop_id.empty()) return false;
  return shops.empty() || std::find(shops.begin(), shops.end(), shop_id) != shops.end();
}

bool Principal::MayUseShop(std::string_view shop_id, absl::CivilDay day) const {
  if (!IsBase()) return MayUseShop(shop_id);
  return !OrgOfShop(shop_id, day).empty();
}

std::string Principal::OrgOfShop(std::string_view shop_id, absl::CivilDay day) const {
  if (!IsBase()) return MayUseShop(shop_id) ? org_id : std::string();
  const std::string* found = nullptr;
  for (const Grant& grant : grants) {
    if (grant.shop_id != shop_id || !grant.Contains(day)) continue;
    if (found != nullptr && *found != grant.org_id) return "";
    found = &grant.org_id;
  }
  return found == nullptr ? "" : *found;
}

std::vector<Grant> Principal::GrantsOn(absl::CivilDay day) const {
  std::vector<Grant> in_force;
  if (!IsBase()) return in_force;
  std::copy_if(grants.begin(), grants.end(), std::back_inserter(in_force),
               [day](const Grant& grant) { return grant.Contains(day); });
  return in_force;
}

absl::StatusOr<std::string> RequireShop(const Principal& principal, std::string_view shop_id,
                                        absl::CivilDay day) {
  std::string org_id = principal.OrgOfShop(shop_id, day);
  if (org_id.empty()) {
    return PermissionDenied("SHOP_NOT_ALLOWED", fmt::format("shop {} is not open to you", shop_id));
  }
  return org_id;
}

}  // namespace kefu::auth
