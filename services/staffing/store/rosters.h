// Rows of rosters. As store.h says of the others.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/staffing/domain/roster/record.h"
#include "services/staffing/store/store.h"

namespace kefu::staffing::store {

// NOT_FOUND of a roster.
absl::StatusOr<roster::Record> FindRoster(Reader reader, std::string_view org_id,
                                          std::string_view id);
absl::StatusOr<roster::Record> LockRoster(db::Transaction& transaction, std::string_view org_id,
                                          std::string_view id);
absl::Status InsertRoster(db::Transaction& transaction, std::string_view org_id,
                          const roster::Record& record);
// Every column that changes after the order, and no lease any more. The row must be locked.
absl::Status UpdateRoster(db::Transaction& transaction, std::string_view org_id,
                          const roster::Record& record);
// In order of id; an empty state lists all. Without order and outcome.
absl::StatusOr<std::vector<roster::Record>> ListRosters(Reader reader, std::string_view org_id,
                                                        Page page, std::string_view state);

// A published roster in which an agent of this one works on a day of this one.
absl::StatusOr<std::optional<std::string>> FindRosterOfSameDays(db::Transaction& transaction,
                                                                std::string_view org_id,
                                                                const roster::Record& record);

// Writes down how many approved swaps of the replanned roster a stored replan knows.
absl::Status SetKnownSwaps(db::Transaction& transaction, std::string_view org_id,
                           std::string_view roster_id, int64_t swaps);
absl::StatusOr<int64_t> KnownSwaps(Reader reader, std::string_view org_id,
                                   std::string_view roster_id);

absl::Status InsertShifts(db::Transaction& transaction, std::string_view org_id,
                          std::string_view roster_id, std::span<const roster::ListedShift> shifts);
// In order of (day, agent), after that of `after_*`; an empty agent lists all.
struct ShiftPage {
  std::optional<absl::CivilDay> after_day;
  std::string_view after_agent;
  std::string_view agent_id;
  int limit = 0;
};
absl::StatusOr<std::vector<roster::ListedShift>> ListShifts(Reader reader, std::string_view org_id,
                                                            std::string_view roster_id,
                                                            const ShiftPage& page);

// NOT_FOUND of the first agent that the organization does not have.
absl::Status CheckAgents(db::Transaction& transaction, std::string_view org_id,
                         const std::vector<std::string>& agent_ids);

// --- For the planners: rows of any organization ---

struct Claimed {
  std::string org_id;
  roster::Record record;
};
// Takes a roster that waits, or whose planner's lease has run out, until `until`; its attempts grow
// by one. Nothing when there is none. Planners never take the same one.
absl::StatusOr<std::optional<Claimed>> ClaimRoster(db::Transaction& transaction,
                                                   std::string_view owner, absl::Time now,
                                                   absl::Time until);
// Stores how far it is and prolongs the lease; false when it is another's by now.
absl::StatusOr<bool> RenewRoster(db::Transaction& transaction, const Claimed& claimed,
                                 std::string_view owner, absl::Time until);
// Whether the locked row is still this owner's.
absl::StatusOr<bool> OwnsRoster(db::Transaction& transaction, const Claimed& claimed,
                                std::string_view owner);

}  // namespace kefu::staffing::store
