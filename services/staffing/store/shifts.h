// Rows of shift templates and swaps. As store.h says of the others.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/staffing/domain/roster/record.h"
#include "services/staffing/domain/shifts/shifts.h"
#include "services/staffing/store/store.h"

namespace kefu::staffing::store {

// Adds or replaces a template.
absl::Status SaveShiftTemplate(db::Transaction& transaction, std::string_view org_id,
                               const shifts::Template& shift, std::string_view actor,
                               absl::Time now);
// All, by id.
absl::StatusOr<std::vector<shifts::Template>> ShiftTemplates(Reader reader,
                                                             std::string_view org_id);

// NOT_FOUND of a swap.
absl::StatusOr<shifts::Swap> FindSwap(Reader reader, std::string_view org_id,
                                      std::string_view swap_id);
absl::StatusOr<shifts::Swap> LockSwap(db::Transaction& transaction, std::string_view org_id,
                                      std::string_view swap_id);
absl::Status InsertSwap(db::Transaction& transaction, std::string_view org_id,
                        const shifts::Swap& swap);
// State and decision. The row must be locked.
absl::Status UpdateSwap(db::Transaction& transaction, std::string_view org_id,
                        const shifts::Swap& swap);
// In order of id; empty texts do not filter, `concerns` is either agent's id.
struct SwapFilter {
  std::string_view roster_id;
  std::string_view state;
  std::string_view concerns;
};
absl::StatusOr<std::vector<shifts::Swap>> ListSwaps(Reader reader, std::string_view org_id,
                                                    Page page, const SwapFilter& filter);

// Another published roster in which the agent works on that day.
absl::StatusOr<std::optional<std::string>> RosteredElsewhere(Reader reader, std::string_view org_id,
                                                             std::string_view roster_id,
                                                             std::string_view agent_id,
                                                             absl::CivilDay day);

// The agent's shift of that day in a published roster.
absl::StatusOr<std::optional<roster::ListedShift>> RosteredOn(Reader reader,
                                                              std::string_view org_id,
                                                              std::string_view agent_id,
                                                              absl::CivilDay day);
// Approved swaps of a roster.
absl::StatusOr<int64_t> CountSwaps(Reader reader, std::string_view org_id,
                                   std::string_view roster_id);

// Takes the shift of that agent and day out of a roster.
absl::Status DeleteRosterShift(db::Transaction& transaction, std::string_view org_id,
                               std::string_view roster_id, std::string_view agent_id,
                               absl::CivilDay day);

}  // namespace kefu::staffing::store
