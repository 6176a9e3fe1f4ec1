// Who calls: the verified content of a token, and what it may reach.
#ifndef KEFU_COMMON_AUTH_PRINCIPAL_H_
#define KEFU_COMMON_AUTH_PRINCIPAL_H_

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace kefu::auth {

enum class Role : uint8_t {
  kOwner,              // "owner": everything in the organization
  kShopManager,        // "shop_manager"
  kSupervisor,         // "supervisor"
  kTeamLead,           // "team_lead"
  kAgent,              // "agent"
  kBaseManager,        // "base_manager": leads an outsourced base's agents
  kWarehouseOperator,  // "warehouse_operator"
  kIntegration,        // "integration": an ERP or an importer
  kAuditor,            // "auditor": reads everything, writes nothing
  kService,            // "service": a kefu process itself, across organizations
};
inline constexpr int kRoleCount = 10;

// The role's name in tokens, for example "shop_manager".
std::string_view RoleName(Role role);
std::optional<Role> ParseRole(std::string_view name);

// A set of roles; a value of two bytes, so that principals are cheap to copy.
class RoleSet {
 public:
  constexpr RoleSet() = default;
  constexpr RoleSet(std::initializer_list<Role> roles) {
    for (Role role : roles) insert(role);
  }
  constexpr void insert(Role role) { bits_ |= Bit(role); }
  constexpr bool contains(Role role) const { return (bits_ & Bit(role)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool Intersects(RoleSet other) const { return (bits_ & other.bits_) != 0; }
  // In the order of the enumeration.
  std::vector<Role> ToVector() const;
  friend constexpr bool operator==(RoleSet, RoleSet) = default;

 private:
  static constexpr uint16_t Bit(Role role) {
    return static_cast<uint16_t>(1u << static_cast<unsigned>(role));
  }
  uint16_t bits_ = 0;
};

// A merchant's active contract with a base, as far as one shop is concerned.
struct Grant {
  std::string org_id;  // the merchant
  std::string shop_id;
  std::string contract_id;
  absl::CivilDay from;  // both days included, in the shop's time zone
  absl::CivilDay to;

  bool Contains(absl::CivilDay day) const { return from <= day && day <= to; }
  friend bool operator==(const Grant&, const Grant&) = default;
};

// A verified caller. A value; thread-safe when const.
struct Principal {
  std::string subject;
  // The caller's own organization. A base is an organization too: then base_id is set as well.
  // Empty only for kService.
  std::string org_id;
  std::string base_id;
  // The agent of staffing that the caller is; empty for whoever is none. What concerns an agent in
  // person (the own pay, an appeal) goes by it and never by the subject.
  std::string agent_id;
  // Shops of org_id that the caller is confined to; empty means all of them.
  std::vector<std::string> shops;
  RoleSet roles;
  // Merchants' shops that a base may reach. Ignored unless base_id is set.
  std::vector<Grant> grants;
  absl::Time expires = absl::InfinitePast();

  bool HasRole(Role role) const { return roles.contains(role); }
  bool IsBase() const { return !base_id.empty(); }
  bool IsService() const { return HasRole(Role::kService); }

  // True when a shop of the caller's *own* organization lies within its confinement. Says nothing
  // about the shop's existence. Always false for a base: it owns no shops and needs
  // MayUseShop(shop, day).
  bool MayUseShop(std::string_view shop_id) const;

  // The same, and for a base: true when exactly one merchant's grant for this shop contains the
  // day.
  bool MayUseShop(std::string_view shop_id, absl::CivilDay day) const;

  // The organization in which the caller may use this shop on this day: its own, or for a base the
  // granting merchant's. Empty when it may not, and also when grants of two merchants name the same
  // shop id (never guess a tenant).
  std::string OrgOfShop(std::string_view shop_id, absl::CivilDay day) const;

  // The grants in force on a day; for views over all shops of a base.
  std::vector<Grant> GrantsOn(absl::CivilDay day) const;
};

// OrgOfShop as a Status: PERMISSION_DENIED / SHOP_NOT_ALLOWED when the caller may not use the shop
// on that day.
absl::StatusOr<std::string> RequireShop(const Principal& principal, std::string_view shop_id,
                                        absl::CivilDay day);

}  // namespace kefu::auth

#endif  // KEFU_COMMON_AUTH_PRINCIPAL_H_
