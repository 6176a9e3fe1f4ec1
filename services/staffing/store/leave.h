// Rows of leave. As store.h says of the others.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/staffing/domain/leave/leave.h"
#include "services/staffing/store/store.h"

namespace kefu::staffing::store {

// Adds or replaces a kind of the organization.
absl::Status SaveLeaveKind(db::Transaction& transaction, std::string_view org_id,
                           const leave::Kind& kind, std::string_view actor, absl::Time now);
// The organization's own, by id.
absl::StatusOr<std::vector<leave::Kind>> LeaveKinds(Reader reader, std::string_view org_id);

struct LeaveGrant {
  std::string id;
  std::string agent_id;
  std::string kind;
  int32_t minutes = 0;
  std::string reason;
};
absl::Status InsertLeaveGrant(db::Transaction& transaction, std::string_view org_id,
                              const LeaveGrant& grant, std::string_view actor, absl::Time now);
// Granted and taken by kind, of the kinds that have any. Lock the agent's row to decide by it.
absl::StatusOr<std::vector<leave::Balance>> LeaveBalances(Reader reader, std::string_view org_id,
                                                          std::string_view agent_id);

// NOT_FOUND of a leave.
absl::StatusOr<leave::Leave> FindLeave(Reader reader, std::string_view org_id,
                                       std::string_view leave_id);
absl::StatusOr<leave::Leave> LockLeave(db::Transaction& transaction, std::string_view org_id,
                                       std::string_view leave_id);
absl::Status InsertLeave(db::Transaction& transaction, std::string_view org_id,
                         const leave::Leave& leave);
// End, state and decision. The row must be locked.
absl::Status UpdateLeave(db::Transaction& transaction, std::string_view org_id,
                         const leave::Leave& leave);
// In order of id; empty texts do not filter.
struct LeaveFilter {
  std::string_view agent_id;
  std::string_view state;
  absl::CivilDay first = absl::CivilDay(1000, 1, 1), last = absl::CivilDay(9999, 12, 31);
};
absl::StatusOr<std::vector<leave::Leave>> ListLeaves(Reader reader, std::string_view org_id,
                                                     Page page, const LeaveFilter& filter);

}  // namespace kefu::staffing::store
