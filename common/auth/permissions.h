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
  kWriteOrg,     // register the organization, create shops and sites and change them
  kManageShop,   // change a shop that exists
  kReadStaff,    // teams, agents, tiers, assignments
  kWriteStaff,   // the same, written
  kReadMetrics,  // figures of shops, teams and agents, and how they came about
  kReadFacts,    // the conversations and orders behind the figures, customers' opaque ids included
  kImportFacts,  // conversations, orders, refunds, reviews
  kConfigureFacts,  // the calendar and money by which a shop's facts are read
  kMakeReports,     // figures as they stand, stored
  kReadCases,       // after-sales cases, their clocks, quotes of compensation
  kOpenCases,       // open a case, record answers to the customer, take it up again
  kReviewCases,     // decide and close one
  kReadWarehouse,   // nodes, SKUs, stock, ledger
  kWriteWarehouse,  // nodes and SKUs (master data)
  kMoveStock,       // receive and adjust
  kReserveStock,    // reserve, confirm, release
  kReadBilling,     // prices and amounts of warehousing, and contracts with bases and agencies
  kWriteBilling,    // the same, written, and settlements closed
  kReadPay,         // pay plans, statements and closed months: what people earn
  kWritePay,        // the same, written, and months closed
  kWatchEvents,     // the change feed of the caller's whole organization
  kReadAudit,       // kefu.common.v1.WriteRecorded in that feed; belongs to no method of its own
  kReadOverview,    // the gateway's joined views
  kInspect,         // judge agents' conversations; not decide an appeal against that
  kAppeal,          // appeal against an inspection: without kInspect against the own ones only
  kReadOwnPay,      // statements: without kReadPay the own ones only
  kReadShifts,  // shifts, handover books, leave, attendance: without kReadStaff the own ones only
  kTakeShifts,  // be on duty, hand over, ask for leave: without kLeadShifts for oneself only
  kLeadShifts,  // the same for others, and decide what they ask for
  kReadSupervision,    // inspections of bases, complaints, trials and the reports about them
  kSupervise,          // inspect bases, decide what they answer
  kAnswerSupervision,  // answer findings, complain and decide complaints: both sides of a contract
  kReadPersonnel,      // who may leave and why, career talks, candidates, personnel files
  kWritePersonnel,     // the same, written, and candidates hired
};
inline constexpr int kPermissionCount = 35;

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
  // True when one of the roles has the permission. A base's people never have more than what a base
  // may do at all: its grants lead into merchants' organizations, where it must not import facts or
  // move stock.
  bool Allows(const Principal& principal, Permission permission) const;
  bool RoleAllows(Role role, Permission permission) const;
  // What concerns one agent is for whoever has the permission for everybody's, and for that agent.
  bool AllowsFor(const Principal& principal, Permission everybodys,
                 std::string_view agent_id) const {
    return (!agent_id.empty() && principal.agent_id == agent_id) || Allows(principal, everybodys);
  }

  // OK, or PERMISSION_DENIED / PERMISSION_DENIED naming the permission that lacks.
  absl::Status Check(const Principal& principal, std::string_view method) const;

  // Every row, sorted by method.
  std::span<const MethodRow> rows() const;

 private:
  PermissionTable() = default;
};

}  // namespace kefu::auth

#endif  // KEFU_COMMON_AUTH_PERMISSIONS_H_
