// Rows of the handover book. As store.h says of the others.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/staffing/domain/handover/handover.h"
#include "services/staffing/store/store.h"

namespace kefu::staffing::store {

// ALREADY_EXISTS DUPLICATE_KEY when the agent is on duty: lock the agent's row before.
// The shops that a team serves.
absl::StatusOr<std::vector<std::string>> TeamShops(Reader reader, std::string_view org_id,
                                                   std::string_view team_id);

absl::Status InsertDutyShift(db::Transaction& transaction, std::string_view org_id,
                             const handover::DutyShift& shift);
// Handover, end and version. The row must be locked.
absl::Status UpdateDutyShift(db::Transaction& transaction, std::string_view org_id,
                             const handover::DutyShift& shift);
// The agent's running shift, locked; nothing when there is none.
absl::StatusOr<std::optional<handover::DutyShift>> LockRunningShift(db::Transaction& transaction,
                                                                    std::string_view org_id,
                                                                    std::string_view agent_id);
// All of a team that run.
absl::StatusOr<std::vector<handover::DutyShift>> RunningShifts(Reader reader,
                                                               std::string_view org_id,
                                                               std::string_view team_id);
// In order of id.
absl::StatusOr<std::vector<handover::DutyShift>> ListDutyShifts(Reader reader,
                                                                std::string_view org_id, Page page,
                                                                std::string_view team_id,
                                                                bool running_only);

absl::Status InsertHandover(db::Transaction& transaction, std::string_view org_id,
                            std::string_view handover_id, const handover::DutyShift& shift,
                            std::string_view note, std::string_view actor, absl::Time now);

// NOT_FOUND of an item.
absl::StatusOr<handover::Item> FindHandoverItem(Reader reader, std::string_view org_id,
                                                std::string_view item_id);
absl::StatusOr<handover::Item> LockHandoverItem(db::Transaction& transaction,
                                                std::string_view org_id, std::string_view item_id);
// All that a shift holds, locked, in order of id.
absl::StatusOr<std::vector<handover::Item>> LockHeldItems(db::Transaction& transaction,
                                                          std::string_view org_id,
                                                          std::string_view shift_id);
// Adds the item at version 1, else writes what changes. The row must be locked.
absl::Status SaveHandoverItem(db::Transaction& transaction, std::string_view org_id,
                              const handover::Item& item);
// In order of (due, id), after that of `after_*`; empty texts do not filter.
struct ItemPage {
  std::optional<absl::Time> after_due;
  std::string_view after_id;
  std::string_view state;
  std::string_view holder_agent_id;
  int limit = 0;
};
absl::StatusOr<std::vector<handover::Item>> ListHandoverItems(Reader reader,
                                                              std::string_view org_id,
                                                              std::string_view team_id,
                                                              const ItemPage& page);

absl::Status InsertHandoverEntry(db::Transaction& transaction, std::string_view org_id,
                                 std::string_view item_id, const handover::Entry& entry);
absl::StatusOr<std::vector<handover::Entry>> HandoverEntries(Reader reader, std::string_view org_id,
                                                             std::string_view item_id);

// Adds the policy as the next version, which it returns.
absl::StatusOr<int64_t> AddHandoverPolicy(db::Transaction& transaction, std::string_view org_id,
                                          const handover::Policy& policy, std::string_view actor);
// The last version, or the shipped one.
absl::StatusOr<handover::Policy> HandoverPolicy(Reader reader, std::string_view org_id);

// --- For the job: rows of any organization ---

struct WaitingItem {
  std::string org_id;
  handover::Item item;
};
// Up to `limit` items that go up by now, those that fall due first in front; locked, without those
// that another process has.
absl::StatusOr<std::vector<WaitingItem>> LockEscalating(db::Transaction& transaction,
                                                        absl::Time now, int limit);

}  // namespace kefu::staffing::store
