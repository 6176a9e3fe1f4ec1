#include "services/staffing/errors_time.h"

#include "common/status/error.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace kefu::staffing::error {
namespace {

std::string Item(std::string_view id) { return fmt::format("handover_item {}", id); }
std::string Agent(std::string_view id) { return fmt::format("agent {}", id); }
std::string Kind(std::string_view id) { return fmt::format("leave_kind {}", id); }
std::string MonthOf(absl::CivilMonth month) {
  return FormatDay(absl::CivilDay(month)).substr(0, 7);
}

}  // namespace

absl::Status HandoverItemNotFound(std::string_view id) { return NotFound("handover_item", id); }

absl::Status ClockEventNotFound(std::string_view id) { return NotFound("clock_event", id); }
absl::Status MonthNotFound(absl::CivilMonth month) {
  return NotFound("attendance_month", MonthOf(month));
}
absl::Status SwapNotFound(std::string_view id) { return NotFound("swap", id); }

absl::Status TimeOfOthers() {
  return PermissionDenied("TIME_OF_OTHERS", "the token is for the own shifts, leave and team only");
}

absl::Status ShiftTooLong(std::string_view field) {
  return InvalidArgument("SHIFT_TOO_LONG", field, "must be at most 24 hours after the start");
}

absl::Status HandoverMissing(const std::vector<std::string>& agent_ids) {
  const std::string agents = fmt::format("{}", fmt::join(agent_ids, ","));
  return FailedPrecondition("HANDOVER_MISSING", Agent(agents), "must write the handover first",
                            {{"agent_ids", agents}});
}

absl::Status ItemsNotHandedOn(const std::vector<std::string>& item_ids) {
  const std::string items = fmt::format("{}", fmt::join(item_ids, ","));
  return FailedPrecondition("ITEMS_NOT_HANDED_ON", Item(items),
                            "was accepted and is not done: hand it on", {{"item_ids", items}});
}

absl::Status ItemNotHeld(std::string_view item_id) {
  return FailedPrecondition("ITEM_NOT_HELD", Item(item_id), "is not held by this shift");
}

absl::Status ItemNotWaiting(std::string_view item_id, std::string_view state,
                            std::string_view holder_agent_id) {
  return FailedPrecondition("ITEM_NOT_WAITING", Item(item_id),
                            fmt::format("is {} by agent {}", state, holder_agent_id),
                            {{"holder_agent_id", std::string(holder_agent_id)}});
}

absl::Status OwnHandover(std::string_view item_id) {
  return FailedPrecondition("OWN_HANDOVER", Item(item_id),
                            "was put into the book by the same shift; another one takes it");
}

absl::Status NotOnDuty(std::string_view agent_id, std::string_view team_id) {
  return FailedPrecondition(
      "NOT_ON_DUTY", Agent(agent_id),
      team_id.empty() ? "is not on duty" : fmt::format("is not on duty in team {}", team_id));
}

absl::Status ShiftRunning(std::string_view agent_id, std::string_view shift_id) {
  return FailedPrecondition("SHIFT_RUNNING", Agent(agent_id),
                            fmt::format("is on duty in shift {}", shift_id));
}

absl::Status NotInTeam(std::string_view agent_id, std::string_view team_id) {
  return FailedPrecondition("NOT_IN_TEAM", Agent(agent_id),
                            fmt::format("is not in team {} on that day", team_id));
}

absl::Status OwnDecision(std::string_view id) {
  return FailedPrecondition("OWN_DECISION", id, "concerns the caller; somebody else decides");
}

absl::Status LeaveKindUnknown(std::string_view kind) {
  return FailedPrecondition("LEAVE_KIND_UNKNOWN", Kind(kind), "is not offered");
}

absl::Status LeaveWithoutBalance(std::string_view kind) {
  return FailedPrecondition("LEAVE_WITHOUT_BALANCE", Kind(kind), "is taken from no balance");
}

absl::Status LeaveWithBalance(std::string_view kind) {
  return FailedPrecondition(
      "LEAVE_WITH_BALANCE", Kind(kind),
      "is taken from a balance: it is requested and taken back, not recorded");
}

absl::Status LeaveBalanceShort(std::string_view kind, int64_t available, int64_t wanted) {
  return FailedPrecondition("LEAVE_BALANCE_SHORT", Kind(kind),
                            fmt::format("has {} minutes, and {} are wanted", available, wanted));
}

absl::Status LeaveState(std::string_view leave_id, std::string_view state) {
  return FailedPrecondition("LEAVE_STATE", fmt::format("leave {}", leave_id),
                            fmt::format("is {}", state));
}

absl::Status LeaveBegun(std::string_view leave_id) {
  return FailedPrecondition("LEAVE_BEGUN", fmt::format("leave {}", leave_id),
                            "has begun; who leads shifts may still take it back");
}

absl::Status ClockedInAlready(std::string_view agent_id) {
  return FailedPrecondition("CLOCKED_IN_ALREADY", Agent(agent_id), "has not clocked out");
}

absl::Status NotClockedIn(std::string_view agent_id) {
  return FailedPrecondition("NOT_CLOCKED_IN", Agent(agent_id), "has not clocked in");
}

absl::Status ClockVoided(std::string_view clock_event_id) {
  return FailedPrecondition("CLOCK_VOIDED", fmt::format("clock_event {}", clock_event_id),
                            "does not count already");
}

absl::Status ClockUnpaired(const std::vector<std::string>& agent_ids) {
  const std::string agents = fmt::format("{}", fmt::join(agent_ids, ","));
  return FailedPrecondition("CLOCK_UNPAIRED", Agent(agents),
                            "came or went without the other; correct it", {{"agent_ids", agents}});
}

absl::Status MonthClosed(absl::CivilMonth month) {
  return FailedPrecondition("MONTH_CLOSED", fmt::format("attendance_month {}", MonthOf(month)),
                            "is closed");
}

absl::Status MonthNotOver(absl::CivilMonth month) {
  return FailedPrecondition("MONTH_NOT_OVER", fmt::format("attendance_month {}", MonthOf(month)),
                            "can be closed from the second day of the next one on");
}

absl::Status SwapState(std::string_view swap_id, std::string_view state) {
  return FailedPrecondition("SWAP_STATE", fmt::format("swap {}", swap_id),
                            fmt::format("is {}", state));
}

absl::Status ShiftNotAsRostered(std::string_view agent_id, std::string_view from,
                                std::string_view to) {
  return FailedPrecondition("SHIFT_NOT_AS_ROSTERED", Agent(agent_id),
                            fmt::format("is rostered from {} to {}", from, to));
}

absl::Status SwapPast(std::string_view agent_id) {
  return FailedPrecondition("SWAP_PAST", Agent(agent_id), "cannot swap a shift that has begun");
}

absl::Status SwapShiftMissing(std::string_view agent_id, absl::CivilDay day) {
  return FailedPrecondition("SWAP_SHIFT_MISSING", Agent(agent_id),
                            fmt::format("has no shift on {} in this roster", FormatDay(day)));
}

absl::Status SwapBreaksRules(const std::vector<std::string>& broken) {
  return FailedPrecondition("SWAP_BREAKS_RULES", "swap",
                            fmt::format("{}", fmt::join(broken, "; ")));
}

}  // namespace kefu::staffing::error
