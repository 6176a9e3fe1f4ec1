#include "services/staffing/domain/shifts/shifts.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/staffing/domain/roster/checker.h"
#include "services/staffing/errors_time.h"

namespace kefu::staffing::shifts {
namespace {

using roster::Shift;

int AgentOf(const roster::Problem& problem, std::string_view id) {
  const auto found = std::ranges::find(problem.agents, id, &roster::Agent::id);
  return found == problem.agents.end() ? -1 : static_cast<int>(found - problem.agents.begin());
}

auto Find(std::vector<Shift>& shifts, int agent, int day) {
  return std::ranges::find_if(
      shifts, [&](const Shift& shift) { return shift.agent == agent && shift.day == day; });
}

}  // namespace

absl::Status CheckLength(const roster::ShiftTemplate& shape) {
  return shape.length_minutes <= roster::kMinutesPerDay
             ? absl::OkStatus()
             : error::ShiftTooLong("shift_template.shift.length_minutes");
}

absl::StatusOr<Swap> Move(const Swap& swap, std::initializer_list<SwapState> from, SwapState to,
                          std::string_view actor, std::string_view reason, absl::Time now) {
  if (std::ranges::find(from, swap.state) == from.end()) {
    return error::SwapState(swap.id, NameOf(swap.state));
  }
  Swap moved = swap;
  moved.state = to;
  moved.decided_by = actor;
  moved.decision_reason = reason;
  moved.info = {swap.info.version + 1, swap.info.create_time, now};
  return moved;
}

absl::StatusOr<std::vector<Shift>> Apply(const Swap& swap, const roster::Problem& problem,
                                         const std::vector<Shift>& shifts, absl::CivilMinute now) {
  const auto begun = [&](const Shift& shift) {
    const absl::CivilMinute midnight(problem.first_day + shift.day);
    return midnight + problem.templates[shift.shift].start_minute <= now;
  };
  // Before anything is said of what was there.
  const absl::CivilDay today(now);
  if (swap.day < today || (swap.other_day && *swap.other_day < today)) {
    return error::SwapPast(swap.agent_id);
  }
  std::vector<Shift> after = shifts;
  const int giver = AgentOf(problem, swap.agent_id), taker = AgentOf(problem, swap.other_agent_id);
  if (taker < 0) return error::SwapShiftMissing(swap.other_agent_id, swap.day);
  const auto given = Find(after, giver, static_cast<int>(swap.day - problem.first_day));
  if (giver < 0 || given == after.end()) return error::SwapShiftMissing(swap.agent_id, swap.day);
  if (begun(*given)) return error::SwapPast(swap.agent_id);
  if (swap.other_day) {
    const auto back = Find(after, taker, static_cast<int>(*swap.other_day - problem.first_day));
    if (back == after.end()) return error::SwapShiftMissing(swap.other_agent_id, *swap.other_day);
    if (begun(*back)) return error::SwapPast(swap.other_agent_id);
    back->agent = giver;
  }
  given->agent = taker;
  // What stays by the order was for the planner; who swaps moves it.
  roster::Problem free = problem;
  std::erase_if(free.fixed, [](const Shift& shift) { return shift.day >= 0; });
  std::set<std::tuple<roster::Rule, int, int>> before;
  for (const roster::Broken& broken : roster::CheckRoster(free, shifts)) {
    before.emplace(broken.rule, broken.agent, broken.day);
  }
  std::vector<std::string> broken_now;
  for (const roster::Broken& broken : roster::CheckRoster(free, after)) {
    if (before.contains({broken.rule, broken.agent, broken.day})) continue;
    broken_now.push_back(fmt::format("{}: agent {} on {} {}", roster::NameOf(broken.rule),
                                     broken.agent < 0 ? "" : problem.agents[broken.agent].id,
                                     FormatDay(problem.first_day + broken.day), broken.text));
  }
  if (!broken_now.empty()) return error::SwapBreaksRules(broken_now);
  return after;
}

}  // namespace kefu::staffing::shifts
