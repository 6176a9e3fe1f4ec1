// Failures of handovers, shifts, leave and attendance; each reason stands in
// docs/errors/staffing_time.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"

namespace kefu::staffing::error {

// NOT_FOUND NOT_FOUND
absl::Status HandoverItemNotFound(std::string_view id);
// NOT_FOUND NOT_FOUND
// NOT_FOUND NOT_FOUND
absl::Status ClockEventNotFound(std::string_view id);
// NOT_FOUND NOT_FOUND
absl::Status MonthNotFound(absl::CivilMonth month);
// NOT_FOUND NOT_FOUND
absl::Status SwapNotFound(std::string_view id);
// PERMISSION_DENIED TIME_OF_OTHERS
absl::Status TimeOfOthers();
// INVALID_ARGUMENT SHIFT_TOO_LONG
absl::Status ShiftTooLong(std::string_view field);
// FAILED_PRECONDITION HANDOVER_MISSING, with the agents that owe one
absl::Status HandoverMissing(const std::vector<std::string>& agent_ids);
// FAILED_PRECONDITION ITEMS_NOT_HANDED_ON
absl::Status ItemsNotHandedOn(const std::vector<std::string>& item_ids);
// FAILED_PRECONDITION ITEM_NOT_HELD
absl::Status ItemNotHeld(std::string_view item_id);
// FAILED_PRECONDITION ITEM_NOT_WAITING
absl::Status ItemNotWaiting(std::string_view item_id, std::string_view state,
                            std::string_view holder_agent_id);
// FAILED_PRECONDITION OWN_HANDOVER
absl::Status OwnHandover(std::string_view item_id);
// FAILED_PRECONDITION NOT_ON_DUTY; an empty team stands for any
absl::Status NotOnDuty(std::string_view agent_id, std::string_view team_id);
// FAILED_PRECONDITION SHIFT_RUNNING
absl::Status ShiftRunning(std::string_view agent_id, std::string_view shift_id);
// FAILED_PRECONDITION NOT_IN_TEAM
absl::Status NotInTeam(std::string_view agent_id, std::string_view team_id);
// FAILED_PRECONDITION OWN_DECISION
absl::Status OwnDecision(std::string_view id);

// FAILED_PRECONDITION LEAVE_KIND_UNKNOWN
absl::Status LeaveKindUnknown(std::string_view kind);
// FAILED_PRECONDITION LEAVE_WITHOUT_BALANCE
absl::Status LeaveWithoutBalance(std::string_view kind);
absl::Status LeaveWithBalance(std::string_view kind);  // LEAVE_WITH_BALANCE
// FAILED_PRECONDITION LEAVE_BALANCE_SHORT
absl::Status LeaveBalanceShort(std::string_view kind, int64_t available, int64_t wanted);
// FAILED_PRECONDITION LEAVE_OVERLAP
// FAILED_PRECONDITION LEAVE_STATE
absl::Status LeaveState(std::string_view leave_id, std::string_view state);
// FAILED_PRECONDITION LEAVE_BEGUN
absl::Status LeaveBegun(std::string_view leave_id);

// FAILED_PRECONDITION CLOCKED_IN_ALREADY
absl::Status ClockedInAlready(std::string_view agent_id);
// FAILED_PRECONDITION NOT_CLOCKED_IN
absl::Status NotClockedIn(std::string_view agent_id);
// ALREADY_EXISTS CLOCK_EXISTS
absl::Status ClockExists(std::string_view clock_event_id);
// FAILED_PRECONDITION CLOCK_VOIDED
absl::Status ClockVoided(std::string_view clock_event_id);
// FAILED_PRECONDITION CLOCK_UNPAIRED, with the agents
absl::Status ClockUnpaired(const std::vector<std::string>& agent_ids);
// FAILED_PRECONDITION MONTH_CLOSED
absl::Status MonthClosed(absl::CivilMonth month);
// FAILED_PRECONDITION MONTH_NOT_OVER
absl::Status MonthNotOver(absl::CivilMonth month);

// FAILED_PRECONDITION SWAP_STATE
absl::Status SwapState(std::string_view swap_id, std::string_view state);
// FAILED_PRECONDITION SWAP_PAST
absl::Status ShiftNotAsRostered(std::string_view agent_id, std::string_view from,
                                std::string_view to);
absl::Status SwapPast(std::string_view agent_id);
// FAILED_PRECONDITION SWAP_SHIFT_MISSING
absl::Status SwapShiftMissing(std::string_view agent_id, absl::CivilDay day);
// FAILED_PRECONDITION SWAP_BREAKS_RULES
absl::Status SwapBreaksRules(const std::vector<std::string>& broken);

}  // namespace kefu::staffing::error
