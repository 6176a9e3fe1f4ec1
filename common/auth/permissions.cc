#include "common/auth/permissions.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "common/auth/method_rows.h"
#include "common/status/error.h"
#include "fmt/format.h"

namespace kefu::auth {
namespace {

using enum Permission;
using MethodRow = PermissionTable::MethodRow;

constexpr std::array<std::string_view, kPermissionCount> kPermissionNames = {
    "READ_ORG",         "WRITE_ORG",      "MANAGE_SHOP",
    "READ_STAFF",       "WRITE_STAFF",    "READ_METRICS",
    "READ_FACTS",       "IMPORT_FACTS",   "CONFIGURE_FACTS",
    "MAKE_REPORTS",     "READ_CASES",     "OPEN_CASES",
    "REVIEW_CASES",     "READ_WAREHOUSE", "WRITE_WAREHOUSE",
    "MOVE_STOCK",       "RESERVE_STOCK",  "READ_BILLING",
    "WRITE_BILLING",    "READ_PAY",       "WRITE_PAY",
    "WATCH_EVENTS",     "READ_AUDIT",     "READ_OVERVIEW",
    "INSPECT",          "APPEAL",         "READ_OWN_PAY",
    "READ_SHIFTS",      "TAKE_SHIFTS",    "LEAD_SHIFTS",
    "READ_SUPERVISION", "SUPERVISE",      "ANSWER_SUPERVISION",
    "READ_PERSONNEL",   "WRITE_PERSONNEL"};

using Mask = uint64_t;

constexpr Mask Bit(Permission permission) { return Mask{1} << static_cast<unsigned>(permission); }

constexpr Mask Of(std::initializer_list<Permission> permissions) {
  Mask mask = 0;
  for (Permission permission : permissions) mask |= Bit(permission);
  return mask;
}

constexpr Mask kEverything = (Mask{1} << kPermissionCount) - 1;

constexpr Mask kEveryRead =
    Of({kReadOrg, kReadStaff, kReadMetrics, kReadFacts, kReadCases, kReadWarehouse, kWatchEvents,
        kReadAudit, kReadOverview, kReadShifts, kReadSupervision, kReadPersonnel});

// The feed and the audit trail span all shops of an organization: they are for those who answer for
// all of it.
constexpr Mask kTeamLead =
    Of({kReadOrg, kReadStaff, kReadMetrics, kReadFacts, kReadCases, kOpenCases, kReviewCases,
        kReadWarehouse, kReadOverview, kMakeReports, kInspect, kAppeal, kReadShifts, kTakeShifts,
        kLeadShifts});

constexpr Mask MaskOf(Role role) {
  switch (role) {
    case Role::kOwner:
    case Role::kService:
      return kEverything;
    case Role::kShopManager:
      return kTeamLead | Of({kManageShop, kWriteStaff, kImportFacts, kConfigureFacts,
                             kWriteWarehouse, kMoveStock, kReserveStock, kReadBilling,
                             kWriteBilling, kReadPay, kWritePay, kReadOwnPay, kReadSupervision,
                             kSupervise, kAnswerSupervision, kReadPersonnel, kWritePersonnel});
    case Role::kSupervisor:
      return kTeamLead | Of({kWriteStaff, kReadSupervision, kSupervise, kAnswerSupervision});
    case Role::kTeamLead:
      return kTeamLead;
    case Role::kAgent:
      return Of({kReadOrg, kReadMetrics, kReadFacts, kReadCases, kOpenCases, kReviewCases,
                 kReadWarehouse, kAppeal, kReadOwnPay, kReadShifts, kTakeShifts});
    case Role::kBaseManager:
      return Of({kReadOrg, kReadStaff, kReadMetrics, kReadFacts, kMakeReports, kReadCases,
                 kWatchEvents, kReadShifts, kTakeShifts, kLeadShifts, kReadSupervision,
                 kAnswerSupervision});
    case Role::kWarehouseOperator:
      return Of({kReadOrg, kReadWarehouse, kWriteWarehouse, kMoveStock, kReserveStock});
    case Role::kIntegration:
      return Of({kReadOrg, kReadStaff, kReadMetrics, kReadFacts, kImportFacts, kConfigureFacts,
                 kMakeReports, kReadCases, kOpenCases, kReadWarehouse, kReserveStock, kReadBilling,
                 kReadPay, kReadOwnPay, kReadShifts, kTakeShifts, kWatchEvents});
    case Role::kAuditor:
      return kEveryRead | Of({kReadBilling, kReadPay, kReadOwnPay});
  }
  return 0;
}

// What a base may do at most, whatever roles its token carries: a merchant's prices and wages are
// not its business. The writes of organization and staff go to its own organization; cases are
// opened and decided in the shops that it is granted.
constexpr Mask kBaseCeiling =
    kEveryRead | Of({kMakeReports, kWriteOrg, kWriteStaff, kOpenCases, kReviewCases, kTakeShifts,
                     kLeadShifts, kAnswerSupervision, kWritePersonnel});

// What reaches beyond single shops, and so is not for a caller who is confined to some.
constexpr Mask kOrgWide =
    Of({kWriteOrg, kReadBilling, kWriteBilling, kWatchEvents, kReadAudit, kReadSupervision,
        kSupervise, kAnswerSupervision, kReadPersonnel, kWritePersonnel});

}  // namespace

std::string_view PermissionName(Permission permission) {
  return kPermissionNames[static_cast<size_t>(permission)];
}

const PermissionTable& PermissionTable::Get() {
  static const PermissionTable table;
  return table;
}

std::optional<Permission> PermissionTable::ForMethod(std::string_view method) const {
  const auto rows = MethodRows();
  const auto row = std::lower_bound(rows.begin(), rows.end(), method,
                                    [](const MethodRow& candidate, std::string_view wanted) {
                                      return candidate.method < wanted;
                                    });
  if (row == rows.end() || row->method != method) return std::nullopt;
  return row->permission;
}

bool PermissionTable::RoleAllows(Role role, Permission permission) const {
  return (MaskOf(role) & Bit(permission)) != 0;
}

bool PermissionTable::Allows(const Principal& principal, Permission permission) const {
  if (principal.IsBase() && (kBaseCeiling & Bit(permission)) == 0) return false;
  if (!principal.shops.empty() && (kOrgWide & Bit(permission)) != 0) return false;
  for (int i = 0; i < kRoleCount; ++i) {
    const Role role = static_cast<Role>(i);
    if (principal.roles.contains(role) && RoleAllows(role, permission)) return true;
  }
  return false;
}

absl::Status PermissionTable::Check(const Principal& principal, std::string_view method) const {
  const std::optional<Permission> permission = ForMethod(method);
  if (!permission) {
    return PermissionDenied("PERMISSION_DENIED", fmt::format("{} is open to nobody", method));
  }
  if (!Allows(principal, *permission)) {
    return PermissionDenied("PERMISSION_DENIED",
                            fmt::format("{} needs {}", method, PermissionName(*permission)));
  }
  return absl::OkStatus();
}

std::span<const PermissionTable::MethodRow> PermissionTable::rows() const { return MethodRows(); }

}  // namespace kefu::auth
