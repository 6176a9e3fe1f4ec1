// Who may call what: one table, deny by default.
#ifndef KEFU_COMMON_AUTH_PERMISSIONS_H_
#define KEFU_COMMON_AUTH_PERMISSIONS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "common/auth/principal.h"

namespace kefu::auth {

enum class Permission : uint8_t {
  kReadOrg,      // organizations, shops, sites
  kWriteOrg,     // create organizations, shops, sites and change them
  kReadStaff,    // teams, agents, tiers, assignments
  kWriteStaff,   // the same, written
  kReadMetrics,  // figures of shops, teams and agents, and how they came about
  kImportFacts,  // conversations, orders, refunds, reviews
  kReadCases,    // after-sales cases, their clocks, quotes of compensation
  kOpenCases,    // open a case
  kReviewCases,  // decide one; how much may be decided alone is delegated authority, checked by the
                 // handler
  kReadWarehouse,   // nodes, SKUs, stock, ledger
  kWriteWarehouse,  // nodes and SKUs (master data)
  kMoveStock,       // receive and adjust
  kReserveStock,    // reserve, confirm, release
  kWatchEvents,     // the change feed, filtered to the caller's organization
  kReadOverview,    // the gateway's joined views
};
inline constexpr int kPermissionCount = 15;

// For example "READ_CASES".
std::string_view PermissionName(Permission permission);

// The one table, immutable and shared. Thread-safe.
class PermissionTable {
 public:
  struct MethodRow {
    std::string_view method;  // "/package.Service/Method"
    Permission permission;
  };

  static const PermissionTable& Get();

  // Nothing for a method that the table does not know: such a call is refused.
  std::optional<Permission> ForMethod(std::string_view method) const;
  bool Allows(const Principal& principal, Permission permission) const;
  bool RoleAllows(Role role, Permission permission) const;

  // OK, or PERMISSION_DENIED / PERMISSION_DENIED naming the permission that lacks.
  absl::Status Check(const Principal& principal, std::string_view method) const;

  // Every row, sorted by method.
  std::span<const MethodRow> rows() const;

 private:
  PermissionTable() = default;
};

}  // namespace kefu::auth

#endif  // KEFU_COMMON_AUTH_PERMISSIONS_H_
